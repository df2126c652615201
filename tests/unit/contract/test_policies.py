"""What a contract does beyond bodies: redirects, policies, conditions, challenges, overrides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pytest

from failwell import (
    Catalog,
    Contract,
    DeclarationError,
    Dialect,
    Member,
    NotAProblem,
    Problem,
    Redirect,
    Resolve,
    Retry,
    UnknownProblem,
    dialects,
    standard_types,
)
from failwell.contract import Policy
from failwell.contract.policy import Offer
from failwell.declare.record import MemberType, ProblemType
from failwell.source import read_document, read_folder, to_document, to_json, write_folder
from failwell.typing import InputFailure, LimitState

switches = Catalog("switches", base="https://errors.switches.example/")


class MagicLink(Problem, abstract=True, catalog=switches, redirect=Redirect("/login?error={code}")):
    """Browsers follow these links."""


class MagicLinkInvalid(MagicLink, code="magic_link", status=401, title="Link invalid"):
    """The token is unknown."""


class MagicLinkUsed(MagicLink, code="magic_link_used", status=401, title="Link used"):
    """The token was redeemed."""


class Throttled(
    Problem, catalog=switches, code="throttled", status=429, title="Throttled",
    headers={"Retry-After": "{wait}"},
    suggestion="Wait.", resolve=Resolve(action="open", url="https://switches.example/{plan}"),
):  # fmt: skip
    """Too many requests."""

    plan: str
    wait: Annotated[int | None, Member(on_wire=False)] = None


class Priced(
    Problem, catalog=switches, code="priced", status=402, title="Priced",
    headers={"X-Price": "{price} {note}"},
):  # fmt: skip
    """Not without a price; a note may be missing."""

    price: str
    note: Annotated[str | None, Member(on_wire=False)] = None


class Hidden(Problem, catalog=switches, code="hidden", status=(403, 404), title="Hidden", standard=404):
    """Nothing to see."""


contract = Contract(switches, dialect=dialects.PROBLEM)


def parsed(body: dict[str, Any], status: int = 429, **policy: Any) -> Problem:
    return Contract(switches, dialect=dialects.PROBLEM, **policy).parse(status, {}, json.dumps(body).encode())


def test_a_location_may_be_the_code_alone() -> None:
    alone = Catalog("alone", base="https://errors.alone.example/")

    class Expired(
        Problem, catalog=alone, code="expired", status=401, title="Expired", redirect=Redirect("{code}")
    ):
        """The link is too old."""

    contract = Contract(alone, dialect=dialects.PROBLEM)
    out = contract.render(Expired())
    assert contract.parse(out.status, out.headers, out.body) == Expired()
    assert isinstance(contract.parse(303, (("Location", "/elsewhere"),), b""), NotAProblem)


@pytest.mark.parametrize("cls", [MagicLinkInvalid, MagicLinkUsed])
def test_a_redirect_carries_the_code_there_and_back(cls: type[Problem]) -> None:
    out = contract.render(cls(headers=(("Set-Cookie", "s="),)), request_id="req_1", accept="text/html,*/*")
    assert (out.status, out.body) == (303, b"")
    assert out.headers == (
        ("Set-Cookie", "s="), ("Location", f"/login?error={cls.code}"), ("Cache-Control", "no-store"),
        ("X-Request-Id", "req_1"),
    )  # fmt: skip
    back = contract.parse(out.status, out.headers, out.body)
    assert (type(back), back.status, back.request_id, back.unreadable) == (cls, 401, "req_1", {})


def test_clients_that_ask_for_json_get_a_body_instead_of_a_redirect() -> None:
    out = contract.render(MagicLinkUsed(), accept="application/json")
    assert (out.status, json.loads(out.body)["code"]) == (401, "magic_link_used")


@pytest.mark.parametrize("suffix", ["", "&next=/", "#top"])
def test_a_location_may_be_absolute_and_say_more(suffix: str) -> None:
    headers = {"location": f"https://switches.example/login?error=magic_link_used{suffix}"}
    assert contract.parse(303, headers, b"") == MagicLinkUsed()


@pytest.mark.parametrize("location", ["", "/home", "/login?error=other", "/login?error=magic_link_used2"])
def test_other_redirects_are_no_problems(location: str) -> None:
    back = contract.parse(303, {"Location": location}, b"")
    assert isinstance(back, NotAProblem)
    assert back.reason == "a redirect without a code"


def test_an_unknown_code_means_what_its_status_implies() -> None:
    back = parsed({"code": "new", "type": "x"}, 403)
    assert isinstance(back, UnknownProblem)
    assert (back.code, back.retry, back.retryable) == ("new", Retry.AFTER_ACTION, False)


def test_an_unknown_code_can_mean_the_same_as_internal() -> None:
    back = parsed({"code": "new", "retryable": False}, 403, unknown="internal")
    assert (back.retry, back.retryable) == (Retry.NEVER, False)


@pytest.mark.parametrize(
    "policy",
    [
        {"unknown": "ignore"},
        {"limit_headers": "x"},
        {"base": "https://no-end.example"},
        {"challenge": "Bearer\r\nX: y"},
        {"request_id_header": "X Request"},
        {"offers": "text/html"},
        {"offers": ["text/html"]},
        {"offers": ("application/json",)},
        {"offers": ("text/html", "text/html")},
        {"offers": ({},)},
        {"validation": "ValidationError"},
        {"dialect": "problem"},
    ],
)
def test_a_wrong_policy_fails_at_once(policy: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError, match="To mend it"):
        Contract(switches, **{"dialect": dialects.PROBLEM, **policy})


def test_the_policy_says_what_was_decided() -> None:
    assert contract.policy == Policy("by_status", "Bearer", "", "X-Request-Id")
    own = Contract(
        switches, dialect=dialects.FLAT, unknown="internal", challenge="", limit_headers="ietf",
        request_id_header="Request-Id", offers=("text/markdown", "text/html"),
    )  # fmt: skip
    assert own.policy == Policy("internal", "", "ietf", "Request-Id", ("text/markdown", "text/html"))
    assert own.request_id_header == "Request-Id"
    said: dict[str, Any] = {"limit_headers": ""}  # as a document says it
    assert Contract(switches, dialect=dialects.FLAT, **said).policy == Policy()


@pytest.mark.parametrize("offers", [(), ("text/html",), ("text/markdown", "text/html")])
def test_offers_are_carried_by_documents_and_files(offers: tuple[Offer, ...], tmp_path: Path) -> None:
    offering = Contract(switches, dialect=dialects.PROBLEM, offers=offers)
    assert read_document(to_json(offering)).policy == offering.policy
    assert read_document(to_document(offering)).policy == offering.policy
    write_folder(offering, tmp_path)
    assert read_folder(tmp_path).policy == offering.policy


def test_rate_limits_are_shown_as_the_policy_says_or_else_the_dialect() -> None:
    state = LimitState(name="token", limit=9, window=60, remaining=8, reset=1)
    as_flat = Contract(switches, dialect=dialects.FLAT)
    hidden = Contract(switches, dialect=dialects.FLAT, limit_headers="none")
    ietf = Contract(switches, dialect=dialects.CODED, limit_headers="ietf")
    assert as_flat.limit_headers([state])[0] == ("X-RateLimit-Limit", "9")
    assert hidden.limit_headers([state]) == ()
    assert ietf.limit_headers([state])[0] == ("RateLimit-Policy", '"token";q=9;w=60')


def test_the_base_can_be_overridden_and_both_are_understood() -> None:
    local = Contract(switches, dialect=dialects.PROBLEM_TYPE, base="http://127.0.0.1:8000/errors/")
    out = local.render(Hidden())
    assert json.loads(out.body)["type"] == "http://127.0.0.1:8000/errors/hidden"
    assert local.parse(403, {}, out.body) == Hidden()
    assert local.parse(403, {}, b'{"type":"https://errors.switches.example/hidden"}') == Hidden()


def test_a_contract_can_be_put_elsewhere_and_keeps_everything_else() -> None:
    strict = Contract(
        switches, dialect=dialects.PROBLEM, unknown="internal", challenge="", limit_headers="ietf",
        request_id_header="X-Trace", validation=lambda _: Hidden("invalid"), clock=lambda: 1.0,
        offers=("text/html",),
    )  # fmt: skip
    there = strict.at("http://127.0.0.1:8400/switches/", dialect=dialects.GOOGLE)
    assert (there.base, there.dialect) == ("http://127.0.0.1:8400/switches/", dialects.GOOGLE)
    assert (there.catalog, there.policy) == (strict.catalog, strict.policy)
    assert there.invalid_input(()) == Hidden("invalid")
    assert strict.at("").base == strict.base
    changed = {name for name in vars(strict) if vars(there)[name] is not vars(strict)[name]}
    assert changed <= {
        "policy", "base", "dialect", "_reader", "_identity", "_answers", "_compiler", "_negotiation",
        "_revivals", "_known",
    }  # fmt: skip


def test_a_401_always_has_a_challenge() -> None:
    out = contract.render(MagicLinkUsed(), accept="json")
    assert dict(out.headers)["WWW-Authenticate"] == "Bearer"
    own = contract.render(MagicLinkUsed(headers=(("www-authenticate", "Basic"),)), accept="json")
    assert [value for name, value in own.headers if name.lower() == "www-authenticate"] == ["Basic"]


def test_retry_after_comes_from_a_member_off_the_wire_and_goes_back_into_it() -> None:
    out = contract.render(Throttled(plan="free", wait=30))
    assert ("Retry-After", "30") in out.headers
    assert b"30" not in out.body
    back = contract.parse(out.status, out.headers, out.body)
    assert isinstance(back, Throttled)
    assert back.wait == 30


def test_a_wait_that_may_be_unknown_is_left_out_and_nobody_is_told(caplog: pytest.LogCaptureFixture) -> None:
    out = contract.render(Throttled(plan="free"))
    assert "Retry-After" not in dict(out.headers)
    assert "X-Price" not in dict(contract.render(Priced(price="9 EUR")).headers)
    assert caplog.messages == []


def test_a_header_without_the_member_that_it_needs_is_told(caplog: pytest.LogCaptureFixture) -> None:
    problem = Priced(price="9 EUR")
    problem.price = None  # type: ignore[assignment]
    assert "X-Price" not in dict(contract.render(problem).headers)
    assert "header X-Price: a member that it is made of has no value that can be sent" in caplog.text


def test_a_retry_after_that_is_a_date_is_none() -> None:
    headers = {"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"}
    back = contract.parse(429, headers, b'{"code":"throttled","plan":"free"}')
    assert isinstance(back, Throttled)
    assert back.wait is None


@pytest.mark.parametrize("dialect", [dialects.PROBLEM, dialects.GOOGLE, dialects.FLAT])
def test_no_response_may_be_stored(dialect: Dialect) -> None:
    out = Contract(switches, dialect=dialect).render(Hidden())
    assert out.headers == (("Content-Type", dialect.media_type), ("Cache-Control", "no-store"))


@pytest.mark.parametrize(("status", "title"), [(418, "I'm a Teapot"), (499, "HTTP 499"), (599, "HTTP 599")])
def test_a_status_without_a_type_is_about_blank(status: int, title: str) -> None:
    problem = contract.problem_for(status, "Because.")
    out = contract.render(problem)
    assert out.status == status
    assert json.loads(out.body) == {
        "type": "about:blank", "title": title, "status": status, "detail": "Because.",
        "code": f"http_{status}",
        "retryable": status >= 500,
    }  # fmt: skip
    assert contract.parse(status, out.headers, out.body) == problem


def test_a_condition_gives_its_type_with_that_status() -> None:
    assert contract.problem_for(404) == Hidden(status=404)
    assert contract.problem_for("internal").code == "internal"


FAILURES = [
    InputFailure(pointer="/a/0", place="body", code="missing", detail="is needed"),
    InputFailure(pointer="", place="query", code="type", detail="has to be a number"),
]


def test_invalid_input_is_the_standard_422_with_each_failure() -> None:
    catalog = Catalog("standard", base="https://errors.standard.example/")
    standard_types(catalog)
    out = (made := Contract(catalog, dialect=dialects.PROBLEM)).render(made.invalid_input(FAILURES))
    body = json.loads(out.body)
    assert (out.status, body["detail"]) == (422, "a.0: is needed (and 1 more)")
    assert body["errors"][0] == {"pointer": "/a/0", "in": "body", "code": "missing", "detail": "is needed"}
    assert made.parse(out.status, out.headers, out.body) == made.invalid_input(FAILURES)
    assert made.invalid_input([]).detail is None


def test_invalid_input_can_be_what_the_policy_makes_of_it() -> None:
    own = Contract(switches, dialect=dialects.PROBLEM, validation=lambda failures: Hidden(f"{len(failures)}"))
    assert own.invalid_input(FAILURES) == Hidden("2")


def test_what_a_response_says_counts_more_than_the_catalog() -> None:
    back = parsed(
        {"code": "throttled", "plan": "free", "title": "Slow down", "suggestion": "Wait longer.",
         "retryable": False,
         "added": [1]}
    )  # fmt: skip
    assert (back.title, back.suggestion, back.retryable, back.extra) == (
        "Slow down",
        "Wait longer.",
        False,
        {"added": [1]},
    )
    again = json.loads(contract.render(back).body)
    assert (again["title"], again["suggestion"], again["retryable"], again["added"]) == (
        "Slow down", "Wait longer.", False, [1],
    )  # fmt: skip


def test_the_way_out_is_filled_and_a_response_may_say_another() -> None:
    way = Contract(switches, dialect=dialects.PROBLEM_RESOLVE)
    body = json.loads(way.render(Throttled(plan="a b/c")).body)
    assert body["resolve"] == {"action": "open", "url": "https://switches.example/a%20b%2Fc"}
    body["resolve"]["url"] = "https://other.example/"
    back = way.parse(429, {}, json.dumps(body).encode())
    assert back.resolve == Resolve(action="open", url="https://other.example/")
    assert json.loads(way.render(back).body) == body


def test_of_a_received_problem_only_headers_about_the_problem_are_sent_on() -> None:
    headers = (
        ("Content-Length", "9"),
        ("Set-Cookie", "s=1"),
        ("Retry-After", "7"),
        ("Content-Encoding", "gzip"),
    )
    back = contract.parse(429, headers, b'{"code":"new"}')
    out = contract.render(back)
    assert [name for name, _ in out.headers] == ["Retry-After", "Content-Type", "Cache-Control"]


def test_a_member_may_not_have_a_name_of_the_dialect() -> None:
    catalog = Catalog("names", base="https://errors.names.example/")

    class Shadow(Problem, catalog=catalog, code="shadow", status=400, title="Shadow"):
        """A member that FLAT has as well."""

        message: str

    with pytest.raises(DeclarationError, match=r"uses the name 'message' itself"):
        Contract(catalog, dialect=dialects.FLAT)
    assert Shadow(message="m").members() == {"message": "m"}


def test_a_redirect_with_a_former_code_is_understood() -> None:
    renaming = Catalog("renaming", base="https://errors.renaming.example/")

    class LinkUsed(
        Problem, catalog=renaming, code="link_used", status=410, title="Link used", aliases=("link_spent",),
        redirect=Redirect("/login?error={code}"),
    ):  # fmt: skip
        """The link was used before."""

    spent = (("Location", "/login?error=link_spent"),)
    assert Contract(renaming, dialect=dialects.FLAT).parse(303, spent, b"") == LinkUsed()


def recorded(count: int) -> Catalog:
    """A catalog as files give it: records, and no class yet."""
    catalog = Catalog("recorded", base="https://errors.recorded.example/")
    members = tuple(MemberType(name=name, wire_name=name, schema={"type": "string"}) for name in "abc")
    for n in range(count):
        redirect = Redirect("/login?error={code}") if n % 2 else None
        record = ProblemType(
            code=f"code_{n}", statuses=(409,), title="Recorded", members=members, redirect=redirect
        )
        catalog.add_record(record, where="recorded")
    return catalog


def test_putting_a_contract_together_makes_no_class() -> None:
    catalog = recorded(1000)
    large = Contract(catalog, dialect=dialects.PROBLEM)
    assert catalog._classes == {}
    back = large.parse(303, (("Location", "/login?error=code_777"),), b"")
    assert (back.code, len(catalog._classes)) == ("code_777", 1)


def test_a_member_of_a_recorded_type_may_not_have_a_name_of_the_dialect_either() -> None:
    catalog = recorded(1)
    shadow = MemberType(name="message", wire_name="message", schema={"type": "string"})
    record = ProblemType(code="shadow", statuses=(400,), title="Shadow", members=(shadow,))
    catalog.add_record(record, where="shadow.md")
    with pytest.raises(DeclarationError, match=r"uses the name 'message' itself"):
        Contract(catalog, dialect=dialects.FLAT)
