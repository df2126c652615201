"""Wrong uses of the face. Both type checkers reject each line that ends in `type: ignore`, and no other."""
# pyright: strict

from __future__ import annotations

from failwell import Catalog, Contract, Problem, Resolve, Retry, raises

c = Catalog("c", base="https://errors.example/")


class Q(Problem, catalog=c, code="q", status=(413, 403), title="Quota exceeded"):
    limit: int


def calls(problem: Problem) -> None:
    Q("d")  # type: ignore[call-arg]
    Q("d", limit=1, nope=3)  # type: ignore[call-arg]
    Q("d", limit="1")  # type: ignore[arg-type]
    Q("d", 1)  # type: ignore[call-arg]
    Q("d", limit=1, request_id="x")  # type: ignore[call-arg]
    Q("d", limit=1, extra={})  # type: ignore[call-arg]
    Q(1, limit=1)  # type: ignore[arg-type]
    Q("d", limit=1, status="413")  # type: ignore[arg-type]
    Q("d", limit=1, headers={"Via": "x"})  # type: ignore[arg-type]
    Q("d", limit=None)  # type: ignore[arg-type]
    str(Q("d", limit=1).used)  # type: ignore[attr-defined]
    str(problem.limit)  # type: ignore[attr-defined]
    problem.retry = Retry.NEVER  # type: ignore[misc]


class B1(Problem, catalog=c, code="x", status=404): ...  # type: ignore[call-overload]


class B2(Problem, catalog=c, code="x", title="t"): ...  # type: ignore[call-overload]


class B3(Problem, catalog=c, status=404, title="t"): ...  # type: ignore[call-overload]


class B4(Problem, catalog=c, code="x", status="404", title="t"): ...  # type: ignore[call-overload]


class B5(Problem, catalog=c, code="x", status=404, title="t", colour=1): ...  # type: ignore[call-overload]


class B6(Problem): ...  # type: ignore[call-overload]


class B7(Problem, catalog=c, code="x", status=404, title="t", retry="never"): ...  # type: ignore[call-overload]


class B8(Problem, catalog="c", code="x", status=404, title="t"): ...  # type: ignore[call-overload]


class B9(Problem, abstract=True, colour=1): ...  # type: ignore[call-overload]


class B10(Problem, abstract=False): ...  # type: ignore[call-overload]


class B11(Problem, catalog=c, code="x", status=404, title="t", aliases="former"): ...  # type: ignore[call-overload]


class M1(Problem, catalog=c, code="m1", status=404, title="t"):
    args: list[str]  # type: ignore[assignment]


class M2(Problem, catalog=c, code="m2", status=404, title="t"):
    status: str  # type: ignore[assignment]


class M3(Problem, catalog=c, code="m3", status=404, title="t"):
    code: str  # type: ignore[misc]


class M4(Problem, catalog=c, code="m4", status=404, title="t"):
    members: list[str]  # type: ignore[assignment]


class M5(Problem, catalog=c, code="m5", status=404, title="t"):
    retryable: str  # type: ignore[assignment]


Resolve(message="Upgrade")  # type: ignore[call-arg]
Contract(c)  # type: ignore[call-arg]
raises(Q("d", limit=1))  # type: ignore[arg-type]
raises("q")  # type: ignore[arg-type]
