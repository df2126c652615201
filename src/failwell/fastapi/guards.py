"""Guards as dependencies."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from inspect import Parameter, Signature
from typing import Any

from fastapi import Depends, params
from fastapi.requests import HTTPConnection

from failwell.edge import MAX_BODY
from failwell.edge.guarding import Extractors
from failwell.exceptions import DeclarationError
from failwell.starlette import admit
from failwell.typing import Admission, Guard

_REQUEST = "failwell_request"
_WHERE = "failwell.fastapi.guarded"


class _Dependency(functools.partial[Coroutine[Any, Any, Admission]]):
    """What asks a guard, and says so if it is put where no dependency is. FastAPI looks through partials."""

    def __call__(self, /, *misplaced: Any, **values: Any) -> Coroutine[Any, Any, Admission]:
        if misplaced:
            raise _misplaced("guards are dependencies in FastAPI, and no decorators")
        return super().__call__(**values)

    @property
    def dependency(self) -> Any:
        """What FastAPI looks for in a `Depends`."""
        raise _misplaced("the guard stands among dependencies without Depends")


def _misplaced(what: str) -> DeclarationError:
    return DeclarationError(
        what,
        code="guarded-where",
        where=_WHERE,
        hint='@app.get("/", dependencies=[Depends(guarded(limit, token=current_token_id))])',
    )


def guarded(
    guard: Guard, /, *, max_bytes: int = MAX_BODY, **extractors: Any
) -> Callable[..., Coroutine[Any, Any, Admission]]:
    """A dependency that asks a guard: `dependencies=[Depends(guarded(limit, token=current_token_id))]`.

    What it finds out about the request it gets as dependencies of its own, so that they are in the document,
    and asked once where others depend on them, too. Its value is the guard's `Admission`.

    Args:
        guard: admits requests, or raises.
        max_bytes: the largest body, for guards that need it.
        extractors: what the guard's own check takes, by name: dependencies, with or without `Depends` or
            `Security` around them, or constant values.

    Raises:
        DeclarationError: for what is no guard; and where it is used as a decorator, or without `Depends`.
    """
    depending = {name: given for name, given in extractors.items() if isinstance(given, params.Depends)}
    told = Extractors(guard, extractors, where=_WHERE)
    depending |= {name: Depends(given) for name, given in told.functions.items() if name not in depending}
    constants = {name: given for name, given in told.constants.items() if name not in depending}

    async def asked(**values: Any) -> Admission:
        request: HTTPConnection = values.pop(_REQUEST)
        return await admit(request, guard, max_bytes=max_bytes, **constants, **values)

    needed = [Parameter(_REQUEST, Parameter.KEYWORD_ONLY, annotation=HTTPConnection)]
    needed += [
        Parameter(name, Parameter.KEYWORD_ONLY, default=given, annotation=Any)
        for name, given in depending.items()
    ]
    asked.__signature__ = Signature(needed)  # type: ignore[attr-defined] # what FastAPI reads
    return _Dependency(asked)
