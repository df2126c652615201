"""What views work with: the service behind the app that answers, the caller, and what admits callers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from examples.devspace.callers import Caller, Refusal
from examples.devspace.errors import Forbidden, InsufficientScope, NotFound
from examples.devspace.guards import Guards
from examples.devspace.settings import Settings
from examples.identity.tables import Database
from failwell import Problem, raises
from failwell.guard import address_subject

P = ParamSpec("P")
T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., Any])


class Service(msgspec.Struct, frozen=True):
    """All state of one app."""

    settings: Settings
    database: Database
    guards: Guards


def service() -> Service:
    """The service of the app that answers."""
    found: Service = current_app.extensions["devspace"]
    return found


def do(work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs a unit of work."""
    return service().database.transact(work, *args, **kwargs)


def caller() -> Caller:
    """Who makes the request."""
    found: Caller = g.caller
    return found


def answer(value: object, status: int = 200) -> Response:
    """A JSON response that nobody may keep: most of them hold secrets, or change with the next request."""
    response = Response(msgspec.json.encode(value), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def done() -> Response:
    """Nothing more to say."""
    return Response(status=204)


# ---------------------------------------------------------------------------- who is admitted


def enter(
    authenticate: Callable[[Session, Settings, str | None, str | None], Caller | Refusal],
    refused: type[Problem],
) -> None:
    """Finds out who calls, before anything else is looked at."""
    authorization = request.headers.get("Authorization")
    found = do(authenticate, service().settings, authorization, request.remote_addr)
    if isinstance(found, Refusal):
        g.refusal = found
        raise refused
    g.caller = found


def visible(find: Callable[[Session, Caller, str], object]) -> Callable[[View], View]:
    """Has a view reached only where its resource is the caller's to see. Its id is the path's only one."""

    def decorated(view: View) -> View:
        @raises(NotFound)
        @functools.wraps(view)
        def asked(**ids: str) -> Any:
            (id_,) = ids.values()
            if "\0" in id_:  # PostgreSQL does not even look for it
                raise NotFound
            do(find, caller(), id_)
            return view(**ids)

        return asked  # type: ignore[return-value]

    return decorated


def administrators(view: View) -> View:
    """Has a view reached by administrators only."""

    @raises(Forbidden)
    @functools.wraps(view)
    def asked(**ids: str) -> Any:
        caller().need_admin()
        return view(**ids)

    return asked  # type: ignore[return-value]


def scoped(scope: str) -> Callable[[View], View]:
    """Has a view reached only by keys with a scope."""

    def decorated(view: View) -> View:
        @raises(InsufficientScope)
        @functools.wraps(view)
        def asked(**ids: str) -> Any:
            caller().need(scope)
            return view(**ids)

        return asked  # type: ignore[return-value]

    return decorated


# ---------------------------------------------------------------------------- who is noticed


def watch(app: Flask, guards: Guards) -> None:
    """Has the guard against probing observe how each request ends: of a key, of a person, of an address."""

    @app.after_request
    def observe(response: Response) -> Response:
        known: Caller | None = g.get("caller")
        refusal: Refusal | None = g.get("refusal")
        guards.probing.observe(
            subject=known.id if known else address_subject(request.remote_addr),
            outcome="missing" if refusal and not refusal.is_guess else None,
            status=response.status_code,
            target=request.path,
            credential=request.headers.get("Authorization"),
            is_routed=request.url_rule is not None,
        )
        return response
