"""A failure while reporting a failure never hides the first, and never shows a value in the log."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Problem, Resolve, UnknownProblem
from failwell.wire.dialects import BUILT_IN

catalog = Catalog("broken", base="https://errors.broken.example/")


class Loud(
    Problem,
    catalog=catalog,
    code="loud",
    status=429,
    title="Loud",
    headers={"Retry-After": "{wait}", "X-Name": "{name}"},
    resolve=Resolve(action="open", url="https://broken.example/{name}"),
):
    """Everything that a member feeds."""

    name: Any
    wait: Any = 1


class Typed(Problem, catalog=catalog, code="typed", status=413, title="Typed"):
    """Plain members."""

    limit: int
    name: str


class Bursting:
    def __str__(self) -> str:
        raise LookupError("hunter2")


class Melting:
    def model_dump(self, **_: object) -> object:
        raise LookupError("hunter2")


def cyclic() -> list[Any]:
    ring: list[Any] = ["hunter2"]
    ring.append(ring)
    return ring


contracts = {d.name: Contract(catalog, dialect=d) for d in BUILT_IN}
each_dialect = pytest.mark.parametrize("name", list(contracts))


@each_dialect
@pytest.mark.parametrize(
    "value", [cyclic(), object(), Bursting(), Melting(), {("hunter2", 1): 1}, float("nan"), "hunter2\ud800"],
    ids=["cycle", "object", "str raises", "model raises", "tuple as key", "nan", "lone surrogate"],
)  # fmt: skip
def test_a_value_without_json_is_left_out_and_logged(
    name: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    out = contracts[name].render(Loud("Too loud.", name=value), request_id="req_1")
    assert out.status == 429
    back = contracts[name].parse(out.status, out.headers, out.body)
    assert isinstance(back, Loud)
    assert (back.detail, back.wait, back.request_id) == ("Too loud.", 1 if name != "google" else "1", "req_1")
    assert back.unreadable == {}
    assert back.name is None
    assert {record.name for record in caplog.records} == {"failwell"}
    assert "member 'name'" in caplog.text
    assert "hunter2" not in caplog.text


@each_dialect
@pytest.mark.parametrize(
    ("limit", "shown"), [("hunter2", "str"), (True, "bool"), (None, "no value"), (1.5, "float")]
)
def test_a_value_of_a_wrong_type_is_left_out_and_logged(
    name: str, limit: Any, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    out = contracts[name].render(Typed("No.", limit=limit, name="x"))
    back = contracts[name].parse(out.status, out.headers, out.body)
    assert isinstance(back, Typed)
    assert (out.status, back.detail, back.__dict__["limit"], back.name) == (413, "No.", None, "x")
    assert back.unreadable == {"limit": "missing"}
    assert shown in caplog.text
    assert "hunter2" not in caplog.text


@each_dialect
@given(text=st.text(), member=st.text(), request_id=st.text(min_size=1))
def test_text_of_any_kind_never_raises(name: str, text: str, member: str, request_id: str) -> None:
    """Lone surrogates become question marks in detail and request id; a member with them is left out."""
    out = contracts[name].render(Typed(text, limit=1, name=member), request_id=request_id)
    json.loads(out.body)
    assert out.status == 413
    for _, value in out.headers:
        value.encode("latin-1")
        assert not set(value) & set("\r\n\0")


@pytest.mark.parametrize("detail", [5, {"a": 1}, ["hunter2"], b"x"])
def test_a_detail_that_is_no_text_is_left_out(detail: Any, caplog: pytest.LogCaptureFixture) -> None:
    out = contracts["problem"].render(Typed(detail, limit=1, name="x"))
    assert "detail" not in json.loads(out.body)
    assert "detail is" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a\nb", "a\0", "\u20ac", "a\x7f"])
def test_a_member_cannot_add_header_fields(value: str, caplog: pytest.LogCaptureFixture) -> None:
    out = contracts["problem"].render(Loud(name=value))
    assert [field for field, _ in out.headers] == ["Retry-After", "Content-Type", "Cache-Control"]
    assert "header X-Name" in caplog.text
    assert "Set-Cookie" not in caplog.text


@pytest.mark.parametrize(
    "headers",
    [{"Allow": "GET"}, (("Retry-After", 5),), (("A\r\nB", "c"),), ("Allow",), 5, [("Vary", "Accept"), None]],
)
def test_header_fields_that_are_none_do_not_hide_the_problem(
    headers: Any, caplog: pytest.LogCaptureFixture
) -> None:
    out = contracts["problem"].render(Typed(limit=1, name="x", headers=headers))
    assert out.status == 413
    assert {field for field, _ in out.headers} <= {"Vary", "Content-Type", "Cache-Control"}
    assert "header" in caplog.text


def test_an_occurrence_cannot_add_header_fields_by_line_breaks(caplog: pytest.LogCaptureFixture) -> None:
    problem = Typed(limit=1, name="x", headers=(("Allow", "GET\r\nX: y"), ("Vary", "Accept")))
    out = contracts["problem"].render(problem)
    assert [field for field, _ in out.headers] == ["Vary", "Content-Type", "Cache-Control"]
    assert "header 'Allow'" in caplog.text


def test_a_request_id_that_is_no_field_value_stays_out_of_the_header() -> None:
    out = contracts["problem"].render(Typed(limit=1, name="x"), request_id="a\r\nX: y")
    assert "X-Request-Id" not in dict(out.headers)


def test_an_unknown_problem_of_broken_text_is_still_sent() -> None:
    problem = UnknownProblem(
        "\ud800", status=418, code="\ud800", title="\ud800", members={"\ud800": 1, "b": object()}
    )
    out = contracts["problem"].render(problem)
    assert json.loads(out.body)["detail"] == "?"


def test_a_problem_of_another_catalog_is_internal_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    other = Catalog("other", base="https://other.example/")

    class Foreign(Problem, catalog=other, code="foreign", status=409, title="Foreign"):
        """Of another API."""

    out = contracts["problem"].render(Foreign("hunter2"))
    assert (out.status, json.loads(out.body)["code"]) == (500, "internal")
    assert b"hunter2" not in out.body
    assert "foreign" in caplog.text
    assert "hunter2" not in caplog.text


def test_a_status_without_a_type_is_answered_without_garbage() -> None:
    contract = contracts["problem"]
    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            contract.render(contract.problem_for(418))
        assert gc.collect() == 0
    finally:
        gc.enable()
