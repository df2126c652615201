"""Reload for real: a file changes on disk, and the pages follow."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue

import pytest
from starlette.testclient import TestClient

from failwell.serve import Source, open_source, serve_app
from failwell.serve.source import Watched
from tests.unit.serve.conftest import ORIGIN
from tests.unit.serve.library import contract
from tests.unit.serve.test_source import PYTHON

_PATIENCE = 30  # seconds; it usually takes a fraction of one


def test_a_change_on_disk_is_served_and_a_broken_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "shop_errors.py"
    file.write_text(PYTHON)
    told: Queue[str] = Queue()
    app = serve_app([open_source("shop_errors.py")], base_url=ORIGIN, reload=True, tell=told.put)
    with TestClient(app) as client:
        assert "Sold out" in client.get("/sold_out").text
        _edit(file, PYTHON.replace("Sold out", "Gone"), told, "again: 1 code")
        assert "Gone" in client.get("/sold_out").text
        _edit(file, PYTHON.replace("status=409", "status=7"), told, "Error: ")
        broken = client.get("/sold_out").text
        assert "Gone" in broken
        assert 'role="alert"' in broken
        _edit(file, PYTHON, told, "again: 1 code")
        assert "Sold out" in client.get("/sold_out").text


def test_a_document_and_a_new_file_in_a_folder_are_noticed(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    head = 'failwell = 1\nname = "shop"\nbase = "https://errors.shop.example/"\ndialect = "problem"\n'
    (shop / "catalog.toml").write_text(head)
    told: Queue[str] = Queue()
    app = serve_app([open_source(str(shop))], base_url=ORIGIN, reload=True, tell=told.put)
    with TestClient(app) as client:
        assert client.get("/sold_out").status_code == 404
        file = shop / "sold_out.md"
        _edit(file, '+++\norder = 1\nstatus = 409\ntitle = "Sold out"\n+++\n', told, "1 code")
        assert client.get("/sold_out").status_code == 200


def test_the_files_that_python_reads_from_folders_beside_it_are_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shop = tmp_path / "shop"
    shop.mkdir()
    head = 'failwell = 1\nname = "shop"\nbase = "https://errors.shop.example/"\ndialect = "problem"\n'
    (shop / "catalog.toml").write_text(head)
    file = shop / "sold_out.md"
    file.write_text('+++\nstatus = 409\ntitle = "Sold out"\n+++\n')
    reads = "from pathlib import Path\nfrom failwell.source import load_contract\n"
    (tmp_path / "shop_errors.py").write_text(
        f"{reads}contract = load_contract(Path(__file__).parent / 'shop')\n"
    )
    told: Queue[str] = Queue()
    app = serve_app([open_source("shop_errors.py")], base_url=ORIGIN, reload=True, tell=told.put)
    with TestClient(app) as client:
        _edit(file, '+++\nstatus = 409\ntitle = "Gone"\n+++\n', told, "again: 1 code")
        assert "Gone" in client.get("/sold_out").text


def test_without_reload_nothing_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop_errors.py").write_text(PYTHON)
    app = serve_app([open_source("shop_errors.py")], base_url=ORIGIN)
    with TestClient(app) as client:
        assert client.get("/sold_out").status_code == 200


def test_what_cannot_be_watched_is_told(tmp_path: Path) -> None:
    told: Queue[str] = Queue()
    source = Source("gone", lambda: contract, (Watched(tmp_path / "gone" / "a.json", is_deep=False),))
    app = serve_app([source], base_url=ORIGIN, reload=True, tell=told.put)
    with TestClient(app) as client:
        assert told.get(timeout=_PATIENCE).startswith("Warning: changes are no longer noticed: ")
        assert client.get("/book_lent").status_code == 200


def _edit(file: Path, text: str, told: Queue[str], expected: str) -> None:
    """Writes until the change was noticed: the first one can come before the watching has begun."""
    for _ in range(_PATIENCE):
        file.write_text(text)
        with suppress(Empty):
            while expected not in told.get(timeout=1):  # of the edit before, which was written twice
                pass
            return
    pytest.fail(f"the change was not noticed, or not as {expected!r}")
