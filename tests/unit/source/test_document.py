"""The open JSON document: complete, in stable order, and nothing in it that is at its default."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

import msgspec
import pytest

from failwell import (
    Catalog,
    Contract,
    Example,
    Lifecycle,
    Link,
    Member,
    Problem,
    ProblemType,
    Redirect,
    Resolve,
    Retry,
    dialects,
    standard_types,
)
from failwell.declare import Stage
from failwell.exceptions import EncodingError, SourceError
from failwell.source import read_document, to_document, to_json
from tests.unit.source.test_both_ways import assert_equal

drops = Catalog("drops", base="https://errors.drops.example/", about="How drops fails.")


class Choice(msgspec.Struct):
    """One of several workspaces."""

    slug: str
    name: str | None = None


class Plain(Problem, catalog=drops, code="plain", status=404, title="Plain", retry=Retry.NEVER): ...


class Full(
    Problem,
    catalog=drops,
    code="full",
    status=(413, 403, 503),
    title="Everything at once",
    retry={413: Retry.AFTER_ACTION, 403: Retry.AFTER_ACTION, 503: Retry.LATER},
    retryable=False,
    category="Plans and quotas",
    detail="{used} of {limit} used.",
    suggestion="Upgrade the plan.",
    resolve=Resolve(
        action="upgrade",
        message="Upgrade",
        url="https://drops.example/{limit}",
        method="POST",
        endpoint="/plan",
    ),
    headers={"Retry-After": "{wait}", "Allow": ""},
    redirect=Redirect("/login?error={code}", status=302),
    aliases=("quota", "over_quota"),
    lifecycle=Lifecycle(
        Stage.DEPRECATED, since=date(2026, 11, 1), sunset=date(2027, 5, 1), replaced_by="plain"
    ),
    since="2026-11",
    owner="storage",
    conceal="existence",
    standard=413,
    examples=(Example({"limit": 10, "choices": [{"slug": "a"}]}, detail="Full.", status=403, name="seats"),),
    links=(Link("Plans", "https://drops.example/plans"),),
):
    """A limit of the plan was hit.

    ## Why

    Somebody stored a lot.

    ## What to do

    Upgrade.
    """

    limit: Annotated[int, msgspec.Meta(ge=1)] = 10
    used: Annotated[int | None, Member(unit="bytes", exposure="id", description="Bytes in use.")] = None
    from_: Annotated[str, Member(statuses=(403,))] = "here"
    team: Annotated[str, Member("teamName", exposure="secret")] = ""
    choices: tuple[Choice, ...] = ()
    wait: Annotated[int, Member(on_wire=False, unit="seconds")] = 30


class Asking(Problem, catalog=drops, code="asking", status=409, title="Asking"):
    """Members with and without default, required or not."""

    needed: int
    may_be_none: str | None


standard_types(drops)
contract = Contract(drops, dialect=dialects.PROBLEM)


def _by_code() -> dict[str, dict[str, Any]]:
    return {problem["code"]: problem for problem in to_document(contract)["problems"]}


def test_a_type_that_says_little_has_a_short_entry() -> None:
    assert list(_by_code()["plain"].items()) == [
        ("code", "plain"),
        ("status", [404]),
        ("title", "Plain"),
        ("retry", "never"),
    ]


def test_every_field_of_the_record_appears_where_it_is_not_at_its_default() -> None:
    renamed = {"statuses": "status"}
    full = {*_by_code()["full"], "fills_gap"}
    assert {renamed.get(name, name) for name in ProblemType.__struct_fields__} == full
    assert _by_code()["method_not_allowed"]["fills_gap"] is True


def test_a_member_is_its_schema_under_its_wire_name_in_order() -> None:
    members = _by_code()["full"]["members"]
    assert list(members) == ["limit", "used", "from", "teamName", "choices", "wait"]
    assert members["limit"] == {"type": "integer", "minimum": 1, "x-failwell": {"default": 10}}
    assert members["used"] == {
        "type": "integer",
        "x-failwell": {
            "required": False,
            "unit": "bytes",
            "exposure": "id",
            "description": "Bytes in use.",
            "default": None,
        },
    }
    assert members["from"]["x-failwell"] == {"name": "from_", "statuses": [403], "default": "here"}
    assert members["wait"]["x-failwell"] == {"unit": "seconds", "on_wire": False, "default": 30}


def test_only_members_that_need_no_value_have_a_default() -> None:
    assert _by_code()["asking"]["members"] == {
        "needed": {"type": "integer"},
        "may_be_none": {"type": "string", "x-failwell": {"required": False}},
    }


def test_the_document_can_be_read_back_into_equal_records() -> None:
    assert_equal(read_document(to_json(contract)), contract)


def test_parts_that_only_equal_their_default_are_absent() -> None:
    """msgspec's `omit_defaults` would write both: it compares by identity."""
    catalog = Catalog("other", base="urn:other:")
    words = {"lifecycle": Lifecycle(Stage("stable")), "redirect": Redirect("/?e={code}", status=int("303"))}
    type("Other", (Problem,), {}, catalog=catalog, code="other", status=400, title="Other", **words)
    (problem,) = to_document(Contract(catalog, dialect=dialects.FLAT))["problems"]
    assert "lifecycle" not in problem
    assert problem["redirect"] == {"location": "/?e={code}"}


def test_the_head_names_catalog_base_and_dialect() -> None:
    document = to_document(Contract(drops, dialect=dialects.FLAT, base="https://elsewhere.example/"))
    del document["problems"]
    assert document == {
        "failwell": 1,
        "name": "drops",
        "base": "https://elsewhere.example/",
        "dialect": "flat",
        "about": "How drops fails.",
    }


def test_types_stand_in_the_order_of_the_catalog() -> None:
    assert [problem["code"] for problem in to_document(contract)["problems"]] == list(drops.types)
    assert list(drops.types)[:3] == ["plain", "full", "asking"]


def test_json_is_indented_ends_with_a_newline_and_is_the_same_each_time() -> None:
    written = to_json(contract)
    assert written.startswith(b'{\n  "failwell": 1,\n  "name": "drops",\n')
    assert written.endswith(b"\n}\n")
    assert written == to_json(contract)
    assert json.loads(written) == to_document(contract)


def test_a_value_without_json_form_is_named() -> None:
    catalog = Catalog("bad", base="urn:bad:")
    words: dict[str, Any] = {"examples": (Example({"limit": object()}),)}
    type("Bad", (Problem,), {}, catalog=catalog, code="bad", status=400, title="Bad", **words)
    with pytest.raises(EncodingError, match=r"problem type 'bad': a value of type object has no JSON form"):
        to_document(Contract(catalog, dialect=dialects.PROBLEM))


def test_a_document_that_is_already_decoded_has_no_lines() -> None:
    document = {"failwell": 1, "name": "a", "base": "urn:a:", "dialect": "flat", "problems": [{"code": "x"}]}
    with pytest.raises(SourceError) as caught:
        read_document(document, where="a.json")
    assert (caught.value.code, caught.value.where) == ("missing-word", "a.json, problem 'x'")


def test_what_others_keep_in_it_under_names_of_their_own_is_passed_over() -> None:
    document = {**to_document(contract), "x-team": {"any": [None]}, "x-": 1}
    assert to_json(read_document(json.dumps(document).encode())) == to_json(contract)


def test_the_prose_of_a_translated_page_says_of_which_it_is() -> None:
    catalog = Catalog("shop", base="urn:shop:", about="How it fails.")
    catalog.translate("de", {}, about="Wie es scheitert.", about_source="0123456789ab")
    catalog.translate("fr", {}, about="How it fails.")
    document = to_document(Contract(catalog, dialect=dialects.FLAT))
    assert document["translations"] == {
        "de": {"about": "Wie es scheitert.", "about_source": "0123456789ab", "problems": {}},
        "fr": {"about": "How it fails.", "problems": {}},
    }


@pytest.mark.parametrize("twice", [False, True])
def test_a_key_that_stands_twice_is_found_however_the_json_is_written(twice: bool) -> None:  # noqa: FBT001
    again = '"x-a": 1.0, "x-\\u00e9": {"b": 1, "c": [{"d": 1e2}, {"d": "\\u0064"}'
    again += ', {"e": 1, "\\u0065": 2}' if twice else ""
    document = to_json(contract).replace(b'"failwell": 1,', f'"failwell": 1, {again}]}},'.encode())
    if not twice:
        assert to_json(read_document(document)) == to_json(contract)
        return
    with pytest.raises(SourceError, match="the key 'e' stands twice"):
        read_document(document)
