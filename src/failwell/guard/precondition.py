"""Preconditions: nothing is sent twice, and nothing overwritten unseen (RFC 9110, section 13; RFC 6585).

This guard compares what the caller knows with what it is told of the resource. Between that and the write
another request may write, so a write has to compare once more, in the application's own transaction:
`UPDATE … WHERE id = ? AND revision = ?` with the revision whose tag was checked. If no row was changed, read
again and check again: either the precondition fails now, or the write is tried anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

import msgspec

from failwell.answers import Answered, Refused
from failwell.clock import verify_clock, wall
from failwell.exceptions import DeclarationError
from failwell.guard.refusal import Refusals
from failwell.guard.text import verify_text
from failwell.headers.etag import ANY, etags, is_etag, matches_strongly, matches_weakly, without_suffix
from failwell.headers.etag import etag as etag_of
from failwell.headers.fields import is_field_name, is_safe_value
from failwell.headers.http_date import http_date, seconds_of
from failwell.typing import Admission, Clock, Facts, Headers

_READING = frozenset({"GET", "HEAD"})
_UNCONDITIONAL = frozenset({"CONNECT", "OPTIONS", "TRACE"})  # section 13.2.1: they select no representation
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IF_MATCH, _IF_NONE_MATCH = "If-Match", "If-None-Match"
_IF_MODIFIED_SINCE, _IF_UNMODIFIED_SINCE = "If-Modified-Since", "If-Unmodified-Since"
_TOLD = frozenset({"etag", "last_modified", "reveal"})  # what applications tell adapters


class PreconditionMet(msgspec.Struct, frozen=True, kw_only=True):
    """A request that goes on.

    Attributes:
        etag: the tag of the resource as it is now, None where it has none or does not exist: for `ETag` in
            the response to GET and HEAD, and to compare with where a write happens. What was written has
            another.
        is_conditional: whether a precondition was there and held; otherwise nothing protects other writers.
    """

    etag: str | None
    is_conditional: bool


class PreconditionDenied(msgspec.Struct, frozen=True, kw_only=True):
    """A request that must not be done; what the application makes its problem of.

    Attributes:
        status: 412 if a precondition failed, 428 if one was required and none came.
        failed: the header field whose precondition failed; empty if none came.
        given: the value of this field, as it came.
        malformed: whether it could not be read, so that nobody knows what was meant.
        etag: the tag of the resource as it is now; None if it has none, does not exist, or the caller may not
            know it.
    """

    status: int
    failed: str = ""
    given: str = ""
    malformed: bool = False
    etag: str | None = None


class Precondition:
    """Lets a request go on if its preconditions hold, by RFC 9110; and can require one of each write.

    The order is that of section 13.2.2. `If-Match` compares strongly, `If-None-Match` weakly; a date counts
    only where the tag of its kind did not come. A reading request whose copy is still good is answered 304.

    Ask only when the request would succeed otherwise: a caller that is not admitted, or a resource that is
    not there, is a failure of its own and goes before any precondition (section 13.2.1). For the same reason
    a reading request for what does not exist goes on, to its 404.

    What cannot be read never does harm: such an `If-Match` fails, such an `If-None-Match` fails on a write
    and on reading does not spare the content, and such a date is as if it were not there (sections 13.1.3
    and 13.1.4).

    A field that came empty is a list of no tags, which none matches (sections 5.6.1.2, 13.1.1 and 13.1.2): as
    `If-Match` it fails, as `If-None-Match` it holds whatever there is. That protects nothing, so where a
    precondition is required it is none.

    Args:
        required: whether a write has to have a precondition, else 428 (RFC 6585, section 3).
        problem: makes the exception to raise on 412 and 428; by default such a response.
        not_modified: the header fields of a 304 besides `ETag`: those of `Cache-Control`, `Content-Location`,
            `Expires` and `Vary` that the 200 has (RFC 9110, section 15.4.5).
        suffixes: what a server in front appends to the tag of content that it compressed, such as `-gzip`
            (Apache). Tags that callers send with one of them are read without it, as if they had the tag of
            the content as it was.
        clock: the time in microseconds since 1970, for dates whose year has two digits.

    Raises:
        DeclarationError: for what can serve as none of these.
    """

    needs_body = False
    takes: ClassVar[Mapping[str, bool]] = {"etag": True, "last_modified": False, "reveal": False}
    """By name what requests are admitted by, and whether it has to be told; `guarded` looks at it."""

    def __init__(
        self,
        *,
        required: bool = False,
        problem: Callable[[PreconditionDenied], Exception] | None = None,
        not_modified: Headers = (),
        suffixes: Collection[str] = (),
        clock: Clock = wall,
    ) -> None:
        _verify_fields(not_modified)
        _verify_suffixes(suffixes)
        verify_clock(clock, "Precondition")
        self._required, self._refusals = required, Refusals("Precondition", problem, _refused)
        self._not_modified, self._suffixes, self._clock = tuple(not_modified), tuple(suffixes), clock

    def check(  # noqa: PLR0913 - the preconditions of RFC 9110
        self,
        *,
        method: str,
        etag: str | int | bytes | None,
        last_modified: datetime | None = None,
        if_match: str | None = None,
        if_none_match: str | None = None,
        if_modified_since: str | None = None,
        if_unmodified_since: str | None = None,
        reveal: bool = True,
    ) -> PreconditionMet:
        """Compares what the caller knows with what is.

        Args:
            method: of the request.
            etag: the tag of the resource as it is now, as `failwell.headers.etag` writes it; of another value
                the tag is made so. None if it has none; without `last_modified`, if it does not exist.
            last_modified: when it was changed last, with a time zone; None if that is not known.
            if_match: the value of this header field; None where it did not come, empty where it came empty.
                So the next three.
            if_none_match: see there.
            if_modified_since: see there.
            if_unmodified_since: see there.
            reveal: whether the caller may know the tag, should the request be denied.

        Raises:
            Answered: 304, if the caller's copy is still good.
            Exception: what `problem` makes of the denial.
            TypeError: for values of wrong types.
            ValueError: for a `last_modified` without a time zone.
        """
        _verify_fields_of_request(if_match, if_none_match, if_modified_since, if_unmodified_since)
        verify_text(method, "method", where="Precondition", hint='pass the request\'s, such as "PUT"')
        method = method.upper()
        is_reading = method in _READING
        current = _Current(tag=_tag(etag), modified=_seconds(last_modified))
        if method in _UNCONDITIONAL or (is_reading and not current.exists):
            return PreconditionMet(etag=current.tag, is_conditional=False)
        given = _Given(
            match=if_match,
            none_match=if_none_match,
            unmodified=self._date(if_unmodified_since, current),
            modified=self._date(if_modified_since, current) if is_reading else None,
        )
        failed = self._failed(current, given, is_reading=is_reading)
        if is_reading and failed in {_IF_NONE_MATCH, _IF_MODIFIED_SINCE}:
            raise Answered(304, (*_validator(current.tag, last_modified), *self._not_modified))
        known = current.tag if reveal else None
        if failed:
            fields = {_IF_MATCH: if_match, _IF_NONE_MATCH: if_none_match}
            value = fields.get(failed, if_unmodified_since) or ""
            malformed = failed != _IF_UNMODIFIED_SINCE and etags(value) is None
            raise self._refusals.of(
                PreconditionDenied(status=412, failed=failed, given=value, malformed=malformed, etag=known)
            )
        if self._required and not is_reading and not given.is_conditional:
            raise self._refusals.of(PreconditionDenied(status=428, etag=known))
        return PreconditionMet(etag=current.tag, is_conditional=given.is_conditional)

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        """Checks the preconditions of a request.

        Args:
            facts: what is known of the request.
            values: `etag`, and where the application knows more, `last_modified` and `reveal`.

        Raises:
            TypeError: if `values` holds anything else, or no tag.
            Exception: what `check` raises.
        """
        if "etag" not in values or not values.keys() <= _TOLD:
            raise _mistold(values)
        self.check(
            method=facts.method,
            if_match=facts.field("if-match"),
            if_none_match=facts.field("if-none-match"),
            if_modified_since=facts.field("if-modified-since"),
            if_unmodified_since=facts.field("if-unmodified-since"),
            **values,
        )
        return Admission()

    async def aadmit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        """Does what `admit` does: nothing is waited for."""
        return self.admit(facts, values)

    def _failed(self, current: _Current, given: _Given, *, is_reading: bool) -> str:
        """The field whose precondition is the first to fail (section 13.2.2); empty if none does."""
        if given.match is not None:
            if not self._is_one_of(etags(given.match) or (), current, matches_strongly):
                return _IF_MATCH
        elif given.unmodified is not None and not current.is_unmodified_since(given.unmodified):
            return _IF_UNMODIFIED_SINCE
        if given.none_match is not None:
            tags = etags(given.none_match)
            if (not is_reading) if tags is None else self._is_one_of(tags, current, matches_weakly):
                return _IF_NONE_MATCH
        elif given.modified is not None and current.is_unmodified_since(given.modified):
            return _IF_MODIFIED_SINCE
        return ""

    def _is_one_of(
        self, tags: tuple[str, ...], current: _Current, matches: Callable[[str, Collection[str]], bool]
    ) -> bool:
        """Whether the resource has one of the tags; that of anything at all, if it exists."""
        if tags == (ANY,):
            return current.exists
        if current.tag is None:
            return False
        if matches(current.tag, tags):
            return True
        bare = [without_suffix(tag, self._suffixes) for tag in tags] if self._suffixes else ()
        return matches(current.tag, bare)

    def _date(self, value: str | None, current: _Current) -> int | None:
        """A date of a precondition; None where it is to be ignored (sections 13.1.3 and 13.1.4)."""
        if value is None or current.modified is None:
            return None
        this_year = (_EPOCH + timedelta(microseconds=self._clock())).year
        return seconds_of(value, this_year=this_year)


class _Current(msgspec.Struct, frozen=True, kw_only=True):
    """The resource as it is now."""

    tag: str | None
    modified: int | None

    @property
    def exists(self) -> bool:
        return self.tag is not None or self.modified is not None

    def is_unmodified_since(self, seconds: int) -> bool:
        return self.modified is not None and self.modified <= seconds


class _Given(msgspec.Struct, frozen=True, kw_only=True):
    """The preconditions of a request; None where one did not come, or is to be ignored."""

    match: str | None
    none_match: str | None
    unmodified: int | None
    modified: int | None

    @property
    def is_conditional(self) -> bool:
        return (
            self.match is not None
            or (self.none_match is not None and etags(self.none_match) != ())
            or self.unmodified is not None
        )


def _tag(etag: str | int | bytes | None) -> str | None:
    if etag is None or (isinstance(etag, str) and is_etag(etag)):
        return etag
    return etag_of(etag)


def _seconds(last_modified: object) -> int | None:
    """Whole seconds since 1970, as a date in a header field has them."""
    if last_modified is None:
        return None
    if not isinstance(last_modified, datetime):
        raise TypeError(
            f"Precondition: last_modified is a {type(last_modified).__name__}, and has to be a datetime\n"
            "  To mend it: pass an instant with a time zone, such as datetime.fromtimestamp(seconds, UTC)"
        )
    if last_modified.utcoffset() is None:
        raise ValueError(
            f"Precondition: last_modified is {last_modified!r}, which has no time zone\n"
            "  To mend it: pass an instant, last_modified.replace(tzinfo=UTC) if it is UTC"
        )
    return (last_modified - _EPOCH) // timedelta(seconds=1)


def _validator(tag: str | None, last_modified: datetime | None) -> Headers:
    """What tells a cache which of its copies is still good: the tag, or else the date (section 15.4.5)."""
    if tag is not None:
        return (("ETag", tag),)
    return () if last_modified is None else (("Last-Modified", http_date(last_modified)),)


def _refused(denied: PreconditionDenied) -> Refused:
    if denied.status == 428:
        detail = "This request has to be conditional: send If-Match with the ETag of what you read."
    elif denied.malformed:
        detail = f"{denied.failed} has to be a list of entity tags in double quotes, or an asterisk."
    elif denied.failed == _IF_NONE_MATCH:
        detail = "If-None-Match does not hold: it is there already."
    else:
        detail = f"{denied.failed} does not hold: it was changed since you read it, or it is gone."
    return Refused(denied.status, detail, denied=denied)


def _verify_fields_of_request(
    if_match: object, if_none_match: object, if_modified_since: object, if_unmodified_since: object
) -> None:
    fields = {
        "if_match": if_match,
        "if_none_match": if_none_match,
        "if_modified_since": if_modified_since,
        "if_unmodified_since": if_unmodified_since,
    }
    for name, value in fields.items():
        if value is not None:
            hint = "pass the header field's value as it came, or None where it did not come"
            verify_text(value, name, where="Precondition", hint=hint)


def _mistold(values: Mapping[str, Any]) -> TypeError:
    given = ", ".join(f"{name}=…" for name in values) or "nothing"
    return TypeError(
        f"Precondition: it takes etag=…, where known last_modified=… and reveal=…, and got {given}\n"
        "  To mend it: pass the tag of the resource as it is now, etag=…, and None if it does not exist"
    )


def _verify_fields(fields: object) -> None:
    if not isinstance(fields, tuple | list):
        raise _no_fields(f"is {fields!r}")
    for field in cast("Sequence[object]", fields):
        if not _is_beside_the_tag(field):
            raise _no_fields(f"has {field!r}")


def _is_beside_the_tag(field: object) -> bool:
    if not isinstance(field, tuple | list):
        return False
    match cast("Sequence[object]", field):
        case [str(name), str(value)]:
            return is_field_name(name) and is_safe_value(value) and name.lower() != "etag"
        case _:
            return False


def _no_fields(what: str) -> DeclarationError:
    return DeclarationError(
        f"not_modified {what}, which cannot stand beside the tag",
        code="precondition-not-modified",
        where="Precondition",
        hint='give pairs of name and value, such as (("Vary", "Accept"),)',
    )


def _is_suffix(suffix: object) -> bool:
    return isinstance(suffix, str) and suffix != "" and is_etag(f'"{suffix}"')


def _verify_suffixes(suffixes: object) -> None:
    several = list(cast("Collection[object]", suffixes)) if isinstance(suffixes, Collection) else [None]
    if isinstance(suffixes, str) or not all(map(_is_suffix, several)):
        raise DeclarationError(
            f"suffixes is {suffixes!r}, which are not endings of tags",
            code="precondition-suffixes",
            where="Precondition",
            hint='give a tuple of what the server in front appends, such as ("-gzip",)',
        )
