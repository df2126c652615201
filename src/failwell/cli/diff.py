"""`failwell diff` and `failwell changelog`: what a change means for those who have the API as it was.

failwell diff main
failwell diff v1.2 v1.3 --path errors/
failwell diff https://errors.drops.example/catalog.json errors.py --format markdown
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import typer

from failwell.check import Api, diff_apis
from failwell.check.changelog import to_changelog
from failwell.check.comparison import Comparison
from failwell.check.diff import DIFF_RULES
from failwell.check.rule import Profile
from failwell.check.settings import SettingsFile
from failwell.cli.address import is_address
from failwell.cli.output import check_is_no_source, write_output
from failwell.cli.revision import Wanted, is_path, load_api, load_revision
from failwell.cli.verdict import Verdict
from failwell.contract import Contract
from failwell.declare import Catalog
from failwell.exceptions import SourceError


class Sides(NamedTuple):
    """What is compared.

    Attributes:
        base: a git ref, a file, a folder or a URL: what clients have.
        head: the same for what they are to get; empty for the working tree.
        path: the contract that a git ref is about; empty for the usual one.
        base_path: where that was at `base`, if it has moved since.
        app: `MODULE:APP`, whose operations are compared too; empty for none.
    """

    base: str
    head: str = ""
    path: str = ""
    base_path: str = ""
    app: str = ""

    @property
    def contract(self) -> str:
        """The contract, in the working tree or at a ref."""
        usual = self.head if self.head and is_path(self.head) else os.environ.get("FAILWELL_CONTRACT")
        return self.path or usual or "errors.py"

    @property
    def title(self) -> str:
        """`main..HEAD`."""
        return f"{self.base}..{self.head or self.contract}"


def diff_catalogs(sides: Sides, verdict: Verdict, *, profile: Profile = "source", docs: bool = True) -> None:
    """Compares two states of a catalog and tells what the change means.

    Args:
        sides: what is compared.
        verdict: how it is told.
        profile: whom changes must not break.
        docs: whether changes of the documentation are told too.

    Raises:
        FailwellError: if something cannot be loaded.
        typer.Exit: with code 1 if the findings make the command fail.
    """
    check_is_no_source(verdict.output, sides.base, sides.contract)
    given = verdict.read()
    with ExitStack() as stack:
        before, after = _loaded(sides, stack)
        title = f"diff {sides.title}"
        report = diff_apis(before, after, given, profile=profile, docs=docs, title=title)
        verdict.tell(report, given, DIFF_RULES)


def write_changelog(sides: Sides, output: Path | None, settings: Path | None, heading: str) -> None:
    """Writes the text for people that the change calls for.

    Args:
        sides: what is compared.
        output: the file; None for standard output.
        settings: the settings file; None for the usual one.
        heading: the version.

    Raises:
        FailwellError: if something cannot be loaded or written.
    """
    check_is_no_source(output, sides.base, sides.contract)
    given: SettingsFile = Verdict(settings=settings).read()
    with ExitStack() as stack:
        before, after = _loaded(sides, stack)
        report = diff_apis(before, after, given, title=f"changelog {sides.title}")
        text = to_changelog(Comparison(before, after), report, heading=heading)
    write_output(text.encode("utf-8", "backslashreplace"), output, "the changelog")


def _loaded(sides: Sides, stack: ExitStack) -> tuple[Api, Api]:
    after = _after(sides, stack)
    wanted = Wanted(sides.base_path or sides.contract, sides.app)
    before = load_revision(sides.base, wanted, stack)
    if before is None:
        typer.echo(
            f"{wanted.path} does not exist at {sides.base}, so all of it is new. "
            "If it has moved, say where it was: --base-path",
            err=True,
        )
        before = _nothing(after)
    elif sides.app and not (before.knows_operations and after.knows_operations):
        typer.echo(
            "The operations are not compared: a document or a folder has none unless it was written by "
            "`failwell export --app`",
            err=True,
        )
    return before, after


def _after(sides: Sides, stack: ExitStack) -> Api:
    if not sides.head or (is_path(sides.head) and not is_address(sides.head)):
        return load_api(sides.head or sides.contract, sides.app)
    found = load_revision(sides.head, Wanted(sides.contract, sides.app), stack)
    if found is None:
        raise SourceError(
            f"it does not exist at {sides.head}", code="no-such-file", where=sides.contract,
            hint="say where the contract is: --path",
        )  # fmt: skip
    return found


def _nothing(after: Api) -> Api:
    """An API like this one before it had any errors."""
    catalog = Catalog(after.catalog.name, base=after.catalog.base)
    return Api(Contract(catalog, dialect=after.contract.dialect), today=after.today)
