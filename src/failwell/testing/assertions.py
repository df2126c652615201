"""What tests say of problems: that one is raised, and that a response is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.exceptions import FailwellError, one_of
from failwell.testing.examination import examine
from failwell.typing import Headers

_P = TypeVar("_P", bound=Problem)
_SHARED = frozenset(
    {"code", "detail", "headers", "request_id", "retry", "retryable", "status", "suggestion", "title"}
)
"""What can be asked of every problem."""


class UnexpectedRequest(FailwellError, AssertionError):
    """A request came to a `transport` that the test has said nothing about."""


class Caught(Generic[_P]):
    """What a block of `raises_problem` has caught."""

    def __init__(self, kind: type[_P], expected: Mapping[str, object]) -> None:
        self._kind, self._expected = kind, expected
        self._problem: _P | None = None

    @property
    def problem(self) -> _P:
        """The problem.

        Raises:
            FailwellError: if the block has not ended yet.
        """
        if self._problem is None:
            raise FailwellError(
                "nothing is caught before the block has ended",
                code="nothing-caught",
                where="raises_problem(…)",
                hint="look at caught.problem after the block, not in it",
            )
        return self._problem

    def __enter__(self) -> Caught[_P]:
        """Begins the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> bool:
        """Ends the block: it has to have raised the problem. What is no problem goes on."""
        __tracebackhide__ = True
        name = self._kind.__name__
        if error is None:
            raise AssertionError(f"{name} was not raised: the block has ended without an error")
        if not isinstance(error, self._kind):
            if not isinstance(error, Problem):
                return False
            raise AssertionError(f"{name} was not raised, but {_told(error)}") from error
        self._problem = error
        differences = _differences(error, self._expected)
        if differences:
            raise AssertionError(
                "\n".join([f"{name} was raised with other members:", *differences])
            ) from error
        return True


def raises_problem(problem: type[_P], /, **members: object) -> Caught[_P]:
    """Asserts that a block raises a problem, with these members at least. It may be awaited in, too.

        with raises_problem(QuotaExceeded, limit=10, status=413) as caught:
            publish(drop)
        assert caught.problem.used == 9

    Args:
        problem: the declared class.
        members: what they have to be equal to; anything with `__eq__` goes, such as `unittest.mock.ANY` and
            `pytest.approx`. So can `detail`, `status`, `headers`, `request_id`, `retry`, `retryable`,
            `suggestion`, `title` and `code`.

    Raises:
        FailwellError: at once, for what is no problem type, and for a member that it does not have.
        AssertionError: at the end of the block, if it has not raised the problem, or with other members.
    """
    _check(problem, members, where="raises_problem(…)")
    return Caught(problem, members)


def assert_problem(
    response: object, problem: type[_P], /, *, contract: Contract | None = None, **members: object
) -> _P:
    """Asserts that a response is a problem and keeps the contract in everything that can be seen in it.

    That is: status, media type, the headers that the type declares, the request id in body and header, the
    declared members and their types, and nothing that is not declared.

    Args:
        response: of httpx, a test client of Starlette, FastAPI, Litestar, Flask or Django, of requests, or
            what `Contract.render` returns.
        problem: the declared class.
        contract: the API's; by default that of `failwell_contracts` which has the class.
        members: as in `raises_problem`.

    Returns:
        The problem, as a client of the API would raise it.

    Raises:
        FailwellError: for what is no response or no problem type, and for a member that it does not have.
        AssertionError: if anything differs, with all differences.
    """
    __tracebackhide__ = True
    _check(problem, members, where="assert_problem(…)")
    status, headers, body = _read(response)
    if status < 400:
        raise AssertionError(f"the response is no {problem.__name__}: its status is {status}")
    found, faults = examine(contract or _contract_of(problem), status, headers, body)
    if not isinstance(found, problem):
        told = "a page for people, which cannot be read back" if found is None else _told(found)
        raise AssertionError(f"the response is no {problem.__name__}, but {told}")  # noqa: TRY004 - a test's word
    lines = [f"  {fault.rule}: {fault.message}" for fault in faults] + _differences(found, members)
    if lines:
        raise AssertionError(
            "\n".join([f"the response is another {problem.__name__} than expected:", *lines])
        )
    return found


def _check(problem: object, members: Iterable[str], *, where: str) -> None:
    if not (isinstance(problem, type) and issubclass(problem, Problem)):
        raise FailwellError(
            f"{problem!r} is no problem type",
            code="expected-what",
            where=where,
            hint="give the class itself, and its members by name",
        )
    annotated = {name for kind in problem.__mro__ for name in vars(kind).get("__annotations__", ())}
    known = _SHARED | {name for name in annotated if not name.startswith("_")}
    if hasattr(problem, "member_set"):  # of a class that is made of a record nothing is annotated
        known |= problem.member_set.known
    for name in members:
        if name not in known:
            raise FailwellError(
                f"{problem.__name__} has no member {name!r}",
                code="unknown-member",
                where=where,
                hint=one_of(name, known),
            )


def _contract_of(problem: type[Problem]) -> Contract:
    from failwell.edge.witness import current_witness  # noqa: PLC0415 - pytest imports this when it starts

    witness = current_witness()
    for contract in witness.contracts if witness else ():
        if contract.catalog.find(getattr(problem, "code", "")) is problem:
            return contract
    raise FailwellError(
        f"no contract is known that has {problem.__name__}",
        code="no-contract-known",
        where="assert_problem(…)",
        hint="give contract=…, or name it in pytest's ini: failwell_contracts = shop.errors:contract",
    )


def _differences(problem: Problem, expected: Mapping[str, object]) -> list[str]:
    """A line for each member that is not what it should be. The value of a secret one is not shown."""
    secret = {m.name for m in problem.problem_type.members if m.exposure == "secret"}
    lines: list[str] = []
    for name, wanted in expected.items():
        actual = getattr(problem, name)
        if not wanted == actual:  # noqa: SIM201 - what is expected decides, and it may only know equality
            shown = "another, which is secret" if name in secret else repr(actual)
            lines.append(f"  {name}: expected {'…' if name in secret else repr(wanted)}, got {shown}")
    return lines


def _told(problem: Problem) -> str:
    return f"{type(problem).__name__} ({problem.status} {problem.code}): {problem}"


def _read(response: Any) -> tuple[int, Headers, bytes]:
    """Status, header fields and body of a response, whoever made it."""
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    given = getattr(response, "headers", None)
    name = next((name for name in ("content", "data", "body") if hasattr(response, name)), "")
    body: object = getattr(response, name, None)
    if not isinstance(status, int) or given is None or not isinstance(body, bytes):
        raise FailwellError(
            f"{type(response).__name__} is no response that can be read",
            code="response-of-what",
            where="assert_problem(…)",
            hint="give what a test client returns, its body read: it needs a status, headers and content",
        )
    fields = cast("Iterable[tuple[str, str]]", given.items() if hasattr(given, "items") else given)
    return status, tuple((str(name), str(value)) for name, value in fields), body
