"""`--app`: operations of every framework, by every way to name an app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.shop import APP, Repository

_TOP = "from errors import CartFull, contract\nfrom failwell import raises\n"

STARLETTE = f"""{APP}
from starlette.middleware.cors import CORSMiddleware

print("made")
wrapped = CORSMiddleware(CORSMiddleware(app))
create = lambda: app
class factories:
    create = staticmethod(create)
"""

FASTAPI = f"""{_TOP}
from fastapi import FastAPI

app = FastAPI()

@app.post("/cart")
@raises(CartFull)
async def add(): ...
"""

LITESTAR = f"""{_TOP}
from litestar import Litestar, post

@post("/cart")
@raises(CartFull)
async def add() -> None: ...

app = Litestar([add], openapi_config=None)
"""

FLASK = f"""{_TOP}
from flask import Flask

app = Flask(__name__)

@app.post("/cart")
@raises(CartFull)
def add(): ...

class Behind:
    def __init__(self, app): self.app = app

wrapped = Behind(app.wsgi_app)
"""

URLS = f"""{_TOP}
from django.urls import path
from django.views.decorators.http import require_POST

@require_POST
@raises(CartFull)
def add(request): ...

urlpatterns = [path("cart", add)]
"""

SETTINGS = 'SECRET_KEY = "made-up"\nROOT_URLCONF = "urls"\nUSE_TZ = True\n'

WSGI = """
import os
from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
application = get_wsgi_application()
"""


@pytest.fixture
def apps(shop: Repository) -> Repository:
    shop.write(
        app_py=STARLETTE,
        fast_py=FASTAPI,
        star_py=LITESTAR,
        flasks_py=FLASK,
        urls_py=URLS,
        settings_py=SETTINGS,
    )
    shop.write(wsgi_py=WSGI)
    return shop


@pytest.mark.parametrize(
    "app",
    [
        "app:app",
        "app.py:app",
        "./app.py:app",
        "app:wrapped",
        "app:create()",
        "app:factories.create()",
        "fast:app",
        "star:app",
        "flasks:app",
        "flasks:wrapped",
        "settings",
        "wsgi:application",
    ],
)
def test_an_app_lists_its_operations(check: Run, apps: Repository, app: str) -> None:
    done = check("export", "errors.py", "--app", app)
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)["operations"]
    assert listed == [{"method": "POST", "path": "/cart", "problems": ["cart_full"]}]


def test_a_file_in_a_package_is_imported_by_its_whole_name(
    check: Run, apps: Repository, tmp_path: Path
) -> None:
    package = tmp_path / "src/store"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "main.py").write_text("from store.parts import app\nassert __name__ == 'store.main'\n")
    (package / "parts.py").write_text(FASTAPI)
    done = check("export", "errors.py", "--app", "src/store/main.py:app")
    assert '"/cart"' in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("app", "message"),
    [
        ("app:create", "write app:create()"),
        ("app:nothing", "'nothing' is no app"),
        ("app:print", "name an app of fastapi, starlette"),
        ("nothing:app", "No module named 'nothing'"),
        ("nothing", "No module named 'nothing'"),
    ],
)
def test_what_is_no_app_is_told(check: Run, apps: Repository, app: str, message: str) -> None:
    done = check("export", "errors.py", "--app", app)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_what_was_written_is_told_with_its_operations(check: Run, apps: Repository) -> None:
    done = check("export", "errors.py", "--app", "app:app", "-o", "catalog.json")
    assert done.stderr == "made\nWrote 1 problem types and 1 operations to catalog.json\n"
