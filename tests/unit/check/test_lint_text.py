"""Rules about identity and texts at their edges: what they find, and what they leave alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.check.lint import LINT_RULES, lint_api
from tests.unit.check.linted import api_of, faults, problem, subjects

ARABIC = "\u0627\u0637\u0644\u0628"
RULES = [rule for rule in LINT_RULES.values() if rule.area in ("identity", "text")]

# ------------------------------------------------------------------------------------------- identity


@pytest.mark.parametrize(
    "code", ["ERROR", "error", "unknown-error", "misc", "generic_failure", "E1001", "err42"]
)
def test_a_code_that_says_nothing_is_vague(code: str) -> None:
    assert subjects("code-vague", problem(code)) == [code]


@pytest.mark.parametrize(
    "code",
    [
        "unknown_user",
        "payment_failed",
        "internal",
        "bad_gateway",
        "error_404",
        "x509_invalid",
        "failed_login",
    ],
)
def test_a_code_with_one_word_that_says_something_is_not_vague(code: str) -> None:
    assert subjects("code-vague", problem(code)) == []


def test_a_standard_type_may_be_vague() -> None:
    assert subjects("code-vague", problem("error", status=[500], standard="internal")) == []


@pytest.mark.parametrize(("code", "status"), [("http_500", 400), ("not_found_404", 404), ("e404", 409)])
def test_a_status_in_a_code_is_found(code: str, status: int) -> None:
    assert subjects("code-with-status", problem(code, status=[status])) == [code]


@pytest.mark.parametrize("code", ["limit_500_reached", "iso_4217_unknown", "error_4040", "over_404"])
def test_a_number_in_a_code_is_a_status_only_where_something_says_so(code: str) -> None:
    assert subjects("code-with-status", problem(code)) == []


def test_the_style_of_most_codes_is_that_of_the_catalog() -> None:
    codes = ("out_of_stock", "locked", "billing.card_declined", "cart-empty", "cart_is-full")
    assert subjects("code-naming-mixed", *map(problem, codes)) == ["cart-empty", "cart_is-full"]


def test_a_tombstone_keeps_the_style_it_had() -> None:
    gone = problem("cart-empty", lifecycle={"stage": "removed"})
    assert subjects("code-naming-mixed", problem("out_of_stock"), gone) == []


def test_a_deprecated_synonym_is_on_its_way_out() -> None:
    old = problem(
        "bad_token", lifecycle={"stage": "deprecated", "since": "2026-01-01", "replaced_by": "invalid_token"}
    )
    assert subjects("code-synonym", problem("invalid_token"), old) == []


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000/", "http://127.0.0.1/", "http://[::1]:80/", "http://api.localhost/", "urn:shop:"],
)
def test_addresses_of_the_machine_itself_need_no_encryption(url: str) -> None:
    assert subjects("url-insecure", problem(), base=url) == []


def test_links_are_followed_too() -> None:
    links = [{"title": "More", "url": "HTTP://shop.example/help"}, {"title": "Less", "url": "/help"}]
    (fault,) = faults("url-insecure", problem(links=links))
    assert fault.at == ("links", 0, "url")


# ---------------------------------------------------------------------------------------------- titles


@pytest.mark.parametrize(
    ("code", "status", "title"),
    [("rate_limited", 429, "Too Many Requests"), ("conflict", 409, "Conflict"), ("locked", 409, "Locked")],
)
def test_a_code_that_means_no_more_than_its_status_may_have_the_phrase(
    code: str, status: int, title: str
) -> None:
    assert subjects("title-is-reason-phrase", problem(code, status=[status], title=title)) == []


@pytest.mark.parametrize("title", ["Content Too Large", "payload too large", "Request Entity Too Large"])
def test_former_phrases_of_a_status_are_phrases(title: str) -> None:
    code = "article_too_heavy"
    assert subjects("title-is-reason-phrase", problem(code, status=[413], title=title)) == [code]
    hidden = problem(code, status=[413], title=title, conceal="articles")
    assert subjects("title-is-reason-phrase", hidden) == []


def test_types_of_one_conceal_group_share_their_title() -> None:
    twins = [problem(code, title="Not yours", conceal="orders") for code in ("order_lost", "order_hidden")]
    assert subjects("title-twice", *twins) == []
    assert subjects("title-twice", *twins, problem("order_gone", title="Not yours")) == ["order_gone"]


# ----------------------------------------------------------------------------------------------- texts


@given(st.text())
def test_trimmed_text_is_trimmed(suggestion: str) -> None:
    for fault in faults("text-not-trimmed", problem(suggestion=suggestion)):
        assert fault.edit is not None
        assert subjects("text-not-trimmed", problem(suggestion=fault.edit)) == []
        assert fault.edit.split() == suggestion.split() or not suggestion.isascii()


def test_a_suggestion_of_blanks_is_none_and_not_an_untidy_one() -> None:
    api = api_of(problem(suggestion="  \n "))
    assert [finding.rule for finding in lint_api(api).findings] == ["suggestion-missing"]


@given(st.text(min_size=1))
def test_text_without_its_control_characters_has_none(suggestion: str) -> None:
    for fault in faults("text-with-control-character", problem(suggestion=suggestion)):
        if fault.edit is None:  # there is nothing else in it
            assert not any(map(str.isprintable, suggestion))
            continue
        assert subjects("text-with-control-character", problem(suggestion=fault.edit)) == []


def test_closed_isolates_belong_to_texts_that_run_both_ways() -> None:
    assert subjects("text-with-control-character", problem(suggestion=f"{ARABIC} \u2068SKU-7\u2069")) == []
    assert subjects("text-with-control-character", problem(suggestion=f"{ARABIC} \u2068SKU-7")) == [
        "out_of_stock"
    ]


def test_emoji_and_joiners_are_no_control_characters() -> None:
    assert (
        subjects(
            "text-with-control-character", problem(suggestion=f"Ask 👩\u200d💻 or {ARABIC}\u200c{ARABIC}.")
        )
        == []
    )


def test_prose_has_lines_tabs_and_markup() -> None:
    prose = "One line,\nanother.\n\n\tcode <b>bold</b> /var/log/app.log"
    for rule in (
        "text-not-trimmed",
        "text-with-control-character",
        "text-with-markup",
        "text-with-internals",
    ):
        assert subjects(rule, problem(prose=prose)) == []


@pytest.mark.parametrize(
    "suggestion", ["Order < 5 & > 2.", "Send a <code> of ours.", "R&D; has it.", "If a<b, wait."]
)
def test_signs_alone_are_no_markup(suggestion: str) -> None:
    expected = ["out_of_stock"] if "<code>" in suggestion else []
    assert subjects("text-with-markup", problem(suggestion=suggestion)) == expected


@pytest.mark.parametrize(
    ("suggestion", "is_found"),
    [
        ("TODO", True),
        ("todo.", True),
        ("Lorem ipsum dolor sit amet.", True),
        ("Finish the todo list first.", False),
        ("Use the foo command.", False),
        ("The number XXX-XX is masked.", False),
    ],
)
def test_a_mark_within_a_sentence_counts_in_capitals(suggestion: str, *, is_found: bool) -> None:
    assert bool(faults("text-unfinished", problem(suggestion=suggestion))) is is_found


def test_todo_is_a_word_in_spanish() -> None:
    assert subjects("text-unfinished", problem(suggestion="TODO está reservado."), language="es-MX") == []
    assert subjects("text-unfinished", problem(suggestion="TBD"), language="es-MX") == ["out_of_stock"]


@pytest.mark.parametrize(
    "text", ["100% sure", "50 %done", "Use %20 for blanks", "a%sb", "{ scopes: ['team'] }"]
)
def test_not_every_percent_sign_or_brace_is_a_placeholder(text: str) -> None:
    assert (
        subjects("placeholder-never-filled", problem(suggestion=text, members={"team": {"type": "string"}}))
        == []
    )


@pytest.mark.parametrize(
    "text", ["Wait %d seconds", "Invalid %!s(MISSING) state", "By %(name)s", "Wait {team}."]
)
def test_a_placeholder_of_another_language_is_never_filled(text: str) -> None:
    members = {"team": {"type": "string"}}
    assert subjects("placeholder-never-filled", problem(suggestion=text, members=members)) == ["out_of_stock"]


def test_a_text_of_a_translation_is_looked_at_where_it_stands() -> None:
    texts = {"de": {"problems": {"out_of_stock": {"suggestion": "TODO"}}}}
    (fault,) = faults("text-unfinished", problem(), translations=texts)
    assert fault.message == "the suggestion in de is not written yet: 'TODO'"
    assert fault.edit is None


def test_a_translated_title_with_a_period_is_at_fault_where_the_original_has_none() -> None:
    texts = {"de": {"problems": {"out_of_stock": {"title": "Ausverkauft."}}}}
    rule = "translation-title-with-period"
    assert subjects(rule, problem(title="Sold out"), translations=texts) == ["out_of_stock"]
    assert subjects(rule, problem(title="Sold out."), translations=texts) == []


# ----------------------------------------------------------------------------------------- suggestions


def test_a_suggestion_is_missing_where_one_of_the_statuses_has_a_way_out() -> None:
    words: dict[str, Any] = {
        "status": [403, 409],
        "retry": {"403": "never", "409": "later"},
        "suggestion": "",
    }
    (fault,) = faults("suggestion-missing", problem(**words))
    assert fault.message == "retry is later, and no suggestion says what to do"
    assert subjects("suggestion-missing", problem(retry="never", suggestion="")) == []


@pytest.mark.parametrize(
    "text", ["Contact support.", "Please email us!", "Write to our customer service team"]
)
def test_a_contact_alone_is_no_way_out(text: str) -> None:
    assert subjects("suggestion-is-contact-only", problem(suggestion=text)) == ["out_of_stock"]
    assert subjects("suggestion-is-contact-only", problem(suggestion=text, retry="never")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ask the operator to add what it depends on.",
        "Ask for an invitation.",
        "Repeat later, or contact support.",
    ],
)
def test_a_contact_for_something_is_a_way_out(text: str) -> None:
    assert subjects("suggestion-is-contact-only", problem(suggestion=text)) == []


def test_drafts_and_tombstones_need_no_prose() -> None:
    for stage in ("draft", "beta", "removed"):
        assert subjects("prose-missing", problem(prose="", lifecycle={"stage": stage})) == []
    assert subjects("prose-missing", problem(prose="")) == ["out_of_stock"]


# -------------------------------------------------------------------------------------- hostile catalogs


@given(title=st.text(min_size=1), text=st.text(), code=st.from_regex(r"\A[A-Za-z][A-Za-z0-9_.\-]{0,62}\Z"))
def test_rules_take_any_catalog_that_can_be_read(title: str, text: str, code: str) -> None:
    if title.splitlines() != [title] or "{" in title:
        title = "Title"
    detail = text.replace("{", "").replace("}", "")
    api = api_of(
        problem(code, title=title, suggestion=text, category=text, detail=detail, prose=text),
        problem(f"{code[:60]}_2", title=title, suggestion=text, examples=[{"detail": text}]),
    )
    for rule in RULES:
        for fault in rule.find(api):
            assert fault.message


@pytest.mark.parametrize(
    "part", ["a-", "A", "a.", "SELECT ", " ", "(", "<a ", "at 0x", "% ", "{", "/var/", "10."]
)
def test_rules_read_a_long_text_once(part: str) -> None:
    text = part * 20_000 + ".localx Exceptio"
    detail = text.replace("{", "")
    api = api_of(problem(suggestion=text, detail=detail, title=detail, examples=[{"detail": text}]))
    assert all(fault.message for rule in RULES for fault in rule.find(api))
