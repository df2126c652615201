"""The literal of a study: slots where they were found, constants, and a place for the members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from failwell.declare.members import is_wire_name
from failwell.wire.learned.evidence import CONSTANT_NAMES, METADATA_NAMES, TEXT_METADATA_NAMES, of, plain
from failwell.wire.learned.samples import Item, Part, Place, is_json_list, is_json_object, merged_order, shown
from failwell.wire.learned.study import Confidence, Decision, Study
from failwell.wire.slots import (
    CODE,
    DETAIL,
    DOMAIN,
    MEMBERS,
    MEMBERS_TEXT,
    MESSAGE,
    REST,
    STATUS,
    TITLE,
    TYPE,
    Slot,
)

_ENOUGH_KINDS = 3  # kinds of errors from which being the same in all says something
_DEEPEST_CONSTANT = 8
_LONGEST_CONSTANT = 1000  # as JSON; what is longer is data
_REST = "\0"  # stands for all members in an order of keys; no key of a literal


class Literal:
    """The literal of a study: slots where it found them, constants, and a place for the members."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self.notes: list[str] = []
        self._slot_at: dict[Place, Slot] = {part.place: slot for slot, part in study.slots.items()}
        self._added = ""
        self._home: Place | None = None  # the object in which the members stand directly
        if not study.has_identity:
            self._add_code()
        self._structural = self._holders()
        self._constants: dict[Place, Any] = {}
        self._soft: set[Place] = set()
        self._loose: dict[Place, list[Part]] = {}
        self._sort_the_rest(study.top)
        self._house_members()
        self._keep_holders()

    def shape(self) -> dict[Any, Any]:
        """The literal."""
        return self._object(self._study.top)

    # -- what tells problems apart, where nothing does

    def _add_code(self) -> None:
        study = self._study
        text = (
            study.slots.get(MESSAGE)
            or study.slots.get(DETAIL)
            or study.slots.get(TITLE)
            or study.slots.get(STATUS)
        )
        self._code_home: Place = text.place[:-1] if text else ()
        taken = study.parts[self._code_home].children
        self._added = next(name for name in _added_names() if name not in taken)
        place = (*self._code_home, self._added)
        study.decisions[place] = Decision(
            place, "added", "sure", f"nothing tells the kinds of errors apart {of(study.count, study.count)}"
        )
        self.notes.append(
            "nothing in these bodies can be the CODE: no text identifier that is always there. Failwell "
            f"needs one, so the literal adds {shown(place)!r}; an entry more, which clients that ignore "
            "unknown entries do not notice"
        )

    def _holders(self) -> set[Place]:
        places = [*self._slot_at] + ([(*self._code_home, self._added)] if self._added else [])
        return {place[:length] for place in places for length in range(len(place))}

    # -- constants and what is left

    def _sort_the_rest(self, holder: Part) -> None:
        for part in holder.parts:
            if part.place in self._slot_at:
                continue
            if part.place in self._structural:
                self._sort_the_rest(part)
            elif self._is_constant(part, holder):
                value = next(iter(part.values.values()), None)
                self._constants[part.place] = value
                if not self._is_firm(part, value):
                    self._soft.add(part.place)
            else:
                self._loose.setdefault(holder.place, []).append(part)

    def _is_constant(self, part: Part, holder: Part) -> bool:
        if part.present != holder.values.keys() or (part.values and part.nulls) or part.crowded:
            return False
        different = part.distinct()
        if len(different) > 1 or any(len(value) > _LONGEST_CONSTANT for value in different):
            return False
        return _can_stand(next(iter(part.values.values()), None), part.place[-1])

    def _is_firm(self, part: Part, value: object) -> bool:
        named = part.name.lower() in CONSTANT_NAMES
        return named or value is None or isinstance(value, bool) or self._study.kinds > 1

    # -- the members

    def _house_members(self) -> None:
        """Chooses where the members stand: in the object that has most of what is left."""
        study = self._study
        identity = study.slots.get(CODE) or study.slots.get(TYPE)
        beside = identity.place[:-1] if identity else self._code_home
        homes = {place: parts for place, parts in self._loose.items() if self._can_be_home(place)}
        facts = {place: sum(len(part.present) for part in parts) for place, parts in homes.items()}
        home = max(homes, key=lambda place: (facts[place], place == beside), default=beside)
        loose = self._loose.get(home, [])
        softened = [place for place in self._soft if place[:-1] == home]
        if len(loose) == 1 and not softened and self._is_object_of_members(loose[0]):
            self._decide_object(loose[0])
        else:
            self._home = home
            for place in softened:  # so few kinds do not show whether it is constant
                del self._constants[place]
            self._decide_beside(home)
        for place, parts in self._loose.items():
            if place != home:
                self._tell_not_carried(parts, home)
        for place, value in self._constants.items():
            part = study.parts[place]
            confidence: Confidence = "likely" if study.kinds < _ENOUGH_KINDS else "sure"
            confidence = "guess" if place in self._soft else confidence
            said = "null" if value is None else "the same"
            study.decisions[place] = Decision(
                place, "constant", confidence, f"{said} {of(len(part.present), study.count)}"
            )

    def _keep_holders(self) -> None:
        """Keeps objects that stand there without a fact: a constant text in them becomes the domain.

        A literal leaves an object out that has nothing but constants to say; the domain is always said.
        """
        study = self._study
        for place in sorted(self._constants, key=len):
            holder, value = study.parts[place[:-1]], self._constants[place]
            saying = [
                study.parts[slot] for slot in self._slot_at if slot[: len(holder.place)] == holder.place
            ]
            if holder.place == self._home:
                saying += filter(self._is_loose, holder.parts)
            is_bare = holder.values.keys() - {number for part in saying for number in part.values}
            is_free = DOMAIN not in study.slots and study.everywhere(holder)
            if is_bare and is_free and holder.place in self._structural and isinstance(value, str) and value:
                del self._constants[place]
                self._slot_at[place] = DOMAIN
                study.domain = value
                reason = f"the same {of(study.count, study.count)}, also where its neighbours are absent"
                study.decide(study.parts[place], DOMAIN, "guess", reason)

    def _can_be_home(self, place: Place) -> bool:
        return any(map(is_json_object, self._study.parts[place].values.values()))

    def _is_object_of_members(self, part: Part) -> bool:
        values = list(part.values.values())
        if part.nulls or not values or not all(map(is_json_object, values)) or not all(values):
            return False
        if not is_wire_name(part.name) or any(None in value.values() for value in values):
            return False
        return plain(part.name) in METADATA_NAMES or len({frozenset(value) for value in values}) > 1

    def _decide_object(self, part: Part) -> None:
        study = self._study
        texts = [text for value in part.values.values() for text in value.values()]
        is_text = plain(part.name) in TEXT_METADATA_NAMES and all(isinstance(text, str) for text in texts)
        slot = MEMBERS_TEXT if is_text else MEMBERS
        self._slot_at[part.place] = slot
        names = len({name for value in part.values.values() for name in value})
        reason = f"an object of {names} different names {of(len(part.values), study.count)}"
        if is_text:
            reason += ", all values strings" + (", numbers among them" if any(map(_is_number, texts)) else "")
        is_varied = len({frozenset(value) for value in part.values.values()}) > 1
        study.decide(part, slot, "sure" if is_varied else "likely", reason)

    def _decide_beside(self, home: Place) -> None:
        study = self._study
        parts = [part for part in study.parts[home].parts if self._is_loose(part)]
        for part in parts:
            having = of(len(part.present), study.count)
            confidence: Confidence = "likely" if study.everywhere(part) else "sure"
            reason = f"varies, {having}"
            if part.place in self._soft:
                confidence = "guess"
                reason = f"the samples are too few to tell whether it is constant, {having}"
            elif len(part.distinct()) == 1:
                reason = f"not always there, {having}"
            study.decisions[part.place] = Decision(part.place, "member", confidence, reason)
            self._note_on_member(part)
        place = (*home, "{REST}")
        names = "1 name" if len(parts) == 1 else f"{len(parts)} names"
        reason = f"{names} beside standard ones" if parts else "no members seen; here they have room"
        study.decisions[place] = Decision(place, MEMBERS.name, "likely" if parts else "guess", reason)

    def _is_loose(self, part: Part) -> bool:
        place = part.place
        return not (place in self._slot_at or place in self._structural or place in self._constants)

    def _note_on_member(self, part: Part) -> None:
        study = self._study
        values = list(part.values.values())
        if part.nulls:
            self.notes.append(
                f"{shown(part.place)} is null {of(len(part.nulls), study.count)}: Failwell leaves out what "
                "has no value. Clients that take absent for null do not notice; for others, give it a value "
                "that says none, such as an empty text"
            )
        if plain(part.name).endswith("code") and values and all(type(value) is int for value in values):
            self.notes.append(
                f"{shown(part.place)} is a numeric code: CODE is text. Declare it as a member whose default "
                f"is the type's number, for instance `code_: int = {values[0]}`; so it stays on the wire"
            )

    def _tell_not_carried(self, parts: Sequence[Part], home: Place) -> None:
        for part in parts:
            study = self._study
            reason = f"varies {of(len(part.present), study.count)}, away from the members"
            self.notes.append(
                f"{shown(part.place)} varies, but members have one place only, {shown(home)}: it is left "
                "out. Write a constant or a slot there, or move the members there"
            )
            study.decisions[part.place] = Decision(part.place, "not carried", "sure", reason)

    # -- writing it down

    def _object(self, holder: Part) -> dict[Any, Any]:
        literal: dict[Any, Any] = {}
        for key in self._order(holder):
            place = (*holder.place, key)
            if key == _REST:
                literal[REST] = MEMBERS
            elif key == self._added and holder.place == self._code_home:
                literal[key] = CODE
            elif place in self._slot_at:
                literal[key] = self._slot_at[place]
            elif place in self._constants:
                literal[key] = self._constants[place]
            else:
                literal[key] = self._structure(holder.children[key])
        return literal

    def _structure(self, part: Part) -> Any:
        if not part.items:
            return self._object(part)
        kept = [
            item for item in part.items if item.place in self._structural or item.place in self._constants
        ]
        for item in part.items:
            if item.crowded and item in kept:
                self.notes.append(
                    f"{shown(part.place)} has several objects {of(len(item.crowded), self._study.count)}: "
                    "Failwell writes one per response. Carry the others as a member that is a list, or send "
                    "the first only"
                )
        at = self._constants
        return [at[item.place] if item.place in at else self._object(item) for item in kept]

    def _order(self, holder: Part) -> list[str]:
        """The keys of an object, with one entry for the members, as most samples order them."""
        known = {key for key in holder.children if not self._is_loose(holder.children[key])}
        is_home = holder.place == self._home
        sequences: list[list[str]] = []
        for value in holder.values.values():
            keys = [key if key in known else _REST for key in value if key in known or is_home]
            sequences.append(list(dict.fromkeys(keys)))
        if is_home and not any(_REST in keys for keys in sequences):
            sequences.append([_REST])
        order = merged_order([keys for keys, _ in Counter(map(tuple, sequences)).most_common()])
        if self._added and holder.place == self._code_home:
            order.append(self._added)
        return order


def _added_names() -> Iterator[str]:
    yield from ("code", "error_code", "problem_code")
    for number in count(2):
        yield f"code_{number}"


def _can_stand(value: object, step: str | Item, depth: int = 0) -> bool:
    """Whether a value can be a constant of a literal: a list in a list is no part of one."""
    if depth > _DEEPEST_CONSTANT or (isinstance(step, str) and not is_wire_name(step)):
        return False
    if is_json_object(value):
        return all(_can_stand(part, key, depth + 1) for key, part in value.items())
    if is_json_list(value):
        return all(not is_json_list(part) and _can_stand(part, step, depth + 1) for part in value)
    return True


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit() or text in ("true", "false")
