"""Idempotency: a request that is sent again is answered again, not done again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from hashlib import blake2b
from typing import Any, ClassVar, Literal, cast

import msgspec

from failwell.answers import Answered, Refused
from failwell.clock import whole_seconds
from failwell.exceptions import DeclarationError
from failwell.guard.claim import Claim, Terms, replay_of, status_of
from failwell.guard.decisions.attempt import BUSY, CLAIM, MISMATCH, REPLAY, TAKEOVER, UNKNOWN, UNREPEATABLE
from failwell.guard.heartbeat import LoopHeartbeat, ThreadHeartbeat
from failwell.guard.number import CENTURY, microseconds_of, verify_count
from failwell.guard.outage import Keeping, Outcome, Unavailable
from failwell.guard.refusal import Refusals, retry_after
from failwell.guard.subject import Subject, key_of
from failwell.guard.text import verify_text
from failwell.typing import Admission, Args, Facts, Key, Store, Value

Reason = Literal["missing", "malformed", "mismatch", "in_flight", "outcome_unknown", "unrepeatable"]
"""Why a request was refused, see `IdempotencyDenied`."""

LOCK = 60
"""Seconds for which a run holds its key unless it is renewed: longer than most requests take."""

KEEP = 86_400
"""Seconds for which a response is known."""

MAX_BODY = 1_048_576
"""Bytes of content up to which a response is kept."""


class IdempotencyDenied(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was not run; what the application makes its problem of.

    The statuses that stand here are those of draft-ietf-httpapi-idempotency-key-header-07, section 2.7, for
    the reasons that it knows; they are the defaults.

    Attributes:
        reason: `missing`: the operation requires a key (400). `malformed`: what came is not one (400).
            `mismatch`: the key came before, with another query, content type or content (422). `in_flight`:
            the first request is still running (409). `outcome_unknown`: it did not come to its end in time,
            and must not be run again (409). `unrepeatable`: it did, and its response was too long to be kept
            (409).
        retry_after: with `in_flight` the whole seconds, at least 1, after which it is worth asking again: as
            long as it has been running already, or since its lock was renewed, so that a client that obeys
            asks more and more rarely; and never beyond the end of the lock. Else None.
        status: with `unrepeatable` the status that the first request was answered with. Else None.
    """

    reason: Reason
    retry_after: int | None = None
    status: int | None = None


class Idempotency:
    """Lets each request with an idempotency key run once, and answers it again from what was kept.

    The key is the value of the header field `Idempotency-Key`: a string in quotes (a String of RFC 9651,
    3.3.3), or the same without quotes; 1 to 255 visible ASCII characters. A field that came empty is none.

    It counts for one caller, method and path, so that nobody meets the keys of others. The rest of the
    request has to be the same each time: query, content type and content.

    A run holds a lock, which is short and lapses when its process dies; the record of the key lives on. The
    lock is renewed every third of it, behind an adapter until the response is over, and with the claim as a
    context manager until the block ends; from coroutines only while their event loop is free to. The later
    requests learn that the first is running, or get its response, or take over when its lock lapsed.
    The one whose lock lapsed cannot keep its response any more: each run has a fence, a number larger than
    those of all earlier runs, and only the last counts. Effects outside of the store can check it too.

    Kept are responses that settle the matter: those below 400, and those from 400 to 499 which say that this
    request is wrong. After 401, 403, 408, 425, 429 and all from 500 the same request is run again.

    It is asked after authentication and authorisation, so that a replay is given only to who may still have
    it; and before guards that look at what the first run has changed, such as preconditions.

    Args:
        store: keeps the records, for instance `failwell.store.Redis.from_url(…)`.
        problem: makes the exception to raise when a request is not run; by default one of 400, 409 or 422.
        required: whether a request without a key is refused; else it runs without protection.
        lock: seconds after which a run counts as dead unless its claim is renewed.
        keep: seconds for which the record of a key lives.
        restartable: whether a run whose lock has lapsed may be taken over by a later request. If not, that
            is told that nobody knows what became of the first.
        max_body: bytes of content up to which a response is kept.
        methods: the methods that need protection; others run without.
        on_outage: what to do while the store is down: `closed` refuses, `open` runs without protection.
        unavailable: makes the exception to raise meanwhile, where that is `closed`; by default a 503.

    Raises:
        DeclarationError: for a store, problem or number that cannot serve.
    """

    needs_body = True
    takes: ClassVar[Mapping[str, bool]] = {"principal": True}
    """By name what requests are admitted by, and whether it has to be told; `guarded` looks at it."""

    def __init__(  # noqa: PLR0913 - what can be said about it
        self,
        *,
        store: Store,
        problem: Callable[[IdempotencyDenied], Exception] | None = None,
        required: bool = False,
        lock: float = LOCK,
        keep: float = KEEP,
        restartable: bool = True,
        max_body: int = MAX_BODY,
        methods: Collection[str] = ("POST", "PATCH"),
        on_outage: Literal["closed", "open"] = "closed",
        unavailable: Callable[[Unavailable], Exception] | None = None,
    ) -> None:
        _verify_outage(on_outage)
        hint = f"give whole bytes, such as max_body={MAX_BODY}"
        verify_count(max_body, "max_body", where="Idempotency", code="idempotency-max-body", hint=hint)
        _verify_methods(methods)
        locked, kept = _times(lock, keep)
        self._keeping = Keeping(store, where="Idempotency", on_outage=on_outage, unavailable=unavailable)
        self._terms = Terms(
            # Once a request runs, refusing it undoes nothing: its response is sent, kept or not.
            keeping=Keeping(store, where="Idempotency, once a request runs,", on_outage="open"),
            lock=locked,
            span=kept,
            max_body=max_body,
            threads=ThreadHeartbeat(lock / 3),
            loops=LoopHeartbeat(lock / 3),
        )
        self._refusals, self._required = Refusals("Idempotency", problem, _refusal), required
        self._restartable, self._methods = int(restartable), frozenset(methods)

    @property
    def degraded(self) -> int:
        """The number of decisions that were made without the store; for a metric."""
        return self._keeping.degraded

    def claim(  # noqa: PLR0913 - what identifies a request
        self,
        *,
        key: str | None,
        principal: Subject | None,
        method: str,
        path: str,
        query: str = "",
        content_type: str = "",
        body: bytes = b"",
    ) -> Claim:
        """Claims the run of a request, or tells the response it was given before.

        Without a key where none is required, and for methods that need none, the claim protects nothing.

        Args:
            key: the value of the header field Idempotency-Key as it came; None if none came.
            principal: whose request it is, as found by authentication; for callers who have none, what tells
                them apart best, such as an address.
            method: of the request.
            path: the concrete path, `/v1/orders/7` and not `/v1/orders/{order}`.
            query: what came after the question mark.
            content_type: the value of the header field Content-Type; empty if none came.
            body: the content, as it came.

        Raises:
            TypeError: for a principal that is none, when there is a key, and for values of wrong types.
            ValueError: for a principal that is empty.
            Exception: what `problem` makes of the denial, or `unavailable` of an outage.
        """
        scope = self._scope(key, principal, method, path)
        if scope is None:
            return Claim(self._terms)
        fingerprint = _fingerprint(query, content_type, body)
        return self._told(scope, fingerprint, self._keeping.run(CLAIM, (scope,), self._args(fingerprint)))

    async def aclaim(  # noqa: PLR0913 - what identifies a request
        self,
        *,
        key: str | None,
        principal: Subject | None,
        method: str,
        path: str,
        query: str = "",
        content_type: str = "",
        body: bytes = b"",
    ) -> Claim:
        """Does what `claim` does, without blocking the event loop."""
        scope = self._scope(key, principal, method, path)
        if scope is None:
            return Claim(self._terms)
        fingerprint = _fingerprint(query, content_type, body)
        outcome = await self._keeping.arun(CLAIM, (scope,), self._args(fingerprint))
        return self._told(scope, fingerprint, outcome)

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        """Admits a request that is to be run; the edge shows its response to the claim.

        Args:
            facts: what is known of the request, with its content.
            values: `principal`, as in `claim`.

        Raises:
            Answered: with the response that the request was given before.
            TypeError: if `values` holds anything else.
            Exception: what `problem` makes of the denial, or `unavailable` of an outage.
        """
        claim = _to_run(self.claim(**_words(facts, values)))
        claim.beat()
        return _admission(claim)

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        """Does what `admit` does, without blocking the event loop."""
        claim = _to_run(await self.aclaim(**_words(facts, values)))
        claim.abeat()
        return _admission(claim)

    def _scope(self, header: str | None, principal: Subject | None, method: str, path: str) -> Key | None:
        """The store's key for a request; None for one that runs without protection."""
        verify_text(method, "method", where="Idempotency", hint='pass the request\'s, such as "POST"')
        method = method.upper()
        if method not in self._methods:
            return None
        if header is None:
            if self._required:
                raise self._refusals.of(IdempotencyDenied(reason="missing"))
            return None
        hint = "pass the header field's value as it came, or None where it did not come"
        verify_text(header, "key", where="Idempotency", hint=hint)
        verify_text(path, "path", where="Idempotency", hint='pass the concrete path, such as "/v1/orders/7"')
        key = _key_in(header)
        if key is None:
            raise self._refusals.of(IdempotencyDenied(reason="malformed"))
        _verify_principal(principal)
        whose = key_of("principal", principal)
        return key_of("idempotency:request", _digest(*map(_octets, (whose, method, path, key))).hexdigest())

    def _args(self, fingerprint: bytes) -> tuple[Args]:
        return ((self._terms.lock, self._restartable, fingerprint, self._terms.span),)

    def _told(self, scope: Key, fingerprint: bytes, outcome: Outcome) -> Claim:
        """What the outcome of CLAIM means: a claim, or the problem raised."""
        result, _ = outcome
        if result is None:
            return Claim(self._terms, degraded=True)
        answer, number, kept = result
        if answer == REPLAY:
            return Claim(self._terms, scope, fingerprint, replay=replay_of(cast("bytes", kept)))
        if answer in _REASONS:
            raise self._refusals.of(self._denied(_REASONS[answer], int(number), kept))
        return Claim(self._terms, scope, fingerprint, fence=int(number), taken_over=answer == TAKEOVER)

    def _denied(self, reason: Reason, wait: int, kept: object) -> IdempotencyDenied:
        if reason == "in_flight":
            worth = max(min(wait, self._terms.lock - wait), 1)
            return IdempotencyDenied(reason=reason, retry_after=whole_seconds(worth))
        status = status_of(cast("bytes", kept)) if reason == "unrepeatable" else None
        return IdempotencyDenied(reason=reason, status=status)


_REASONS: dict[Value, Reason] = {
    BUSY: "in_flight",
    MISMATCH: "mismatch",
    UNKNOWN: "outcome_unknown",
    UNREPEATABLE: "unrepeatable",
}

_QUOTED = re.compile(r'"((?:[!#-\[\]-~]|\\["\\])*)"')
_BARE = re.compile(r'(?!")[!-+\--~]*')  # with a comma it may be two fields that were joined to one
_LONGEST_KEY = 255


def _key_in(header: str) -> str | None:
    """The idempotency key in a header field's value, None if it is not one."""
    text = header.strip(" \t")
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = re.sub(r"\\(.)", r"\1", quoted[1])
    elif not _BARE.fullmatch(text):
        return None
    return text if 0 < len(text) <= _LONGEST_KEY else None


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _digest(*parts: bytes) -> blake2b:
    """BLAKE2b over parts, each with its length, so that none can pass for two."""
    digest = blake2b(digest_size=32)
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest


def _verify_principal(principal: object) -> None:
    """Refuses what tells nobody apart. Other types are refused where the key is made."""
    if principal is None or (isinstance(principal, str | bytes) and not principal):
        kind, what = (TypeError, "None") if principal is None else (ValueError, "empty")
        raise kind(
            f"Idempotency: principal is {what}, so all callers would share their keys\n"
            "  To mend it: pass whose request it is; for callers unknown, their address"
        )


def _fingerprint(query: str, content_type: str, body: object) -> bytes:
    hint = "pass what came after the question mark, an empty str where nothing did"
    verify_text(query, "query", where="Idempotency", hint=hint)
    hint = "pass the header field's value, an empty str where it did not come"
    verify_text(content_type, "content_type", where="Idempotency", hint=hint)
    if not isinstance(body, bytes | bytearray | memoryview):
        raise TypeError(
            f"Idempotency: body is a {type(body).__name__}, and content is bytes\n"
            "  To mend it: pass the content as it came, before it was decoded"
        )
    return _digest(_octets(query), _octets(content_type), bytes(cast("bytes", body))).digest()


def _words(facts: Facts, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a request is claimed with."""
    if list(values) != ["principal"]:
        given = ", ".join(f"{name}=…" for name in values) or "nothing"
        raise TypeError(
            f"Idempotency: it takes principal=…, and got {given}\n"
            "  To mend it: pass whose request it is, as found by authentication: principal=…"
        )
    return {
        "key": facts.field("idempotency-key"),
        "principal": values["principal"],
        "method": facts.method,
        "path": facts.path,
        "query": facts.query,
        "content_type": facts.field("content-type") or "",
        "body": facts.body,
    }


def _to_run(claim: Claim) -> Claim:
    if claim.replay is not None:
        raise Answered(claim.replay.status, claim.replay.headers, claim.replay.body)
    return claim


def _admission(claim: Claim) -> Admission:
    return Admission(keeper=claim, held=claim) if claim.fence else Admission()


_REFUSALS: dict[Reason, tuple[int, str]] = {
    "missing": (400, "This operation needs the header field Idempotency-Key."),
    "malformed": (400, "Idempotency-Key has to be a string of 1 to 255 visible ASCII characters."),
    "mismatch": (422, "This Idempotency-Key came before, with another request."),
    "in_flight": (409, "The first request with this Idempotency-Key is still running."),
    "outcome_unknown": (409, "The outcome of the first request with this Idempotency-Key is unknown."),
    "unrepeatable": (409, "The first request with this Idempotency-Key is done; its response was not kept."),
}


def _refusal(denied: IdempotencyDenied) -> Refused:
    status, detail = _REFUSALS[denied.reason]
    return Refused(status, detail, headers=retry_after(denied.retry_after), denied=denied)


def _times(lock: float, keep: float) -> tuple[int, int]:
    """The lock and the life of a record, in microseconds."""
    locked, kept = (
        microseconds_of(
            seconds,
            name,
            where="Idempotency",
            code=f"idempotency-{name}",
            hint=f"give seconds, such as {name}={usual}",
            most=CENTURY,
        )
        for name, seconds, usual in (("lock", lock, LOCK), ("keep", keep, KEEP))
    )
    if locked > kept:
        raise DeclarationError(
            f"lock is {lock!r} s, and the record of a key would be gone after {keep!r} s already",
            code="idempotency-keep",
            where="Idempotency",
            hint="keep records for longer than any request runs",
        )
    return locked, kept


def _verify_outage(on_outage: object) -> None:
    if on_outage == "local":
        raise DeclarationError(
            "on_outage is 'local', yet what one process keeps neither stops a second run in another process "
            "nor is known when the store is back",
            code="idempotency-on-outage",
            where="Idempotency",
            hint="refuse meanwhile with on_outage='closed', or run without protection with 'open'",
        )


def _verify_methods(methods: object) -> None:
    words = list(cast("Collection[object]", methods)) if isinstance(methods, Collection) else []
    if (
        isinstance(methods, str)
        or not words
        or not all(isinstance(one, str) and one.isupper() for one in words)
    ):
        raise DeclarationError(
            f"methods is {methods!r}, which is not a collection of methods in capitals",
            code="idempotency-methods",
            where="Idempotency",
            hint="name those that need protection: methods=('POST', 'PATCH')",
        )
