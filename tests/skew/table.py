"""The tables of the page, made of what clients saw."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from failwell import Contract, Dialect
from tests.skew.exchange import Seen, Unsent, call
from tests.skew.matrix import CHANGES, OTHERS, SHOWN, Change

FORWARD, BACKWARD = DIRECTIONS = ("old client, new server", "new client, old server")
_NO_CHANGE = "no change"
_TEXTS = {"title": "title", "suggestion": "suggestion", "action": "resolve"}


class Observation(NamedTuple):
    """What a client of one version saw of a server of the other, and a client of the server's own version."""

    seen: Seen | Unsent
    meant: Seen | Unsent
    client: Contract

    @property
    def cell(self) -> str:
        """What the caller saw, and in what that is not what the server meant."""
        if isinstance(self.seen, Unsent):
            return f"never sent: {self.seen.why}"
        assert isinstance(self.meant, Seen), "what one client was sent, the other was sent as well"
        advice = "retryable" if self.seen.retryable else "not retryable"
        fields = f", with {_listed(self.seen.fields)}" if self.seen.fields else ""
        differences = "; ".join(_differences(self.seen, self.meant, self.client)) or "all as meant"
        return f"`{self.seen.name}`, {self.seen.status}, {advice}{fields}: {differences}"


def _changes(dialect: Dialect) -> Iterator[Change]:
    """The changes that are some in this dialect: one to itself is none."""
    return (change for change in CHANGES.values() if change.new.dialect != dialect.name)


async def _observe(change: Change, direction: str, dialect: Dialect) -> Observation:
    old, new = change.old.contract(dialect), change.new.contract(dialect)
    if direction == FORWARD:
        server, client, raised = new, old, change.new_raises
    else:
        server, client, raised = old, new, change.old_raises
    return Observation(await call(server, client, raised), await call(server, server, raised), client)


async def _observe_all(dialect: Dialect) -> Mapping[tuple[str, str], Observation]:
    return {
        (change.name, direction): await _observe(change, direction, dialect)
        for change in _changes(dialect)
        for direction in DIRECTIONS
    }


@cache
def observations(dialect: Dialect) -> Mapping[tuple[str, str], Observation]:
    """All that was seen in one dialect, by name of the change and direction."""
    return asyncio.run(_observe_all(dialect))


# ------------------------------------------------------------------------------------------- the parts


def matrix() -> str:
    """The table: each change in both directions, in the dialect that is shown."""
    found = observations(SHOWN)
    rows = [
        [change.name, *(found[change.name, way].cell for way in DIRECTIONS)] for change in _changes(SHOWN)
    ]
    return _table(["change", *DIRECTIONS], rows)


def others() -> str:
    """The cells that are different in other dialects."""
    found = {dialect: observations(dialect) for dialect in (SHOWN, *OTHERS)}
    rows: list[list[str]] = []
    for name in CHANGES:
        for way in DIRECTIONS:
            shown = found[SHOWN].get((name, way))
            there = [found[dialect].get((name, way)) for dialect in OTHERS]
            cells = [_as_shown(observed, shown) for observed in there]
            if set(cells) - {"the same", _NO_CHANGE}:
                rows.append([name, way, *cells])
    return _table(["change", "who calls", *(dialect.name.upper() for dialect in OTHERS)], rows)


def calls() -> str:
    """How many calls there were, and what holds for all of them."""
    seen = [
        observed.seen
        for dialect in (SHOWN, *OTHERS)
        for observed in observations(dialect).values()
        if isinstance(observed.seen, Seen)
    ]
    requests = sum(one.requests for one in seen)
    caught = {kind: sum(one.caught == kind for one in seen) for kind in ("declared", "unknown", "no problem")}
    return (
        f"{len(CHANGES)} changes, in both directions and in {1 + len(OTHERS)} dialects, made {len(seen)} "
        f"calls and {requests} requests. Each call ended in one exception: {caught['declared']} times a "
        f"declared class, {caught['unknown']} times `UnknownProblem`, {caught['no problem']} times "
        "`NotAProblem`.\n"
    )


def _as_shown(observed: Observation | None, shown: Observation | None) -> str:
    if observed is None:  # a change of the dialect to itself
        return _NO_CHANGE
    return "the same" if shown and shown.cell == observed.cell else observed.cell


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |\n" for cells in (head, *rows)]
    return "".join([lines[0], "|---" * len(head), "|\n", *lines[1:]])


# ------------------------------------------------------------------------------------------- the cells


def _differences(seen: Seen, meant: Seen, client: Contract) -> Iterator[str]:
    if seen.caught == "no problem":
        yield seen.reason
    elif seen.caught == "unknown" and seen.code != meant.code:
        yield f"`code` is `{seen.code}`"
    yield from _members(seen, meant, client)
    if seen.retry != meant.retry:
        yield f"`retry` is `{seen.retry}`, meant was `{meant.retry}`"
    if seen.retryable != meant.retryable:
        yield f"meant was {'retryable' if meant.retryable else 'not retryable'}"
    if seen.caught != "no problem":
        yield from _texts(seen, meant)
    if seen.request_id != meant.request_id:
        yield "no `request_id`"


def _members(seen: Seen, meant: Seen, client: Contract) -> Iterator[str]:
    for name, value in seen.members.items():
        why = seen.unreadable.get(name)
        if why is not None:
            fault = "missing" if why == "missing" else "of another type"
            yield f"`{name}` is {_shown(value)}, in `unreadable` as {fault}"
        elif value is None and (name in _required(seen, client) or meant.members.get(name) is not None):
            yield f"`{name}` is None, without a reason"
        elif value is not None and _exactly(value) != _exactly(meant.members.get(name)):
            yield f"`{name}` is {_shown(value)}"
    extra = [name for name, value in seen.extra.items() if meant.extra.get(name, ...) != value]
    if extra:
        yield f"{_listed(extra)} in `extra`"


def _required(seen: Seen, client: Contract) -> set[str]:
    """The members that each occurrence of the type has, as far as the client knows."""
    record = client.catalog.records.get(seen.code)
    return {member.wire_name for member in record.members if member.required} if record else set()


def _texts(seen: Seen, meant: Seen) -> Iterator[str]:
    differing = [name for name in _TEXTS if getattr(seen, name) != getattr(meant, name)]
    none = [_TEXTS[name] for name in differing if not getattr(seen, name)]
    own = [_TEXTS[name] for name in differing if getattr(seen, name)]
    if none:
        yield f"no {_listed(none)}"
    if own:
        yield f"{_listed(own)} of the client's own catalog"
    if seen.detail != meant.detail:
        yield f'`detail` is "{seen.detail}"' if seen.detail else "no `detail`"


def _exactly(value: object) -> tuple[type, object]:
    """For comparison: 2 and 2.0 are equal, but not the same to a caller."""
    return type(value), value


def _shown(value: object) -> str:
    return "None" if value is None else f"`{value!r}`"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
