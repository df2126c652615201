"""Preconditions: RFC 9110 row by row, and against a model that follows its sections one by one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from failwell.answers import Answered, Refused
from failwell.exceptions import DeclarationError
from failwell.guard.precondition import Precondition, PreconditionDenied, PreconditionMet
from failwell.headers.etag import etag
from failwell.typing import Admission, Facts, Guard
from tests.unit.guard.preconditions import (
    AFTER,
    AT,
    BEFORE,
    NONSENSE,
    TAG,
    THEN,
    DeniedError,
    outcome,
    result,
)

# ---------------------------------------------------------------------------- If-Match


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "GET", "HEAD"])
@pytest.mark.parametrize(
    ("given_tags", "expected"),
    [
        ('"r7"', "goes on"),
        ('"r6", "r7"', "goes on"),
        ('"a,b", "r7"', "goes on"),
        ("*", "goes on"),
        ('"r6"', 412),
        ('W/"r7"', 412),
        ('W/"r7", "r6"', 412),
        ('"r7-gzip"', 412),
        ('"R7"', 412),
        ("", 412),
        ("r7", 412),
        ('"r7', 412),
        ('*, "r7"', 412),
        ('"r7"; x', 412),
        ("w/*", 412),
        ('"r7",' * 3_000, 412),
    ],
)
def test_if_match_compares_strongly(method: str, given_tags: str, expected: int | str) -> None:
    assert result(method, if_match=given_tags) == expected


def test_a_weak_tag_of_the_resource_never_fulfils_if_match() -> None:
    assert result("PUT", 'W/"r7"', if_match='W/"r7"') == 412
    assert result("PUT", 'W/"r7"', if_match='"r7"') == 412
    assert result("PUT", 'W/"r7"', if_match="*") == "goes on"


def test_a_comma_in_a_tag_does_not_part_it() -> None:
    assert result("PUT", '"a,b"', if_match='"a,b"') == "goes on"
    assert result("PUT", '"a"', if_match='"a,b"') == 412
    assert result("PUT", '"a"', if_match='"c,d", "a"') == "goes on"
    assert result("GET", '", "', if_none_match='"a", "b"') == "goes on"


# ---------------------------------------------------------------------------- If-None-Match


@pytest.mark.parametrize(
    ("given_tags", "reading", "writing"),
    [
        ('"r7"', 304, 412),
        ('W/"r7"', 304, 412),
        ('"r6", W/"r7"', 304, 412),
        ("*", 304, 412),
        ('"r6"', "goes on", "goes on"),
        ('"r7-gzip"', "goes on", "goes on"),
        ("", "goes on", "goes on"),
        # Who asks only to create must not overwrite because of a slip.
        ("r7", "goes on", 412),
        ("* *", "goes on", 412),
        ('"r6", r7', "goes on", 412),
    ],
)
def test_if_none_match_compares_weakly(given_tags: str, reading: int | str, writing: int | str) -> None:
    for tag in (TAG, f"W/{TAG}"):
        assert result("GET", tag, if_none_match=given_tags) == reading
        assert result("HEAD", tag, if_none_match=given_tags) == reading
        assert result("PUT", tag, if_none_match=given_tags) == writing
        assert result("DELETE", tag, if_none_match=given_tags) == writing


# ---------------------------------------------------------------------------- what does not exist


def test_an_asterisk_tells_what_exists_from_what_does_not() -> None:
    assert result("PUT", None, if_match="*") == 412
    assert result("PUT", None, if_match=TAG) == 412
    assert result("PUT", None, if_none_match="*") == "goes on"
    assert result("PUT", None, if_none_match=TAG) == "goes on"
    assert result("PUT", TAG, if_none_match="*") == 412


def test_what_has_a_date_only_exists_too() -> None:
    assert result("PUT", None, last_modified=THEN, if_match="*") == "goes on"
    assert result("PUT", None, last_modified=THEN, if_match=TAG) == 412
    assert result("PUT", None, last_modified=THEN, if_none_match="*") == 412
    assert result("GET", None, last_modified=THEN, if_none_match=TAG, if_modified_since=AT) == "goes on"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("fields", [{"if_match": "*"}, {"if_match": TAG}, {"if_none_match": "*"}, {}])
def test_reading_what_does_not_exist_goes_on_to_its_404(method: str, fields: Mapping[str, Any]) -> None:
    """Failures go before preconditions (section 13.2.1)."""
    assert result(method, None, **fields) == "goes on"


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT"])
def test_methods_that_select_nothing_have_no_preconditions(method: str) -> None:
    assert result(method, if_match='"r6"', required=True) == "goes on"
    assert result(method, if_none_match="*", required=True) == "goes on"
    assert result(method, required=True) == "goes on"


# ---------------------------------------------------------------------------- dates


@pytest.mark.parametrize(("since", "expected"), [(BEFORE, 412), (AT, "goes on"), (AFTER, "goes on")])
def test_if_unmodified_since_holds_up_to_its_second(since: str, expected: int | str) -> None:
    for method in ("PUT", "GET"):
        assert result(method, last_modified=THEN, if_unmodified_since=since) == expected


@pytest.mark.parametrize(("since", "expected"), [(BEFORE, "goes on"), (AT, 304), (AFTER, 304)])
def test_if_modified_since_holds_from_the_next_second(since: str, expected: int | str) -> None:
    for method in ("GET", "HEAD"):
        assert result(method, last_modified=THEN, if_modified_since=since) == expected
    assert result("PUT", last_modified=THEN, if_modified_since=since) == "goes on"


def test_parts_of_a_second_do_not_count() -> None:
    late = THEN + timedelta(microseconds=999_999)
    assert result("GET", last_modified=late, if_modified_since=AT) == 304
    assert result("PUT", last_modified=late, if_unmodified_since=AT) == "goes on"


def test_a_time_zone_makes_no_difference() -> None:
    elsewhere = THEN.astimezone(timezone(timedelta(hours=-7)))
    assert result("GET", last_modified=elsewhere, if_modified_since=AT) == 304
    assert result("GET", last_modified=elsewhere, if_modified_since=BEFORE) == "goes on"


@pytest.mark.parametrize("since", NONSENSE)
def test_what_is_no_date_is_as_if_it_were_not_there(since: str) -> None:
    assert result("GET", last_modified=THEN, if_modified_since=since) == "goes on"
    assert result("PUT", last_modified=THEN, if_unmodified_since=since) == "goes on"
    assert result("PUT", last_modified=THEN, if_unmodified_since=since, required=True) == 428


def test_without_a_date_of_the_resource_dates_do_not_count() -> None:
    assert result("GET", if_modified_since=AFTER) == "goes on"
    assert result("PUT", if_unmodified_since=BEFORE) == "goes on"
    assert result("PUT", if_unmodified_since=AFTER, required=True) == 428


def test_the_obsolete_forms_of_dates_count() -> None:
    def check(since: str, year: int) -> int | str:
        micros = (datetime(year, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
            microseconds=1
        )
        guard = Precondition(clock=lambda: micros)
        return outcome(
            lambda: guard.check(method="GET", etag=None, last_modified=THEN, if_modified_since=since)
        )

    assert check("Sun Nov  6 08:49:36 1994", 2026) == "goes on"
    assert check("Sunday, 06-Nov-94 08:49:36 GMT", 2026) == "goes on"
    assert check("Sunday, 06-Nov-94 08:49:37 GMT", 2026) == 304
    assert check("Sunday, 06-Nov-94 08:49:36 GMT", 2044) == 304  # 2094, fifty years ahead


def test_the_clock_is_that_of_the_system_where_none_is_given() -> None:
    assert result("GET", last_modified=THEN, if_modified_since="Sunday, 06-Nov-94 08:49:36 GMT") == "goes on"


# ---------------------------------------------------------------------------- order


def test_a_tag_goes_before_the_date_of_its_kind() -> None:
    fields: dict[str, Any] = {"last_modified": THEN, "if_unmodified_since": BEFORE}
    assert result("PUT", if_match=TAG, **fields) == "goes on"
    fields = {"last_modified": THEN, "if_modified_since": AFTER}
    assert result("GET", if_none_match='"r6"', **fields) == "goes on"
    assert result("GET", if_none_match="unreadable", **fields) == "goes on"


def test_what_must_match_goes_before_what_must_not() -> None:
    assert result("GET", if_match='"r6"', if_none_match=TAG) == 412
    assert result("GET", if_match=TAG, if_none_match=TAG) == 304
    assert result("GET", last_modified=THEN, if_unmodified_since=BEFORE, if_modified_since=AFTER) == 412
    assert result("GET", last_modified=THEN, if_unmodified_since=AFTER, if_modified_since=AFTER) == 304


# ---------------------------------------------------------------------------- required


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "LOCK"])
def test_a_write_without_a_precondition_is_428_where_one_is_required(method: str) -> None:
    assert result(method, required=True) == 428
    assert result(method, None, required=True) == 428
    assert result(method, required=True, last_modified=THEN, if_modified_since=AT) == 428
    assert result(method, required=True, if_match=TAG) == "goes on"
    assert result(method, None, required=True, if_none_match="*") == "goes on"
    assert result(method, required=True, last_modified=THEN, if_unmodified_since=AT) == "goes on"
    assert result(method, required=True, if_match="unreadable") == 412
    assert result(method) == "goes on"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_never_needs_a_precondition(method: str) -> None:
    assert result(method, required=True) == "goes on"


# ---------------------------------------------------------------------------- suffixes


def test_a_suffix_of_the_server_in_front_counts_where_it_is_declared() -> None:
    guard = Precondition(suffixes=("-gzip", "-br"))

    def check(method: str, current: str, **fields: Any) -> int | str:
        return outcome(lambda: guard.check(method=method, etag=current, **fields))

    assert check("GET", TAG, if_none_match='"r7-gzip"') == 304
    assert check("GET", TAG, if_none_match='W/"r7-br"') == 304
    assert check("GET", '"r7-gzip"', if_none_match='"r7-gzip"') == 304
    assert check("GET", TAG, if_none_match='"r6-gzip"') == "goes on"
    assert check("PUT", TAG, if_match='"r7-gzip"') == "goes on"
    assert check("PUT", TAG, if_match='W/"r7-gzip"') == 412
    assert check("PUT", TAG, if_match='"r7-zstd"') == 412


# ---------------------------------------------------------------------------- what is told


def test_who_goes_on_learns_the_tag() -> None:
    guard = Precondition()
    assert guard.check(method="GET", etag=TAG) == PreconditionMet(etag=TAG, is_conditional=False)
    assert guard.check(method="PUT", etag=TAG, if_match=TAG) == PreconditionMet(etag=TAG, is_conditional=True)
    assert guard.check(method="PUT", etag=None) == PreconditionMet(etag=None, is_conditional=False)


@pytest.mark.parametrize(
    ("value", "tag"),
    [(7, '"7"'), ("r7", TAG), (TAG, TAG), ('W/"r7"', 'W/"r7"'), (b"content", etag(b"content"))],
)
def test_a_revision_becomes_a_tag(value: str | int | bytes, tag: str) -> None:
    assert Precondition().check(method="GET", etag=value).etag == tag


def test_a_304_has_the_tag_and_the_declared_fields() -> None:
    guard = Precondition(not_modified=(("Vary", "Accept"), ("Cache-Control", "private")))
    with pytest.raises(Answered) as caught:
        guard.check(method="GET", etag=TAG, last_modified=THEN, if_none_match=TAG)
    assert caught.value.headers == (("ETag", TAG), ("Vary", "Accept"), ("Cache-Control", "private"))
    assert caught.value.body == b""
    with pytest.raises(Answered) as caught:
        guard.check(method="GET", etag=None, last_modified=THEN, if_modified_since=AFTER)
    assert caught.value.headers[0] == ("Last-Modified", AT)


def denied(**fields: Any) -> PreconditionDenied:
    with pytest.raises(DeniedError) as caught:
        Precondition(required=True, problem=DeniedError).check(**fields)
    return caught.value.denied


def test_a_denial_names_the_field_what_was_given_and_the_tag() -> None:
    assert denied(method="PUT", etag=TAG, if_match='"r6"') == PreconditionDenied(
        status=412, failed="If-Match", given='"r6"', etag=TAG
    )
    assert denied(method="PUT", etag=TAG, if_none_match="*") == PreconditionDenied(
        status=412, failed="If-None-Match", given="*", etag=TAG
    )
    assert denied(
        method="PUT", etag=None, last_modified=THEN, if_unmodified_since=BEFORE
    ) == PreconditionDenied(status=412, failed="If-Unmodified-Since", given=BEFORE)
    assert denied(method="PUT", etag=TAG, if_match="r7") == PreconditionDenied(
        status=412, failed="If-Match", given="r7", malformed=True, etag=TAG
    )
    assert denied(method="PUT", etag=TAG, if_none_match="r7").malformed
    assert denied(method="PUT", etag=TAG) == PreconditionDenied(status=428, etag=TAG)


def test_a_caller_who_may_not_know_the_tag_is_not_told() -> None:
    assert denied(method="PUT", etag=TAG, if_match='"r6"', reveal=False).etag is None
    assert denied(method="PUT", etag=TAG, reveal=False).etag is None


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"if_match": '"r6"'}, "If-Match does not hold: it was changed"),
        ({"if_none_match": "*"}, "If-None-Match does not hold: it is there already"),
        ({"if_unmodified_since": BEFORE}, "If-Unmodified-Since does not hold"),
        ({"if_match": "<script>"}, "If-Match has to be a list of entity tags"),
        ({}, "send If-Match with the ETag"),
    ],
)
def test_without_a_problem_the_answer_says_what_to_do(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(Refused, match=text) as caught:
        Precondition(required=True).check(method="PUT", etag=TAG, last_modified=THEN, **fields)
    assert caught.value.headers == ()
    assert isinstance(caught.value.denied, PreconditionDenied)
    assert all(value not in caught.value.detail for value in fields.values() if value != "*")


# ---------------------------------------------------------------------------- as a guard


def facts(method: str, **fields: str) -> Facts:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return Facts(method=method, path="/drops/1", query="", field=headers.get)


@pytest.mark.anyio
async def test_a_request_is_admitted_by_its_fields() -> None:
    guard: Guard = Precondition(required=True)
    assert not guard.needs_body
    assert guard.admit(facts("PUT", if_match=TAG), {"etag": "r7"}) == Admission()
    assert await guard.aadmit(facts("GET", if_none_match='"r6"'), {"etag": TAG}) == Admission()
    with pytest.raises(Refused, match="changed"):
        guard.admit(facts("PUT", if_match='"r6"'), {"etag": TAG})
    with pytest.raises(Answered):
        await guard.aadmit(facts("GET", if_none_match=TAG), {"etag": TAG})
    with pytest.raises(Answered):
        guard.admit(facts("GET", if_modified_since=AT), {"etag": None, "last_modified": THEN})
    with pytest.raises(Refused, match="If-Unmodified-Since"):
        guard.admit(facts("PUT", if_unmodified_since=BEFORE), {"etag": None, "last_modified": THEN})
    with pytest.raises(Refused, match="conditional"):
        guard.admit(facts("PUT"), {"etag": TAG})


def test_a_field_that_came_empty_is_a_list_of_no_tags() -> None:
    """None of them is the current one: If-Match is false, If-None-Match true (13.1.1, 13.1.2)."""
    guard = Precondition()
    for method in ("PUT", "GET"):
        with pytest.raises(Refused) as caught:
            guard.admit(facts(method, if_match=""), {"etag": TAG})
        assert caught.value.status == 412
        assert guard.admit(facts(method, if_none_match=""), {"etag": TAG}) == Admission()
    dated = {"etag": TAG, "last_modified": THEN}
    assert guard.admit(facts("GET", if_none_match="", if_modified_since=AT), dated) == Admission()
    for field in ("if_modified_since", "if_unmodified_since"):
        assert guard.admit(facts("GET", **{field: ""}), dated) == Admission()


@pytest.mark.parametrize("given_tags", ["", " ", ",", ", \t,"])
def test_a_list_of_no_tags_is_no_precondition_where_one_is_required(given_tags: str) -> None:
    assert result("PUT", required=True, if_none_match=given_tags) == 428
    assert result("PUT", required=True, if_none_match=given_tags, if_match=TAG) == "goes on"
    assert result("PUT", None, required=True, if_none_match=given_tags) == 428
    assert result("PUT", if_none_match=given_tags) == "goes on"


# ---------------------------------------------------------------------------- mistakes


def test_a_date_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone\n  To mend it"):
        result("GET", last_modified=datetime(1994, 11, 6))  # noqa: DTZ001


def test_what_cannot_be_a_tag_is_refused() -> None:
    with pytest.raises(TypeError, match="has no tag"):
        result("GET", etag=1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        {"if_match": 7},
        {"if_match": b'"r7"'},
        {"if_match": ['"r7"']},
        {"if_none_match": 7},
        {"if_modified_since": THEN},
        {"if_unmodified_since": 784_111_777},
        {"last_modified": AT},
        {"last_modified": THEN.date()},
        {"last_modified": 784_111_777},
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_a_value_of_a_wrong_type_is_refused_by_name(method: str, said: dict[str, Any]) -> None:
    (name,) = said
    with pytest.raises(TypeError, match=rf"^Precondition: {name} is a \w+, .*\n  To mend it: pass "):
        result(method, **said)


@pytest.mark.parametrize("method", [None, 7, b"PUT"])
def test_a_method_that_is_no_text_is_refused(method: Any) -> None:
    with pytest.raises(TypeError, match=r"^Precondition: method is a \w+, .*\n  To mend it: pass "):
        result(method)


def test_a_method_in_lower_case_is_the_same_method() -> None:
    assert result("get", if_none_match=TAG) == 304
    assert result("head", required=True) == "goes on"
    assert result("options", required=True) == "goes on"
    assert result("put", required=True) == 428


@pytest.mark.parametrize(
    "values",
    [{}, {"tag": TAG}, {"etag": TAG, "if_match": TAG}, {"last_modified": THEN}, {"etag": TAG, "token": 7}],
)
def test_values_other_than_what_is_known_of_the_resource_are_a_mistake(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"^Precondition: it takes etag=….*\n  To mend it: pass "):
        Precondition().admit(facts("PUT", if_match=TAG), values)


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ({"not_modified": 7}, "precondition-not-modified"),
        ({"not_modified": {"Vary": "Accept"}}, "precondition-not-modified"),
        ({"not_modified": ("Vary",)}, "precondition-not-modified"),
        ({"not_modified": (("Vary", 7),)}, "precondition-not-modified"),
        ({"not_modified": ((b"Vary", b"Accept"),)}, "precondition-not-modified"),
        ({"suffixes": 7}, "precondition-suffixes"),
        ({"suffixes": (7,)}, "precondition-suffixes"),
        ({"problem": "no function"}, "guard-problem"),
        ({"not_modified": (("A b", "c"),)}, "precondition-not-modified"),
        ({"not_modified": (("Vary", "a\nb"),)}, "precondition-not-modified"),
        ({"not_modified": (("ETag", TAG),)}, "precondition-not-modified"),
        ({"suffixes": "-gzip"}, "precondition-suffixes"),
        ({"suffixes": ("",)}, "precondition-suffixes"),
        ({"suffixes": ('"',)}, "precondition-suffixes"),
        ({"clock": time.time}, "clock"),
        ({"clock": None}, "clock"),
    ],
)
def test_what_cannot_serve_is_refused_when_it_is_declared(declared: dict[str, Any], code: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        Precondition(**declared)
    assert caught.value.code == code


def test_a_problem_that_cannot_be_raised_is_a_type_error() -> None:
    guard = Precondition(required=True, problem=lambda _: None)  # type: ignore[arg-type,return-value]
    with pytest.raises(TypeError, match="not an exception to raise"):
        guard.check(method="PUT", etag=TAG)
