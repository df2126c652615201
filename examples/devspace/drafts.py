"""Texts by AI: asked of another service, which may fail."""

from __future__ import annotations

from typing import Annotated

import httpx
import msgspec

from examples.devspace.documents import Text
from examples.devspace.settings import Settings


class DraftRequest(msgspec.Struct, forbid_unknown_fields=True):
    prompt: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Generated(msgspec.Struct):
    """What the other service answers."""

    text: Text


class GenerationError(Exception):
    """There is no text; the cause says why."""


def generate(settings: Settings, wanted: DraftRequest) -> str:
    """The text for a prompt.

    Raises:
        GenerationError: if the other service fails, takes too long, or answers something else.
    """
    try:
        answer = httpx.post(
            settings.ai_url, json={"prompt": wanted.prompt}, timeout=settings.ai_seconds, trust_env=False
        )
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=Generated).text
    except (httpx.HTTPError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise GenerationError(f"{settings.ai_url} gave no text") from error
