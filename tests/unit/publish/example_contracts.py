"""The contracts of `examples/`, as `load_contract` takes them."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).parents[3] / "examples"


def _path(folder: Path) -> str:
    for name in ("errors", "catalog"):
        if (folder / name / "catalog.toml").is_file():
            return str(folder / name)
    return f"examples.{folder.name}.errors"


EXAMPLES = [_path(folder) for folder in sorted(_ROOT.iterdir()) if any(folder.glob("errors*"))]
"""One for each service: a folder with a `catalog.toml`, or a module."""
