"""An account of an occurrence for a person: its facts as plain lines of text, whatever the values are.

The facts are read from the occurrence as a dialect shows it that loses nothing: what cannot be shown is left
out and complained about there, once for all forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from failwell.contract.answer import Answer, Answers
from failwell.contract.labels import Labels, labels_in
from failwell.declare.problem import Problem
from failwell.declare.record import MemberType, ProblemType, Resolve, Retry
from failwell.headers import find
from failwell.typing import Headers, InputFailure
from failwell.wire.dialect import Dialect
from failwell.wire.slots import CODE, DETAIL, MEMBERS, REQUEST_ID, RESOLVE, SUGGESTION, TITLE

_FACTS = Dialect(
    "facts",
    {
        "code": CODE, "title": TITLE, "detail": DETAIL, "suggestion": SUGGESTION, "resolve": RESOLVE,
        "request_id": REQUEST_ID, "members": MEMBERS,
    },
)  # fmt: skip
_LONGEST_TEXT = 2000
_LONGEST_VALUE = 300
_MOST_LINES = 20
_LONGEST_WAIT = 10
_JOINERS = "\u200c\u200d"  # of letters and emoji; the only characters without a shape that texts need
_CUT = "…"


class Constants(NamedTuple):
    """What is the same for every occurrence of a type with one status, in one language.

    Attributes:
        title: the title, or the code where there is none.
        code: the code.
        status: the HTTP status.
        suggestion: the next step; empty where there is none.
        retry: what retrying does, as a sentence.
        page: URL of the type's page; empty where it has none.
        language: of the texts.
        labels: the words around them.
    """

    title: str
    code: str
    status: int
    suggestion: str
    retry: str
    page: str
    language: str
    labels: Labels


class Shown(NamedTuple):
    """A member as it is shown.

    Attributes:
        name: its name on the wire.
        lines: its value, one line or several.
    """

    name: str
    lines: tuple[str, ...]


class Told(NamedTuple):
    """What one occurrence tells.

    Attributes:
        constants: those of its type; with other texts where it came with others from another server.
        detail: what happened; empty where the title says it all.
        resolve: the way out, if there is one.
        retry: what retrying does, and when, as sentences.
        members: those that everybody may see.
        request_id: the request id; empty if there is none.
    """

    constants: Constants
    detail: str
    resolve: Resolve | None
    retry: str
    members: tuple[Shown, ...]
    request_id: str


class _Facts(msgspec.Struct):
    code: str = ""
    title: str = ""
    detail: str = ""
    suggestion: str = ""
    resolve: dict[str, str] = {}
    request_id: str = ""
    members: dict[str, msgspec.Raw] = {}


_read_facts = msgspec.json.Decoder(_Facts).decode
_read_text = msgspec.json.Decoder(str).decode
_read_failures = msgspec.json.Decoder(list[InputFailure]).decode


class Account:
    """How occurrences of one type with one status tell what happened, in one language.

    Attributes:
        constants: what all of them tell.
    """

    def __init__(self, answers: Answers, answer: Answer, problem: Problem) -> None:
        """Compiles.

        Args:
            answers: those of the contract.
            answer: the one that the occurrences are sent with.
            problem: any of them.
        """
        record = answer.form.record
        self.constants = _constants(record, answer)
        self._body = answers.form(problem, record, answer.type_uri, _FACTS).body
        # A page is seen by others than the caller: on screens, in pictures, in reports. Hence no secrets, and
        # no identifiers, which may stand outside of responses only as hashes.
        self._members = tuple(m for m in record.wire_members(answer.status) if m.exposure == "public")

    def of(self, state: Mapping[str, Any], headers: Headers, request_id: str | None) -> Told:
        """What an occurrence tells, from its state and the header fields it is sent with."""
        facts = _read_facts(self._body(state, request_id))
        constants = self.constants
        title, suggestion = readable(facts.title or facts.code), readable(facts.suggestion)
        if (title, suggestion) != (constants.title, constants.suggestion):
            constants = constants._replace(title=title, suggestion=suggestion)
        detail = readable(facts.detail)
        return Told(
            constants,
            detail if detail != title else "",
            _way_out(facts.resolve),
            _retry(constants, find(headers, "retry-after") or ""),
            tuple(
                Shown(readable(member.wire_name), _lines(facts.members[member.wire_name], member))
                for member in self._members
                if member.wire_name in facts.members
            ),
            readable(facts.request_id, _LONGEST_VALUE),
        )


def readable(text: str, longest: int = _LONGEST_TEXT) -> str:
    """A text on one line that looks like what it is: without control characters, and not too long.

    Marks that change the direction of writing are left out, and so are characters without a shape, which
    people would not see but programs would read.

    Args:
        text: any text.
        longest: how many characters of it are shown at most.
    """
    cut = text[: longest * 2]
    if not cut.isprintable():
        cut = "".join(
            char if char.isprintable() or char in _JOINERS else " " if char.isspace() else "" for char in cut
        )
    line = " ".join(cut.split())
    if len(text) <= longest * 2 and len(line) <= longest:
        return line
    return line[:longest].rstrip() + _CUT


def _constants(record: ProblemType, answer: Answer) -> Constants:
    labels = labels_in(answer.language)
    return Constants(
        title=readable(record.title or record.code),
        code=readable(record.code, _LONGEST_VALUE),
        status=answer.status,
        suggestion=readable(record.suggestion),
        retry=labels.retry[record.retry_at(answer.status)],
        page=answer.type_uri if answer.type_uri.startswith(("https:", "http:")) else "",
        language=answer.language,
        labels=labels,
    )


def _retry(constants: Constants, retry_after: str) -> str:
    """What retrying does. A `Retry-After` says it better than "later" (RFC 9110, section 10.2.3)."""
    labels, sentence = constants.labels, constants.retry
    value = retry_after.strip()
    if not value:
        return sentence
    if value.isascii() and value.isdecimal():
        seconds = value.lstrip("0") or "0"
        wait = labels.wait_one if seconds == "1" else labels.wait.format(readable(seconds, _LONGEST_WAIT))
    else:
        wait = labels.wait_until.format(readable(value, _LONGEST_VALUE))
    return wait if sentence == labels.retry[Retry.LATER] else f"{sentence} {wait}"


def _way_out(said: Mapping[str, str]) -> Resolve | None:
    """The way out in readable texts. A URL that is too long would lead elsewhere once it was cut."""
    if not said:
        return None
    parts = {"action": "", **{name: readable(text) for name, text in said.items()}}
    if len(said.get("url", "")) > _LONGEST_TEXT:
        parts["url"] = ""
    return Resolve(**parts)


def _lines(value: msgspec.Raw, member: MemberType) -> tuple[str, ...]:
    """A value in lines: failures of input one by one, texts as they are, anything else as JSON."""
    data = bytes(value)
    if data.startswith(b'"'):
        return (readable(_read_text(data), _LONGEST_VALUE),)
    if data.startswith(b"[{"):
        try:
            failures = _read_failures(data)
        except (msgspec.ValidationError, RecursionError):
            pass
        else:
            lines = [readable(f"{f.path or f.place}: {f.detail}", _LONGEST_VALUE) for f in failures]
            return tuple(lines[:_MOST_LINES]) + ((_CUT,) if len(lines) > _MOST_LINES else ())
    unit = f" {member.unit}" if member.unit and data[:1] not in b"[{" else ""
    return (readable(data.decode() + unit, _LONGEST_VALUE),)
