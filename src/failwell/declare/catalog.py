"""`Catalog`: the problem types of one API."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

from failwell.declare.problem import Problem
from failwell.declare.prose import read_about
from failwell.declare.record import ProblemType, Stage, Standard, Translation
from failwell.declare.translation import check_translation
from failwell.exceptions import DeclarationError

_Key = TypeVar("_Key", str, Standard)
_ENDS = ("/", "#", ":", "=")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")


class Catalog:
    """The problem types of one API, the base of their type URIs, and the reference page's own prose.

    Attributes:
        name: short identifier, for instance `drops`.
        base: what type URIs begin with; the code follows, percent-encoded.
        title: heading of the reference page.
        about: the reference page's own prose (Markdown): an introduction, then the headings of
            `failwell.declare.prose.ABOUT_HEADINGS`, each as needed.
        language: the language of all these texts (RFC 5646).
        deprecation_days: how many days at least lie between a deprecation, or a renaming, and its sunset.
    """

    def __init__(  # noqa: PLR0913 - one word per fact
        self,
        name: str,
        *,
        base: str,
        title: str = "",
        about: str = "",
        language: str = "en",
        deprecation_days: int = 0,
    ) -> None:
        where = f"Catalog({name!r})"
        if not name:
            raise DeclarationError(
                "a catalog needs a name",
                code="bad-catalog",
                where=where,
                hint="begin with a short identifier: Catalog('shop', base=…)",
            )
        if deprecation_days < 0:
            raise DeclarationError(
                f"deprecation_days={deprecation_days} is no notice",
                code="wrong-word",
                where=where,
                hint="say how many days at least lie between a deprecation and its sunset, or leave it out",
            )
        self.name, self.base = name, checked_base(base, where=where)
        self.title, self.deprecation_days = title or name, deprecation_days
        self.about = read_about(about, where=f"{where}, about=")
        self.language = _checked_language(language, where=where)
        self._records: dict[str, ProblemType] = {}
        self._in_order: Mapping[str, ProblemType] | None = None
        self._classes: dict[str, type[Problem]] = {}
        self._names: dict[str, str] = {}
        self._standard: dict[Standard, str] = {}
        self._translations: dict[str, Mapping[str, Translation]] = {}
        self._abouts: dict[str, Translation] = {}
        # As typing.NewType does: the module in which the catalog stands, for pickling by reference.
        self._module: str = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    # ------------------------------------------------------------------------------------------ types

    @property
    def records(self) -> Mapping[str, ProblemType]:
        """The records by code, in order of declaration; standard types come after the API's own."""
        if self._in_order is None:
            self._in_order = MappingProxyType({**self.own, **self._records})
        return self._in_order

    @property
    def types(self) -> Mapping[str, type[Problem]]:
        """The classes by code, in the order of `records`. A view: types declared later show in it."""
        return _Classes(lambda: self.records, self._class)

    @property
    def standard(self) -> Mapping[Standard, type[Problem]]:
        """The types that stand for HTTP statuses, and for `internal`. A view, as `types` is."""
        return _Classes(lambda: self._standard, lambda key: self._class(self._standard[key]))

    @property
    def own(self) -> Mapping[str, ProblemType]:
        """The records of the API's own types, without the standard ones that fill its gaps."""
        return MappingProxyType({code: r for code, r in self._records.items() if not r.fills_gap})

    def __contains__(self, code: object) -> bool:
        """Whether a code, a former one or an alias is one of a type."""
        return code in self._names

    def standing_for(self, condition: Standard) -> type[Problem] | None:
        """The type that stands for an HTTP status, or for `internal`; None if the catalog has none."""
        code = self._standard.get(condition)
        return None if code is None else self._class(code)

    def find(self, code: str) -> type[Problem] | None:
        """The type with this code, former code or alias; None if the catalog has none."""
        own = self._names.get(code)
        return None if own is None else self._class(own)

    def _class(self, code: str) -> type[Problem]:
        return self._classes.get(code) or self._made(code)

    def _made(self, code: str) -> type[Problem]:
        from failwell.declare.recorded import class_of  # noqa: PLC0415 - only for types that were read

        # setdefault: of two threads that make a class at the same time, both get the first one's.
        return self._classes.setdefault(code, class_of(self._records[code], self))

    def add(self, problem: type[Problem]) -> None:
        """Takes a declared class in; class lines call it.

        Raises:
            DeclarationError: as `add_record`.
        """
        record = problem.problem_type
        self.add_record(record, where=f"{problem.__module__}.{problem.__qualname__}")
        self._classes[record.code] = problem

    def add_record(self, record: ProblemType, *, where: str) -> None:
        """Takes a record in. A standard type gives way to one of the API's own.

        Args:
            record: of the type. Its class is made when it is asked for.
            where: the file or the class that declares it, for errors.

        Raises:
            DeclarationError: if its code, an alias or the condition that it stands for is taken, or its
                sunset is nearer than the catalog allows.
        """
        self._check_sunset(record, where)
        taken = {f"the code or alias {name!r}": self._names.get(name) for name in record.names}
        if record.standard is not None:
            taken[f"standard={record.standard!r}"] = self._standard.get(record.standard)
        for what, other in taken.items():
            self._check_gives_way(other, what, where)
        for other in filter(None, taken.values()):
            self._withdraw(other)
        self._records[record.code] = record
        self._in_order = None
        self._names.update(dict.fromkeys(record.names, record.code))
        if record.standard is not None:
            self._standard[record.standard] = record.code

    def _check_sunset(self, record: ProblemType, where: str) -> None:
        life = record.lifecycle
        if life.sunset is None or life.stage is Stage.REMOVED:  # of a removed type `since` is the removal
            return
        notice = (life.sunset - life.since).days if life.since else 0
        if notice < self.deprecation_days:
            what = "renamed" if life.former else "deprecated"
            raise DeclarationError(
                f"{what} on {life.since or 'a day that is not said'} with sunset on {life.sunset}: "
                "sooner than the catalog promises",
                code="sunset-too-soon",
                where=where,
                hint=f"leave clients at least {self.deprecation_days} days (deprecation_days of the catalog)",
            )

    def _check_gives_way(self, other: str | None, what: str, where: str) -> None:
        if other is None or self._records[other].fills_gap:
            return
        cls = self._classes.get(other)
        holder = f"{cls.__module__}.{cls.__qualname__}" if cls else f"the type {other!r}"
        raise DeclarationError(
            f"{what} is taken by {holder}",
            code="declared-twice",
            where=f"{where} in catalog {self.name!r}",
            hint="give one of them another; codes are never reused, not even those of removed types",
        )

    def _withdraw(self, code: str) -> None:
        record, self._in_order = self._records.pop(code, None), None
        if record is None:  # withdrawn already: its code and its condition were both taken
            return
        self._classes.pop(code, None)
        for name in record.names:
            del self._names[name]
        if record.standard is not None:
            del self._standard[record.standard]

    # ----------------------------------------------------------------------------------- translations

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages into which the texts are translated, wholly or in part."""
        return tuple(self._translations)

    def translate(
        self, language: str, texts: Mapping[str, Translation], *, about: str = "", about_source: str = ""
    ) -> None:
        """Gives the texts in another language, before the first problem is rendered.

        Args:
            language: its tag (RFC 5646), for instance `de` or `pt-BR`.
            texts: by code.
            about: the reference page's own prose.
            about_source: hash of the prose that was translated; see `failwell.declare.translation`.

        Raises:
            DeclarationError: if the tag is none, the language is there already, a code is unknown, or a
                template asks for what the type does not have.
        """
        where = f"Catalog({self.name!r}), language {language!r}"
        _checked_language(language, where=where)
        if language.lower() in map(str.lower, (self.language, *self.languages)):
            raise DeclarationError(
                "the catalog has this language already",
                code="translated-twice",
                where=where,
                hint="give all texts of a language at once",
            )
        about = read_about(about, where=f"{where}, about=")
        for code, translation in texts.items():
            self.check_translation(code, translation, where=f"{where}, code {code!r}")
        self._translations[language] = MappingProxyType(dict(texts))
        self._abouts[language] = Translation(prose=about, source=about_source)

    def check_translation(self, code: str, translation: Translation, *, where: str) -> None:
        """Checks that translated texts fit the type with this code.

        Raises:
            DeclarationError: if they do not, or there is no such type.
        """
        check_translation(self._records.get(code), translation, where=where)

    def translations(self, language: str) -> Mapping[str, Translation]:
        """The translated texts of a language by code; none for a language that the catalog does not have."""
        return self._translations.get(language, {})

    def translation(self, code: str, language: str) -> Translation | None:
        """The texts of a type in a language; None where they are not translated."""
        return self.translations(language).get(code)

    def about_translation(self, language: str) -> Translation:
        """The reference page's own prose in a language, as `prose`, with its `source`; else empty."""
        return self._abouts.get(language, Translation())

    def about_in(self, language: str) -> str:
        """The reference page's own prose in a language; in the catalog's where it is not translated."""
        return self.about_translation(language).prose or self.about

    # ------------------------------------------------------------------------------------------ object

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


class _Classes(Mapping[_Key, type[Problem]]):
    """Classes by key: made when they are looked at, for the keys that the catalog has then."""

    def __init__(
        self, keys: Callable[[], Mapping[_Key, object]], class_at: Callable[[_Key], type[Problem]]
    ) -> None:
        self._keys: Callable[[], Mapping[_Key, object]] = keys
        self._class_at: Callable[[_Key], type[Problem]] = class_at

    def __getitem__(self, key: _Key) -> type[Problem]:
        return self._class_at(key)

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())


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


def is_language_tag(text: str) -> bool:
    """Whether a text is one of the usual language tags (RFC 5646)."""
    return _LANGUAGE.match(text) is not None


def _checked_language(language: str, *, where: str) -> str:
    if not is_language_tag(language):
        raise DeclarationError(
            f"{language!r} is no language tag",
            code="bad-language",
            where=where,
            hint="write it as RFC 5646 does: en, de, pt-BR, zh-Hant",
        )
    return language
