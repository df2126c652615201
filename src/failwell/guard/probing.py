"""Probing: who guesses credentials, enumerates or scans, and who is only misconfigured."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, ClassVar, Literal, cast, get_args

import msgspec

from failwell.answers import Refused
from failwell.clock import MICROSECONDS, whole_seconds
from failwell.exceptions import DeclarationError
from failwell.guard.decisions.suspicion import (
    CREDENTIAL,
    FORGET,
    HALF_LIFE,
    MARKS,
    MISSING,
    ONE,
    REMAINING_BLOCK,
    ROUTE,
    SPAN,
    TARGET,
    WEIGH,
    things_of,
)
from failwell.guard.outage import Keeping, OnOutage, Outcome
from failwell.guard.refusal import Refusals, retry_after, verify_callable
from failwell.guard.subject import LONGEST_PLAIN, Subject, key_of
from failwell.guard.thresholds import Thresholds
from failwell.typing import Admission, Args, Facts, Key, Store

RequestOutcome = Literal["ok", "credential", "missing", "forbidden", "absent", "unrouted", "other"]
"""How a request ended, as far as probing is concerned.

- `ok`: it was served.
- `credential`: with a credential that nobody has: a wrong password, an unknown key.
- `missing`: without a credential, or with one that was right once and is expired or revoked.
- `forbidden`, `absent`: with a target that the caller may not see, or that is not there.
- `unrouted`: on a path, or with a method, that no operation has.
- `other`: with anything else, which says nothing of the caller: too many requests, a failure of the server.
"""

VerdictKind = Literal[
    "credential_guessing", "enumeration", "scanning", "slow_enumeration", "misconfiguration"
]
"""What errors amount to. The last is no attack: a client that makes the same mistake again and again."""

KINDS: tuple[VerdictKind, ...] = get_args(VerdictKind)

_KINDS_OF_ERRORS: Mapping[str, int] = {
    "credential": CREDENTIAL,
    "missing": MISSING,
    "forbidden": TARGET,
    "absent": TARGET,
    "unrouted": ROUTE,
}
_OUTCOMES: Collection[str] = get_args(RequestOutcome)
_HEAVIEST = 8
_MOST_SUCCESSES = 10_000  # of one subject between two of its errors; more would not change a verdict
_MOST_SUBJECTS = 50_000  # whose successes are remembered until they err

# What may differ between paths that are one to a client: the digits of numbers, UUIDs and hashes.
_OF_NUMBERS = b"0123456789abcdefABCDEF-"

_log = logging.getLogger("failwell.guard")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the errors of one subject amount to. It holds nothing personal and no secret.

    Attributes:
        kind: what they amount to.
        subject: a keyed hash of the subject; `Probing.name_of` makes the same of it.
        errors: errors of late, each weighing half after five minutes.
        requests: all requests of late, weighed alike.
        credentials: different wrong credentials within five to ten minutes, about.
        targets: different absent or forbidden targets, likewise.
        routes: different unmatched paths, likewise.
        things: different things of all kinds within half an hour to an hour, about.
        first: the instant of the first error that is still known, in microseconds of the store's clock.
        last: the instant of the last error, likewise.
        blocked_until: the instant until which the subject is blocked, None if it is not.
        degraded: whether it was found without the store, on less than is usually known.
    """

    kind: VerdictKind
    subject: str
    errors: int
    requests: int
    credentials: int
    targets: int
    routes: int
    things: int
    first: int
    last: int
    blocked_until: int | None = None
    degraded: bool = False

    @property
    def is_attack(self) -> bool:
        """Whether somebody probes. If not, it is for the owner of the key, who would like to know."""
        return self.kind != "misconfiguration"


class ProbingDenied(msgspec.Struct, frozen=True, kw_only=True):
    """A subject that is blocked, because blocking was asked for.

    Attributes:
        kind: the verdict for which it is.
        retry_after: whole seconds, at least 1, until the block is over.
        degraded: whether it was decided without the store, on less than is usually known.
    """

    kind: VerdictKind
    retry_after: int
    degraded: bool = False


class Probing:
    """Observes how requests end, and says who probes. It blocks nobody unless told to.

    A subject is whoever made the request: an authenticated one's key, else the address (`address_subject`).
    So a bad client among many behind one address is told apart as soon as the others have keys. What decides
    is the share of errors and how many different things they were about, not how many there were.

    Successes cost next to nothing: they are counted in this process and told to the store with the subject's
    next error. Only errors ask the store.

    Args:
        store: keeps what is known of subjects that err, for instance `failwell.store.Memory()`.
        thresholds: from when on errors amount to something.
        on_verdict: is called with each verdict, in the request; what it raises is logged, and no more.
        outcomes: by a problem's code how the request ended, where its status tells too little: a 404 that
            hides a 403, a 400 for a wrong password.
        blocks: verdicts for which a subject is blocked. By default none is.
        block_for: seconds that a block lasts, from the last error that deserved it.
        problem: makes the exception to raise for a blocked subject; by default a 429.
        on_outage: what `check` does while the store is down. Observing never fails.
        secret: at most 64 bytes with which targets, credentials and subjects are hashed, so that nobody can
            choose targets that look like few; the same in all processes that share a store. By default they
            are random for a store in this process, and else empty.

    Raises:
        DeclarationError: for a store, a verdict, an outcome or a time that cannot serve.
    """

    needs_body = False
    takes: ClassVar[Mapping[str, bool]] = {"subject": True}
    """By name what requests are admitted by, and whether it has to be told; `guarded` looks at it."""

    def __init__(  # noqa: PLR0913 - what can be said about probing
        self,
        *,
        store: Store,
        thresholds: Thresholds | None = None,
        on_verdict: Callable[[Verdict], object] | None = None,
        outcomes: Mapping[str, RequestOutcome] | None = None,
        blocks: Collection[VerdictKind] = (),
        block_for: int = 600,
        problem: Callable[[ProbingDenied], Exception] | None = None,
        on_outage: OnOutage = "open",
        secret: bytes | None = None,
    ) -> None:
        _verify(outcomes or {}, blocks, block_for, secret)
        verify_callable(on_verdict, "Probing", "on_verdict")
        self._checking = Keeping(store, where="Probing", on_outage=on_outage)
        self._observing = self._checking
        if on_outage == "closed":  # a request that is over cannot be refused
            self._observing = Keeping(store, where="Probing", on_outage="open")
        self._on_verdict, self._refusals = on_verdict, Refusals("Probing", problem, _blocked)
        self._outcomes: Mapping[str, RequestOutcome] = dict(outcomes or {})
        if secret is None:
            secret = b"" if store.stand_in is not None else token_bytes(32)
        self._hash = blake2b(key=secret, digest_size=8)
        self._blocks = sum(2 << KINDS.index(kind) for kind in set(blocks))
        longest = block_for * MICROSECONDS
        span = max(SPAN, longest)
        self._rest = (*(thresholds or Thresholds()).args, self._blocks, longest, span)
        self._block_args = [(longest, span)]
        self._successes: dict[Key, int] = {}
        self._successes_before: dict[Key, int] = {}
        self._turned = 0

    @property
    def degraded(self) -> int:
        """The number of decisions that were made without the store; for a metric."""
        return sum(keeping.degraded for keeping in {self._checking, self._observing})

    def observe(  # noqa: PLR0913 - what can be known of a request
        self,
        *,
        subject: Subject | None,
        outcome: RequestOutcome | None = None,
        status: int | None = None,
        code: str | None = None,
        target: str | bytes | None = None,
        credential: str | bytes | None = None,
        is_routed: bool = True,
        weight: int = 1,
    ) -> Verdict | None:
        """Takes in how a request ended, and tells what its subject's errors amount to by now.

        Each kind of verdict is told at most once in five minutes of a subject; meanwhile it is None. Without
        a target or credential, errors that are told apart by them count as being about one thing.

        Args:
            subject: who made the request; None for nobody that could be told apart, which does nothing.
            outcome: how it ended; by default it follows from what comes next.
            status: the response's status, as in `outcome_of`.
            code: the problem's code, where `outcomes` knows it.
            target: what was asked for, such as the path. Only a few bits of a hash are kept.
            credential: what was presented: a key, or a name and password together. Likewise.
            is_routed: whether an operation has this path and method.
            weight: how much an error counts, up to 8: like so many errors about different things. An error
                of weight 0 is not counted.

        Raises:
            TypeError: for a subject or weight of a wrong type, or without outcome and status.
            ValueError: for an outcome that is none, or a weight out of range.
        """
        asked = self._ask(subject, outcome, status, code, target, credential, weight, is_routed=is_routed)
        if asked is None:
            return None
        return self._answer(asked[0], self._observing.run(WEIGH, *asked))

    async def aobserve(  # noqa: PLR0913 - as above
        self,
        *,
        subject: Subject | None,
        outcome: RequestOutcome | None = None,
        status: int | None = None,
        code: str | None = None,
        target: str | bytes | None = None,
        credential: str | bytes | None = None,
        is_routed: bool = True,
        weight: int = 1,
    ) -> Verdict | None:
        """Does what `observe` does, without blocking the event loop."""
        asked = self._ask(subject, outcome, status, code, target, credential, weight, is_routed=is_routed)
        if asked is None:
            return None
        return self._answer(asked[0], await self._observing.arun(WEIGH, *asked))

    def check(self, *, subject: Subject | None) -> None:
        """Raises what `problem` makes of it if the subject is blocked; without `blocks` it does nothing.

        Ask it of an address only for requests that bring no valid key: who has one is a subject of his own.

        Raises:
            TypeError: for a subject of a wrong type.
        """
        if self._blocks and subject is not None:
            key = self._key(subject)
            self._admit(self._checking.run(REMAINING_BLOCK, [key], self._block_args))

    async def acheck(self, *, subject: Subject | None) -> None:
        """Does what `check` does, without blocking the event loop."""
        if self._blocks and subject is not None:
            key = self._key(subject)
            self._admit(await self._checking.arun(REMAINING_BLOCK, [key], self._block_args))

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002 - of every guard
        """Admits a request unless its `subject` is blocked."""
        self.check(**values)
        return Admission()

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:  # noqa: ARG002 - as above
        """Does what `admit` does, without blocking the event loop."""
        await self.acheck(**values)
        return Admission()

    def pardon(self, *, subject: Subject) -> None:
        """Forgets what is known of a subject, and lifts its block.

        Raises:
            StoreUnavailableError: if the store is down; whether it was done is not known then.
        """
        self._checking.store.run(FORGET, [self._key(subject)], self._block_args)

    async def apardon(self, *, subject: Subject) -> None:
        """Does what `pardon` does, without blocking the event loop."""
        await self._checking.store.arun(FORGET, [self._key(subject)], self._block_args)

    def name_of(self, subject: Subject) -> str:
        """What verdicts call a subject: a keyed hash of it."""
        return self._name(self._key(subject))

    @staticmethod
    def _key(subject: Subject) -> Key:
        if type(subject) is str and len(subject) <= LONGEST_PLAIN:  # most are: what key_of does, at once
            return "probing:subject:s:" + subject
        return key_of("probing:subject", subject)

    def _digest(self, content: bytes) -> bytes:
        hashed = self._hash.copy()  # has taken in the key already
        hashed.update(content)
        return hashed.digest()

    def _ask(  # noqa: PLR0913, PLR0917 - what observe is given
        self,
        subject: Subject | None,
        outcome: RequestOutcome | None,
        status: int | None,
        code: str | None,
        target: str | bytes | None,
        credential: str | bytes | None,
        weight: int,
        *,
        is_routed: bool,
    ) -> tuple[Sequence[Key], Sequence[Args]] | None:
        """What to ask the store; None if there is nothing to ask."""
        if subject is None:
            return None
        key = self._key(subject)
        if outcome is None and (code is None or (outcome := self._outcomes.get(code)) is None):
            if status is None:
                raise TypeError(
                    "Probing: neither outcome nor status is given\n"
                    "  To mend it: pass outcome='ok', or status=response.status"
                )
            outcome = outcome_of(status, has_credential=credential is not None, is_routed=is_routed)
        if outcome == "ok":
            self._succeeded(key)
            return None
        kind = _KINDS_OF_ERRORS.get(outcome)
        if kind is None or type(weight) is not int or not 0 < weight <= _HEAVIEST:
            _verify_observation(outcome, weight)
            return None
        mark = self._mark(kind, credential if kind == CREDENTIAL else target) if kind else 0
        successes = self._successes.pop(key, 0) + (self._successes_before.pop(key, 0) >> 1)
        return [key], [(kind, min(successes, _MOST_SUCCESSES), weight, mark, *self._rest)]

    def _mark(self, kind: int, thing: str | bytes | None) -> int:
        """Which of the marks a target or credential sets."""
        if thing is None:
            return 0
        content = thing if isinstance(thing, bytes) else thing.encode("utf-8", "surrogatepass")
        if kind == ROUTE:
            content = content.translate(None, _OF_NUMBERS)
        return int.from_bytes(self._digest(content)) % MARKS

    def _name(self, key: Key) -> str:
        return self._digest(key.encode("utf-8", "surrogatepass")).hex()

    def _succeeded(self, key: Key) -> None:
        """Counts a success; of two threads that do it at once one may be lost, which changes nothing."""
        successes = self._successes
        successes[key] = successes.get(key, 0) + 1
        if len(successes) > _MOST_SUBJECTS:
            self._turn()

    def _turn(self) -> None:
        self._successes_before, self._successes = self._successes, {}

    def _answer(self, keys: Sequence[Key], outcome: Outcome) -> Verdict | None:
        """What the outcome of WEIGH means."""
        known, degraded = outcome
        if known is None:
            return None
        result: Any = known  # whole numbers; a cast would cost each time
        if not 0 <= result[1] - self._turned < HALF_LIFE:  # the store's time is the only one there is
            self._turned = result[1]
            self._turn()
        if not result[0]:
            return None
        verdict = Verdict(
            kind=KINDS[cast("int", result[0]) - 1],
            subject=self._name(keys[0]),
            errors=round(result[2] / ONE),
            requests=round(result[3] / ONE),
            credentials=things_of(result[4]),
            targets=things_of(result[5]),
            routes=things_of(result[6]),
            things=things_of(result[7]),
            first=result[8],
            last=result[1],
            blocked_until=result[9] or None,
            degraded=degraded,
        )
        if self._on_verdict is not None:
            try:
                self._on_verdict(verdict)
            except Exception:  # noqa: BLE001 - whatever it is, the request goes on
                _log.exception("Probing: on_verdict failed on a verdict of %s", verdict.kind)
        return verdict

    def _admit(self, outcome: Outcome) -> None:
        """Raises the problem, if the outcome of REMAINING_BLOCK is a block."""
        known, degraded = outcome
        if known is None or not known[0]:
            return
        left, number = cast("list[int]", known)
        kind = KINDS[number - 1]
        denied = ProbingDenied(kind=kind, retry_after=whole_seconds(left), degraded=degraded)
        raise self._refusals.of(denied)


def outcome_of(status: int, *, has_credential: bool, is_routed: bool = True) -> RequestOutcome:
    """How a request ended that was answered with a status, if nothing else is known.

    Args:
        status: the response's status.
        has_credential: whether the request brought a credential: makes of a 401 `credential` or `missing`.
        is_routed: whether an operation has this path and method; if not, a 404 or 405 is `unrouted`.
    """
    if status < 400:
        return "ok"
    if status == 401:
        return "credential" if has_credential else "missing"
    if status == 403:
        return "forbidden"
    if status in {404, 405, 410}:
        return "absent" if is_routed and status != 405 else "unrouted"
    return "other"


def _blocked(denied: ProbingDenied) -> Refused:
    wait = retry_after(denied.retry_after)
    return Refused(429, "Too many failed requests.", headers=wait, denied=denied)


def _verify(outcomes: Mapping[str, object], blocks: object, block_for: object, secret: object) -> None:
    wrong = None
    if isinstance(blocks, str) or not set(cast("Collection[str]", blocks)) <= set(KINDS):
        wrong = f"blocks is {blocks!r}, which is not a set of {', '.join(KINDS)}", "blocks"
    elif type(block_for) is not int or not 1 <= block_for <= 30 * 86_400:
        wrong = f"block_for is {block_for!r}, which is not whole seconds from 1 to 30 days", "block-for"
    elif not set(outcomes.values()) <= set(_OUTCOMES):
        wrong = f"outcomes has values that are none of {', '.join(_OUTCOMES)}", "outcomes"
    elif secret is not None and not (isinstance(secret, bytes) and len(secret) <= 64):
        wrong = "secret is not made of 64 bytes or fewer", "secret"
    if wrong is not None:
        raise DeclarationError(
            wrong[0],
            code=f"probing-{wrong[1]}",
            where="Probing",
            hint="write for instance blocks={'scanning'}, block_for=600, outcomes={'no_key': 'missing'}",
        )


def _verify_observation(outcome: object, weight: object) -> None:
    if outcome not in _OUTCOMES:
        raise ValueError(
            f"Probing: {outcome!r} is not an outcome\n  To mend it: pass one of {', '.join(_OUTCOMES)}"
        )
    if type(weight) is not int:
        raise TypeError(
            f"Probing: weight is {weight!r}, which is not an int\n  To mend it: pass 0 to {_HEAVIEST}"
        )
    if not 0 <= weight <= _HEAVIEST:
        raise ValueError(f"Probing: weight is {weight}\n  To mend it: pass 0 to {_HEAVIEST}")
