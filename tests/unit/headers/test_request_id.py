"""Request ids."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from failwell.headers import checked_client_id, new_request_id, request_id


def test_an_id_is_time_and_randomness_in_hexadecimal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_id, "time_ns", lambda: 1_767_225_600_000 * 1_000_000 + 999_999)
    assert re.fullmatch(rf"req_{1_767_225_600_000:012x}[0-9a-f]{{20}}", new_request_id())


def test_ids_are_ordered_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    instants = iter(range(0, 10**15, 10**12))
    monkeypatch.setattr(request_id, "time_ns", lambda: next(instants))
    ids = [new_request_id() for _ in range(1000)]
    assert ids == sorted(ids)


def test_ids_differ_also_when_threads_make_them() -> None:
    """Two thousand ids are several blocks of random bytes."""
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_request_id(), range(2000)))
    assert len({made[-20:] for made in ids}) == 2000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_has_random_bytes_of_its_own() -> None:
    new_request_id()  # fills the pool that a child would inherit
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, new_request_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100)[-20:] != new_request_id()[-20:].encode()


@pytest.mark.parametrize("value", ["a", "01J9Z-abc_123", "{a}:b/c~!", "x" * 128])
def test_a_clients_own_id_is_kept_as_it_is(value: str) -> None:
    assert checked_client_id(value) == value
    assert checked_client_id(f" {value}\t") == value


@pytest.mark.parametrize(
    "value", ["", " ", "a b", "a\tb", "a\nb", "a\r\nX: y", "a\x00", "a\x7f", "é", "a\u200bb", "x" * 129]
)
def test_a_clients_id_that_is_no_short_word_of_ascii_is_not_kept(value: str) -> None:
    assert checked_client_id(value) is None
