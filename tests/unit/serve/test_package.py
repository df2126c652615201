"""The package: what it needs, and what it says without it."""

from __future__ import annotations

import subprocess
import sys

import pytest

_CODE = """
import sys
sys.modules[{absent!r}] = None
try:
    import {module}
except ImportError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("module", "extra", "absent"),
    [
        *(("failwell.serve", "serve", name) for name in ("starlette", "uvicorn", "watchfiles", "jinja2")),
        ("failwell.publish.html", "publish", "jinja2"),
        ("failwell.publish.prose", "publish", "markdown_it"),
        ("failwell.publish.highlighting", "publish", "pygments"),
    ],
)
def test_without_its_libraries_it_names_the_extra(module: str, extra: str, absent: str) -> None:
    code = _CODE.format(absent=absent, module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("MissingExtraError")
    assert f"pip install 'failwell[{extra}]'" in done.stdout


def test_models_and_markdown_need_no_library() -> None:
    libraries = "{'jinja2', 'pygments', 'markdown_it'}"
    code = f"import sys, failwell.publish.markdown\nprint({libraries} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
