"""The demo, as `make demo ARGS=--once` runs it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from rich.console import Console

from examples.catalogs import EXAMPLES
from examples.demo import ask_all, show_rendered
from examples.drops.scenarios import Scenario
from examples.drops.world import World
from examples.reference import served
from examples.rendered import ask, own_codes
from examples.stage.playing import play_all, show

ROOT = Path(__file__).parents[2]


def _start(*arguments: str) -> subprocess.Popen[str]:
    command: Sequence[str] = [sys.executable, "-m", "examples.demo", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_once_asks_for_every_error_provokes_every_one_and_ends() -> None:
    with _start("--once") as process:
        out, err = process.communicate(timeout=120)
    lines = out.splitlines()
    assert (process.returncode, err) == (0, "")
    assert lines[-2:] == ["120 of 120 rendered", "120 of 120 provoked"]
    for row in ("browsers +classes .* 29 of 29 ", "flags +files .* 31 of 31 ", "devspace .* 16 of 16 "):
        assert re.search(rf"^ *{row}", out, re.MULTILINE)
    assert len([line for line in lines if line.startswith("provoked ")]) == 120
    assert re.search(r"^ *quota_exceeded +413 .* QuotaExceeded *$", out, re.MULTILINE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stays_up_until_it_is_interrupted(number: signal.Signals) -> None:
    with _start() as process:
        assert process.stdout is not None
        shown: list[str] = []
        for line in process.stdout:
            shown.append(line)
            if line.startswith("Up until"):
                break
        else:
            pytest.fail(f"it has ended by itself: {process.communicate(timeout=60)[1]}")
        addresses = dict(re.findall(r"^(drops|references) +(http\S+)", "".join(shown), re.MULTILINE))
        for address in addresses.values():
            assert httpx.get(f"{address}/drops/x", trust_env=False).status_code == 404
        missing = httpx.get(f"{addresses['drops']}/nowhere", trust_env=False).json()
        page = httpx.get(missing["type"], headers={"Accept": "text/html"}, trust_env=False)
        assert (page.status_code, "<title>not_found" in page.text.lower()) == (200, True)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "120 of 120 provoked\n" in shown


def test_a_port_that_is_taken_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with _start("--once", "--port", port) as process:
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert port in err
    assert "Traceback" not in err


def test_a_scenario_that_fails_says_what_happened_and_the_others_go_on() -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("a bug in the scenario")

    scenarios = [
        Scenario("not_found", "a success", lambda world: world.client().get("/openapi.json")),
        Scenario("quota_exceeded", "another code", lambda world: world.client().get("/nowhere")),
        Scenario("not_found", "no answer at all", fail),
        Scenario("not_found", "as it should be", lambda world: world.client().get("/nowhere")),
    ]
    console = Console(file=StringIO(), width=140)
    with World.start() as world:
        outcomes = play_all(world, scenarios, console)
    show(outcomes, console)
    told = [" ".join(outcome.faults).partition(":")[0] for outcome in outcomes]
    assert told == [
        "every request succeeded",
        "caught as NotFound, which is not the class of this code",
        "ZeroDivisionError instead of a problem",
        "",
    ]
    assert isinstance(console.file, StringIO)
    assert (
        "not_found: ZeroDivisionError instead of a problem: a bug in the scenario" in console.file.getvalue()
    )


class _Spoiling(httpx.HTTPTransport):
    """Changes what the mock answers on its way."""

    def __init__(self, spoil: Callable[[httpx.Response, dict[str, Any]], object]) -> None:
        super().__init__()
        self._spoil = spoil

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        content = answer.read()
        if answer.status_code < 300:  # a page
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)
        body = json.loads(content) if content else {}
        self._spoil(answer, body)
        del answer.headers["content-length"]
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=json.dumps(body) if body else b""
        )


SPOILED: dict[str, tuple[Callable[[httpx.Response, dict[str, Any]], object], str]] = {
    "status": (lambda answer, _: setattr(answer, "status_code", 418), "the status is 418"),
    "code": (lambda _, body: body.update(code="not_found"), "parsed as NotFound"),
    "an additional member": (lambda _, body: body.update(more=1), "members that should not be"),
    "a missing member": (lambda _, body: body.pop("limit"), "missing: limit"),
    "another value": (lambda _, body: body.update(used=7), "it says QuotaExceeded"),
    "null": (lambda _, body: body.update(resolve=None), "members that should not be"),
    "detail": (lambda _, body: body.update(detail="Full."), "it says QuotaExceeded"),
    "request id": (lambda _, body: body.update(request_id="req_other"), "request id is not the header's"),
    "media type": (
        lambda answer, _: answer.headers.update({"content-type": "application/json"}),
        "the media type is application/json",
    ),
    "cache": (lambda answer, _: answer.headers.pop("cache-control"), "missing: Cache-Control"),
    "type": (lambda _, body: body.update(type="http://127.0.0.1:9/x"), "ConnectError"),
}


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with served() as running:
        yield running


@pytest.mark.parametrize("spoiled", SPOILED)
def test_an_answer_that_does_not_keep_the_contract_is_noticed(origin: str, spoiled: str) -> None:
    spoil, fault = SPOILED[spoiled]
    contract = EXAMPLES[1].contract(f"{origin}/drops/")
    with httpx.Client(base_url=f"{origin}/drops/", transport=_Spoiling(spoil)) as http:
        try:
            told = " ".join(ask(http, contract, "quota_exceeded").faults)
        except httpx.HTTPError as error:
            told = type(error).__name__
    assert fault in told


def test_a_browser_that_is_not_redirected_is_noticed(origin: str) -> None:
    contract = EXAMPLES[2].contract(f"{origin}/flags/")
    with httpx.Client(base_url=f"{origin}/flags/", transport=_Spoiling(_to_nowhere)) as http:
        told = ask(http, contract, "magic_link_used").faults
    assert any("browsers get 303 to /login" in fault for fault in told)


def _to_nowhere(answer: httpx.Response, _: dict[str, Any]) -> None:
    if answer.status_code == 303:
        answer.headers["location"] = "/login"


def test_what_was_noticed_is_told(origin: str) -> None:
    answers = ask_all(origin, Console(file=StringIO()))
    assert [answer.code for answer in answers if answer.faults] == []
    assert len(answers) == sum(len(own_codes(example.contract())) for example in EXAMPLES) == 120
    spoiled = [msgspec.structs.replace(answers[0], faults=("400: the status is 418",)), *answers[1:]]
    console = Console(file=StringIO(), width=140)
    show_rendered(origin, spoiled, console)
    assert isinstance(console.file, StringIO)
    assert "28 of 29" in console.file.getvalue()
    assert f"browsers {answers[0].code}: 400: the status is 418" in console.file.getvalue()
