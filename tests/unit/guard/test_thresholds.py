"""The numbers that probing judges by."""

from __future__ import annotations

import pytest

from failwell.exceptions import DeclarationError
from failwell.guard import Thresholds


@pytest.mark.parametrize("name", Thresholds.__struct_fields__)
@pytest.mark.parametrize("value", [0, -1, 101, 1.5, True, "8", None])
def test_thresholds_are_whole_numbers_in_a_range(name: str, value: object) -> None:
    with pytest.raises(DeclarationError, match=f"{name} is ") as caught:
        Thresholds(**{name: value})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert caught.value.code == "probing-thresholds"
