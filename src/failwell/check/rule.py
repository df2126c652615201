"""A rule: a file with its documentation, its default severity and its logic.

    # lint_rules/title_with_period.py
    \"\"\"A title ends with a period.

    ## Why
    ...
    ## Example
    ...
    \"\"\"

    @rule(Severity.WARNING, each=types, area="text", remedy="take the period away")
    def title_with_period(record: ProblemType, api: Api) -> Iterator[Fault]:
        if record.title.endswith("."):
            yield Fault(record.code, "the title {title!r} ends with a period", title=record.title)

The rule's id is the name of its file, and of its function, in kebab-case.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from types import ModuleType
from typing import Any, Generic, Literal, TypeVar, TypeVarTuple, cast

from failwell.finding import Place, Severity

Profile = Literal["wire", "branch", "source", "docs"]
"""Whom a change can break: readers of the bytes, clients that branch on codes, code generated from the
catalog; each profile contains the ones before it. Documentation stands beside them."""

Steps = tuple[str | int, ...]
"""From a problem type to a part of it: `("members", "limit")`, as documents and files write it."""

HEADINGS = ("Why", "Example")
"""The headings of a rule's documentation, in this order."""

_Subject = TypeVar("_Subject")
_Parts = TypeVarTuple("_Parts")


class Fault:
    """What the logic of a rule saw; the engine makes a finding of it."""

    __slots__ = ("arguments", "at", "edit", "place", "remedy", "severity", "subject", "template")

    def __init__(  # noqa: PLR0913 - what can be said of a fault
        self,
        subject: str,
        template: str,
        /,
        *,
        at: Steps = (),
        place: Place | None = None,
        edit: str | None = None,
        remedy: str = "",
        severity: Severity | None = None,
        **arguments: Any,
    ) -> None:
        """Tells a fault.

        Args:
            subject: what it is about: a code, `code.member`, `METHOD /path`; empty for the whole catalog.
            template: the message, one sentence without a period, with the arguments in braces.
            at: the part of the subject's type on whose line it stands.
            place: where it stands, if that is no part of a type.
            edit: the text that is right in place of the one at `at`, where the repair is mechanical.
            remedy: how to mend this one; by default as the rule says.
            severity: of this one; by default as the rule says.
            arguments: the facts, as JSON.
        """
        self.subject, self.template, self.arguments = subject, template, arguments
        self.at, self.place, self.edit = at, place, edit
        self.remedy, self.severity = remedy, severity

    @property
    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.template.format_map(self.arguments)


class Rule(Generic[_Subject]):
    """A rule with its documentation.

    Attributes:
        id: kebab-case.
        severity: by default.
        area: what it is about, in one word; findings are grouped by it.
        profile: of a rule of `diff`, whom the change can break.
        remedy: how to mend what it finds.
        mirror: of a rule of `diff`, the rule for the opposite change.
        no_mirror: why there is no such rule.
        replaces: former ids, which keep working in settings and waivers.
        docs: Markdown: a summary, then the headings of `HEADINGS`.
    """

    def __init__(  # noqa: PLR0913 - one word per fact
        self,
        rule_id: str,
        severity: Severity,
        find: Callable[[_Subject], Iterator[Fault]],
        *,
        area: str,
        remedy: str,
        docs: str,
        profile: Profile | None,
        mirror: str,
        no_mirror: str,
        replaces: tuple[str, ...],
    ) -> None:
        self.id, self.severity, self.find = rule_id, severity, find
        self.area, self.remedy, self.docs, self.profile = area, remedy, docs, profile
        self.mirror, self.no_mirror, self.replaces = mirror, no_mirror, replaces

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.docs.partition("\n")[0]

    def __repr__(self) -> str:
        return f"Rule({self.id!r})"


def rule(  # noqa: PLR0913 - one word per fact
    severity: Severity,
    *,
    each: Callable[[_Subject], Iterable[tuple[*_Parts]]],
    area: str,
    remedy: str,
    profile: Profile | None = None,
    mirror: str = "",
    no_mirror: str = "",
    replaces: tuple[str, ...] = (),
) -> Callable[[Callable[[*_Parts], Iterator[Fault]]], Rule[_Subject]]:
    """Makes a rule of a function that is named like its file.

    Args:
        severity: by default.
        each: takes the subject apart; the function is called with each of its parts.
        area: what it is about, in one word.
        remedy: how to mend what it finds.
        profile: of a rule of `diff`, whom the change can break.
        mirror: of a rule of `diff`, the id of the rule for the opposite change.
        no_mirror: why there is no such rule.
        replaces: former ids.
    """

    def made(logic: Callable[[*_Parts], Iterator[Fault]]) -> Rule[_Subject]:
        return Rule(
            logic.__name__.replace("_", "-"),
            severity,
            lambda subject: chain.from_iterable(logic(*parts) for parts in each(subject)),
            area=area,
            remedy=remedy,
            docs=(importlib.import_module(logic.__module__).__doc__ or "").strip(),
            profile=profile,
            mirror=mirror,
            no_mirror=no_mirror,
            replaces=replaces,
        )

    return made


def rules_of(package: ModuleType) -> Mapping[str, Rule[Any]]:
    """The rules of a package by id: one per file, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = {name: importlib.import_module(f"{package.__name__}.{name}") for name in names}
    found = [cast("Rule[Any]", getattr(module, name)) for name, module in modules.items()]
    return {rule.id: rule for rule in found}


def headings(docs: str) -> tuple[str, ...]:
    """The headings of a rule's documentation."""
    return tuple(re.findall(r"^## (.+)$", docs, re.MULTILINE))
