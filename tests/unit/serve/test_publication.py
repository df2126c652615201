"""What is served after sources changed, broke and were mended."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from failwell import Catalog, Contract, Problem, dialects
from failwell.exceptions import SourceError
from failwell.serve import Source, serve_app
from failwell.serve.publication import Publication
from tests.unit.serve.conftest import ORIGIN
from tests.unit.serve.library import contract as library


def _contract(name: str, title: str) -> Contract:
    catalog = Catalog(name, base="https://errors.example/")

    class Changed(Problem, catalog=catalog, code="changed", status=400, title=title):
        """It changes."""

    return Contract(catalog, dialect=dialects.PROBLEM)


class Editor:
    """A source that somebody works on."""

    def __init__(self) -> None:
        self.now: Contract | Exception = _contract("one", "First")
        self.source = Source("one.toml", self._load)

    def _load(self) -> Contract:
        if isinstance(self.now, Exception):
            raise self.now
        return self.now


@pytest.fixture
def editor() -> Editor:
    return Editor()


def test_a_change_shows_at_once_and_under_another_entity_tag(editor: Editor) -> None:
    app = serve_app([editor.source], base_url=ORIGIN)
    with TestClient(app) as client:
        before = client.get("/changed")
        assert "First" in before.text
        editor.now = _contract("one", "Second")
        assert app.state.publication.read_again([editor.source]) == ["Read one.toml again: 1 code"]
        after = client.get("/changed", headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        assert "Second" in after.text
        assert client.get("/mock/changed").json()["title"] == "Second"


def test_a_source_that_breaks_keeps_its_pages_under_a_banner(editor: Editor) -> None:
    app = serve_app([editor.source], base_url=ORIGIN)
    with TestClient(app) as client:
        etag = client.get("/changed").headers["etag"]
        editor.now = SourceError("a <b>code</b> is missing", code="x", where="one.toml:3", hint="add it")
        (message,) = app.state.publication.read_again([editor.source])
        assert message.startswith("Error: one.toml:3: a <b>code</b> is missing\n  To mend it: add it\n  [x]")
        for path in ("/", "/changed", "/?q=changes", "/nope"):
            text = client.get(path).text
            assert 'role="alert"' in text
            assert "one.toml:3: a &lt;b&gt;code&lt;/b&gt; is missing" in text
        page = client.get("/changed", headers={"If-None-Match": etag})
        assert (page.status_code, "First" in page.text) == (200, True)
        assert client.get("/mock/changed").json()["title"] == "First"
        editor.now = _contract("one", "Third")
        app.state.publication.read_again([editor.source])
        text = client.get("/changed").text
        assert "Third" in text
        assert 'role="alert"' not in text


def test_only_what_changed_is_read_again(editor: Editor) -> None:
    other = Source("library", lambda: library)
    publication = Publication([editor.source, other], ORIGIN)
    before = publication.sites
    editor.now = _contract("renamed", "Second")
    publication.read_again([editor.source])
    assert set(publication.sites) == {"/renamed", "/library"}
    assert publication.sites["/library"] is before["/library"]


def test_a_name_that_is_taken_is_an_error_as_any_other(editor: Editor) -> None:
    publication = Publication([editor.source, Source("library", lambda: library)], ORIGIN)
    editor.now = library
    (message,) = publication.read_again([editor.source])
    assert "another catalog has the name 'library' already" in message
    assert set(publication.sites) == {"/one", "/library"}


def test_a_source_that_is_broken_at_the_start_is_told(editor: Editor) -> None:
    editor.now = SourceError("it is broken", code="x")
    with pytest.raises(SourceError, match="it is broken"):
        Publication([editor.source], ORIGIN)


def test_an_error_that_nobody_foresaw_keeps_the_pages_up(editor: Editor) -> None:
    publication = Publication([editor.source], ORIGIN)
    editor.now = OSError("the disk is away")
    (message,) = publication.read_again([editor.source])
    assert message.startswith("Error: one.toml: OSError('the disk is away')")
    assert set(publication.sites) == {""}
