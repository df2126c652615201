"""The command `failwell`. Its libraries come with the extra `cli`; without them it says so."""

from __future__ import annotations

import sys

from failwell.exceptions import missing_extra

__all__ = ["main"]


def main() -> int:
    """Runs the command on the arguments of the process and returns its exit code."""
    try:
        from failwell.cli.app import run  # noqa: PLC0415 - its absence is to be told, not to fail
    except ImportError as error:
        if (error.name or "").startswith("failwell"):
            raise
        sys.stderr.write(f"Error: {missing_extra('cli', 'the command failwell')}\n")
        return 2
    return run()
