"""What holds for every test: only loopback, no skips on CI; README.md and docs/ are tests as well."""

from __future__ import annotations

import ast
import asyncio
import ipaddress
import os
import re
import socket
import sys
from collections.abc import Generator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, SkipParser

# ---------------------------------------------------------------------------- only loopback sockets


def _connects_to_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a path: a Unix socket
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return str(address[0]) == "localhost"


def _guard(name: str) -> None:
    connect = getattr(socket.socket, name)

    def guarded(self: socket.socket, address: Any) -> Any:
        if not _connects_to_loopback(address):
            self.close()
            raise AssertionError(f"a test connects to {address!r}: tests stay on this machine, use 127.0.0.1")
        return connect(self, address)

    setattr(socket.socket, name, guarded)


def pytest_configure() -> None:
    _guard("connect")
    _guard("connect_ex")


# ---------------------------------------------------------------------------- no skips on CI


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but on CI every test runs: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _forbid_skip(report)
    return report


# ---------------------------------------------------------------------------- pages are tests

_FILE = re.compile(r"# (\w+)\.py\b")


class _Page(Document):
    """A page is one module, so that its classes can be pickled and its annotations resolved."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self.module = ModuleType(f"page_{Path(path).stem}")  # not `flask`, for that is a library
        self.namespace = vars(self.module)


def _run(example: Example) -> None:
    """Run a block; one that starts with `# errors.py` can be imported as `errors` by those after it."""
    page = example.document
    assert isinstance(page, _Page)
    heading = _FILE.match(example.parsed)
    name = heading[1] if heading else page.module.__name__
    page.namespace["__name__"] = name
    sys.modules[name] = page.module
    lines = "\n" * (example.line + example.parsed.line_offset)
    code: CodeType = compile(
        lines + example.parsed, page.path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
    )
    try:
        awaitable = eval(code, page.namespace)
        if awaitable is not None:
            asyncio.run(awaitable)
    except Exception as error:
        error.__suppress_context__ = True  # Sybil cannot print a chain whose links are one frame long
        raise


def _forget(namespace: dict[str, Any]) -> None:
    for name, module in list(sys.modules.items()):
        if getattr(module, "__dict__", None) is namespace:
            del sys.modules[name]


pytest_collect_file = Sybil(
    parsers=[CodeBlockParser("python", _run), SkipParser()],
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    document_types={".md": _Page},
    teardown=_forget,
).pytest()
