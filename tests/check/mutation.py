"""What a mutation is: a change of one field of a document, and what `diff` has to say of it.

An operator changes a document in place, and tells the subject and the rules that must find the change about
it, each once and no others; or it is declared with the reason why clients cannot notice, and then nothing may
be found at all. Where a document has nothing to change, an operator raises `NotHereError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple, TypeVar

Data = dict[str, Any]
_Item = TypeVar("_Item")


class NotHereError(Exception):
    """The document has no part that an operator could change."""


class Expected(NamedTuple):
    """What must be found.

    Attributes:
        subject: about what.
        rules: each of them, once, and no others.
        is_safe: whether nothing of it is an error.
        others: rules that find the other half of it, about another subject.
    """

    subject: str = ""
    rules: tuple[str, ...] = ()
    is_safe: bool = False
    others: tuple[str, ...] = ()


def found(subject: str, *rules: str) -> Expected:
    """A change that may break clients."""
    return Expected(subject, rules)


def safe(subject: str, *rules: str) -> Expected:
    """A change of which nothing is an error."""
    return Expected(subject, rules, is_safe=True)


UNNOTICED = Expected(is_safe=True)

Mutate = Callable[[Data, Random], Expected]


class Operator(NamedTuple):
    """A mutation operator.

    Attributes:
        name: its function's name.
        fields: those that it changes, such as `ProblemType.title`.
        reason: why clients cannot notice; empty where they can.
        mutate: changes a document.
    """

    name: str
    fields: tuple[str, ...]
    reason: str
    mutate: Mutate


OPERATORS: list[Operator] = []


def operator(*fields: str, unnoticed: str = "") -> Callable[[Mutate], Mutate]:
    """Takes an operator into the list."""

    def taken(mutate: Mutate) -> Mutate:
        OPERATORS.append(Operator(mutate.__name__, fields, unnoticed, mutate))
        return mutate

    return taken


# ------------------------------------------------------------------------------------------------ choices


def one_of(random: Random, items: Sequence[_Item]) -> _Item:
    if not items:
        raise NotHereError
    return random.choice(items)


def stage(problem: Data) -> str:
    return str(problem.get("lifecycle", {}).get("stage", "stable"))


def own(document: Data) -> list[Data]:
    return [problem for problem in document["problems"] if not problem.get("fills_gap")]


def live(document: Data) -> list[Data]:
    """The problems that clients were promised and that can still be sent."""
    return [problem for problem in own(document) if stage(problem) not in ("draft", "removed")]


def a_problem(document: Data, random: Random, *has: str, lacks: str = "") -> Data:
    """A live problem that has certain fields, and lacks another."""
    return one_of(
        random, [p for p in live(document) if all(p.get(field) for field in has) and not p.get(lacks)]
    )


def said(member: Data) -> Data:
    """What a member says beside its schema."""
    extension: Data = member.get("x-failwell", {})
    return extension


def say(member: Data, **words: Any) -> None:
    """Says something of a member; None takes it back."""
    taken_back = {key for key, word in words.items() if word is None}
    extension = {key: word for key, word in {**said(member), **words}.items() if key not in taken_back}
    member.pop("x-failwell", None)
    if extension:
        member["x-failwell"] = extension


def is_on_wire(member: Data) -> bool:
    return bool(said(member).get("on_wire", True))


def a_member(
    document: Data, random: Random, fits: Callable[[Data], bool] = lambda _: True, *, on_wire: bool = True
) -> tuple[str, Data, str]:
    """A member of a live problem: code, member, name in JSON."""
    return one_of(
        random,
        [
            (problem["code"], member, name)
            for problem in live(document)
            for name, member in problem.get("members", {}).items()
            if is_on_wire(member) is on_wire and fits(member)
        ],
    )


def a_text(random: Random, *others: str) -> str:
    """A text that is none of those."""
    words = ("Basalt", "Cedar", "Delta", "Ember", "Fjord", "Grove")
    return one_of(random, [text for text in words if text not in others]) + f" {random.randrange(1000)}"
