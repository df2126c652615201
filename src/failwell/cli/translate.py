"""`failwell translate`: what is translated, what is stale, and new files to translate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from failwell.source import TranslationState, load_contract, translation_state, write_locale

_ALL = "all"


def translate_catalog(source: str, language: str, *, accept: Sequence[str] = (), check: bool = False) -> None:
    """Makes the files of a language that are missing, and tells what is left to do.

    Args:
        source: the folder of a catalog in files, or a Python file beside which `locales` stands.
        language: its tag (RFC 5646).
        accept: codes, or `about`, whose files translate the texts as they are now; `all` for those that were
            never accepted.
        check: whether to write nothing, and only to tell.

    Raises:
        FailwellError: if the contract cannot be loaded, or a file cannot be written.
        typer.Exit: with code 1 if it is to be checked and something is left to do.
    """
    if check:
        state = translation_state(load_contract(source).catalog, language)
        _tell(state)
        if not state.is_complete:
            raise typer.Exit(1)
        return
    written = write_locale(Path(source), language, accept=True if _ALL in accept else accept)
    for path in written.created:
        typer.echo(f"Created {path}")
    for path in written.accepted:
        typer.echo(f"Accepted {path}")
    _tell(written.state)


def _tell(state: TranslationState) -> None:
    for line in _lines(state):
        typer.echo(line)
    if state.is_complete:
        typer.echo(f"{state.language}: all is translated and up to date.")


def _lines(state: TranslationState) -> Iterator[str]:
    for code in state.missing:
        yield f"{code}: not translated"
    for part in state.stale:
        facts = {"lacks": part.lacking, "as in the original": part.same, "left over": part.left_over}
        told = "; ".join(f"{what}: {', '.join(names)}" for what, names in facts.items() if names)
        since = "not accepted yet" if part.is_new else "the original has changed since"
        yield f"{part.code}: {since}" + (f" ({told})" if told else "")
