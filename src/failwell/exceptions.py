"""Errors that Failwell raises at developers: what is wrong, where it stands, and how to mend it.

FailwellError
├── DeclarationError    a declaration that cannot become a problem type, a catalog, a dialect or a guard
├── EncodingError       a declared value that has no JSON form: an example, or a member's default
├── MissingExtraError   a part of Failwell whose third-party library is not installed
└── SourceError         a path, module or document that holds no usable contract
"""

from __future__ import annotations

from collections import abc


class FailwellError(Exception):
    """Base of all errors raised at the developers who use Failwell.

    Attributes:
        code: stable identifier in kebab-case, to search for and to branch on.
        what: what is wrong, in one sentence.
        where: the class, member, argument or file that it concerns.
        hint: how to mend it.
    """

    def __init__(self, what: str, *, code: str, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what, self.code, self.where, self.hint = what, code, where, hint

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.hint:
            lines.append(f"  To mend it: {self.hint}")
        return "\n".join([*lines, f"  [{self.code}]"])

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.code, self.where, self.hint)


class DeclarationError(FailwellError, TypeError):
    """A declaration that cannot stand; raised when the module that holds it is imported."""


class EncodingError(FailwellError, ValueError):
    """A declared value, of an example or a default, that cannot be written as JSON."""


class MissingExtraError(FailwellError, ImportError):
    """A part of Failwell was used whose third-party library is not installed."""


class SourceError(FailwellError, ValueError):
    """A path, a module or a document in which no usable contract was found."""


def missing_extra(extra: str, needed_for: str) -> MissingExtraError:
    """The error that names the extra to install, for `import` guards in adapters."""
    return MissingExtraError(
        f"{needed_for} needs a library that is not installed",
        code="missing-extra",
        where=f"extra {extra!r}",
        hint=f"pip install 'failwell[{extra}]'",
    )


def one_of(given: str, known: abc.Iterable[str]) -> str:
    """The hint for a word that is none of those that are known: the one that was meant, or else all."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for errors

    words = sorted(known)
    near = get_close_matches(given, words, n=1)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(words)}"


def _rebuild(cls: type[FailwellError], what: str, code: str, where: str, hint: str) -> FailwellError:
    return cls(what, code=code, where=where, hint=hint)
