"""The five catalogs: where each stands, and how it is written."""

from __future__ import annotations

from pathlib import Path

import msgspec

from failwell import Contract
from failwell.source import load_contract

_HERE = Path(__file__).parent


class Example(msgspec.Struct, frozen=True):
    """One of the five.

    Attributes:
        name: its folder under `examples/`, and the catalog's name.
        source: what `failwell serve` is given: the Python file or the folder of files.
        classes: the Python file with its classes, written by hand or generated.
    """

    name: str
    source: Path
    classes: Path

    def contract(self, base: str = "") -> Contract:
        """The contract, with its type URIs under another base if one is given."""
        return load_contract(self.classes).at(base)


def _in_classes(name: str) -> Example:
    return Example(name, _HERE / name / "errors.py", _HERE / name / "errors.py")


def _in_files(name: str) -> Example:
    return Example(name, _HERE / name / "errors", _HERE / name / "errors.py")


EXAMPLES = (
    _in_classes("browsers"),
    _in_classes("drops"),
    _in_files("flags"),
    _in_files("devspace"),
    _in_classes("platform"),
)
"""In the order in which README.md lists them."""
