"""One API's problems, as all server programs use them: an error with three members, and invalid input.

Also the same error as a careful engineer writes it by hand: an exception class, and its body by msgspec.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bench.task import Request
from failwell import Catalog, Contract, Problem, Retry, dialects, standard_types

MEDIA_TYPE = "application/problem+json"
DETAIL = "There is no drop with this id."
NOT_FOUND, INTERNAL, INVALID = "drop_not_found", "internal", "unprocessable_content"
INCOMPLETE = Request(b'{"draft":true}')
"""Publishes a drop that lacks the two fields that it has to have, title and size."""

drops = Catalog("drops", base="https://errors.drops.example/")
standard_types(drops)


class DropNotFound(
    Problem,
    catalog=drops,
    code=NOT_FOUND,
    status=404,
    title="Drop not found",
    retry=Retry.NEVER,
    suggestion="Check the id.",
):
    """No drop has this id."""

    drop: str
    workspace: str
    revision: int


contract = Contract(drops, dialect=dialects.PROBLEM)


def drop_not_found() -> DropNotFound:
    return DropNotFound(DETAIL, drop="d_1", workspace="w_1", revision=7)


BODY = contract.render(drop_not_found(), request_id="req_" + "0" * 32).body
"""What the floors answer with: as many bytes as Failwell's answer has."""

# --------------------------------------------------------------------------------------------- by hand


class HandWrittenError(Exception):
    def __init__(self, detail: str, *, drop: str, workspace: str, revision: int) -> None:
        super().__init__(detail)
        self.detail, self.drop, self.workspace, self.revision = detail, drop, workspace, revision


def hand_written() -> HandWrittenError:
    return HandWrittenError(DETAIL, drop="d_1", workspace="w_1", revision=7)


HAND_WRITTEN_HEADERS = {"cache-control": "no-store"}
_encode = msgspec.json.Encoder().encode


def body_by_hand(error: HandWrittenError) -> bytes:
    return _encode(
        {
            "type": "https://errors.drops.example/drop_not_found",
            "title": "Drop not found",
            "status": 404,
            "detail": error.detail,
            "code": NOT_FOUND,
            "retryable": False,
            "suggestion": "Check the id.",
            "drop": error.drop,
            "workspace": error.workspace,
            "revision": error.revision,
        }
    )


def invalid_by_hand(failures: Iterable[tuple[Iterable[object], str, str]]) -> bytes:
    """Each failure's path, code and text; the input's value is left out."""
    errors = [
        {"pointer": "".join(f"/{step}" for step in path), "in": "body", "code": code, "detail": text}
        for path, code, text in failures
    ]
    return _encode(
        {
            "type": f"https://errors.drops.example/{INVALID}",
            "title": "Unprocessable content",
            "status": 422,
            "code": INVALID,
            "retryable": False,
            "suggestion": "Correct the fields.",
            "errors": errors,
        }
    )
