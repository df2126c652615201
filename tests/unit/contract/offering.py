"""A contract that offers everything, and what clients send."""

from __future__ import annotations

from typing import Annotated, Any

from failwell import Catalog, Contract, Member, Problem, Redirect, Resolve, Retry, dialects, standard_types
from failwell.declare.record import Translation
from failwell.typing import Headers

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HTML, MARKDOWN = "text/html; charset=utf-8", "text/markdown; charset=utf-8"

shop = Catalog("shop", base="https://errors.shop.example/")


class Full(
    Problem, catalog=shop, code="full", status=(413, 401), title="Quota exceeded", retry=Retry.AFTER_ACTION,
    suggestion="Free up space, or upgrade the plan.", detail="{used} of {limit} bytes are used.",
    resolve=Resolve("upgrade", "Upgrade", "https://shop.example/plans?for={name}", "POST", "/v1/plan"),
):  # fmt: skip
    """A limit was hit."""

    limit: int
    used: Annotated[int, Member(unit="bytes")]
    name: str | None = None
    account: Annotated[str, Member(exposure="id")] = "acct_1"
    token: Annotated[str, Member(exposure="secret")] = "hunter2"
    wait: Annotated[int, Member(on_wire=False)] = 30


class Busy(
    Problem, catalog=shop, code="busy", status=503, title="Busy", retry=Retry.LATER,
    headers={"Retry-After": "{wait}", "Content-Security-Policy": "default-src *"},
):  # fmt: skip
    """Later."""

    wait: Annotated[int, Member(on_wire=False)]


class Anything(Problem, catalog=shop, code="anything", status=409, title="Anything"):
    """Any value."""

    value: Any = None


class Login(
    Problem, catalog=shop, code="login", status=401, title="Log in", redirect=Redirect("/login?error={code}")
):
    """Browsers are sent to the form."""


standard_types(shop)
shop.translate(
    "de",
    {
        "full": Translation(
            title="Kontingent erschöpft",
            detail="{used} von {limit} Bytes sind belegt.",
            suggestion="Schaffe Platz.",
            message="Aufrüsten",
        )
    },
)
shop.translate("fr", {"full": Translation(title="Quota dépassé")})
contract = Contract(shop, dialect=dialects.PROBLEM, offers=("text/html", "text/markdown"))
plain = Contract(shop, dialect=dialects.PROBLEM)


def full(detail: str | None = None, **words: Any) -> Full:
    """A quota that was exceeded."""
    return Full(detail, **{"limit": 10, "used": 9, **words})


def shown(problem: Problem, accept: str, languages: str = "") -> str:
    """The body of a response as text."""
    return contract.render(problem, request_id="req_1", accept=accept, languages=languages).body.decode()


def named(headers: Headers, name: str) -> list[str]:
    """The values of a header field."""
    return [value for key, value in headers if key.lower() == name]
