"""What a name and a form say of a value in an error response: the tables behind `learned`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus

from failwell.declare.declaration import is_code
from failwell.declare.record import ProblemType
from failwell.wire import slots
from failwell.wire.dialect import Dialect
from failwell.wire.form import Form
from failwell.wire.values import decode

CLEAR = 8
"""The points from which a name says it alone."""

_NAMES: Mapping[slots.Slot, Mapping[int, str]] = {
    slots.CODE: {
        12: "code errorcode problemcode errcode",
        9: "error reason errortype errorname",
        8: "type slug",
        6: "key kind name",
        5: "status",
        4: "id exception",
        2: "category subtype",
    },
    slots.TYPE: {9: "type typeuri erroruri problemtype"},
    slots.STATUS: {4: "status statuscode httpstatus httpstatuscode", 3: "httpcode", 2: "code"},
    slots.TITLE: {
        9: "title errortitle",
        7: "summary heading",
        6: "shortmessage reasonphrase",
        3: "name error reason",
    },
    slots.MESSAGE: {
        9: "message msg errormessage detail errordescription faultstring",
        7: "description text longmessage explanation",
        5: "details usermessage developermessage localizedmessage",
        3: "reason error errors fault",
    },
    slots.DETAIL: {9: "detail details longmessage explanation"},  # of those, what a title can do without
    slots.SUGGESTION: {
        9: "suggestion hint help advice remedy solution nextstep recommendation recommendedaction fix tip",
    },
    slots.RETRYABLE: {9: "retryable isretryable retriable canretry shouldretry retry transient temporary"},
    slots.RESOLVE: {9: "resolve resolution remedy wayout action"},
    slots.DOMAIN: {9: "domain"},
    slots.REQUEST_ID: {
        9: "requestid reqid xrequestid",
        8: "correlationid traceid rayid fbtraceid debugid",
        5: "trace activityid eventid errorid incidentid logid transactionid instance",
        3: "id ref reference referenceid request operationid",
    },
    slots.MEMBERS: {
        9: "meta metadata members params parameters context data extensions extra info details fields "
        "attributes properties additionalinfo innererror arguments args additionaldata values",
    },
    slots.MEMBERS_TEXT: {9: "metadata labels attributes"},  # of those, what has strings whatever they mean
}
_POINTS = {
    slot: {name: points for points, names in table.items() for name in names.split()}
    for slot, table in _NAMES.items()
}

REQUEST_ID_HEADERS = (
    "x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-correlation-id", "cf-ray",
    "x-trace-id", "x-github-request-id", "x-ms-request-id", "apim-request-id", "twilio-request-id",
    "x-goog-request-id", "x-fb-trace-id", "x-b3-traceid", "x-slack-req-id", "x-flow-id",
)  # fmt: skip
"""Header fields that carry a request id, in lower case, the usual ones first."""

GENERIC_WORDS = frozenset(
    {"error", "errors", "fail", "failed", "failure", "fault", "problem", "exception", "nok"}
)
"""Words that say that it is an error, but not which."""

_WRITTEN_AS_CODE = re.compile(
    r"[a-z0-9]+([_.\-][a-z0-9]+)*\Z|[A-Z0-9]+(_[A-Z0-9]+)*\Z|[A-Z][a-z0-9]+([A-Z]+[a-z0-9]*)+\Z"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s]{2,}\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?\Z")
_ID = re.compile(r"[A-Za-z0-9_.:+/=\-]{6,}\Z")
_LONGEST_CODE = 63
_RPC_DIALECT = Dialect("rpc", {"code": slots.CODE, "word": slots.RPC_STATUS})


def plain(name: str) -> str:
    """A name without case and separators: `requestId`, `request_id` and `Request-ID` are one."""
    return re.sub(r"[_\-. ]", "", name).lower()


def points(slot: slots.Slot, name: str) -> int:
    """How much a name speaks for a slot; 0 where the table does not have it."""
    return _POINTS[slot].get(plain(name), 0)


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


def is_random(value: object) -> bool:
    """Whether it is like an id that is no chance: eight characters or more, some digits among them."""
    return is_id(value) and isinstance(value, str) and len(value) >= 8 and sum(map(str.isdigit, value)) > 1


def is_sentence(value: object) -> bool:
    """Whether it is like a text for people."""
    return isinstance(value, str) and (" " in value.strip() or value.endswith((".", "!", "。")))


def split_uri(value: str) -> tuple[str, str]:
    """A URI as a base to which codes can be appended, and its tail."""
    at = max(value.rfind(end) for end in "/#:=") + 1
    return value[:at], value[at:]


def code_from(text: str, *, as_it_is: bool = False) -> str:
    """A code made of a text: `Bad credentials` becomes `bad_credentials`; `as_it_is`, if it can be one."""
    if as_it_is and is_code(text):
        return text
    code = "_".join(re.findall(r"[a-z0-9]+", text.lower().replace("'", "")))[:_LONGEST_CODE].strip("_")
    return code if is_code(code) else f"error_{code}"[:_LONGEST_CODE].strip("_")


def code_of_status(status: int | None) -> str:
    """A code for want of a better one: `not_found` for 404."""
    try:
        return code_from(HTTPStatus(status or 500).phrase)
    except ValueError:
        return f"http_{status}"


@cache
def rpc_word(status: int) -> str:
    """The word of google.rpc that Failwell writes for a status."""
    record = ProblemType(code="any", statuses=(status,), title="Any")
    form = Form(record, {}, status, _RPC_DIALECT, type_uri="", domain="", complain=lambda _: None)
    return str(decode(form.body({"detail": None}, None))["word"])


def listed(texts: Iterable[str], most: int = 4) -> str:
    """Some of several texts."""
    every = list(dict.fromkeys(texts))
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
