"""What limits are made of: buckets or caps, decided together, each for a subject of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from failwell.exceptions import DeclarationError
from failwell.guard.bucket import Bucket
from failwell.guard.cap import Cap
from failwell.guard.subject import key_of
from failwell.typing import Key


class Parts:
    """The names of a limit's buckets or caps, under which checks take subjects, and what follows from them.

    Attributes:
        names: the names, in declared order.
    """

    def __init__(
        self, parts: Sequence[object], kind: type[Bucket | Cap], space: str, where: str, spread_by: str | None
    ) -> None:
        """Takes what a limit was declared with.

        Args:
            parts: the buckets or caps.
            kind: which of the two.
            space: the kind of their keys, and the group of those that are not spread: `rate`.
            where: the guard's class, for messages.
            spread_by: the name of the part by whose subject keys are spread, or None.

        Raises:
            DeclarationError: without parts, with two of one name, or if none has the name to spread by.
        """
        names = [part.name for part in parts if isinstance(part, kind)]
        self.names = dict.fromkeys(names).keys()
        self._noun, self._space, self._where, self._spread_by = kind.__name__.lower(), space, where, spread_by
        if not names or len(names) < len(parts):
            raise self._wrong(
                f"{self._noun}s",
                f"a {where} is made of {self._noun}s, at least one",
                f"begin with the {self._noun}s: {where}({_EXAMPLES[kind]}, store=…)",
            )
        if len(self.names) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise self._wrong(
                f"duplicate-{self._noun}",
                f"two {self._noun}s have the name {twice!r}, so a check could not tell their subjects apart",
                f"give each {self._noun} a name of its own, such as 'account' and 'key'",
            )
        if spread_by is not None and spread_by not in names:
            raise self._wrong(
                "spread-by",
                f"spread_by is {spread_by!r}, which is none of the {self._noun}s",
                f"use one of {', '.join(map(repr, names))}, or leave it out",
            )

    def group(self, subjects: Mapping[str, Any]) -> Key:
        """The group of the keys of a check.

        Raises:
            TypeError: if the check does not name the subject by which keys are spread.
        """
        if self._spread_by is None:
            return self._space
        subject = subjects.get(self._spread_by)
        if subject is None:
            raise TypeError(
                f"{self._where}: keys are spread by {self._spread_by!r}, which this call does not name\n"
                f"  To mend it: pass {self._spread_by}=… in every call, or leave spread_by out"
            )
        return key_of(f"{self._space}:{self._spread_by}", subject)

    def replacing(self, plan: Sequence[Any]) -> Sequence[Any]:
        """The buckets or caps of a plan.

        Raises:
            TypeError: for what is none of them, or has not the name of one that was declared.
        """
        given: object = plan
        if not isinstance(given, (list, tuple)):
            fault = f"plan is {given!r}, which is no list of {self._noun}s"
        else:
            strange = [part for part in plan if getattr(part, "name", None) not in self.names]
            if not strange:
                return plan
            fault = f"{strange[0]!r} in plan= takes the place of no {self._noun} that was declared"
        raise TypeError(
            f"{self._where}: {fault}\n"
            f"  To mend it: pass a list of {self._noun}s that are named {' or '.join(self.names)}"
        )

    def misnamed(self, given: Collection[str]) -> TypeError:
        """What to raise for names in a call that are not those of the parts."""
        faults = [f"no subject for the {self._noun} {name!r}" for name in self.names if name not in given]
        faults += [f"{name!r} is not a {self._noun}" for name in given if name not in self.names]
        return TypeError(
            f"{self._where}: {', '.join(faults)}\n"
            f"  To mend it: pass {', '.join(f'{name}=…' for name in self.names)}; "
            f"None skips a {self._noun} in this call"
        )

    def _wrong(self, code: str, fault: str, hint: str) -> DeclarationError:
        return DeclarationError(fault, code=f"{_CODES[self._where]}-{code}", where=self._where, hint=hint)


_CODES = {"RateLimit": "rate-limit", "Concurrency": "concurrency"}
_EXAMPLES: dict[type[Bucket | Cap], str] = {
    Bucket: "Bucket('token', 60, per='minute')",
    Cap: "Cap('account', 5)",
}
