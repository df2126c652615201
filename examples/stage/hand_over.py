"""Hands a deployment over to another process: as JSON, with the file in which its clock lies."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import msgspec

from examples.identity.deployment import Deployment
from examples.stage.clock import Clock


def written(deployment: Deployment) -> bytes:
    """The deployment in one line. Its clock has to be a `Clock`."""
    return msgspec.json.encode((_name(type(deployment)), deployment), enc_hook=_write)


def read(line: bytes) -> Deployment:
    """The deployment of a line."""
    name, fields = msgspec.json.decode(line, type=tuple[str, msgspec.Raw])
    module, _, kind = name.partition(":")
    settings: type[Deployment] = getattr(importlib.import_module(module), kind)
    return msgspec.json.decode(fields, type=settings, dec_hook=_read)


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _write(value: object) -> str:
    if isinstance(value, Clock):
        return str(value.path)
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{value!r} of a deployment cannot be handed over to another process")


def _read(kind: Any, text: str) -> object:
    return Path(text) if kind is Path else Clock(Path(text))
