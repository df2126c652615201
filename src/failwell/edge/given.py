"""What adapters are given by developers, checked before anything is done with it."""

from __future__ import annotations

from failwell.contract import Contract
from failwell.exceptions import FailwellError


def check_given(app: object, contract: object, kind: type, *, where: str) -> None:
    """Whether it is an app of this kind and a contract, in this order.

    Raises:
        FailwellError: if it is anything else.
    """
    if callable(app) and isinstance(app, kind) and isinstance(contract, Contract):
        return
    call = where.rpartition(".")[2]
    name = "" if kind is object else f"{kind.__name__} "
    raise FailwellError(
        f"{app!r} and {contract!r} are not an application and a contract",
        code="install-what",
        where=where,
        hint=f"write {call}(app, contract) with the {name}application and a failwell.Contract",
    )
