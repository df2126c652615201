"""One operation tells by its error whether an account exists.

## Why

Where one code says that nobody has this address and another that the password is wrong, anybody finds out
by trying who has an account (OWASP, Authentication Cheat Sheet; CWE-204). Types that are concealed in one
group are looked at by `conceal-differs`.

## Example

`POST /v1/login` raises `user_not_found` and `password_wrong`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, operations
from failwell.check.facts.live_types import is_live
from failwell.check.facts.names import words_of
from failwell.check.listings import steps_to
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity
from failwell.source import ListedOperation

_WHO = frozenset({"account", "email", "login", "phone", "user", "username"})
_SECRET = frozenset({"otp", "passcode", "password", "pin"})
_CREDENTIALS = frozenset({"credential", "credentials", "login"})
_ENTRY = frozenset({"auth", "login", "session", "sessions", "signin", "token"})
_ABSENT = frozenset({"absent", "found", "missing", "nonexistent", "such", "unknown", "unregistered"})
_WRONG = frozenset({"incorrect", "invalid", "mismatch", "wrong"})


@rule(
    Severity.WARNING,
    each=operations,
    area="concealment",
    remedy="raise one type for both, or make them alike and say so with conceal=",
)
def enumeration_pair(operation: ListedOperation, api: Api) -> Iterator[Fault]:
    """Told once for each type that tells of an account.

    Wrong credentials are what any operation tells whose caller has none; only where people log in they are
    those of an account.
    """
    known = api.catalog.records
    records = [known[code] for code in operation.codes if code in known and is_live(known[code])]
    at_entry = not _ENTRY.isdisjoint(words_of(operation.path))
    secret = _SECRET | _CREDENTIALS if at_entry else _SECRET
    secrets = [record for record in records if _speaks_of(record, secret, _WRONG)]
    for record in records:
        if _speaks_of(record, _WHO, _ABSENT):
            for other in secrets:
                if other is not record and (not record.conceal or record.conceal != other.conceal):
                    yield Fault(
                        str(operation),
                        "{absent!r} and {wrong!r} tell whether an account exists",
                        at=steps_to(operation, api),
                        absent=record.code,
                        wrong=other.code,
                    )
                    break


def _speaks_of(record: ProblemType, what: frozenset[str], how: frozenset[str]) -> bool:
    words = words_of(record.code)
    return not what.isdisjoint(words) and not how.isdisjoint(words)
