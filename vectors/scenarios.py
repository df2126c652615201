"""What the vectors are about: the problems that are rendered, and the responses that are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

QUOTA: Json = {"code": "quota_exceeded", "members": {"limit": 10, "used": 9}}
INVALID: Json = {
    "code": "validation_failed",
    "detail": "Two fields are wrong.",
    "members": {"errors": [{"path": "name", "detail": "too long"}], "strict": False},
}

IN_EACH_DIALECT: Mapping[str, Json] = {
    "detail, members and a request id": {
        "problem": {**QUOTA, "detail": "12 bytes do not fit."},
        "request_id": "req_1",
    },
    "a detail from the template, no request id": {"problem": QUOTA},
    "the second status, with the member that only it has": {
        "problem": {**QUOTA, "status": 403, "members": {"limit": 10, "used": 9, "seats": 3, "from": "ada"}},
    },
    "a member of another status is left out": {
        "problem": {**QUOTA, "members": {"limit": 10, "used": 9, "seats": 3}},
    },
    "neither detail nor members": {"problem": {"code": "not_found"}, "request_id": "req_2"},
    "a detail like the title": {"problem": {"code": "not_found", "detail": "Not found"}},
    "an empty detail": {"problem": {"code": "not_found", "detail": ""}},
    "members of all kinds": {
        "problem": {
            **INVALID,
            "members": {
                "errors": [{"path": "a.b", "detail": 'say "no"'}, {}],
                "strict": True,
                "score": 1.5,
                "dry-run": {"deep": [1, None, {"x": True}]},
            },
        },
        "request_id": "req_3",
    },
    "texts that need care": {
        "problem": {
            **QUOTA,
            "detail": 'a "b" \\ é 漢 🚀 \u2028 {limit} %s\n\t',
            "members": {"limit": -1, "used": 0},
        },
    },
    "header fields from members": {
        "problem": {"code": "rate_limited", "members": {"retry_after": 30, "bucket": "organisation"}},
        "request_id": "req_4",
    },
    "the challenge of the policy, and a way out without members": {"problem": {"code": "login_required"}},
    "a way out over a member that is not on the wire": {
        "problem": {**QUOTA, "members": {"limit": 10, "used": 9, "plan": "pro plus/1"}},
    },
}
"""Rendered in every dialect."""

IN_ONE_DIALECT: Mapping[str, Json] = {
    "the default of a member": {"problem": {"code": "rate_limited", "members": {"retry_after": 1}}},
    "a header field whose member has no value is left out": {"problem": {"code": "rate_limited"}},
    "a header field with a value of zero": {
        "problem": {"code": "rate_limited", "members": {"retry_after": 0}}
    },
    "a type with a challenge of its own, said to be retryable": {"problem": {"code": "token_expired"}},
    "an occurrence's challenge takes the place of the type's": {
        "problem": {"code": "token_expired", "headers": [["www-authenticate", "Basic"]]},
    },
    "an occurrence's challenge takes the place of the policy's": {
        "problem": {"code": "login_required", "headers": [["WWW-Authenticate", "Basic"]]},
    },
    "a policy without a challenge": {"problem": {"code": "login_required"}, "policy": {"challenge": ""}},
    "a header field that the occurrence brings": {
        "problem": {"code": "method_not_allowed", "headers": [["Allow", "GET, HEAD"]]},
    },
    "a header field that the occurrence should bring, and does not": {
        "problem": {"code": "method_not_allowed"}
    },
    "an occurrence's header field that nobody declared": {
        "problem": {"code": "not_found", "headers": [["X-More", "1"]]},
    },
    "a browser is redirected": {
        "problem": {"code": "link_expired", "members": {"sent_to": "ada@shop.example"}},
        "accept": "text/html, */*;q=0.8",
        "request_id": "req_5",
    },
    "a client without preference is redirected": {
        "problem": {"code": "link_expired", "members": {"sent_to": "ada@shop.example"}},
    },
    "a client that names JSON gets a body": {
        "problem": {"code": "link_expired", "members": {"sent_to": "ada@shop.example"}},
        "accept": "Application/JSON",
    },
    "a redirect with the code in its path and a status of its own": {"problem": {"code": "invite_expired"}},
    "a redirect keeps the occurrence's header fields": {
        "problem": {"code": "invite_expired", "headers": [["Set-Cookie", "session="]]},
    },
    "a deprecated type": {"problem": {"code": "basket_locked"}},
    "a deprecated type after its sunset": {"problem": {"code": "basket_locked"}, "now": "2026-07-02"},
    "a deprecated type whose occurrence has a link": {
        "problem": {"code": "basket_locked", "headers": [["Link", '</help>; rel="help"']]},
    },
    "a renamed type before its sunset has its former code": {
        "problem": {"code": "basket_busy"},
        "now": "2026-07-31",
    },
    "a renamed type from its sunset on": {"problem": {"code": "basket_busy"}, "now": "2026-08-01"},
    "the unforeseen": {"problem": {"code": "internal"}, "request_id": "req_6"},
    "another header for request ids": {
        "problem": {"code": "not_found"},
        "request_id": "req_7",
        "policy": {"request_id_header": "X-Trace"},
    },
    "a request id that no header field can carry": {"problem": {"code": "not_found"}, "request_id": "é"},
    "a template that lacks a value": {"problem": {"code": "quota_exceeded", "members": {"limit": 10}}},
    "texts in another language": {"problem": QUOTA, "accept_language": "fr, de-CH;q=0.9, en;q=0.1"},
    "an occurrence's own detail is not translated": {
        "problem": {**QUOTA, "detail": "Full."},
        "accept_language": "de",
    },
    "a text that is not translated stays": {"problem": {"code": "not_found"}, "accept_language": "DE"},
    "a type that is not translated": {"problem": {"code": "login_required"}, "accept_language": "de"},
    "a language that nobody offers": {"problem": QUOTA, "accept_language": "fr;q=0.5, de;q=0"},
    "any language": {"problem": QUOTA, "accept_language": "fr, *;q=0.5"},
}
"""Rendered in the dialect `problem` alone: what they are about is not the shape."""

_HTML: Json = {
    "status": 502,
    "headers": [["Content-Type", "text/html"], ["Server", "proxy/1.2"]],
    "body": "<html><head><title>502 Bad Gateway</title></head></html>",
}

RESPONSES: Mapping[str, Json] = {
    "a page of a proxy": _HTML,
    "no body": {"status": 404, "headers": [], "body": ""},
    "blanks only": {"status": 500, "headers": [["X-Request-Id", "req_8"]], "body": " \n"},
    "half a body": {"status": 413, "headers": [], "body": '{"code": "quota_exceeded", "lim'},
    "a list": {"status": 400, "headers": [], "body": "[]"},
    "a text": {"status": 400, "headers": [], "body": '"not_found"'},
    "an object of another shape": {"status": 400, "headers": [], "body": '{"ok": false}'},
    "a bare problem of RFC 9457": {
        "status": 418,
        "headers": [["content-type", "application/problem+json; charset=utf-8"]],
        "body": '{"title": "Teapot", "detail": "Short and stout.", "spout": 1}',
    },
    "a redirect without a code": {"status": 303, "headers": [["Location", "/login"]], "body": ""},
    "a redirect with a code": {
        "status": 303,
        "body": "",
        "headers": [
            ["location", "https://shop.example/login?error=link_expired&via=mail"],
            ["X-Request-Id", "r"],
        ],
    },
    "a redirect with a code that goes on": {
        "status": 303,
        "headers": [["Location", "/login?error=link_expired_2&via=mail"]],
        "body": "",
    },
    "a redirect with a code in its path": {
        "status": 302,
        "headers": [["Location", "/login/invite_expired#top"]],
        "body": "",
    },
}
"""Read in the dialect `problem` alone."""

SAID: Mapping[str, Json] = {
    "a body with everything that can be said otherwise": {
        "title": "Full",
        "detail": "x",
        "code": "quota_exceeded",
        "retryable": True,
        "suggestion": "Call us.",
        "limit": 1,
        "used": 2,
        "request_id": "req_9",
    },
    "a former name": {"code": "quota", "limit": 1, "used": 2},
    "the former code of a renamed type": {"code": "basket_in_use", "title": "Basket busy"},
    "a removed type, of an older server": {"code": "basket_lost"},
    "only a type": {"type": "https://errors.shop.example/not_found"},
    "the code counts, not the type": {
        "type": "https://errors.shop.example/not_found",
        "code": "login_required",
    },
    "a code of a newer server": {
        "code": "new_code",
        "title": "New",
        "detail": "d",
        "limit": 1,
        "retryable": True,
    },
    "a type of a newer server": {"type": "https://errors.shop.example/new_code"},
    "a type of another API": {"type": "https://other.example/not_found", "title": "T"},
    "a code that is no text": {"code": 404, "type": "https://errors.shop.example/not_found"},
    "neither code nor type is a text": {"code": 404, "type": None},
    "members that are missing": {"code": "quota_exceeded", "limit": 1},
    "a member that is null": {"code": "quota_exceeded", "limit": 1, "used": None},
    "a member of another type": {"code": "quota_exceeded", "limit": "1", "used": True},
    "a member with a default that is missing": {"code": "rate_limited"},
    "a value that is not among those declared": {"code": "rate_limited", "bucket": "world"},
    "members that nobody declared": {"code": "not_found", "more": {"a": 1}, "x": None},
    "facts of wrong types": {
        "code": "not_found",
        "title": 1,
        "detail": {},
        "retryable": "yes",
        "suggestion": [],
    },
}
"""Bodies in the dialect `problem`, each with its type's first status, or with 409."""
