"""The changes of a contract, each as two versions of one API and the problem that each version raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any, NamedTuple

from failwell import Contract, Dialect, dialects
from failwell.contract import UnknownPolicy
from failwell.source import read_document

Data = Mapping[str, Any]

NO_MEMBERS: Data = MappingProxyType({})
SHOP = "https://errors.shop.example/"
ELSEWHERE = "https://docs.shop.example/errors/"
RENAMED, SUNSET = date(2026, 6, 1), date(2027, 6, 1)
BEFORE, AFTER = date(2027, 5, 31), SUNSET


class Version(NamedTuple):
    """One version of the API's contract, as a document says it, and the day on which it is used.

    `dialect` is empty for the one that the table is about.
    """

    problems: tuple[Data, ...]
    dialect: str = ""
    base: str = SHOP
    unknown: UnknownPolicy = "by_status"
    today: date = BEFORE

    def contract(self, dialect: Dialect, clock: Callable[[], float] | None = None) -> Contract:
        """The contract, in the dialect of the table unless this version has one of its own."""
        name = self.dialect or dialect.name
        head = {"failwell": 1, "name": "shop", "base": self.base, "dialect": name}
        read = read_document({**head, "problems": list(self.problems)})
        now = datetime.combine(self.today, time(), UTC).timestamp()
        return Contract(
            read.catalog, dialect=read.dialect, unknown=self.unknown, clock=clock or (lambda: now)
        )


class Occurrence(NamedTuple):
    """What a server raises: the code of the type, and what the occurrence says."""

    code: str
    members: Data = NO_MEMBERS
    detail: str | None = "Only 2 left."
    status: int | None = None


class Change(NamedTuple):
    """A change of the contract, and what each version of the server raises."""

    name: str
    old: Version
    new: Version
    old_raises: Occurrence
    new_raises: Occurrence


# ------------------------------------------------------------------------------------------- the words

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
PLAIN: Data = {
    "code": "out_of_stock",
    "status": [409],
    "title": "Out of stock",
    "retry": "never",
    "suggestion": "Order fewer.",
    "members": {"article": TEXT, "left": NUMBER},
}
RAISED = Occurrence("out_of_stock", {"article": "tea", "left": 2})
LOW: Data = {
    "code": "low_stock",
    "status": [409],
    "title": "Low stock",
    "retry": "later",
    "suggestion": "Wait a little.",
    "members": {"left": NUMBER},
}
LOW_RAISED = Occurrence("low_stock", {"left": 2})
CLOSED: Data = {
    "code": "shop_closed",
    "status": [503],
    "title": "Shop closed",
    "retry": "never",
    "suggestion": "Order elsewhere.",
}
CLOSED_RAISED = Occurrence("shop_closed", detail="For good.")
SOLD_OUT: Data = {**PLAIN, "code": "sold_out"}
SOLD_OUT_RAISED = RAISED._replace(code="sold_out")


def optional(schema: Data) -> Data:
    """A member that may be absent."""
    return {**schema, "x-failwell": {"required": False, "default": None}}


def of(*problems: Data, **words: Any) -> Version:
    """A version with these problem types."""
    return Version(problems, **words)


def with_members(**schemas: Data) -> Data:
    """The plain type with further members, or with others in place of its own."""
    return {**PLAIN, "members": {**PLAIN["members"], **schemas}}


def without(name: str) -> Data:
    """The plain type without one of its members."""
    return {**PLAIN, "members": {key: schema for key, schema in PLAIN["members"].items() if key != name}}


def saying(**members: Any) -> Occurrence:
    """The plain occurrence with further values, or with others in place of its own; `...` takes one out."""
    said = {**RAISED.members, **members}
    return RAISED._replace(members={name: value for name, value in said.items() if value is not ...})


def edited(
    name: str,
    old: Data,
    new: Data,
    old_raises: Occurrence = RAISED,
    new_raises: Occurrence = RAISED,
) -> Change:
    """A change of one type."""
    return Change(name, of(old), of(new), old_raises, new_raises)


# ----------------------------------------------------------------------------------------- the changes


def _codes() -> list[Change]:
    days = {"since": RENAMED.isoformat(), "sunset": SUNSET.isoformat()}
    deprecated = {**days, "stage": "deprecated", "replaced_by": "low_stock"}
    removed = {"since": RENAMED.isoformat(), "stage": "removed", "replaced_by": "low_stock"}
    return [
        Change("nothing", of(PLAIN), of(PLAIN), RAISED, RAISED),
        Change("code added: 409, `later`", of(PLAIN), of(PLAIN, LOW), LOW_RAISED, LOW_RAISED),
        Change("code added: 503, `never`", of(PLAIN), of(PLAIN, CLOSED), CLOSED_RAISED, CLOSED_RAISED),
        Change(
            'code added: 409, `never`; policy `unknown="internal"`',
            of(PLAIN, unknown="internal"),
            of(PLAIN, SOLD_OUT, unknown="internal"),
            SOLD_OUT_RAISED,
            SOLD_OUT_RAISED,
        ),
        Change(
            "code deprecated", of(PLAIN, LOW), of({**PLAIN, "lifecycle": deprecated}, LOW), RAISED, RAISED
        ),
        Change(
            "code removed, with a tombstone",
            of(PLAIN, LOW),
            of({**PLAIN, "lifecycle": removed}, LOW),
            RAISED,
            RAISED,
        ),
        Change("code removed without a trace", of(PLAIN, LOW), of(LOW), RAISED, RAISED),
    ]


def _renamings() -> list[Change]:
    days = {"since": RENAMED.isoformat(), "sunset": SUNSET.isoformat()}
    alias = {**SOLD_OUT, "aliases": ["out_of_stock"]}
    renamed = {**SOLD_OUT, "lifecycle": {**days, "former": "out_of_stock"}}
    return [
        Change("code renamed and nothing else", of(PLAIN), of(SOLD_OUT), RAISED, SOLD_OUT_RAISED),
        Change("code renamed, the old one an alias", of(PLAIN), of(alias), RAISED, SOLD_OUT_RAISED),
        Change(
            "code renamed, each version has the other's as an alias",
            of({**PLAIN, "aliases": ["sold_out"]}),
            of(alias),
            RAISED,
            SOLD_OUT_RAISED,
        ),
        Change(
            "code renamed with `former`, before the sunset", of(PLAIN), of(renamed), RAISED, SOLD_OUT_RAISED
        ),
        Change(
            "code renamed with `former`, from the sunset on",
            of(PLAIN),
            of(renamed, today=AFTER),
            RAISED,
            SOLD_OUT_RAISED,
        ),
    ]


def _statuses_and_retry() -> list[Change]:
    both = {**PLAIN, "status": [409, 403]}
    later = {**PLAIN, "retry": "later"}
    action, choice = {**PLAIN, "retry": "after_action"}, {**PLAIN, "retry": "after_change"}
    return [
        edited("status changed, 409 to 422", PLAIN, {**PLAIN, "status": [422]}),
        edited("second status added, and used", PLAIN, both, new_raises=RAISED._replace(status=403)),
        edited("retry changed, `never` to `later`", PLAIN, later),
        edited("retry changed, `later` to `never`", later, PLAIN),
        edited("retry changed, `after_action` to `after_change`", action, choice),
    ]


def _members() -> list[Change]:
    usual = {"type": "integer", "x-failwell": {"default": 0}}
    more = with_members(seats=NUMBER)
    some = with_members(seats=optional(NUMBER))
    said = saying(seats=7)
    nullable = with_members(left=optional(NUMBER))
    return [
        edited("optional member added", PLAIN, some, new_raises=said),
        edited("required member added", PLAIN, more, new_raises=said),
        edited("required member with a default added", PLAIN, with_members(seats=usual), new_raises=said),
        edited("optional member removed", some, PLAIN, said),
        edited("required member removed", PLAIN, without("left"), new_raises=saying(left=...)),
        edited("required member made optional, and absent", PLAIN, nullable, new_raises=saying(left=...)),
        edited("optional member made required, was absent", nullable, PLAIN, saying(left=...)),
    ]


def _types_of_members() -> list[Change]:
    text, number = with_members(left=TEXT), with_members(left={"type": "number"})
    place, places = {"enum": ["shop", "web"]}, {"enum": ["shop", "web", "app"]}
    in_bytes = {**NUMBER, "x-failwell": {"unit": "bytes"}}
    in_kilobytes = {**NUMBER, "x-failwell": {"unit": "kilobytes"}}
    return [
        edited("member retyped, integer to text: 2 to `few`", PLAIN, text, new_raises=saying(left="few")),
        edited("member retyped, integer to text: 2 to `2`", PLAIN, text, new_raises=saying(left="2")),
        edited("member retyped, text to integer: `2` to 2", text, PLAIN, saying(left="2")),
        edited("member retyped, integer to number: 2 to 2.5", PLAIN, number, new_raises=saying(left=2.5)),
        edited(
            "value added to an enumeration, and used",
            with_members(place=place),
            with_members(place=places),
            saying(place="web"),
            saying(place="app"),
        ),
        edited(
            "unit of a member changed, bytes to kilobytes",
            with_members(size=in_bytes),
            with_members(size=in_kilobytes),
            saying(size=2048),
            saying(size=2),
        ),
    ]


def _texts_and_headers() -> list[Change]:
    silent = RAISED._replace(detail=None)
    waiting = {**with_members(wait=NUMBER), "headers": {"Retry-After": "{wait}"}}
    off_wire = {**NUMBER, "x-failwell": {"on_wire": False}}
    hidden = {**with_members(wait=off_wire), "headers": {"Retry-After": "{wait}"}}
    resolve = {**PLAIN, "resolve": {"action": "order_fewer"}}
    return [
        edited("title changed", PLAIN, {**PLAIN, "title": "Sold out"}),
        edited("title changed, no detail", PLAIN, {**PLAIN, "title": "Sold out"}, silent, silent),
        edited("suggestion changed", PLAIN, {**PLAIN, "suggestion": "Take another."}),
        edited("way out changed (`resolve`)", resolve, {**PLAIN, "resolve": {"action": "take_another"}}),
        edited(
            "`Retry-After` dropped, its member stays",
            waiting,
            with_members(wait=NUMBER),
            saying(wait=7),
            saying(wait=7),
        ),
        edited("`Retry-After` dropped, and the member that only it carried", hidden, PLAIN, saying(wait=7)),
    ]


def _shape() -> list[Change]:
    return [
        Change("base URI changed", of(PLAIN), of(PLAIN, base=ELSEWHERE), RAISED, RAISED),
        *(
            Change(f"dialect changed to {name.upper()}", of(PLAIN), of(PLAIN, dialect=name), RAISED, RAISED)
            for name in ("problem", "flat", "google")
        ),
    ]


_GROUPS: tuple[Callable[[], list[Change]], ...] = (
    _codes,
    _renamings,
    _statuses_and_retry,
    _members,
    _types_of_members,
    _texts_and_headers,
    _shape,
)
CHANGES: Mapping[str, Change] = {change.name: change for group in _GROUPS for change in group()}
"""All changes by name, in the order of the table."""

SHOWN, OTHERS = dialects.PROBLEM, (dialects.FLAT, dialects.GOOGLE)
"""The dialect of the table, and those that the page compares with it."""
