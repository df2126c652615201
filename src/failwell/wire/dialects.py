"""The built-in dialects. One of your own is as long as one of these."""

from __future__ import annotations

from failwell.wire.dialect import Dialect
from failwell.wire.slots import (
    CODE,
    DETAIL,
    DOMAIN,
    MEMBERS,
    MEMBERS_TEXT,
    MESSAGE,
    REQUEST_ID,
    RESOLVE,
    REST,
    RETRYABLE,
    RPC_STATUS,
    STATUS,
    STATUS_TEXT,
    SUGGESTION,
    TITLE,
    TYPE,
)

_PROBLEM_JSON = "application/problem+json"
_RPC = "type.googleapis.com/google.rpc."

PROBLEM = Dialect(
    "problem",
    {
        "type": TYPE,
        "title": TITLE,
        "status": STATUS,
        "detail": DETAIL,
        "code": CODE,
        "retryable": RETRYABLE,
        "suggestion": SUGGESTION,
        "request_id": REQUEST_ID,
        REST: MEMBERS,
    },
    media_type=_PROBLEM_JSON,
)
"""RFC 9457 with a code to branch on, retry advice, the next step and the request id."""

PROBLEM_TYPE = Dialect(
    "problem-type",
    {"type": TYPE, "title": TITLE, "status": STATUS, "detail": DETAIL, "instance": REQUEST_ID, REST: MEMBERS},
    media_type=_PROBLEM_JSON,
)
"""RFC 9457 as it stands: clients branch on the type URI; `instance` is the request id."""

PROBLEM_RESOLVE = Dialect(
    "problem-resolve",
    {
        "type": TYPE,
        "title": TITLE,
        "status": STATUS,
        "detail": DETAIL,
        "error_code": CODE,
        "resolve": RESOLVE,
        REST: MEMBERS,
    },
    media_type=_PROBLEM_JSON,
)
"""RFC 9457 with a code and the way out for programs."""

FLAT = Dialect(
    "flat",
    {"code": CODE, "message": MESSAGE, REST: MEMBERS, "requestId": REQUEST_ID},
    limit_headers="x-ratelimit",
)
"""Code, message and request id in one flat object."""

CODED = Dialect("coded", {"error": CODE, "message": MESSAGE, REST: MEMBERS})
"""The least: a code and a message."""

GOOGLE = Dialect(
    "google",
    {
        "error": {
            "code": STATUS,
            "message": MESSAGE,
            "status": RPC_STATUS,
            "details": [
                {"@type": _RPC + "ErrorInfo", "reason": CODE, "domain": DOMAIN, "metadata": MEMBERS_TEXT},
                {"@type": _RPC + "RequestInfo", "requestId": REQUEST_ID},
                {"@type": _RPC + "Help", "links": [{"description": TITLE, "url": TYPE}]},
            ],
        }
    },
)
"""Google's API errors (AIP-193): google.rpc.Status with ErrorInfo, RequestInfo and Help."""

JSON_API = Dialect(
    "json-api",
    {
        "errors": [
            {
                "id": REQUEST_ID,
                "links": {"type": TYPE},
                "status": STATUS_TEXT,
                "code": CODE,
                "title": TITLE,
                "detail": DETAIL,
                "meta": MEMBERS,
            }
        ]
    },
    media_type="application/vnd.api+json",
)
"""JSON:API 1.1 error objects, one per response."""

OAUTH = Dialect("oauth", {"error": CODE, "error_description": MESSAGE, "error_uri": TYPE, REST: MEMBERS})
"""Errors of OAuth 2.0 endpoints (RFC 6749, section 5.2)."""

ODATA = Dialect("odata", {"error": {"code": CODE, "message": MESSAGE, "innererror": MEMBERS}})
"""OData 4.01 JSON error responses."""

GRAPHQL = Dialect(
    "graphql",
    {
        "errors": [
            {
                "message": MESSAGE,
                "extensions": {
                    "code": CODE,
                    "http": {"status": STATUS},
                    "requestId": REQUEST_ID,
                    REST: MEMBERS,
                },
            }
        ],
        "data": None,
    },
    media_type="application/graphql-response+json",
)
"""GraphQL errors with a code in their extensions."""

BUILT_IN = (PROBLEM, PROBLEM_TYPE, PROBLEM_RESOLVE, FLAT, CODED, GOOGLE, JSON_API, OAUTH, ODATA, GRAPHQL)
"""All of them, for tests, documents and choices by name."""
