"""The core against code written by hand for one problem type with three members.

*Out* is raising, catching and rendering: status, header fields and body bytes. *In* is reading these bytes
into the typed exception and raising it. Both sides make the same bytes and the same attributes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec

from bench.measure import Race, Row, Work
from failwell import Catalog, Contract, Dialect, Member, Problem, Resolve, Retry, dialects

BASE = "https://errors.drops.example/"
DETAIL, SUGGESTION = "12 MB do not fit.", "Free up space, or upgrade the plan."
REQUEST_ID = "req_019b2f0c5d7a3f9e41d07b6a52c8"
CALLS = 5_000
GOALS = {"out": 1.3, "in": 1.2}

Headers = tuple[tuple[str, str], ...]
Response = tuple[int, Headers, bytes]
BodyOf = Callable[["HandWrittenError", str], dict[str, Any]]
Read = Callable[[int, Headers, bytes], "HandWrittenError"]

drops = Catalog("drops", base=BASE)


class QuotaExceeded(
    Problem,
    catalog=drops,
    code="quota_exceeded",
    status=(413, 403),
    title="Quota exceeded",
    retry=Retry.AFTER_ACTION,
    suggestion=SUGGESTION,
    resolve=Resolve(action="upgrade_plan", message="Upgrade", url="https://drops.example/billing"),
):
    """A limit of the plan was hit."""

    limit: int
    used: Annotated[int, Member(unit="bytes")]
    requested: int


class HandWrittenError(Exception):
    """The same fields, as one writes an exception class."""

    code = "quota_exceeded"
    title = "Quota exceeded"

    def __init__(  # noqa: PLR0913 - as many as there are fields
        self,
        detail: str | None = None,
        *,
        limit: int,
        used: int,
        requested: int,
        status: int = 413,
        suggestion: str = SUGGESTION,
        headers: Headers = (),
        request_id: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.limit = limit
        self.used = used
        self.requested = requested
        self.status = status
        self.suggestion = suggestion
        self.headers = headers
        self.request_id = request_id


# ---------------------------------------------------------------------------------------- out, by hand


def problem_body(error: HandWrittenError, request_id: str) -> dict[str, Any]:
    return {
        "type": BASE + error.code,
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "retryable": False,
        "suggestion": error.suggestion,
        "request_id": request_id,
        "limit": error.limit,
        "used": error.used,
        "requested": error.requested,
    }


def flat_body(error: HandWrittenError, request_id: str) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": error.detail or error.title,
        "limit": error.limit,
        "used": error.used,
        "requested": error.requested,
        "requestId": request_id,
    }


def google_body(error: HandWrittenError, request_id: str) -> dict[str, Any]:
    metadata = {"limit": str(error.limit), "used": str(error.used), "requested": str(error.requested)}
    return {
        "error": {
            "code": error.status,
            "message": error.detail or error.title,
            "status": "FAILED_PRECONDITION",
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": error.code,
                    "domain": "drops",
                    "metadata": metadata,
                },
                {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": request_id},
                {
                    "@type": "type.googleapis.com/google.rpc.Help",
                    "links": [{"description": error.title, "url": BASE + error.code}],
                },
            ],
        }
    }


def hand_out(body_of: BodyOf, media_type: str) -> Callable[[int], Response]:
    def render(error: HandWrittenError, request_id: str) -> Response:
        headers = (
            ("Content-Type", media_type),
            ("Cache-Control", "no-store"),
            ("X-Request-Id", request_id),
        )
        return error.status, headers, msgspec.json.encode(body_of(error, request_id))

    def work(calls: int) -> Response:
        made: Response = 0, (), b""
        for _ in range(calls):
            try:
                raise HandWrittenError(DETAIL, limit=10, used=9, requested=12)  # noqa: TRY301 - measured
            except HandWrittenError as error:
                made = render(error, REQUEST_ID)
        return made

    return work


# ----------------------------------------------------------------------------------------- in, by hand


def flat_reader(text: str, id_name: str) -> Read:
    """Reads PROBLEM or FLAT, which for one type differ in two names only."""

    def read(status: int, headers: Headers, body: bytes) -> HandWrittenError:
        document = msgspec.json.decode(body)
        if document.get("code") != "quota_exceeded":
            raise LookupError(document.get("code"))
        limit, used, requested = document.get("limit"), document.get("used"), document.get("requested")
        if type(limit) is not int or type(used) is not int or type(requested) is not int:
            raise TypeError("limit, used and requested have to be integers")
        return HandWrittenError(
            document.get(text),
            limit=limit,
            used=used,
            requested=requested,
            status=status,
            suggestion=document.get("suggestion", SUGGESTION),
            headers=headers,
            request_id=document.get(id_name),
        )

    return read


def read_google(status: int, headers: Headers, body: bytes) -> HandWrittenError:
    error = msgspec.json.decode(body)["error"]
    details = {detail["@type"].rpartition(".")[2]: detail for detail in error["details"]}
    info = details["ErrorInfo"]
    if info["reason"] != "quota_exceeded":
        raise LookupError(info["reason"])
    metadata = info["metadata"]
    return HandWrittenError(
        error["message"],
        limit=int(metadata["limit"]),
        used=int(metadata["used"]),
        requested=int(metadata["requested"]),
        status=status,
        headers=headers,
        request_id=details["RequestInfo"]["requestId"],
    )


def hand_in(read: Read, response: Response) -> Work:
    status, headers, body = response

    def work(calls: int) -> None:
        for _ in range(calls):
            try:
                raise read(status, headers, body)
            except HandWrittenError:
                pass

    return work


# ------------------------------------------------------------------------------------------------ ours


def failwell_out(contract: Contract) -> Callable[[int], Response]:
    def work(calls: int) -> Response:
        made = None
        for _ in range(calls):
            try:
                raise QuotaExceeded(DETAIL, limit=10, used=9, requested=12)  # noqa: TRY301 - measured
            except QuotaExceeded as problem:
                made = contract.render(problem, request_id=REQUEST_ID)
        assert made is not None
        return made.status, made.headers, made.body

    return work


def failwell_in(contract: Contract, response: Response) -> Work:
    status, headers, body = response

    def work(calls: int) -> None:
        for _ in range(calls):
            try:
                raise contract.parse(status, headers, body)
            except QuotaExceeded:
                pass

    return work


# ------------------------------------------------------------------------------------------- the table

SHAPES: tuple[tuple[Dialect, BodyOf, Read], ...] = (
    (dialects.PROBLEM, problem_body, flat_reader("detail", "request_id")),
    (dialects.FLAT, flat_body, flat_reader("message", "requestId")),
    (dialects.GOOGLE, google_body, read_google),
)


def rows(rounds: int) -> list[Row]:
    table = []
    for dialect, body_of, read in SHAPES:
        contract = Contract(drops, dialect=dialect)
        out = {"by hand": hand_out(body_of, dialect.media_type), "failwell": failwell_out(contract)}
        response = out["by hand"](1)
        assert response == out["failwell"](1), "both have to send the same"
        assert facts(read(*response)) == facts(contract.parse(*response)), "both have to read the same"
        into = {"by hand": hand_in(read, response), "failwell": failwell_in(contract, response)}
        goals = GOALS if dialect is dialects.PROBLEM else {}
        for direction, ways in (("out", out), ("in", into)):
            race = Race(ways, calls=CALLS, rounds=rounds)
            work = f"{direction}, {dialect.name}"
            table.append(race.ratio("failwell", "by hand", work=work, goal=goals.get(direction)))
    return table


def facts(error: Any) -> list[Any]:
    names = ("detail", "status", "headers", "request_id", "suggestion", "limit", "used", "requested")
    return [getattr(error, name) for name in names]
