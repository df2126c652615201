from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from examples.stage.upstream import Upstream, closed_url


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream.start() as running:
        yield running


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=20) as client:
        yield client


def test_it_answers_as_it_was_told(upstream: Upstream, http: httpx.Client) -> None:
    answer = http.get(upstream.reply("/page", "<h1>Hello</h1>"))
    assert (answer.status_code, answer.text) == (200, "<h1>Hello</h1>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    answer = http.post(
        upstream.reply("/model", {"error": "é"}, status=503, media_type="application/json"), json={"ask": 1}
    )
    assert (answer.status_code, answer.json()) == (503, {"error": "é"})
    assert (upstream.received[-1].method, upstream.received[-1].body) == ("POST", b'{"ask":1}')


def test_a_query_does_not_change_what_is_answered(upstream: Upstream, http: httpx.Client) -> None:
    assert http.get(upstream.reply("/asked", "yes") + "?q=1").text == "yes"
    assert upstream.received[-1].path == "/asked?q=1"


def test_what_it_was_not_told_of_is_not_there(upstream: Upstream, http: httpx.Client) -> None:
    assert http.get(f"{upstream.url}/nothing").status_code == 404


def test_it_stalls(upstream: Upstream, http: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        http.get(upstream.reply("/stall", conduct="stall"), timeout=0.2)


@pytest.mark.parametrize("conduct", ["hang_up", "break_off"])
def test_it_hangs_up_before_its_answer_or_in_the_middle(
    upstream: Upstream, http: httpx.Client, conduct: str
) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(upstream.reply(f"/{conduct}", "half of this", conduct=conduct))


def test_where_nobody_listens_no_connection_is_made(http: httpx.Client) -> None:
    with closed_url() as url, pytest.raises(httpx.ConnectError):
        http.get(url)


def test_those_that_stall_end_with_it(http: httpx.Client) -> None:
    with Upstream.start() as upstream, pytest.raises(httpx.ReadTimeout):
        http.get(upstream.reply("/stall", conduct="stall"), timeout=0.2)
