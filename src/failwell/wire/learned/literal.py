"""The literal of a study: slots where they were found, constants, and a place for the members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import Any

from failwell.declare.members import is_wire_name
from failwell.wire import slots
from failwell.wire.learned.samples import Part, Place, is_json_list, is_json_object, merged_order, shown
from failwell.wire.learned.study import Confidence, Decision, Study, of
from failwell.wire.learned.words import plain, points

_ENOUGH_KINDS = 3  # kinds of errors from which being the same in all says something
_DEEPEST_CONSTANT = 8
_LONGEST_CONSTANT = 1000  # as JSON; what is longer is data
_REST = "\0"  # stands for all members in an order of keys; no key of a literal


class Literal:
    """The literal of a study. What is neither slot nor constant is a member, where the members stand.

    Attributes:
        notes: what cannot be carried, and the way out.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self.notes: list[str] = []
        self._added: dict[Place, str] = {}  # the name of the code that is added, by the object
        self._slot_at: dict[Place, slots.Slot] = {part.place: slot for slot, part in study.found.items()}
        if not study.has_identity:
            self._add_code()
        self._structural = {place[:length] for place in self._slot_at for length in range(len(place))}
        self._constants: dict[Place, Any] = {}
        self._soft: dict[Place, None] = {}  # constants that the samples are too few to show
        self._loose: dict[Place, list[Part]] = {}  # what is left, by the object that it stands in
        self._home: Place | None = None  # the object in which the members stand directly
        self._sort(study.top)
        self._house_members()
        self._decide_constants()

    def shape(self) -> dict[Any, Any]:
        """The literal."""
        return self._object(self._study.top)

    def _add_code(self) -> None:
        """Adds a code where nothing tells problems apart: beside the text."""
        study = self._study
        near = (slots.MESSAGE, slots.DETAIL, slots.TITLE, slots.STATUS)
        home = next((study.found[slot].place[:-1] for slot in near if slot in study.found), ())
        names = chain(("code", "error_code", "problem_code"), (f"code_{number}" for number in count(2)))
        added = next(name for name in names if name not in study.parts[home].children)
        place = (*home, added)
        self._slot_at[place] = slots.CODE
        self._added[home] = added
        reason = f"nothing tells the kinds of errors apart {of(study.count, study.count)}"
        study.decisions[place] = Decision(place, "added", "sure", reason)
        self.notes.append(
            "nothing in these bodies can be the CODE: no text identifier that is always there. Failwell "
            f"needs one, so the literal adds {shown(place)!r}; an entry more, which clients that ignore "
            "unknown entries do not notice"
        )

    # -- constants and what is left

    def _sort(self, holder: Part) -> None:
        for part in holder.parts:
            if part.place in self._structural:
                self._sort(part)
            elif part.place not in self._slot_at:
                if self._is_constant(part, holder):
                    self._constants[part.place] = next(iter(part.values.values()), None)
                else:
                    self._loose.setdefault(holder.place, []).append(part)

    def _is_constant(self, part: Part, holder: Part) -> bool:
        if part.present != holder.values.keys() or (part.values and part.nulls) or part.crowded:
            return False
        if len(part.distinct) > 1 or any(len(value) > _LONGEST_CONSTANT for value in part.distinct):
            return False
        step, value = part.place[-1], next(iter(part.values.values()), None)
        if (isinstance(step, str) and not is_wire_name(step)) or not _can_stand(value):
            return False
        if not (value is None or isinstance(value, bool) or self._study.kinds > 1):
            self._soft[part.place] = None
        return True

    def _decide_constants(self) -> None:
        """A literal leaves an object out that says nothing but constants: there, a text is the domain."""
        study = self._study
        for place in sorted(self._constants, key=len, reverse=True):  # the deepest keeps those around it, too
            value = self._constants[place]
            part, holder = study.parts[place], study.parts[place[:-1]]
            if isinstance(value, str) and value and slots.DOMAIN not in study.found and self._is_bare(holder):
                del self._constants[place]
                self._slot_at[place] = slots.DOMAIN
                reason = f"the same {study.always(part)}, also where its neighbours are absent"
                study.decide(part, slots.DOMAIN, "guess", reason)
                continue
            confidence: Confidence = "likely" if study.kinds < _ENOUGH_KINDS else "sure"
            confidence = "guess" if place in self._soft else confidence
            reason = f"{'null' if value is None else 'the same'} {of(len(part.present), study.count)}"
            study.decisions[place] = Decision(place, "constant", confidence, reason)

    def _is_bare(self, holder: Part) -> bool:
        """Whether an object that is always there has no fact in some sample."""
        study, depth = self._study, len(holder.place)
        saying = [part for part in study.found.values() if part.place[:depth] == holder.place]
        saying += self._loose.get(holder.place, []) if holder.place == self._home else []
        said = {number for part in saying for number in part.values}
        return study.everywhere(holder) and holder.place in self._structural and len(said) < study.count

    # -- the members

    def _house_members(self) -> None:
        """Chooses where the members stand: in the object that has most of what is left."""
        beside = next(place[:-1] for place, slot in self._slot_at.items() if slot in (slots.CODE, slots.TYPE))
        sizes = {
            place: sum(len(part.present) for part in parts) for place, parts in self._loose.items()
            if any(map(is_json_object, self._study.parts[place].values.values()))
        }  # fmt: skip
        home = max(sizes, key=lambda place: (sizes[place], place == beside), default=beside)
        loose = self._loose.setdefault(home, [])
        soft = [self._study.parts[place] for place in self._soft if place[:-1] == home]
        if len(loose) == 1 and not soft and _holds_members(loose[0]):
            self._decide_object(loose[0])
        else:
            self._home = home
            for part in soft:  # so few kinds do not show whether it is constant
                del self._constants[part.place]
            loose += soft
            self._decide_beside(home, loose)
        for place, parts in self._loose.items():
            if place != home:
                self._tell_not_carried(parts, home)

    def _decide_object(self, part: Part) -> None:
        texts = [text for value in part.values.values() for text in value.values()]
        names = {tuple(sorted(value)) for value in part.values.values()}
        number = len({name for found in names for name in found})
        is_text = points(slots.MEMBERS_TEXT, part.name) and all(isinstance(text, str) for text in texts)
        slot = slots.MEMBERS_TEXT if is_text else slots.MEMBERS
        self._slot_at[part.place] = slot
        reason = f"an object of {number} different names {self._study.always(part)}"
        reason += ", all values strings" if is_text else ""
        self._study.decide(part, slot, "sure" if len(names) > 1 else "likely", reason)

    def _decide_beside(self, home: Place, parts: Sequence[Part]) -> None:
        study = self._study
        for part in parts:
            having = of(len(part.present), study.count)
            confidence: Confidence = "likely" if study.everywhere(part) else "sure"
            reason = f"varies, {having}" if len(part.distinct) != 1 else f"not always there, {having}"
            if part.place in self._soft:
                confidence = "guess"
                reason = f"the samples are too few to tell whether it is constant, {having}"
            study.decisions[part.place] = Decision(part.place, "member", confidence, reason)
            self.notes += _notes_on_member(part, study.count)
        names = "1 name" if len(parts) == 1 else f"{len(parts)} names"
        reason = f"{names} beside standard ones" if parts else "no members seen; here they have room"
        place = (*home, "{REST}")
        study.decisions[place] = Decision(place, slots.MEMBERS.name, "likely" if parts else "guess", reason)

    def _tell_not_carried(self, parts: Sequence[Part], home: Place) -> None:
        for part in parts:
            reason = f"varies {of(len(part.present), self._study.count)}, away from the members"
            self._study.decisions[part.place] = Decision(part.place, "not carried", "sure", reason)
            self.notes.append(
                f"{shown(part.place)} varies, but members have one place only, {shown(home)}: it is left "
                "out. Write a constant or a slot there, or move the members there"
            )

    # -- writing it down

    def _object(self, holder: Part) -> dict[Any, Any]:
        literal: dict[Any, Any] = {}
        for key in self._order(holder):
            place = (*holder.place, key)
            if key == _REST:
                literal[slots.REST] = slots.MEMBERS
            else:
                literal[key] = self._slot_at.get(place) or self._value(self._study.parts[place])
        return literal

    def _value(self, part: Part) -> Any:
        if part.place in self._constants:
            return self._constants[part.place]
        if not part.items:
            return self._object(part)
        kept = [i for i in part.items if i.place in self._structural or i.place in self._constants]
        self.notes += [
            f"{shown(part.place)} has several objects {of(len(item.crowded), self._study.count)}: "
            "Failwell writes one per response. Carry the others as a member that is a list, or send "
            "the first only"
            for item in kept if item.crowded
        ]  # fmt: skip
        return [self._value(item) for item in kept]

    def _order(self, holder: Part) -> list[str]:
        """The keys of an object, with one entry for the members, as most samples order them."""
        places = {*self._slot_at, *self._structural, *self._constants}
        known = {key for key in holder.children if (*holder.place, key) in places}
        sequences: Counter[tuple[str, ...]] = Counter()
        for value in holder.values.values():
            keys = (key if key in known else _REST for key in value)
            kept = dict.fromkeys(key for key in keys if key != _REST or holder.place == self._home)
            sequences[tuple(kept)] += 1
        order = merged_order([keys for keys, _ in sequences.most_common()])
        if holder.place == self._home and _REST not in order:
            order.append(_REST)
        return order + ([self._added[holder.place]] if holder.place in self._added else [])


def _holds_members(part: Part) -> bool:
    """Whether a part is an object of members: of different names, or called as such objects are."""
    values = list(part.values.values())
    if part.nulls or not values or not all(value and is_json_object(value) for value in values):
        return False
    if not is_wire_name(part.name) or any(None in value.values() for value in values):
        return False
    return points(slots.MEMBERS, part.name) > 0 or len({frozenset(value) for value in values}) > 1


def _notes_on_member(part: Part, total: int) -> Iterator[str]:
    values = list(part.values.values())
    if part.nulls:
        yield (
            f"{shown(part.place)} is null {of(len(part.nulls), total)}: Failwell leaves out what has no "
            "value. Clients that take absent for null do not notice; for others, give it a value that says "
            "none, such as an empty text"
        )
    if plain(part.name).endswith("code") and values and all(type(value) is int for value in values):
        yield (
            f"{shown(part.place)} is a numeric code: CODE is text. Declare it as a member whose default is "
            f"the type's number, for instance `code_: int = {values[0]}`; so it stays on the wire"
        )


def _can_stand(value: object, depth: int = 0) -> bool:
    """Whether a value can be a constant of a literal: a list in a list is no part of one."""
    if is_json_object(value) and depth <= _DEEPEST_CONSTANT:
        return all(is_wire_name(key) and _can_stand(part, depth + 1) for key, part in value.items())
    if is_json_list(value) and depth <= _DEEPEST_CONSTANT:
        return all(not is_json_list(part) and _can_stand(part, depth + 1) for part in value)
    return not isinstance(value, dict | list)
