"""A problem is an exception like any other: raised, caught, matched, grouped, printed and compared."""

from __future__ import annotations

import pickle
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Contract, Member, NotAProblem, Problem, Retry, UnknownProblem, dialects
from tests.unit.declare.declaring import catalog, declare

drops = catalog()


class QuotaExceeded(
    Problem,
    catalog=drops,
    code="quota_exceeded",
    status=(413, 403),
    title="Quota exceeded",
    retry=Retry.AFTER_ACTION,
    suggestion="Free up space.",
):
    limit: int
    used: int = 0
    token: Annotated[str | None, Member(exposure="secret")] = None


class NotFound(Problem, catalog=drops, code="not_found", status=404, title="Not found"):
    from_: str


# ---------------------------------------------------------------------------------------------- raising


def test_a_raised_problem_has_what_was_said() -> None:
    with pytest.raises(QuotaExceeded) as caught:
        raise QuotaExceeded("Full.", limit=10, status=403, headers=(("Via", "x"),))
    problem = caught.value
    assert (problem.detail, problem.status, problem.headers) == ("Full.", 403, (("Via", "x"),))
    assert (problem.limit, problem.used, problem.token, problem.request_id) == (10, 0, None, None)
    assert (problem.code, problem.title, problem.suggestion) == (
        "quota_exceeded",
        "Quota exceeded",
        "Free up space.",
    )
    assert (problem.unreadable, problem.extra) == ({}, {})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, r"QuotaExceeded\(\) lacks limit\. Its members: limit, "),
        ({"limit": 1, "nope": 2, "other": 3}, r"QuotaExceeded\(\) has no nope, other\. Its members: limit, "),
        ({"used": 1, "nope": 2}, r"QuotaExceeded\(\) lacks limit; has no nope\."),
        ({"limit": 1, "request_id": "req_1"}, r"has no request_id\."),
        ({"limit": 1, "extra": {}}, r"has no extra\."),
        ({"limit": 1, "status": 404}, r"status=404 is not among the declared \(413, 403\)$"),
    ],
)
def test_wrong_arguments_are_a_type_error(arguments: dict[str, Any], message: str) -> None:
    cls: Any = QuotaExceeded
    with pytest.raises(TypeError, match=message):
        cls(**arguments)


def test_a_member_is_never_positional() -> None:
    cls: Any = QuotaExceeded
    with pytest.raises(TypeError, match="positional"):
        cls("Full.", 10)


def test_what_is_not_declared_cannot_be_raised() -> None:
    class Base(Problem, abstract=True): ...

    for cls in (Problem, Base):
        with pytest.raises(TypeError, match=f"{cls.__name__} is abstract: raise a type declared from it"):
            cls("d")


def test_a_trailing_underscore_is_dropped_on_the_wire_only() -> None:
    problem = NotFound(from_="a")
    assert (problem.from_, problem.members()) == ("a", {"from": "a"})
    with pytest.raises(TypeError, match="lacks from_; has no from"):
        NotFound(**{"from": "a"})  # type: ignore[arg-type]


def test_members_without_value_are_absent() -> None:
    assert QuotaExceeded(limit=10).members() == {"limit": 10, "used": 0}


def test_problems_are_raised_in_threads() -> None:
    def refuse(number: int) -> None:
        raise QuotaExceeded(f"{number}", limit=number)

    with ThreadPoolExecutor(8) as pool:
        raised = [pool.submit(refuse, number).exception() for number in range(1000)]
    assert raised == [QuotaExceeded(f"{number}", limit=number) for number in range(1000)]


# ------------------------------------------------------------------------------------ match and groups


@pytest.mark.parametrize(
    ("problem", "seen"),
    [
        (QuotaExceeded("Full.", limit=10), "limit 10"),
        (QuotaExceeded("Full.", limit=1), "detail Full."),
        (NotFound(from_="a"), "from a"),
        (UnknownProblem(status=418, code="teapot"), "unknown teapot"),
        (NotAProblem(status=502), "no problem"),
    ],
)
def test_match(problem: Problem, seen: str) -> None:
    match problem:
        case QuotaExceeded(limit=limit) if limit > 5:
            said = f"limit {limit}"
        case QuotaExceeded(detail):
            said = f"detail {detail}"
        case NotFound(from_=origin):
            said = f"from {origin}"
        case UnknownProblem(code=code):
            said = f"unknown {code}"
        case _:
            said = "no problem"
    assert said == seen


def test_a_group_is_taken_apart_by_type() -> None:
    first, second, third = QuotaExceeded("1", limit=1), NotFound("2", from_="a"), ValueError("3")
    caught: list[BaseException] = []
    try:
        raise ExceptionGroup("all", [first, ExceptionGroup("inner", [second, third])])
    except* QuotaExceeded as group:
        caught += group.exceptions
    except* Problem as group:
        (inner,) = group.exceptions
        assert isinstance(inner, ExceptionGroup)
        caught += inner.exceptions
    except* ValueError:
        pass
    assert [id(problem) for problem in caught] == [id(first), id(second)]


# -------------------------------------------------------------------------------------- text for people


def test_a_traceback_shows_the_way_out_and_the_request_id() -> None:
    problem = QuotaExceeded("Full.", limit=10)
    problem.request_id = "req_1"
    problem.add_note("Seen while publishing.")
    lines = "".join(traceback.format_exception(problem)).splitlines()
    name = f"{__name__}.QuotaExceeded"
    assert lines == [
        f"{name}: Full.",
        "Suggestion: Free up space.",
        "Request id: req_1",
        "Seen while publishing.",
    ]


def test_an_uncaught_problem_prints_the_same() -> None:
    """The interpreter prints by itself, not by the module traceback."""
    program = (
        "from failwell import Catalog, Problem\n"
        "drops = Catalog('drops', base='https://errors.drops.example/')\n"
        "words = {'code': 'full', 'status': 413, 'title': 'Full', 'suggestion': 'Free up space.'}\n"
        "class Full(Problem, catalog=drops, **words):\n"
        "    limit: int\n"
        "problem = Full('12 MB do not fit.', limit=1)\n"
        "problem.request_id = 'req_1'\n"
        "problem.add_note('A note.')\n"
        "raise problem\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    end = ["Full: 12 MB do not fit.", "Suggestion: Free up space.", "Request id: req_1", "A note."]
    assert run.stderr.splitlines()[-4:] == end


def test_a_problem_of_a_response_shows_what_the_response_said() -> None:
    contract = Contract(drops, dialect=dialects.PROBLEM)
    body = (
        b'{"type":"https://errors.drops.example/quota_exceeded","title":"Voll","suggestion":"Ask.","limit":1}'
    )
    problem = contract.parse(413, {"X-Request-Id": "req_1"}, body)
    assert (str(problem), problem.__notes__) == ("Voll", ["Suggestion: Ask.", "Request id: req_1"])


@given(st.text(min_size=150, max_size=400) | st.integers() | st.binary(min_size=250))
def test_the_text_is_short_whatever_the_detail_is(detail: Any) -> None:
    """A detail of a wrong type is a fault, but one that must not hide the problem."""
    assert 0 < len(str(QuotaExceeded(detail, limit=1))) <= 200


def test_the_title_stands_for_a_missing_detail() -> None:
    assert str(QuotaExceeded(limit=1)) == str(QuotaExceeded("", limit=1)) == "Quota exceeded"


def test_repr_shows_what_was_said_but_no_secret() -> None:
    problem = QuotaExceeded("Full.", limit=1, token="hush")
    assert repr(problem) == "QuotaExceeded('Full.', status=413, limit=1, used=0, token=Ellipsis)"
    assert repr(NotFound(from_="a")) == "NotFound(None, status=404, from='a')"


def test_a_note_on_a_copy_is_not_one_on_the_original() -> None:
    original = QuotaExceeded(limit=1)
    original.add_note("both")
    copied = pickle.loads(pickle.dumps(original))
    copied.add_note("copy")
    assert (original.__notes__[1:], copied.__notes__[1:]) == (["both"], ["both", "copy"])


# --------------------------------------------------------------------------------------------- equality


def test_equality_is_about_what_was_said() -> None:
    one, other = QuotaExceeded("d", limit=1), QuotaExceeded("d", limit=1, headers=(("Via", "x"),))
    other.request_id = "req_1"
    other.__cause__ = ValueError()
    other.add_note("A note.")
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1


@pytest.mark.parametrize(
    "other",
    [
        QuotaExceeded("other", limit=1),
        QuotaExceeded("d", limit=2),
        QuotaExceeded("d", limit=1, status=403),
        QuotaExceeded("d", limit=1, token="x"),
        NotFound("d", from_="a"),
        UnknownProblem("d", status=413, code="quota_exceeded"),
        ValueError("d"),
        "d",
    ],
)
def test_problems_that_say_something_else_are_not_equal(other: object) -> None:
    assert QuotaExceeded("d", limit=1) != other


def test_types_of_two_catalogs_are_two_types() -> None:
    assert declare()("d") != declare()("d")


def test_members_that_cannot_be_hashed_do_not_make_a_problem_unhashable() -> None:
    cls = declare({"values": list[int]})
    assert len({cls(values=[1]), cls(values=[1]), cls(values=[2])}) == 2


def test_a_problem_whose_arguments_were_refused_can_be_shown() -> None:
    """Tracebacks show it, and a second error would stand in the place of the first."""
    assert repr(QuotaExceeded.__new__(QuotaExceeded)) == "QuotaExceeded(…)"
