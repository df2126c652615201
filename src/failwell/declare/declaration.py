"""From the words of a class line, a file or a document to a checked record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import NoneType
from typing import Any, TypedDict, TypeGuard, cast

import msgspec

from failwell.declare.prose import Prose
from failwell.declare.record import (
    Example,
    HeaderRule,
    Lifecycle,
    Link,
    MemberType,
    ProblemType,
    Redirect,
    Resolve,
    Retry,
    Stage,
    Standard,
)
from failwell.declare.template import checked_template
from failwell.exceptions import DeclarationError, one_of
from failwell.headers import is_field_name, is_safe_value

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,62}\Z")

_NOT_A_TYPES = frozenset({"connection", "content-length", "content-type", "date", "transfer-encoding"})
"""Header fields that the dialect or the server writes; twice in a response, they would break it."""

_RETRY_BY_STATUS = {
    400: Retry.AFTER_CHANGE,
    401: Retry.AFTER_ACTION,
    402: Retry.AFTER_ACTION,
    403: Retry.AFTER_ACTION,
    408: Retry.LATER,
    410: Retry.NEVER,
    425: Retry.LATER,
    428: Retry.AFTER_CHANGE,
    429: Retry.LATER,
    451: Retry.NEVER,
    501: Retry.NEVER,
    505: Retry.NEVER,
}


class Words(TypedDict, total=False):
    """The words of a class line that are optional, or may come from an abstract base; see `ProblemType`."""

    prose: str
    category: str
    detail: str
    retry: Retry | Mapping[int, Retry]
    retryable: bool
    suggestion: str
    resolve: Resolve
    headers: Mapping[str, str]
    redirect: Redirect
    aliases: tuple[str, ...]
    lifecycle: Lifecycle
    since: str
    owner: str
    conceal: str
    standard: Standard
    examples: tuple[Example, ...]
    links: tuple[Link, ...]


_TEXT = (str, '"…"')
_FORMS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(("code", "title", "prose", "category", "detail", "suggestion"), _TEXT),
    **dict.fromkeys(("since", "owner", "conceal"), _TEXT),
    "retryable": (bool, "True, or leave it to retry="),
    "resolve": (Resolve, 'Resolve(action="…", …)'),
    "headers": (Mapping, '{"Name": "template over the members"}'),
    "redirect": (Redirect, 'Redirect("/…?error={code}")'),
    "aliases": (tuple, '("former_code",)'),
    "lifecycle": (Lifecycle, "Lifecycle(Stage.…)"),
    "standard": ((int, str), 'a status, or "internal"'),
    "examples": (tuple, "(Example(…),)"),
    "links": (tuple, "(Link(…),)"),
}
"""What each word has to be, and how it is written; `status` and `retry` are checked together."""

_RECORDED_OTHERWISE = ("status", "retry", "headers")


def retry_for_status(status: int) -> Retry:
    """What a status alone says about retrying, for types and responses that say nothing themselves."""
    return _RETRY_BY_STATUS.get(status, Retry.LATER if status >= 500 else Retry.AFTER_CHANGE)


def retry_as_told(retry: Retry, retryable: bool | None) -> Retry:  # noqa: FBT001 - None: it did not say
    """What a caller can do, in accord with what a response said of repeating the identical request."""
    if retryable is None:
        return retry
    if retryable:
        return Retry.LATER
    return Retry.NEVER if retry is Retry.LATER else retry


def is_code(value: object) -> TypeGuard[str]:
    """Whether a problem type can have this code: a letter, then up to 62 letters, digits, `-`, `_` or `.`."""
    return isinstance(value, str) and _CODE.match(value) is not None


def problem_type(
    words: Mapping[str, Any],
    members: tuple[MemberType, ...],
    prose: Prose,
    *,
    where: str,
    fills_gap: bool = False,
) -> ProblemType:
    """Makes a record from the words of a class line and the members.

    Args:
        words: the words, less `prose`.
        members: the records of the members, in order.
        prose: the texts of the type's page.
        where: names the declaration in errors.
        fills_gap: whether it is one of the standard types.

    Raises:
        DeclarationError: for a word that is missing, unknown, of a wrong form, or at odds with another.
    """
    _check_words(words, where)
    statuses = _statuses(words["status"], where)
    retry, retry_by_status = _retry(words.get("retry"), statuses, where)
    record = ProblemType(
        **{key: value for key, value in words.items() if key not in _RECORDED_OTHERWISE},
        statuses=statuses,
        prose=prose.happened,
        why=prose.why,
        what_to_do=prose.what_to_do,
        members=members,
        retry=retry,
        retry_by_status=retry_by_status,
        headers=tuple(HeaderRule(name, value) for name, value in words.get("headers", {}).items()),
        fills_gap=fills_gap,
    )
    _check_lifecycle(record, where)
    _check_templates(record, where)
    _check_headers(record, where)
    _check_statuses_of_parts(record, where)
    _check_standard(record, where)
    return record


def check_shared_words(words: Mapping[str, Any], *, where: str) -> None:
    """Checks what an abstract base says for its children.

    Raises:
        DeclarationError: for a word that is unknown, or of a wrong form, or that no two types can share.
    """
    _check_known(words, {"catalog", "status", *Words.__annotations__}, where)
    _check_forms(words, where)


def _check_words(words: Mapping[str, Any], where: str) -> None:
    _check_known(words, {"catalog", "code", "status", "title", *Words.__annotations__}, where)
    for word in ("code", "status", "title"):
        if not words.get(word):
            raise DeclarationError(
                f"a problem type needs {word}=",
                code="missing-word",
                where=where,
                hint="add it; in Python, a base shared by several types says abstract=True instead",
            )
    _check_forms(words, where)
    for code in (words["code"], *words.get("aliases", ())):
        _check_code(code, where)
    check_title(words["title"], where=where)


def check_title(title: str, *, where: str) -> None:
    """Checks that a text can be a title (RFC 9457, section 3.1.3).

    Raises:
        DeclarationError: if it has several lines, or a placeholder.
    """
    if title.splitlines() != [title] or "{" in title:
        raise DeclarationError(
            f"{title!r} cannot be a title",
            code="bad-title",
            where=where,
            hint="a title is one line and the same for every occurrence; what varies belongs into detail",
        )


def _check_code(code: object, where: str) -> None:
    if not is_code(code):
        raise DeclarationError(
            f"{code!r} cannot be a code",
            code="bad-code",
            where=where,
            hint="a letter, then up to 62 letters, digits, hyphens, underscores or dots",
        )


def _check_known(words: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = words.keys() - known
    if unknown:
        raise DeclarationError(
            f"the class line has no word {min(unknown)!r}",
            code="unknown-word",
            where=where,
            hint=one_of(min(unknown), known),
        )


def _check_forms(words: Mapping[str, Any], where: str) -> None:
    for word, (kind, form) in _FORMS.items():
        if word in words and not isinstance(words[word], kind):
            raise DeclarationError(
                f"{word}= is {type(words[word]).__name__}",
                code="wrong-word",
                where=where,
                hint=f"write {word}={form}",
            )


def _statuses(given: object, where: str) -> tuple[int, ...]:
    statuses = cast("tuple[object, ...]", given) if isinstance(given, tuple) else (given,)
    checked = tuple(status for status in statuses if type(status) is int and 400 <= status <= 599)
    if checked != statuses or len(set(checked)) != len(checked):
        raise DeclarationError(
            f"status={given!r} is not a status of an error",
            code="bad-status",
            where=where,
            hint="use a number from 400 to 599, or a tuple of them, each once, with the default first",
        )
    return checked


def _retry(given: object, statuses: tuple[int, ...], where: str) -> tuple[Retry, dict[int, Retry]]:
    by_status: dict[Any, Any]
    if given is None:
        by_status = {status: retry_for_status(status) for status in statuses}
    elif isinstance(given, Mapping):
        by_status = {**given}
    else:
        by_status = dict.fromkeys(statuses, given)
    if by_status.keys() != set(statuses) or not all(isinstance(word, Retry) for word in by_status.values()):
        raise DeclarationError(
            f"retry does not fit the statuses {', '.join(map(str, statuses))}",
            code="bad-retry",
            where=where,
            hint="give one retry word for all, such as later (Retry.LATER in Python), or one for each",
        )
    retry = by_status[statuses[0]]
    return retry, {status: word for status, word in by_status.items() if word is not retry}


def _check_lifecycle(record: ProblemType, where: str) -> None:
    life = record.lifecycle
    begins, ends = life.since, life.sunset
    if life.stage.__class__ is not Stage or {begins.__class__, ends.__class__} - {date, NoneType}:
        raise DeclarationError(
            f"{life!r} has a stage or a day that is none",
            code="bad-lifecycle",
            where=where,
            hint="write Lifecycle(Stage.DEPRECATED, since=date(2026, 11, 1), sunset=date(2027, 5, 1))",
        )
    for code in filter(None, (life.former, life.replaced_by)):
        _check_code(code, where)
    at_odds = {
        # Of a removed type `since` is the day of its removal, which comes after its sunset.
        "it is sunset before it begins": begins
        and ends
        and ends <= begins
        and life.stage is not Stage.REMOVED,
        "it is renamed without a sunset": life.former and not ends,
        "it is renamed and at its end": life.former and life.stage in (Stage.DEPRECATED, Stage.REMOVED),
        "it is renamed to itself": life.former == record.code,
        "it is replaced by itself": life.replaced_by == record.code,
    }
    for what, holds in at_odds.items():
        if holds:
            raise DeclarationError(
                f"{what}: {_in_words(life)}",
                code="bad-lifecycle",
                where=where,
                hint="deprecated: since, sunset, replaced_by; renamed, and stable: former, since, sunset",
            )


def _in_words(life: Lifecycle) -> str:
    """A lifecycle as both forms of a catalog write it: `stage stable, since 2026-11-01`."""
    return ", ".join(f"{name} {value}" for name, value in msgspec.structs.asdict(life).items() if value)


def _check_templates(record: ProblemType, where: str) -> None:
    names = frozenset(member.name for member in record.members)
    checked_template(record.detail, names, where=f"{where}, detail=")
    for header in record.headers:
        checked_template(header.template, names, where=f"{where}, headers={{{header.name!r}: …}}")
    if record.resolve is not None:
        _check_resolve(record.resolve, where)
        checked_template(record.resolve.url, names, where=f"{where}, resolve=, url=")
        checked_template(record.resolve.endpoint, names, where=f"{where}, resolve=, endpoint=")
    if record.redirect is not None:
        template = checked_template(
            record.redirect.location, frozenset({"code"}), where=f"{where}, redirect="
        )
        carries_code = template.names == ("code",) and is_safe_value(template.source)
        if not carries_code or not 300 <= record.redirect.status <= 308:
            raise DeclarationError(
                f"{record.redirect!r} does not carry the code, once, with a redirecting status",
                code="bad-redirect",
                where=where,
                hint='for instance Redirect("/login?error={code}", status=303)',
            )


def _check_resolve(resolve: Resolve, where: str) -> None:
    if bool(resolve.method) != bool(resolve.endpoint) or not resolve.action:
        raise DeclarationError(
            f"{resolve!r} is half a call",
            code="bad-resolve",
            where=where,
            hint="action= is always needed; method= and endpoint= go together",
        )


def _check_headers(record: ProblemType, where: str) -> None:
    seen: set[str] = set()
    for header in record.headers:
        if not is_field_name(header.name) or header.name.lower() in seen:
            raise DeclarationError(
                f"{header.name!r} cannot be a header's name here",
                code="bad-header",
                where=where,
                hint="a field name is a token (RFC 9110, section 5.6.2) and stands once",
            )
        if header.name.lower() in _NOT_A_TYPES:
            raise DeclarationError(
                f"the header {header.name!r} is not a type's to say",
                code="bad-header",
                where=where,
                hint="leave it out: the dialect says the media type, and the server the rest",
            )
        if not is_safe_value(header.template):
            raise DeclarationError(
                f"{header.template!r} cannot be the value of a header",
                code="bad-header",
                where=f"{where}, headers={{{header.name!r}: …}}",
                hint="leave out line breaks, other control characters, and what is not in ISO 8859-1",
            )
        seen.add(header.name.lower())


def _check_statuses_of_parts(record: ProblemType, where: str) -> None:
    named = [(f"member {m.name}", status) for m in record.members for status in m.statuses]
    named += [("an example", example.status) for example in record.examples if example.status]
    for part, status in named:
        if status not in record.statuses:
            raise DeclarationError(
                f"{part} names status {status}, which the type does not have",
                code="foreign-status",
                where=where,
                hint=f"use one of {record.statuses}",
            )


def _check_standard(record: ProblemType, where: str) -> None:
    if record.standard is None:
        return
    if record.standard != "internal" and record.standard not in range(400, 600):
        raise DeclarationError(
            f"standard={record.standard!r} is no condition",
            code="bad-standard",
            where=where,
            hint='use a status from 400 to 599, or "internal"',
        )
    if record.lifecycle.stage is Stage.REMOVED:
        raise DeclarationError(
            f"a removed type cannot be raised, so it cannot stand for {record.standard!r}",
            code="standard-removed",
            where=where,
            hint="say standard= in the type that takes its place",
        )
    if any(member.default is msgspec.UNSET for member in record.members):
        raise DeclarationError(
            f"a type that stands for {record.standard!r} is also raised where nobody can give its members",
            code="standard-needs-members",
            where=where,
            hint="give each member a default, for instance None",
        )
