"""The shelf of pages: it keeps what was asked for last, and never more than fits."""

from __future__ import annotations

from failwell.serve.shelf import Shelf, stored


def test_it_drops_what_was_not_asked_for_the_longest() -> None:
    shelf = Shelf(most_bytes=10)
    for key in "abc":
        shelf.put(key, stored(b"123", "text/plain"))
    assert shelf.get("a") is not None
    shelf.put("d", stored(b"123", "text/plain"))
    assert [key for key in "abcd" if shelf.get(key)] == ["a", "c", "d"]


def test_a_page_that_is_put_again_takes_the_place_of_the_former() -> None:
    shelf = Shelf(most_bytes=10)
    for size in range(1, 11):
        shelf.put("a", stored(b"x" * size, "text/plain"))
    kept = shelf.get("a")
    assert kept is not None
    assert len(kept.body) == 10
    shelf.put("b", stored(b"", "text/plain"))
    assert shelf.get("a") is kept


def test_a_page_that_never_fits_is_not_kept() -> None:
    shelf = Shelf(most_bytes=10)
    shelf.put("a", stored(b"x" * 11, "text/plain"))
    assert shelf.get("a") is None


def test_entity_tags_are_those_of_the_bytes() -> None:
    one, same, other = stored(b"a", "text/plain"), stored(b"a", "text/html"), stored(b"b", "text/plain")
    assert one.etag == same.etag != other.etag
    assert ("ETag", one.etag) in one.headers
