"""A small API in a git repository, as it was at `v1` and as it is after somebody broke it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_HEAD = """
from failwell import Catalog, Contract, Problem, Retry, dialects
{imports}
shop = Catalog("shop", base="https://errors.shop.example/")
"""

_CART = '''

class CartFull(
    Problem, catalog=shop, code="cart_full", status={status}, title="{title}",
    retry=Retry.AFTER_CHANGE, suggestion="Take something out.", since="1.0",
):
    """The cart holds no more."""
'''

_CLOSED = '''

class ShopClosed(
    Problem, catalog=shop, code="shop_closed", status=409, title="Shop closed",
    retry=Retry.AFTER_ACTION, suggestion="Wake the owner.", since="1.1",
):
    """It is night."""
'''

_TAIL = "\n\ncontract = Contract(shop, dialect=dialects.PROBLEM)\n"


def errors(
    status: int = 409, title: str = "Cart full", *, has_closed: bool = False, imports: str = ""
) -> str:
    """`errors.py` of the shop."""
    closed = _CLOSED if has_closed else ""
    return _HEAD.format(imports=imports) + _CART.format(status=status, title=title) + closed + _TAIL


APP = """
import failwell.starlette
from errors import CartFull, contract
from failwell import raises
from starlette.applications import Starlette
from starlette.routing import Route


@raises(CartFull)
async def add(request): ...


app = Starlette(routes=[Route("/cart", add, methods=["POST"])])
failwell.starlette.install(app, contract)
"""

CATALOG = 'failwell = 1\nname = "shop"\nbase = "https://errors.shop.example/"\ndialect = "problem"\n'

FILE = """+++
status = {status}
title = "Cart full"
retry = "after_change"
suggestion = "Take something out."
since = "1.0"
+++

## What happened

The cart holds no more.
"""


class Repository:
    """A git repository; nothing of the machine's own settings is in effect."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@shop.example", "-c", "protocol.file.allow=always")
        done = subprocess.run(
            ["git", *who, *arguments],
            cwd=self.folder,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, **files: str) -> None:
        """Writes files; `errors_py` is errors.py."""
        for name, text in files.items():
            (self.folder / name.replace("_py", ".py")).write_text(text)

    def commit(self, tag: str = "") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", tag or "more")
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")
