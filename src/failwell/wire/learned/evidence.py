"""What a name and a form say of a value in an error response: the tables behind `learned`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from failwell.declare.record import ProblemType
from failwell.wire.dialect import Dialect
from failwell.wire.form import Form
from failwell.wire.slots import CODE, RPC_STATUS
from failwell.wire.values import decode

CODE_NAMES: Mapping[str, int] = {
    "code": 12, "errorcode": 12, "problemcode": 12, "errcode": 12, "error": 9, "reason": 9, "type": 8,
    "errortype": 9, "key": 6, "slug": 8, "id": 4, "status": 5, "kind": 6, "name": 6, "errorname": 9,
    "category": 2, "subtype": 2, "exception": 4,
}  # fmt: skip
"""How much a name (see `plain`) speaks for `CODE`."""

STATUS_NAMES: Mapping[str, int] = {
    "status": 4, "statuscode": 4, "httpstatus": 4, "httpstatuscode": 4, "httpcode": 3, "code": 2,
}  # fmt: skip
"""How much a name speaks for the HTTP status."""

TITLE_NAMES: Mapping[str, int] = {
    "title": 9, "errortitle": 9, "summary": 7, "heading": 7, "shortmessage": 6, "reasonphrase": 6, "name": 3,
    "error": 3, "reason": 2,
}  # fmt: skip
"""How much a name speaks for `TITLE`."""

TEXT_NAMES: Mapping[str, int] = {
    "message": 9, "msg": 9, "errormessage": 9, "detail": 9, "details": 5, "description": 7, "text": 7,
    "errordescription": 9, "longmessage": 6, "explanation": 6, "reason": 3, "errors": 2, "error": 3,
    "developermessage": 4, "usermessage": 5, "localizedmessage": 4, "fault": 3, "faultstring": 8,
}  # fmt: skip
"""How much a name speaks for `DETAIL` or `MESSAGE`."""

DETAIL_NAMES = frozenset({"detail", "details", "longmessage", "explanation"})
"""Of `TEXT_NAMES`, those of a text that may be absent beside a title."""

SUGGESTION_NAMES = frozenset({
    "suggestion", "hint", "help", "advice", "remedy", "solution", "nextstep", "recommendation",
    "recommendedaction", "howtofix", "whattodo", "fix", "tip",
})  # fmt: skip
RETRYABLE_NAMES = frozenset({
    "retryable", "isretryable", "retriable", "canretry", "shouldretry", "retry", "transient", "istransient",
    "temporary",
})  # fmt: skip
RESOLVE_NAMES = frozenset({"resolve", "resolution", "remedy", "wayout", "action"})
RESOLVE_KEYS = frozenset({"action", "message", "url", "method", "endpoint"})
DOMAIN_NAMES = frozenset({"domain"})
REQUEST_ID_NAMES: Mapping[str, int] = {
    "requestid": 9, "reqid": 9, "xrequestid": 9, "correlationid": 8, "traceid": 8, "trace": 6, "rayid": 8,
    "eventid": 5, "errorid": 5, "incidentid": 5, "logid": 5, "transactionid": 5, "instance": 5, "id": 4,
    "ref": 3, "reference": 3, "referenceid": 4, "request": 3, "activityid": 6, "operationid": 4,
    "fbtraceid": 8,
}  # fmt: skip
"""How much a name speaks for `REQUEST_ID`."""

REQUEST_ID_HEADERS = (
    "x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-correlation-id", "cf-ray",
    "x-trace-id", "x-github-request-id", "x-ms-request-id", "apim-request-id", "twilio-request-id",
    "x-goog-request-id", "x-fb-trace-id", "x-b3-traceid", "x-slack-req-id", "x-flow-id",
)  # fmt: skip
"""Header fields that carry a request id, in lower case, the usual ones first."""

METADATA_NAMES = frozenset({
    "meta", "metadata", "members", "params", "parameters", "context", "data", "extensions", "extra", "info",
    "details", "fields", "attributes", "properties", "additionalinfo", "innererror", "arguments", "args",
    "additionaldata", "values",
})  # fmt: skip
"""Names of an object that holds the members."""

TEXT_METADATA_NAMES = frozenset({"metadata", "labels", "attributes"})
"""Of such objects, those whose values are usually strings whatever they mean."""

CONSTANT_NAMES = frozenset({
    "object", "ok", "success", "version", "apiversion", "jsonrpc", "schema", "@type", "$schema", "@context",
})  # fmt: skip
"""Names of entries that are constant, even where the samples are too few to show it."""

GENERIC_WORDS = frozenset(
    {"error", "errors", "fail", "failed", "failure", "fault", "problem", "exception", "nok"}
)
"""Words that say that it is an error, but not which."""

RPC_WORDS = frozenset({
    "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
    "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
})  # fmt: skip
"""Canonical words of google.rpc.Code."""

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,62}\Z")  # as `code=` of a problem type takes it
_WRITTEN_AS_CODE = re.compile(
    r"[a-z0-9]+([_.\-][a-z0-9]+)*\Z|[A-Z0-9]+(_[A-Z0-9]+)*\Z|[A-Z][a-z0-9]+([A-Z]+[a-z0-9]*)+\Z"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s]{2,}\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?\Z")
_ID = re.compile(r"[A-Za-z0-9_.:+/=\-]{6,}\Z")
_LONGEST_CODE = 63
_RPC_DIALECT = Dialect("rpc", {"code": CODE, "word": RPC_STATUS})


def plain(name: str) -> str:
    """A name without case and separators: `requestId`, `request_id` and `Request-ID` are one."""
    return re.sub(r"[_\-. ]", "", name).lower()


def can_be_code(value: object) -> bool:
    """Whether a problem type can have this code."""
    return isinstance(value, str) and _CODE.match(value) is not None


def is_written_as_code(value: str) -> bool:
    """Whether it is written as codes are: snake_case, kebab-case, dotted, UPPER_CASE or CamelCase."""
    return _WRITTEN_AS_CODE.match(value) is not None


def is_uri(value: object) -> bool:
    """Whether it is an absolute URI, and no sentence with a colon."""
    return isinstance(value, str) and _URI.match(value) is not None and value[1:3] != ":\\"


def is_id(value: object) -> bool:
    """Whether it is like an id: no spaces, at least six characters, a digit among them; and no date."""
    if not isinstance(value, str) or _DATE.match(value):
        return False
    return _ID.match(value) is not None and any(map(str.isdigit, value))


def is_sentence(value: object) -> bool:
    """Whether it is like a text for people."""
    return isinstance(value, str) and (" " in value.strip() or value.endswith((".", "!", "。")))


def split_uri(value: str) -> tuple[str, str]:
    """A URI as a base to which codes can be appended, and its tail."""
    at = max(value.rfind(end) for end in "/#:=") + 1
    return value[:at], value[at:]


def code_from(text: str) -> str:
    """A code made of a text: `Bad credentials` becomes `bad_credentials`."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))
    code = "_".join(words)[:_LONGEST_CODE].strip("_")
    return code if can_be_code(code) else f"error_{code}"[:_LONGEST_CODE].strip("_")


def code_of_status(status: int | None) -> str:
    """A code for want of a better one: `not_found` for 404."""
    try:
        return code_from(HTTPStatus(status or 500).phrase)
    except ValueError:
        return f"http_{status}"


def rpc_word(status: int) -> str:
    """The word of google.rpc that Failwell writes for a status."""
    record = ProblemType(code="any", statuses=(status,), title="Any")
    form = Form(record, {}, status, _RPC_DIALECT, type_uri="", domain="", complain=lambda _: None)
    return str(decode(form.body({"detail": None}, None))["word"])


def score(table: Mapping[str, int], name: str) -> int:
    """How much a name speaks for something; 0 where the table does not have it."""
    return table.get(plain(name), 0)


def of(count: int, total: int) -> str:
    """Figures in words: `in 7 of 7 samples`."""
    return f"in {count} of {total} sample{'' if total == 1 else 's'}"


def listed(texts: Iterable[str], most: int = 4) -> str:
    """Some of several texts."""
    every = list(dict.fromkeys(texts))
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
