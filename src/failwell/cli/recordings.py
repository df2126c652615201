"""Recorded responses from files: JSON bodies, HAR archives, and what `curl -i` printed."""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from failwell.exceptions import SourceError
from failwell.typing import Headers
from failwell.wire.learned.samples import Sample, is_json_object

LARGEST = 50 << 20
"""The largest file, in bytes, that is read."""

_STATUS_LINE = re.compile(rb"(?:^|(?<=[}\]]))(< )?HTTP/[\d.]+ (\d{3})(?: [^\r\n]*)?\r?$", re.MULTILINE)
_VERBOSE = (b"* ", b"> ", b"< ", b"{ [", b"} [")
_BYTE = re.compile(r" ?\(byte (\d+)\)")
_BOM = b"\xef\xbb\xbf"
_LOOKED_AT = 4096


class Recordings(msgspec.Struct):
    """What files held.

    Attributes:
        samples: the error responses.
        successes: how many other responses were skipped.
        beside: the header fields of those.
        unread: what could not be used, and why.
    """

    samples: list[Sample] = []
    successes: int = 0
    beside: list[Headers] = []
    unread: list[SourceError] = []

    def add(self, origin: str, body: bytes, status: int | None, headers: Headers, line: int = 0) -> None:
        """Takes a response in: as a sample, as a success, or as one that cannot be used.

        Args:
            origin: where it was found.
            body: its body.
            status: its status; None where only the body was kept.
            headers: its header fields.
            line: the line of a text file on which the body begins; 0 where it is no part of one.
        """
        try:
            document = _decoded(body, origin, line)
        except SourceError as error:
            if status is not None and status < 400:
                self._skip(status, headers)
            else:
                self.unread.append(error)
            return
        if status is not None and status < 400 and not _tells_an_error(document):
            self._skip(status, headers)
        elif is_json_object(document):
            self.samples.append(Sample(origin, body, document, status, headers))
        else:
            self.unread.append(SourceError(
                f"the body is {_kind(document)}, not an object", code="not-an-object", where=origin,
                hint="Failwell's bodies are JSON objects: wrap it in one, which changes its bytes",
            ))  # fmt: skip

    def _skip(self, status: int, headers: Headers) -> None:
        if 200 <= status < 300:
            self.successes += 1
            self.beside.append(headers)


def read_recordings(given: list[str]) -> Recordings:
    """Reads all files; `-` is standard input, and a folder stands for the files in it.

    Raises:
        SourceError: if there is no such file, or no file holds an error response with a JSON body.
    """
    found = Recordings()
    for name in given:
        if name == "-":
            _read("standard input", sys.stdin.buffer.read(LARGEST + 1), found)
            continue
        path = Path(name)
        if not path.exists():
            raise SourceError(
                "there is no such file or folder", code="no-such-file", where=name,
                hint="name JSON bodies, HAR archives or what `curl -i` printed; `-` for standard input",
            )  # fmt: skip
        for file in _files(path):
            try:
                _read(str(file), _content(file), found)
            except SourceError as error:
                found.unread.append(error)
    if not found.samples:
        raise _nothing(given, found)
    return found


def _nothing(given: list[str], found: Recordings) -> SourceError:
    if len(found.unread) == 1 and not found.successes:
        return found.unread[0]
    what = "there is no error response with a JSON body"
    if found.successes:
        what += f"; {found.successes} success responses were skipped"
    for error in found.unread[:5]:
        what += f"\n  {error.where}: {error.what}"
    return SourceError(
        what, code="no-error-responses", where=", ".join(given),
        hint="record responses that fail, for instance: curl -i https://api.example/missing > errors.txt",
    )  # fmt: skip


# ---- files


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
            yield file


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise _too_large(str(file))
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)  # what is no plain file may have no size and no end
    except OSError as error:
        raise SourceError(
            f"it cannot be read: {error.strerror}", code="cannot-read", where=str(file),
            hint="name a file that you may read",
        ) from error  # fmt: skip


def _too_large(where: str) -> SourceError:
    return SourceError(
        f"it is larger than {LARGEST >> 20} MB", code="too-large", where=where,
        hint="a few responses of each kind are enough: give a shorter recording",
    )  # fmt: skip


def _read(where: str, content: bytes, found: Recordings) -> None:
    if len(content) > LARGEST:
        found.unread.append(_too_large(where))
        return
    content = content.removeprefix(_BOM)
    start = content[:_LOOKED_AT].lstrip()
    if b"\0" in start:
        found.unread.append(_no_json(where, "it is binary"))
    elif not start.startswith((b"{", b"[")) and _STATUS_LINE.search(content):
        _read_curl(where, content, found)
    elif not start:
        found.unread.append(_no_json(where, "it is empty"))
    else:
        _read_json(where, content, found)


def _no_json(where: str, what: str) -> SourceError:
    return SourceError(
        f"{what}: there is no JSON in it", code="no-json", where=where,
        hint="give JSON bodies, HAR archives, or responses as `curl -i` prints them",
    )  # fmt: skip


def _read_json(where: str, content: bytes, found: Recordings) -> None:
    try:
        document = _decoded(content, where, 1)
    except SourceError as error:
        found.unread.append(error)
        return
    log = document.get("log") if is_json_object(document) else None
    if is_json_object(log) and isinstance(log.get("entries"), list):
        _read_har(where, log["entries"], found)
    elif where.lower().endswith(".har"):
        found.unread.append(SourceError(
            "it has no log.entries", code="har-without-entries", where=where,
            hint="save it again from the browser's network panel: Save all as HAR with content",
        ))  # fmt: skip
    else:
        found.add(where, content, None, ())


# ---- HAR archives (HTTP Archive 1.2)


class _HarField(msgspec.Struct):
    name: str
    value: str


class _HarContent(msgspec.Struct):
    text: str = ""
    encoding: str = ""


class _HarResponse(msgspec.Struct):
    status: int
    headers: list[_HarField] = []
    content: _HarContent = msgspec.field(default_factory=_HarContent)


class _HarEntry(msgspec.Struct):
    response: _HarResponse


def _read_har(where: str, entries: list[Any], found: Recordings) -> None:
    before = len(found.samples)
    successes = found.successes
    for number, entry in enumerate(entries, 1):
        origin = f"{where}, entry {number}"
        try:
            response = msgspec.convert(entry, _HarEntry).response
            text = response.content.text
            is_packed = response.content.encoding == "base64"
            body = base64.b64decode(text, validate=True) if is_packed else text.encode()
        except ValueError:  # also what b64decode raises, and msgspec
            found.unread.append(SourceError(
                "it is no response as HAR describes them", code="bad-har-entry", where=origin,
                hint="save the archive again with content",
            ))  # fmt: skip
            continue
        if response.status >= 100:  # 0 stands for no response at all
            fields = tuple((field.name, field.value) for field in response.headers)
            found.add(origin, body, response.status, fields)
    if len(found.samples) == before and found.successes > successes:
        found.unread.append(SourceError(
            f"none of its {len(entries)} responses is an error", code="har-without-errors", where=where,
            hint="record requests that fail: without a token, with a missing id, with invalid input",
        ))  # fmt: skip


# ---- what curl prints


def _read_curl(where: str, content: bytes, found: Recordings) -> None:
    """Reads responses one after the other, as `curl -i` and `curl -iv` print them.

    With `-v` the head stands there (also) behind `< `; lines of other marks are not the response's.
    """
    heads = list(_STATUS_LINE.finditer(content))
    is_plain = any(not head[1] for head in heads)
    heads = [head for head in heads if bool(head[1]) is not is_plain]
    ends = [head.start() for head in heads[1:]] + [len(content)]
    line, counted = 1, 0
    for head, end in zip(heads, ends, strict=True):
        fields, body, skipped = _head_and_body(content[head.end() : end], is_plain=is_plain)
        line, counted = line + content.count(b"\n", counted, head.start()), head.start()
        status = int(head[2])
        if status >= 200 and (body or status >= 400):
            found.add(f"{where}:{line}", _first_document(body), status, fields, line + skipped)


def _head_and_body(text: bytes, *, is_plain: bool) -> tuple[Headers, bytes, int]:
    """The header fields, the body, and how many lines after the status line it begins."""
    fields: list[tuple[str, str]] = []
    lines = text.split(b"\n")[1:]
    for number, line in enumerate(lines):
        bare = line.rstrip(b"\r")
        if not is_plain:
            if not bare.startswith(b"<"):
                continue
            bare = bare[1:].lstrip()
        elif bare.startswith(_VERBOSE) or bare == b"<":
            continue
        if not bare:
            kept = [
                b"" if rest.startswith(_VERBOSE) or rest.rstrip() == b"<" else rest
                for rest in lines[number + 1 :]
            ]
            return tuple(fields), b"\n".join(kept), number + 2
        name, colon, value = bare.decode("latin-1").partition(":")
        if colon:
            fields.append((name.strip(), value.strip()))
    return tuple(fields), b"", 0


def _first_document(body: bytes) -> bytes:
    """The JSON with which a body begins: a prompt, a mark of curl's or the next request may follow it."""
    try:
        text = body.decode().lstrip()
        _, end = json.JSONDecoder().raw_decode(text)
        return text[:end].encode()
    except (ValueError, RecursionError):
        return body


# ---- bodies


def _decoded(body: bytes, origin: str, line: int) -> Any:
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        fault, at = "it is nested too deeply", 0
    except (ValueError, UnicodeDecodeError) as error:
        found = _BYTE.search(str(error))
        fault, at = _BYTE.sub("", str(error)), int(found[1]) if found else 0
    start = body[:_LOOKED_AT].lstrip()
    if not start.startswith((b"{", b"[")):
        raise _no_json(origin, "the body is empty" if not start else f"the body begins with {_shown(start)}")
    file = origin.rpartition(":")[0] if line > 1 else origin
    lines_before = body.count(b"\n", 0, at)
    where = f"{file}:{line + lines_before}" if line else origin
    raise SourceError(
        f"broken JSON: {fault}", code="broken-json", where=where,
        hint="mend the recording, or leave it out: the others are used all the same",
    )  # fmt: skip


def _shown(start: bytes) -> str:
    return repr(start[:12].decode("ascii", "replace"))


def _kind(document: object) -> str:
    return "a list" if isinstance(document, list) else "null" if document is None else "a single value"


def _tells_an_error(document: object) -> bool:
    """Whether a body says that it failed although its status does not."""
    if not is_json_object(document):
        return False
    if document.get("ok") is False or document.get("success") is False:
        return True
    return bool(document.get("error") or document.get("errors")) and document.get("data") is None
