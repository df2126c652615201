"""The probing hour: attackers are found, and nobody else is called one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.hour import Hour, Report, live


def assert_fair(report: Report, *, found: float) -> None:
    assert report.flagged == {}
    assert report.accused == {}
    attackers = report.of("attacker")
    assert len(attackers) - len(report.missed) >= found * len(attackers), str(report)


def test_in_a_small_hour_attackers_are_found_and_nobody_else_is_called_one(
    record_property: Callable[[str, object], None],
) -> None:
    report = live(Hour(seed=7, size=0.08))
    record_property("report", str(report))
    assert report.requests > 40_000
    assert_fair(report, found=0.95)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [201, 202, 203, 204, 205])
def test_in_a_whole_hour_attackers_are_found_and_nobody_else_is_called_one(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    report = live(Hour(seed))
    record_property("report", str(report))
    assert report.requests > 750_000
    assert len(report.of("attacker")) >= 300
    assert_fair(report, found=0.95)
    assert report.labelled >= 0.9 * len(report.of("misconfigured"))


def test_the_same_seed_makes_the_same_hour() -> None:
    first, second = (list(Hour(seed=3, size=0.01).requests()) for _ in range(2))
    assert first == second
    assert first == sorted(first)


def test_everybody_comes_in_the_hour() -> None:
    hour = Hour(seed=3, size=0.02)
    requests = list(hour.requests())
    assert {request.who for request in requests} == set(hour.camps)
    assert set(hour.camps.values()) == {"ordinary", "misconfigured", "attacker"}
    assert len(set(hour.kinds.values())) == 11
