"""Who calls: a person in a session, or a program with a key."""

from __future__ import annotations

import msgspec

from examples.devspace.errors import Forbidden, InsufficientScope


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request.

    Attributes:
        id: of the account, or of the key.
        organisation_id: all that the caller can see is in it.
        role: of a person: `admin` or `member`.
        scopes: of a key.
        credential: the id of the session or of the key.
    """

    id: str
    organisation_id: str
    role: str = ""
    scopes: frozenset[str] = frozenset()
    credential: str

    def need_admin(self) -> None:
        """Admits administrators of the organisation."""
        if self.role != "admin":
            raise Forbidden("Only an administrator of the organisation may do this.")

    def need(self, scope: str) -> None:
        """Admits keys with this scope."""
        if scope not in self.scopes:
            raise InsufficientScope(required_scope=scope)


class Refusal(msgspec.Struct, frozen=True):
    """Why nobody was recognised. It is for the log and for the guard against probing, not for the caller."""

    reason: str

    @property
    def is_guess(self) -> bool:
        """Whether the credential is none that there ever was."""
        return self.reason in {"malformed", "foreign", "unknown"}
