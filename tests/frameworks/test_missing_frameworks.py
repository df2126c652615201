"""What an adapter says where its framework is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

_WITHOUT = """
import sys
sys.modules[{extra!r}] = None
from failwell.exceptions import MissingExtraError
try:
    import failwell.{extra}
except MissingExtraError as error:
    print(error)
"""


@pytest.mark.parametrize("extra", ["starlette", "fastapi", "litestar", "flask", "django"])
def test_the_extra_that_installs_it_is_named(extra: str) -> None:
    code = _WITHOUT.format(extra=extra)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"extra {extra!r}: failwell.{extra} needs a library that is not installed\n"
        f"  To mend it: pip install 'failwell[{extra}]'\n"
        "  [missing-extra]\n"
    )
