"""The contract that every framework's app in these tests has, and what its routes do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated

import msgspec
import pydantic

from failwell import Catalog, Contract, Member, Problem, Redirect, Retry, dialects, standard_types
from failwell.declare import Translation
from failwell.headers import challenge
from failwell.typing import LimitState

SECRET = "hunter2-password-42"

shop = Catalog("shop", base="https://errors.shop.example/")


class OutOfStock(Problem, catalog=shop, code="out_of_stock", status=409, title="Out of stock"):
    """Somebody else was faster."""

    article: str
    left: int


class SlowDown(
    Problem,
    catalog=shop,
    code="slow_down",
    status=429,
    title="Slow down",
    retry=Retry.LATER,
    headers={"Retry-After": "{retry_after_seconds}"},
):
    """A limit is used up."""

    retry_after_seconds: Annotated[int, Member(on_wire=False)]


class LoginNeeded(
    Problem,
    catalog=shop,
    code="login_needed",
    status=401,
    title="Login needed",
    headers={"WWW-Authenticate": challenge("Bearer", error="invalid_token")},
):
    """The token is not known."""


class LinkExpired(
    Problem,
    catalog=shop,
    code="link_expired",
    status=410,
    title="Link expired",
    redirect=Redirect("/login?error={code}"),
):
    """The mailed link is too old."""


standard_types(shop)
shop.translate("de", {"out_of_stock": Translation(title="Ausverkauft")})
contract = Contract(shop, dialect=dialects.PROBLEM, limit_headers="x-ratelimit")
CACHED = (
    ("ETag", '"stale"'),
    ("Last-Modified", "Sat, 01 Aug 2026 00:00:00 GMT"),
    ("Cache-Control", "public, max-age=60"),
    ("Vary", "Origin"),
)
LIMITS = (LimitState(name="token", limit=60, window=60.0, remaining=59, reset=0.5),)


class Line(msgspec.Struct):
    """One line of an order, for msgspec."""

    article: str
    count: int


class Order(msgspec.Struct, forbid_unknown_fields=True):
    """An order, for msgspec."""

    email: str
    lines: list[Line] = []


class Login(pydantic.BaseModel):
    """Credentials, for pydantic; its validator echoes the input, as careless ones do."""

    email: str
    password: str = pydantic.Field(min_length=20)

    @pydantic.field_validator("email")
    @classmethod
    def has_at(cls, value: str) -> str:
        """Wants an address."""
        if "@" not in value:
            raise ValueError(f"{value} is no address")
        return value


elsewhere = Catalog("elsewhere", base="https://errors.elsewhere.example/")


class Elsewhere(Problem, catalog=elsewhere, code="elsewhere", status=402, title="Elsewhere"):
    """A problem of another API, whose client this server uses."""


def _unknown() -> Problem:
    return contract.parse(418, (), b'{"code": "unheard_of", "secret": "' + SECRET.encode() + b'"}')


def _no_problem() -> Problem:
    return contract.parse(502, (("Server", SECRET),), b"<html>")


FROM_ELSEWHERE: dict[str, Callable[[], Problem]] = {
    "other-catalog": lambda: Elsewhere(SECRET),
    "unknown-code": _unknown,
    "no-problem": _no_problem,
}


def odd_error() -> Exception:
    """An unhandled error with a secret in its text."""
    return RuntimeError(f"password={SECRET}")


class Stuck:
    """What synchronous handlers wait in, so that threads are used up, until they are let go."""

    def __init__(self) -> None:
        self.waiting = 0
        self._lock = threading.Lock()
        self._released = threading.Event()

    def enter(self) -> str:
        """Waits until it is released, at most a minute."""
        with self._lock:
            self.waiting += 1
        self._released.wait(60)
        return "let go"

    def hold(self) -> None:
        """Makes it ready for the next test."""
        self._released = threading.Event()
        self.waiting = 0

    def release(self) -> None:
        """Lets all go, those that are still to come as well."""
        self._released.set()


STUCK = Stuck()
