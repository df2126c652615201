"""What codes mean, for finding those that say the same: word by word, with synonyms as one."""

from __future__ import annotations

from collections.abc import Mapping

from failwell.check.facts.names import words_of

_SYNONYMS = {
    **dict.fromkeys(("illegal", "bad"), "invalid"),
    "incorrect": "wrong",
    **dict.fromkeys(("forbidden", "refused"), "denied"),
    **dict.fromkeys(("reached", "hit"), "exceeded"),
    **dict.fromkeys(("taken", "duplicate", "existing", "registered"), "exists"),
    "unknown": "unfound",
}
_PHRASES: Mapping[tuple[str, ...], str] = {
    ("not", "found"): "unfound",
    ("no", "such"): "unfound",
    ("does", "not", "exist"): "unfound",
    ("not", "valid"): "invalid",
    ("not", "allowed"): "denied",
    ("not", "permitted"): "denied",
    ("not", "available"): "unavailable",
    ("rate", "limited"): "throttled",
    ("rate", "limit", "exceeded"): "throttled",
    ("rate", "limit", "reached"): "throttled",
    ("too", "many", "requests"): "throttled",
}
_LONGEST = 3
_EMPTY = frozenset({"error", "already", "is", "the", "has", "was"})
_ORDERING = frozenset(
    {"not", "no", "to", "from", "of", "for", "in", "on", "by", "without", "before", "after"}
)
"""Words that make the order of the others matter."""


def meaning_of(code: str) -> tuple[str, ...]:
    """What a code says: equal for codes that say the same in another order, style or word."""
    words = [word for word in words_of(code) if word not in _EMPTY]
    if words == ["unknown"]:  # of nothing in particular: that is no `not_found`
        return (*words,)
    found: list[str] = []
    while words:
        lengths = range(min(_LONGEST, len(words)), 1, -1)
        length = next((number for number in lengths if tuple(words[:number]) in _PHRASES), 1)
        first = _singular(_SYNONYMS.get(words[0], words[0]))
        found.append(_PHRASES.get(tuple(words[:length]), first))
        del words[:length]
    ordered = found if _ORDERING.intersection(found) else sorted(found)
    return tuple(ordered) or (code,)


def _singular(word: str) -> str:
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word
