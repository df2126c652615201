"""`failwell serve`: reference pages at the type URIs, and a mock that answers with every problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import typer
from rich.console import Console
from rich.text import Text

from failwell.serve import Listener, open_source, run, serve_app
from failwell.serve.publication import Served

_INTERRUPTED = 130  # as shells say it: 128 and the number of SIGINT


def serve_catalogs(
    paths: Sequence[str],
    *,
    host: str = "127.0.0.1",
    port: int = 8400,
    base_url: str = "",
    reload: bool = True,
) -> None:
    """Serves catalogs until Ctrl-C.

    Args:
        paths: each a folder, a document, a Python file or a module, as for the other commands.
        host: where to listen.
        port: 0 for any that is free.
        base_url: the address under which it is reached, where that is another one.
        reload: whether to read the sources again when their files change.

    Raises:
        FailwellError: if a source cannot be loaded, or nothing can listen there.
        typer.Exit: with 130 after Ctrl-C.
    """
    console = Console(markup=False, highlight=False, emoji=False)
    listener = Listener(host, port)
    sources = [open_source(path) for path in paths]
    app = serve_app(
        sources,
        base_url=base_url or listener.origin,
        reload=reload,
        tell=lambda message: console.print(Text(message), soft_wrap=True),
    )
    served: Iterable[Served] = app.state.publication.served()
    for line in (*_addresses(served), *_notes(listener, host, base_url=base_url, reload=reload)):
        console.print(line, soft_wrap=True)
    try:
        run(app, listener)
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None


def _addresses(served: Iterable[Served]) -> Iterator[Text]:
    """Where the things of the catalogs are."""
    for title, size, addresses in served:
        yield Text.assemble((title, "bold"), f", {size}")
        for name, address in addresses.items():
            yield Text.assemble((f"  {name:<11}", "dim"), (address, "blue"))


def _notes(listener: Listener, host: str, *, base_url: str, reload: bool) -> Iterator[Text]:
    if base_url:
        yield Text(f"It listens at {listener.origin}/", "dim")
    if not listener.is_loopback:
        warning = f"Warning: everybody who reaches this machine at {host} can read these pages."
        if not base_url:
            warning += " Type URIs begin with the address from outside if --base-url gives it."
        yield Text(warning, "yellow")
    watched = "Changes of the sources are read at once. " if reload else ""
    yield Text(f"{watched}Ctrl-C ends it.", "dim")
