"""Requests whose times are compared."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from failwell import Problem

Ask = Callable[[], object]

strictness = pytest.mark.parametrize(
    "is_strict",
    [pytest.param(False, id="one-of-three"), pytest.param(True, id="three-of-three", marks=pytest.mark.soak)],
)
"""Each pair is compared twice: with next to no false alarms always, and strictly in `make soak`.

Strictly, a pair fails by chance once in 34 runs: see `examples.stage.timing.compare`.
"""


def refused(code: str, ask: Ask) -> Callable[[], None]:
    """Asks, and takes the refusal as it comes: next to nothing else is in the time that is measured."""

    def asked() -> None:
        try:
            ask()
        except Problem as problem:
            assert problem.code == code  # noqa: PT017 - what pytest offers takes time of its own
            return
        raise AssertionError

    return asked


def answered(status: int, ask: Callable[[], httpx.Response]) -> Callable[[], None]:
    """Asks for what is answered with a status, whoever it is for."""

    def asked() -> None:
        assert ask().status_code == status

    return asked
