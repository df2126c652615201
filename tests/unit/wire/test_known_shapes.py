"""The dialects of well-known APIs are learned, or what of them cannot be carried is named.

The samples have made-up values in the shapes of the public documentation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from failwell.cli.recordings import read_recordings
from failwell.wire import (
    CODE,
    DETAIL,
    DOMAIN,
    MEMBERS,
    MEMBERS_TEXT,
    MESSAGE,
    REQUEST_ID,
    REST,
    RPC_STATUS,
    STATUS,
    STATUS_TEXT,
    TITLE,
    TYPE,
)
from failwell.wire.learned import Learned, learn

_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
KNOWN: dict[str, tuple[dict[Any, Any], int]] = {
    "anthropic": (
        {
            "type": "error",
            "error": {"type": CODE, "message": MESSAGE, REST: MEMBERS},
            "request_id": REQUEST_ID,
        },
        4,
    ),
    "aws": ({"__type": CODE, "Message": MESSAGE, REST: MEMBERS}, 4),
    "azure": ({"error": {"code": CODE, "message": MESSAGE, REST: MEMBERS}}, 5),
    "google": (
        {"error": {"code": STATUS, "message": MESSAGE, "status": RPC_STATUS, "details": [
            {"@type": _INFO, "reason": CODE, "domain": DOMAIN, "metadata": MEMBERS_TEXT},
        ]}},
        4,
    ),
    "elasticsearch": ({"error": {REST: MEMBERS, "type": CODE, "reason": MESSAGE}, "status": STATUS}, 4),
    "kubernetes": (
        {
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": MESSAGE,
            "reason": CODE, "details": MEMBERS, "code": STATUS,
        },
        4,
    ),
    "paypal": ({"name": CODE, "message": MESSAGE, "debug_id": REQUEST_ID, REST: MEMBERS}, 4),
    "slack": ({"ok": False, "error": CODE, REST: MEMBERS}, 4),
    "square": ({"errors": [{REST: MEMBERS, "code": CODE, "detail": MESSAGE}]}, 3),
    "stripe": ({"error": {"code": CODE, REST: MEMBERS, "message": MESSAGE}}, 5),
    "stripe_without_code": ({"error": {REST: MEMBERS, "message": MESSAGE, "type": CODE}}, 4),
    "zalando": ({"type": TYPE, "title": TITLE, "status": STATUS, "detail": DETAIL, REST: MEMBERS}, 4),
    # what follows cannot be carried whole; see LOST
    "aws_dynamodb": ({REST: MEMBERS, "message": MESSAGE, "code": CODE}, 0),
    "cloudflare": (
        {
            "success": False,
            "errors": [{REST: MEMBERS, "message": MESSAGE, "error_code": CODE}],
            "messages": [],
            "result": None,
        },
        0,
    ),
    "github": ({"message": MESSAGE, REST: MEMBERS, "status": STATUS_TEXT, "code": CODE}, 0),
    "google_with_violations": (
        {"error": {"code": STATUS, "message": MESSAGE, "status": RPC_STATUS, "details": [
            {"@type": _INFO, "reason": CODE, "domain": DOMAIN, REST: MEMBERS},
        ]}},
        1,
    ),
    "openai": ({"error": {"message": MESSAGE, REST: MEMBERS, "code": CODE}}, 2),
    "shopify": ({"errors": MESSAGE, REST: MEMBERS, "code": CODE}, 0),
    "spotify": ({"error": {"status": STATUS, "message": MESSAGE, REST: MEMBERS, "code": CODE}}, 0),
    "spring": ({REST: MEMBERS, "status": STATUS, "error": MESSAGE, "code": CODE}, 0),
    "twilio": ({REST: MEMBERS, "message": MESSAGE, "status": STATUS, "error_code": CODE}, 0),
}  # fmt: skip

_ADDED = "nothing in these bodies can be the CODE"
LOST: dict[str, tuple[set[str], list[str]]] = {
    "aws_dynamodb": ({"code is added"}, ["__type tells the kinds of errors apart, but", _ADDED]),
    "cloudflare": (
        {"errors[0].error_code is added"},
        [_ADDED, "errors[].code is a numeric code"],
    ),
    "github": ({"code is added"}, [_ADDED]),
    "google_with_violations": ({"error.details[1] is missing"}, ["error.details[@type=…BadRequest] varies"]),
    "openai": ({"error.param is missing, where null stands"}, ["error.param is null in 3 of 5 samples"]),
    "shopify": (
        {"code is added", "it has another shape than most samples"},
        [_ADDED, "1 of 4 samples of another shape"],
    ),
    "slack": (set(), ["errors with the status 200"]),
    "spotify": ({"error.code is added"}, [_ADDED]),
    "spring": ({"code is added"}, [_ADDED]),
    "square": ({"errors[1] is missing"}, ["errors has several objects in 1 of 4 samples"]),
    "stripe": (set(), ["error.doc_url is a URI, but its tail is not the code"]),
    "twilio": ({"error_code is added"}, [_ADDED, "code is a numeric code: CODE is text"]),
}  # fmt: skip


def known(api: str) -> Learned:
    found = read_recordings([str(Path(__file__).parent / "known_shapes" / api)])
    assert not found.unread
    return learn(found.samples, beside=found.beside)


def test_every_known_shape_has_its_expectation() -> None:
    folder = Path(__file__).parent / "known_shapes"
    assert {path.name for path in folder.iterdir() if path.is_dir()} == KNOWN.keys()
    described = (folder / "README.md").read_text().splitlines()
    assert [line.split("|")[1].strip(" `") for line in described if line.startswith("| `")] == sorted(KNOWN)
    assert LOST.keys() < KNOWN.keys()


@pytest.mark.parametrize("api", KNOWN)
def test_the_shape_of_a_well_known_api_is_learned(api: str) -> None:
    shape, equal = KNOWN[api]
    learned = known(api)
    assert repr(learned.dialect.shape) == repr(shape)
    assert sum(reread.is_equal for reread in learned.rereadings) == equal


@pytest.mark.parametrize("api", KNOWN)
def test_what_cannot_be_carried_is_named_and_nothing_else(api: str) -> None:
    differences, beginnings = LOST.get(api, (set(), []))
    learned = known(api)
    assert {difference for reread in learned.rereadings for difference in reread.differences} == differences
    told = [
        note
        for note in learned.notes
        if not note.startswith(("each of the", "codes with", "the samples have"))
    ]
    told = [note for note in told if not note.startswith("rate limits also")]
    assert len(told) == len(beginnings)
    assert all(any(note.startswith(beginning) for note in told) for beginning in beginnings)


@pytest.mark.parametrize(
    ("api", "header", "media_type", "limits"),
    [
        ("anthropic", "request-id", "application/json", "none"),
        ("aws", "x-amzn-RequestId", "application/x-amz-json-1.1", "none"),
        ("cloudflare", "cf-ray", "application/json", "none"),
        ("github", "x-github-request-id", "application/json; charset=utf-8", "x-ratelimit"),
        ("paypal", "paypal-debug-id", "application/json", "none"),
        ("zalando", "", "application/json", "none"),
    ],
)
def test_what_surrounds_the_body_is_learned_too(api: str, header: str, media_type: str, limits: str) -> None:
    learned = known(api)
    assert (learned.request_id_header, learned.dialect.media_type, learned.dialect.limit_headers) == (
        header, media_type, limits,
    )  # fmt: skip


def test_known_codes_and_bases_are_found() -> None:
    assert known("zalando").base == "https://example.org/problems/"
    assert known("google").domain == "googleapis.com"
    assert [kind.code for kind in known("twilio").kinds] == ["error_20404", "error_21211", "error_20003"]
    assert [kind.code for kind in known("github").kinds] == [
        "not_found",
        "bad_credentials",
        "validation_failed",
    ]
    assert known("aws_dynamodb").kinds[0].code == "ResourceNotFoundException"
