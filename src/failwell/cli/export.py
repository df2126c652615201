"""`failwell export`: the contract as one JSON document."""

from __future__ import annotations

from pathlib import Path

from failwell.cli.output import check_is_no_source, write_output
from failwell.source import load_contract, to_json


def export_document(source: str, output: Path | None, app: str = "", *, quiet: bool = False) -> None:
    """Writes the document to a file, or else to standard output.

    Args:
        source: the contract, as `load_contract` takes it.
        output: the file; None for standard output.
        app: whose operations the document lists too; empty for none.
        quiet: whether not to tell what was written.

    Raises:
        FailwellError: if the contract or the app cannot be loaded, or the file not be written.
    """
    check_is_no_source(output, source)
    contract = load_contract(source)
    operations = None
    if app:
        from failwell.cli.application import operations_of  # noqa: PLC0415 - only who asks for it needs it

        operations = operations_of(app, contract)
    told = f"{len(contract.catalog.records)} problem types"
    told += "" if operations is None else f" and {len(operations)} operations"
    write_output(to_json(contract, operations), output, "" if quiet else told)
