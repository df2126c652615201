"""Rules about members, exposure and translations at their edges: what they find, and what they do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.check.facts.texts import texts
from failwell.check.lint import LINT_RULES
from failwell.source.locale import translation_state
from tests.unit.check.linted import api_of, faults, problem, subjects

RULES = [rule for rule in LINT_RULES.values() if rule.area in ("members", "exposure", "translations")]
STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def with_member(wire_name: str, schema: dict[str, Any], /, **said: Any) -> dict[str, Any]:
    return problem(members={wire_name: {**schema, **({"x-failwell": said} if said else {})}})


# --------------------------------------------------------------------------------------------- members


@pytest.mark.parametrize("name", ["limit", "from", "liveVersion", "retry_after_seconds", "x509"])
def test_usual_names_are_left_alone(name: str) -> None:
    assert subjects("member-name-style", with_member(name, STRING)) == []


@pytest.mark.parametrize("name", ["violated-policies", "2fa", "größe", "a.b", "_left"])
def test_names_that_have_to_be_quoted_are_found(name: str) -> None:
    assert subjects("member-name-style", with_member(name, STRING, name="member")) == [f"out_of_stock.{name}"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (INTEGER, {"type": "number"}),
        (STRING, {"enum": ["a", "b"]}),
        (STRING, {"anyOf": [STRING, {"type": "null"}]}),
        (STRING, {"type": ["string", "null"]}),
        ({"type": "array"}, {"type": "array", "items": STRING}),
        (STRING, {}),
        (STRING, {"$ref": "#/$defs/Plan"}),
        (STRING, {"anyOf": [STRING, INTEGER]}),
    ],
)
def test_types_that_agree_or_are_not_clear_do_not_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    twins = [problem("one", members={"plan": one}), problem("two", members={"plan": other})]
    assert subjects("member-type-differs", *twins) == []
    assert subjects("member-type-differs", *twins[::-1]) == []


def test_a_member_off_the_wire_may_have_another_type() -> None:
    hidden = {**INTEGER, "x-failwell": {"on_wire": False}}
    assert (
        subjects("member-type-differs", with_member("plan", STRING), problem("two", members={"plan": hidden}))
        == []
    )


def test_units_have_several_spellings() -> None:
    one, two = (
        problem(code, members={"wait": {**INTEGER, "x-failwell": {"unit": unit}}})
        for code, unit in (("one", "s"), ("two", "seconds"))
    )
    assert subjects("member-unit-differs", one, two) == []


@pytest.mark.parametrize("name", ["disk_min", "requests_per_second", "limit", "expires_at_hour"])
def test_a_name_is_believed_only_where_its_last_word_is_a_unit(name: str) -> None:
    assert subjects("member-unit-differs", with_member(name, INTEGER, unit="requests")) == []
    assert subjects("member-unit-differs", with_member(name, INTEGER, unit="bytes")) == []


@pytest.mark.parametrize(
    "name", ["page_size", "limit", "age", "size", "timeout_ms", "max_age_days", "interval_count"]
)
def test_what_is_counted_or_named_with_its_unit_needs_none(name: str) -> None:
    assert subjects("member-unit-missing", with_member(name, INTEGER)) == []


def test_a_duration_written_as_text_has_its_unit_in_it() -> None:
    assert (
        subjects("member-unit-missing", with_member("timeout", {"type": "string", "format": "duration"}))
        == []
    )
    assert subjects("member-unit-missing", with_member("timeout", INTEGER)) == ["out_of_stock.timeout"]


def test_headers_resolve_and_translated_details_use_members() -> None:
    hidden = {**STRING, "x-failwell": {"on_wire": False}}
    one = problem(
        members={"plan": hidden, "org": hidden, "seat": hidden, "team": hidden},
        headers={"X-Plan": "{plan}"},
        resolve={"action": "join", "url": "/orgs/{org}"},
    )
    translations = {"de": {"problems": {"out_of_stock": {"detail": "Platz {seat}"}}}}
    assert subjects("member-unused", one, translations=translations) == ["out_of_stock.team"]


@pytest.mark.parametrize(
    ("schema", "is_untyped"),
    [
        ({}, True),
        ({"description": "Anything."}, True),
        ({"type": "object"}, True),
        ({"anyOf": [{"type": "object"}, {"type": "null"}]}, True),
        ({"type": "object", "additionalProperties": True}, False),
        ({"type": "object", "additionalProperties": STRING}, False),
        ({"type": "array", "prefixItems": [STRING]}, False),
        ({"$ref": "#/$defs/Plan"}, False),
        ({"const": 1}, False),
    ],
)
def test_a_schema_says_what_it_holds_or_not(schema: dict[str, Any], *, is_untyped: bool) -> None:
    assert bool(faults("member-untyped", with_member("plan", schema))) is is_untyped


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("message", {"enum": ["a", "b"]}),
        ("message_id", STRING),
        ("message", INTEGER),
        ("product_description", STRING),
        ("description", {"type": "string", "format": "uri"}),
    ],
)
def test_values_are_no_sentences(name: str, schema: dict[str, Any]) -> None:
    assert subjects("member-with-sentences", with_member(name, schema)) == []


@pytest.mark.parametrize(
    "value", ["Press", "GitHub Enterprise Cloud", "a b c d e.", "Dr. Ada King v. Noel", "X" * 999]
)
def test_names_in_examples_are_no_sentences(value: str) -> None:
    one = problem(members={"plan": STRING}, examples=[{"members": {"plan": value}}])
    assert subjects("member-with-sentences", one) == []


@pytest.mark.parametrize(
    "name", ["retry_after_seconds", "upstream_status", "trace_id", "status_page", "bank_error_code"]
)
def test_members_of_their_own_repeat_nothing(name: str) -> None:
    assert subjects("member-repeats-standard", with_member(name, STRING)) == []


# -------------------------------------------------------------------------------------------- exposure


@pytest.mark.parametrize(
    "name", ["email_verified", "ip_allowlist_url", "emailCount", "from", "provider", "address"]
)
def test_not_every_word_is_personal(name: str) -> None:
    assert subjects("member-looks-personal", with_member(name, STRING)) == []


def test_numbers_and_choices_are_not_personal() -> None:
    for schema in (INTEGER, {"type": "boolean"}, {"enum": ["work", "home"]}):
        assert subjects("member-looks-personal", with_member("email", schema)) == []


@pytest.mark.parametrize(
    "name", ["token_type", "tokens", "key_id", "password_length", "unexpected_token", "secret_name"]
)
def test_what_speaks_of_a_secret_is_none(name: str) -> None:
    assert subjects("member-looks-secret", with_member(name, STRING)) == []


@pytest.mark.parametrize("name", ["token", "accessToken", "API_KEY", "cvv"])
def test_a_secret_is_found_unless_it_is_declared(name: str) -> None:
    assert subjects("member-looks-secret", with_member(name, STRING)) == [f"out_of_stock.{name}"]
    assert subjects("member-looks-secret", with_member(name, STRING, exposure="secret")) == []


@pytest.mark.parametrize(
    "text", ["sk_90d2…", "sk_live_…", "AKIAIOSFODNN7EXAMPLE", "at_…", "eyJ0eXAiOiJKV1QifQ"]
)
def test_a_key_that_is_cut_off_is_no_secret(text: str) -> None:
    assert subjects("example-with-secret", problem(examples=[{"detail": text}])) == []


def test_a_finding_does_not_repeat_the_key() -> None:
    key = "AKIA" + "Q" * 16
    (fault,) = faults("example-with-secret", problem(examples=[{"detail": f"The key {key} is gone."}]))
    assert key not in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "ada@mail.example",
        "ada@example.com",
        "help@shop.example",
        "@types/node",
        "a@b",
        "10.0.0.7",
        "192.0.2.1",
        "2001:db8::1",
        "1.2.3.4 is too old a version",
    ],
)
def test_addresses_that_are_nobodys_are_fit_for_examples(text: str) -> None:
    assert subjects("example-looks-personal", problem(examples=[{"detail": text}])) == []


def test_addresses_and_hosts_of_the_api_itself_are_its_own() -> None:
    one = problem(examples=[{"detail": "See https://help.shop.dev/x or write to help@shop.dev."}])
    for rule in ("example-looks-personal", "example-with-real-host"):
        assert subjects(rule, one, base="https://errors.shop.dev/") == []
        assert subjects(rule, one) == ["out_of_stock"]


@pytest.mark.parametrize(
    "url", ["http://localhost:3000/", "https://10.0.0.7/", "https://db/", "https://", "http://x.test"]
)
def test_hosts_that_lead_nowhere_are_fit_for_examples(url: str) -> None:
    assert subjects("example-with-real-host", problem(examples=[{"detail": url}])) == []


def test_hosts_that_the_type_itself_leads_to_are_known() -> None:
    one = problem(
        resolve={"action": "pay", "url": "https://pay.bank.com/"},
        examples=[{"detail": "Pay at https://secure.bank.com/7."}],
    )
    assert subjects("example-with-real-host", one) == []


def test_an_example_has_the_members_of_its_status() -> None:
    some = {"type": "integer", "x-failwell": {"statuses": [409], "required": False, "default": None}}
    words: dict[str, Any] = {"status": [409, 503], "members": {"left": some}}
    for status in ({}, {"status": 409}):
        fit = problem(**words, examples=[{"members": {"left": 1}, **status}])
        assert subjects("example-invalid", fit) == []
    (fault,) = faults("example-invalid", problem(**words, examples=[{"members": {"left": 1}, "status": 503}]))
    assert fault.message == "an example gives 'left' a value that cannot be: it does not come with 503"


def test_examples_are_looked_at_in_depth() -> None:
    one = problem(
        members={"choices": {"type": "array", "items": {"type": "object", "properties": {"mail": STRING}}}},
        examples=[{"members": {"choices": [{"mail": "jane@gmail.com"}]}}],
    )
    (fault,) = faults("example-looks-personal", one)
    assert fault.at == ("examples", 0, "members", "choices")


# ---------------------------------------------------------------------------------------- translations


def german(**words: str) -> dict[str, Any]:
    return {"translations": {"de": {"problems": {"out_of_stock": words}}}}


def test_a_variant_of_the_same_language_is_mostly_the_same() -> None:
    same = {"suggestion": "Order fewer of them.", "source": "0" * 12}
    british = {"en-GB": {"problems": {"out_of_stock": same}}, "de": {"problems": {"out_of_stock": same}}}
    (fault,) = faults("translation-identical", problem(), translations=british)
    assert fault.arguments["language"] == "de"


def test_a_new_file_is_stale_and_not_identical_as_well() -> None:
    new = german(suggestion="Order fewer of them.")
    assert subjects("translation-identical", problem(), **new) == []
    assert subjects("translation-stale", problem(), **new) == ["out_of_stock"]


def test_a_word_may_be_the_same_in_both_languages() -> None:
    assert (
        subjects("translation-identical", problem(title="Status"), **german(title="Status", source="0" * 12))
        == []
    )


def test_a_tombstone_is_not_translated() -> None:
    gone = problem("order_lost", lifecycle={"stage": "removed"})
    assert subjects("translation-missing", problem(), gone, **german(title="Weg")) == ["out_of_stock"]


def test_a_detail_may_be_said_with_more_values_and_in_another_order() -> None:
    one = problem(detail="{left} of {all}", members={"left": INTEGER, "all": INTEGER, "plan": STRING})
    assert subjects("translation-placeholder-lost", one, **german(detail="{plan}: {all}, {left}")) == []
    assert subjects("translation-placeholder-lost", one, **german(title="Weg")) == []


def test_lint_agrees_with_translate_on_what_is_stale() -> None:
    told = {**german(title="Weg", source="0" * 12)}
    state = translation_state(api_of(problem(), **told).catalog, "de")
    assert [one.code for one in state.stale] == subjects("translation-stale", problem(), **told)


def test_all_texts_are_named_and_have_a_place() -> None:
    one = problem(
        detail="d", category="c", why="w", what_to_do="x", resolve={"action": "a", "message": "m"},
        examples=[{"detail": "e"}],
    )  # fmt: skip
    found = [text for (text,) in texts(api_of(one, **german(message="M", prose="P")))]
    assert [(text.value, text.name) for text in found if len(text.value) == 1] == [
        ("d", "detail"),
        ("c", "category"),
        ("m", "message of resolve"),
        ("w", "why"),
        ("x", "what_to_do"),
        ("e", "detail of example 1"),
        ("M", "message of resolve in de"),
        ("P", "prose in de"),
    ]
    assert [text.is_prose for text in found if text.language] == [False, True]


# -------------------------------------------------------------------------------------- hostile catalogs

NAMES = st.text(st.characters(exclude_characters='"\\', exclude_categories=["Cc", "Cs"]), min_size=1)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
SCHEMAS = st.dictionaries(
    st.sampled_from(["type", "enum", "const", "anyOf", "oneOf", "items", "properties", "format", "$ref"]),
    VALUES,
)


@given(name=NAMES, schema=SCHEMAS, value=VALUES, unit=st.text(max_size=9))
def test_rules_take_any_member_that_can_be_read(
    name: str, schema: dict[str, Any], value: Any, unit: str
) -> None:
    members = {name: {**schema, "x-failwell": {"name": "member", "unit": unit}}}
    examples = [{"members": {name: value}}]
    api = api_of(problem(members=members, examples=examples), problem("other", members=members))
    assert all(fault.message for rule in RULES for fault in rule.find(api))


def test_rules_follow_deep_schemas_and_values_only_so_far() -> None:
    schema: dict[str, Any] = {}
    value: Any = "jane@gmail.com"
    for _ in range(150):
        schema, value = {"type": "array", "items": {"anyOf": [schema]}}, [value]
    api = api_of(problem(members={"deep": schema}, examples=[{"members": {"deep": value}}]))
    assert [fault for rule in RULES for fault in rule.find(api)] == []
