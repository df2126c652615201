"""The small records that guards, adapters and the waist share."""

from __future__ import annotations

import msgspec
import pytest

from failwell.typing import InputFailure


@pytest.mark.parametrize(
    ("pointer", "path"),
    [("", ""), ("/a", "a"), ("/address/0/city", "address.0.city"), ("/a~1b/m~0n", "a/b.m~n"), ("/~01", "~1")],
)
def test_a_pointer_is_shown_as_a_dotted_path(pointer: str, path: str) -> None:
    assert InputFailure(pointer=pointer, place="body", code="missing", detail="Is required.").path == path


def test_the_place_of_a_failure_is_called_in_on_the_wire() -> None:
    failure = InputFailure(pointer="/a", place="query", code="missing", detail="Is required.")
    assert msgspec.json.decode(msgspec.json.encode(failure))["in"] == "query"
