"""Code in colours: by classes, and never anything but text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.publish.highlighting import code_html
from tests.unit.serve.elements import Elements


@pytest.mark.parametrize("language", ["python", "bash", "http", "json", "nolang", ""])
@given(source=st.text(max_size=80))
def test_code_is_text_in_spans(language: str, source: str) -> None:
    elements = Elements.of(code_html(source, language))
    assert elements.names <= {"pre", "code", "span"}
    assert set(elements.attributes) <= {"class", "tabindex"}


RESPONSE = 'HTTP/1.1 404 Not Found\nContent-Type: application/problem+json\n\n{\n  "a": 1\n}'


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient")
def test_threads_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(4) as pool:
        written = set(pool.map(lambda _: code_html(RESPONSE, "http"), range(1000)))
    assert written == {code_html(RESPONSE, "http")}


def test_a_response_is_coloured_with_its_body() -> None:
    html = code_html(RESPONSE, "http")
    assert '<span class="m">404</span>' in html
    assert '<span class="nt">"a"</span>' in html
