"""`Catalog`: the problem types of one API."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from failwell.declare.problem import Problem
from failwell.declare.record import Standard
from failwell.exceptions import DeclarationError

_ENDS = ("/", "#", ":", "=")


class Catalog:
    """The problem types of one API, the base of their type URIs, and the reference page's own prose.

    Attributes:
        name: short identifier, for instance `drops`.
        base: what type URIs begin with; the code follows, percent-encoded.
        title: heading of the reference page.
        about: introduction of the reference page (Markdown).
        support: how to reach support, for instance a URL or an address.
    """

    def __init__(self, name: str, *, base: str, title: str = "", about: str = "", support: str = "") -> None:
        if not name:
            raise DeclarationError(
                "a catalog needs a name",
                code="bad-catalog",
                where=f"Catalog({name!r})",
                hint="begin with a short identifier: Catalog('shop', base=…)",
            )
        self.name, self.base = name, checked_base(base, where=f"Catalog({name!r})")
        self.title, self.about, self.support = title or name, about, support
        self._types: dict[str, type[Problem]] = {}
        self._names: dict[str, type[Problem]] = {}
        self._standard: dict[Standard, type[Problem]] = {}
        # As typing.NewType does: the module in which the catalog stands, for pickling by reference.
        self._module: str = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    @property
    def types(self) -> Mapping[str, type[Problem]]:
        """The declared types by code, in order of declaration; standard types come after the API's own."""
        own = {code: cls for code, cls in self._types.items() if not is_gap_filler(cls)}
        return MappingProxyType({**own, **self._types})

    @property
    def standard(self) -> Mapping[Standard, type[Problem]]:
        """The types that stand for HTTP statuses, and for `internal`."""
        return MappingProxyType(self._standard)

    def find(self, code: str) -> type[Problem] | None:
        """The type with this code or alias; None if the catalog has none."""
        return self._names.get(code)

    def add(self, problem: type[Problem]) -> None:
        """Takes a declared class in; class lines call it. A standard type gives way to one of the API's own.

        Raises:
            DeclarationError: if its code, an alias or the condition that it stands for is taken.
        """
        record = problem.problem_type
        names = (record.code, *record.aliases)
        taken = {f"the code or alias {name!r}": self._names.get(name) for name in names}
        if record.standard is not None:
            taken[f"standard={record.standard!r}"] = self._standard.get(record.standard)
        for what, other in taken.items():
            self._check_gives_way(other, what, problem)
        for other in filter(None, taken.values()):
            self._withdraw(other)
        self._types[record.code] = problem
        self._names.update(dict.fromkeys(names, problem))
        if record.standard is not None:
            self._standard[record.standard] = problem

    def _check_gives_way(self, other: type[Problem] | None, what: str, problem: type[Problem]) -> None:
        if other is not None and not is_gap_filler(other):
            raise DeclarationError(
                f"{what} is taken by {other.__module__}.{other.__qualname__}",
                code="declared-twice",
                where=f"{problem.__module__}.{problem.__qualname__} in catalog {self.name!r}",
                hint="give one of them another; codes are never reused, not even those of removed types",
            )

    def _withdraw(self, problem: type[Problem]) -> None:
        tables: list[dict[Any, type[Problem]]] = [self._types, self._names, self._standard]
        for table in tables:
            for key in [key for key, cls in table.items() if cls is problem]:
                del table[key]

    def __iter__(self) -> Iterator[type[Problem]]:
        return iter(self.types.values())

    def __repr__(self) -> str:
        return f"Catalog({self.name!r}, base={self.base!r})"

    def __deepcopy__(self, memo: object) -> Catalog:
        """A catalog is one of its kind, as the classes are that it holds."""
        return self

    def __reduce__(self) -> str:
        """Pickles by reference: as the module variable that holds it."""
        module = sys.modules.get(self._module)
        for name, value in vars(module).items() if module else ():
            if value is self:
                self.__module__ = self._module
                return name
        raise TypeError(
            f"{self!r} is pickled by reference, so it has to be a variable at the top of its module"
        )


def is_gap_filler(problem: type[Problem]) -> bool:
    """Whether a class is one of the standard types that give way to an API's own."""
    return getattr(problem, "fills_gap", False)


def checked_base(base: str, *, where: str) -> str:
    """A base to which codes can be appended to make type URIs.

    Raises:
        DeclarationError: if it is not absolute, or does not end where a code can begin.
    """
    if not base.endswith(_ENDS) or ":" not in base:
        raise DeclarationError(
            f"type URIs cannot begin with the base {base!r}",
            code="bad-catalog",
            where=where,
            hint=f"give an absolute URI that ends with one of {' '.join(_ENDS)}",
        )
    return base
