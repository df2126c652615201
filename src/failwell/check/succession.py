"""Which type of the one state of a catalog continues which type of the other: by code, or renamed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from failwell.declare.record import ProblemType, Stage

Records = Mapping[str, ProblemType]
"""Types by code."""

_NAMES = frozenset({"code", "aliases", "lifecycle", "since", "fills_gap"})
_CONTENT = tuple(field for field in ProblemType.__struct_fields__ if field not in _NAMES)


def heirs_of(old: Records, now: Records, new: Records) -> dict[str, str]:
    """The code that each type has now, in the order of the types before; a type that is gone has none.

    A type keeps its code, unless what stands under it now is, word for word, what another one was: then the
    two were swapped, or the code went on to the other. A type whose code is gone is the one that names that
    code as former or as an alias; else one that shares another name with it; else its twin, which has every
    word but the code. So it is told even where nobody said so, and where many were renamed at once. What is a
    tombstone already is renamed by nobody.

    Args:
        old: the types before.
        now: all types after.
        new: those of them that can be the continuation of a type whose code is gone.
    """
    taken_over = _taken_over(old, now)
    heirs = {code: code for code in old if code in now and code not in taken_over}
    heirs |= {source: code for code, source in taken_over.items()}
    living = {code: one for code, one in old.items() if one.lifecycle.stage is not Stage.REMOVED}
    gone, free = _without(living, heirs), dict(new)
    for matched in (_by_names_after, _by_shared_names, _by_content):
        found = matched(gone, free)
        heirs |= found
        gone, free = _without(gone, found), _without(free, found.values())
    return {code: heirs[code] for code in old if code in heirs}


def _without(records: Records, codes: Iterable[str]) -> dict[str, ProblemType]:
    left_out = frozenset(codes)
    return {code: record for code, record in records.items() if code not in left_out}


def _taken_over(old: Records, now: Records) -> dict[str, str]:
    """The codes under which something else stands now: the code before of that.

    What stands there has to be gone from its own code, or that has been taken over as well: a copy is none.
    """
    changed = [code for code, record in old.items() if code in now and now[code] != record]
    moved = [code for code in old if code not in now] + changed
    if not changed or len(moved) == 1:
        return {}
    before = _by_key({code: old[code] for code in moved})
    found: dict[str, str] = {}
    for code in changed:
        key = content_key(now[code])
        sources = before.get(key, [])
        if len(sources) == 1 and sources[0] != code and content_key(old[code]) != key:
            found[code] = sources[0]
    while stays := [code for code, source in found.items() if source in now and source not in found]:
        for code in stays:
            del found[code]
    return found


def _by_names_after(gone: Records, new: Records) -> dict[str, str]:
    """The former code counts before aliases, and these in their order: of two types that became one, one."""
    found: dict[str, str] = {}
    for code, record in new.items():
        claimed = next((name for name in record.names if name in gone and name not in found), None)
        if claimed is not None:
            found[claimed] = code
    return found


def _by_shared_names(gone: Records, new: Records) -> dict[str, str]:
    """A type that was renamed back has a code by which it was known; others have kept their aliases."""
    owners = {name: code for code, record in new.items() for name in record.names}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for code, record in gone.items():
        shared = (owners[name] for name in record.names if name in owners)
        heir = next((owner for owner in shared if owner not in taken), None)
        if heir is not None:
            found[code] = heir
            taken.add(heir)
    return found


def _by_content(gone: Records, new: Records) -> dict[str, str]:
    """Twins, where there are as many after as before: of one that became two, nobody knows which it is."""
    before, after = _by_key(gone), _by_key(new)
    return {
        code: heir
        for key, codes in before.items()
        if len(codes) == len(after.get(key, ()))
        for code, heir in zip(codes, after[key], strict=True)
    }


def _by_key(records: Records) -> dict[bytes, list[str]]:
    found: defaultdict[bytes, list[str]] = defaultdict(list)
    for code, record in records.items():
        found[content_key(record)].append(code)
    return found


def content_key(record: ProblemType) -> bytes:
    """What is equal of two types exactly if every word is but their names and their places in life."""
    content = {field: getattr(record, field) for field in _CONTENT}
    content["retry_by_status"] = sorted(record.retry_by_status.items())  # only texts are keys in order
    try:
        return msgspec.json.encode(content, enc_hook=repr, order="deterministic")
    except UnicodeEncodeError:  # lone surrogates, which JSON does not have
        return repr(content).encode("utf-8", "surrogatepass")
