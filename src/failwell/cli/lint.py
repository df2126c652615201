"""`failwell lint`: what is wrong with a catalog, and the rules by which it is found.

failwell lint errors.py
failwell lint errors.py --app shop.main:app --format github
failwell lint --explain title-with-period
"""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from failwell.check import lint_api
from failwell.check.lint import LINT_RULES
from failwell.check.output.characters import visible
from failwell.check.repair import repair
from failwell.cli.output import check_is_no_source
from failwell.cli.revision import load_api
from failwell.cli.verdict import ALL_RULES, Verdict, narrowed, rule_named


def lint_catalog(
    source: str, app: str, verdict: Verdict, *, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> None:
    """Looks at a catalog and tells what was found.

    Args:
        source: the contract, as `load_contract` takes it.
        app: `MODULE:APP`, whose operations are looked at too; empty for none.
        verdict: how it is told.
        select: the only rules to ask; empty for all.
        ignore: rules not to ask.

    Raises:
        FailwellError: if something cannot be loaded, or there is no such rule.
        typer.Exit: with code 1 if the findings make the command fail.
    """
    check_is_no_source(verdict.output, source)
    given = narrowed(verdict.read(), LINT_RULES, select=select, ignore=ignore)
    report = lint_api(load_api(source, app), given, title=f"lint {source}")
    verdict.tell(report, given, LINT_RULES)


def fix_catalog(
    source: str, app: str, verdict: Verdict, *, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> bool:
    """Mends what can be mended mechanically, in the files of the catalog, and tells what was.

    Args:
        source: as for `lint_catalog`.
        app: as for `lint_catalog`.
        verdict: the settings.
        select: as for `lint_catalog`.
        ignore: as for `lint_catalog`.

    Raises:
        FailwellError: as `lint_catalog`.

    Returns:
        Whether files were written. What was imported of them is old then: look again in another process.
    """
    given = narrowed(verdict.read(), LINT_RULES, select=select, ignore=ignore)
    api = load_api(source, app)
    report = lint_api(api, given, title=f"lint {source}")
    mended = repair(source, api.contract, report.edits)
    names = {one.fingerprint: f"{one.rule} ({visible(one.subject)})" for one in report.findings}
    for edit in mended.done:
        typer.echo(f"Mended {names[edit.finding]}", err=True)
    for refused in mended.refused:
        typer.echo(f"Not mended: {names[refused.edit.finding]}: {visible(refused.reason)}", err=True)
    return bool(mended.files)


def explain_rule(name: str) -> None:
    """Prints the documentation of a rule.

    Raises:
        SourceError: if there is none.
    """
    rule = rule_named(name)
    facts = ", ".join(filter(None, (str(rule.severity), rule.area, rule.profile)))
    console = Console(markup=False, highlight=False, emoji=False)
    console.print(Text.assemble((rule.id, "bold red"), "  ", facts))
    console.print()
    console.print(Markdown(rule.docs, hyperlinks=False))
    console.print()
    console.print(Text(f"To mend it: {rule.remedy}."))


def list_rules() -> None:
    """Prints a line per rule: severity, id, area and profile, summary."""
    width = max(map(len, ALL_RULES))
    for rule in ALL_RULES.values():
        about = f"{rule.area} ({rule.profile})" if rule.profile else rule.area
        typer.echo(f"{rule.severity:<8} {rule.id:<{width}}  {about:<22} {rule.summary}")
