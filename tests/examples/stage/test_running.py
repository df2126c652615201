from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest

from examples.stage.clock import Clock
from examples.stage.hand_over import read, written
from examples.stage.running import running
from examples.stage.world import deployed
from tests.examples.stage.small_service import Settings

APPS = "tests.examples.stage.small_service:"


@pytest.fixture
def deployment() -> Iterator[tuple[Settings, Clock]]:
    hosts = frozenset(["a.example", "b.example"])
    with deployed(Settings, "shop", upstream_url="http://127.0.0.1:9", hosts=hosts) as made:
        yield made


@pytest.mark.parametrize("app", ["AsgiApp", "WsgiApp"])
def test_a_service_runs_in_a_thread(deployment: tuple[Settings, Clock], app: str) -> None:
    settings, clock = deployment
    clock.freeze()
    with running(APPS + app, settings) as base_url:
        seen = httpx.get(base_url, trust_env=False).json()
    assert (seen["process"], seen["now"], seen["name"]) == (os.getpid(), clock.microseconds(), "shop")
    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url, trust_env=False)


@pytest.mark.parametrize("app", ["AsgiApp", "WsgiApp"])
def test_a_service_runs_in_processes_that_share_an_address_and_the_time(
    deployment: tuple[Settings, Clock], app: str
) -> None:
    settings, clock = deployment
    clock.freeze()
    answered: dict[int, int] = {}
    with running(APPS + app, settings, processes=2) as base_url:
        while len(answered) < 2:  # who answers is for the system to say; sooner or later each does
            clock.advance(1)
            seen = httpx.get(base_url, trust_env=False).json()
            answered[seen["process"]] = seen["now"]
            assert seen["now"] == clock.microseconds()
            assert (seen["upstream"], seen["hosts"]) == ("http://127.0.0.1:9", ["a.example", "b.example"])
    assert os.getpid() not in answered
    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url, trust_env=False)


def test_a_service_that_does_not_start_says_so(
    deployment: tuple[Settings, Clock], capfd: pytest.CaptureFixture[str]
) -> None:
    settings, _ = deployment
    with pytest.raises(RuntimeError, match="did not start"), running(APPS + "FailingApp", settings):
        pytest.fail("it is not there")
    with pytest.raises(ValueError, match="no database"), running(APPS + "fail", settings):
        pytest.fail("it is not there")
    with pytest.raises(RuntimeError, match="did not start"), running(APPS + "fail", settings, processes=2):
        pytest.fail("it is not there")
    assert "ValueError: no database" in capfd.readouterr().err


def test_a_deployment_is_handed_over_whole(deployment: tuple[Settings, Clock]) -> None:
    settings, clock = deployment
    there = read(written(settings))
    assert isinstance(there, Settings)
    clock.freeze()
    clock.advance(1_000)
    assert there.microseconds() == settings.microseconds()
    fields = ("name", "folder", "secret", "errors_base", "upstream_url", "hosts", "password_cost")
    assert [getattr(there, name) for name in fields] == [getattr(settings, name) for name in fields]


def test_a_clock_that_is_no_file_cannot_be_handed_over(deployment: tuple[Settings, Clock]) -> None:
    with pytest.raises(NotImplementedError, match="cannot be handed over"):
        written(Settings(name="shop", folder=deployment[0].folder, secret=b"s"))
