"""The declaration of one limit on what goes on at the same time, for each subject."""

from __future__ import annotations

import msgspec

from failwell.guard.name import verify_keyword
from failwell.guard.number import verify_count


class Cap(msgspec.Struct, frozen=True):
    """So many slots at the same time, for each subject on its own.

    Attributes:
        name: the cap's name: the keyword under which `acquire` takes its subject. Guards that share a store
            and a cap's name share its slots; their leases have to be the same.
        limit: slots at most; 0 admits nothing.

    Raises:
        DeclarationError: for a name that cannot be a keyword argument, or a limit that is none.
    """

    name: str
    limit: int

    def __post_init__(self) -> None:
        """Refuses what cannot be a cap."""
        verify_keyword(self.name, where="Cap", code="cap-name", taken=("plan",))
        where = f"Cap({self.name!r})"
        verify_count(self.limit, "limit", where=where, code="cap-limit", hint="give the slots as an int")
