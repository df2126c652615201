"""Recorded responses from files: JSON bodies, HAR archives, and what `curl -i` printed."""

from __future__ import annotations

import base64
import codecs
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from failwell.exceptions import SourceError
from failwell.headers import is_field_name
from failwell.typing import Headers
from failwell.wire.learned import Sample
from failwell.wire.learned.samples import is_json_object

LARGEST = 50 << 20
"""The largest file, in bytes, that is read."""

_STATUS_LINE = re.compile(rb"(?:^|(?<=[}\]]))(< )?HTTP/[\d.]+ (\d{3})(?: [^\r\n\"]*)?\r?$", re.MULTILINE)
_VERBOSE = (b"* ", b"> ", b"< ", b"{ [", b"} [")
_BYTE = re.compile(r" ?\(byte (\d+)\)")
_GZIP = b"\x1f\x8b"
_LOOKED_AT = 4096
_HINTS = {
    "no-such-file": "name JSON bodies, HAR archives or what `curl -i` printed; `-` for standard input",
    "no-error-responses": "record responses that fail: curl -i https://api.example/missing > errors.txt",
    "cannot-read": "name a file that you may read",
    "too-large": "a few responses of each kind are enough: give a shorter recording",
    "no-json": "give JSON bodies, HAR archives, or responses as `curl -i` prints them",
    "compressed": "record it as plain text: curl --compressed unpacks what it prints",
    "broken-json": "mend the recording, or leave it out: the others are used all the same",
    "not-an-object": "Failwell's bodies are JSON objects: wrap it in one, which changes its bytes",
    "har-without-entries": "save it again from the browser's network panel: Save all as HAR with content",
    "bad-har-entry": "save the archive again with content",
}
"""The codes of what cannot be used, and how to mend it."""


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

    def add(
        self, origin: str, body: bytes, status: int | None = None, headers: Headers = (), line: int = 0
    ) -> None:
        """Takes a response in: as a sample, as a success, or as one that cannot be used.

        Args:
            origin: where it was found.
            body: its body.
            status: its status; None where only the body was kept.
            headers: its header fields.
            line: the line of a text file on which the body begins; 0 where it is no part of one.
        """
        is_success = status is not None and status < 400
        document: Any = None
        try:
            document = _decoded(body, origin, line)
        except SourceError as error:
            if not is_success:
                self.unread.append(error)
                return
        if is_success and not _tells_an_error(document):
            if status and 200 <= status < 300:
                self.successes += 1
                self.beside.append(headers)
        elif is_json_object(document):
            fields = tuple(field for field in headers if is_field_name(field[0]))
            self.samples.append(Sample(origin, body, document, status, fields))
        else:
            kind = "a list" if isinstance(document, list) else "a single value"
            self.unread.append(_fault("not-an-object", f"the body is {kind}, not an object", origin))


def read_recordings(given: list[str]) -> Recordings:
    """Reads all files; `-` is standard input, and a folder stands for the files in it.

    Raises:
        SourceError: if there is no such file, or no file holds an error response with a JSON body.
    """
    found = Recordings()
    for name in given:
        if name == "-":
            _read("standard input", sys.stdin.buffer.read(LARGEST + 1), found)
        elif not Path(name).exists():
            raise _fault("no-such-file", "there is no such file or folder", name)
        for file in _files(Path(name)) if name != "-" else ():
            try:
                with file.open("rb") as opened:  # what is no plain file may have no size and no end
                    content = opened.read(LARGEST + 1)
            except OSError as error:
                found.unread.append(_fault("cannot-read", f"it cannot be read: {error.strerror}", str(file)))
                continue
            _read(str(file), content, found)
    if not found.samples:
        raise _nothing(given, found)
    return found


def _fault(code: str, what: str, where: str) -> SourceError:
    return SourceError(what, code=code, where=where, hint=_HINTS[code])


def _nothing(given: list[str], found: Recordings) -> SourceError:
    if len(found.unread) == 1 and not found.successes:
        return found.unread[0]
    what = "there is no error response with a JSON body"
    if found.successes:
        what += f"; {found.successes} success responses were skipped"
    unread = [f"\n  {error.where}: {error.what}" for error in found.unread[:5]]
    return _fault("no-error-responses", "".join([what, *unread]), ", ".join(given))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
            yield file


def _read(where: str, content: bytes, found: Recordings) -> None:
    if len(content) > LARGEST:
        found.unread.append(_fault("too-large", f"it is larger than {LARGEST >> 20} MB", where))
        return
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # what PowerShell's > writes
        content = content.decode("utf-16", "replace").encode()
    content = content.removeprefix(codecs.BOM_UTF8)
    is_json = content[:_LOOKED_AT].lstrip().startswith((b"{", b"["))
    if not is_json and _STATUS_LINE.search(content):
        _read_curl(where, content, found)
        return
    log = _log(content) if is_json else None
    if log is not None:
        _read_har(where, log, found)
    elif is_json and where.lower().endswith(".har"):
        found.unread.append(_fault("har-without-entries", "it has no log.entries", where))
    else:
        found.add(where, content, line=1)


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


class _HarLog(msgspec.Struct):
    entries: list[msgspec.Raw]


class _Har(msgspec.Struct):
    log: _HarLog


def _log(content: bytes) -> list[msgspec.Raw] | None:
    """The entries of an archive; None where it is none."""
    try:
        return msgspec.json.decode(content, type=_Har).log.entries
    except (ValueError, RecursionError):
        return None


def _read_har(where: str, entries: list[msgspec.Raw], found: Recordings) -> None:
    for number, entry in enumerate(entries, 1):
        origin = f"{where}, entry {number}"
        try:
            response = msgspec.json.decode(entry, type=_HarEntry).response
            text = response.content.text
            is_packed = response.content.encoding == "base64"
            body = base64.b64decode(text, validate=True) if is_packed else text.encode()
        except (ValueError, RecursionError):  # also what b64decode raises, and msgspec
            fault = _fault("bad-har-entry", "it is no response as HAR describes them", origin)
            found.unread.append(fault)
            continue
        if response.status >= 100:  # 0 stands for no response at all
            fields = tuple((field.name, field.value) for field in response.headers)
            found.add(origin, body, response.status, fields)


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
        is_marked = bare.startswith(_VERBOSE) or bare == b"<"
        if is_marked is is_plain or (not is_plain and not bare.startswith(b"<")):
            continue
        bare = bare if is_plain else bare[1:].removeprefix(b" ")
        if not bare:
            marked = (rest.startswith(_VERBOSE) or rest.rstrip() == b"<" for rest in lines[number + 1 :])
            kept = [b"" if mark else rest for mark, rest in zip(marked, lines[number + 1 :], strict=True)]
            return tuple(fields), b"\n".join(kept), number + 2
        name, colon, value = bare.decode("latin-1").partition(":")
        if bare.startswith((b" ", b"\t")) and fields:  # the value of the field before goes on (RFC 9112, 5.2)
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {bare.decode('latin-1').strip()}")
        elif colon:
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
    start = body[:_LOOKED_AT].lstrip()
    if body.startswith(_GZIP):
        raise _fault("compressed", "the body is compressed", origin)
    if not start.startswith((b"{", b"[")):
        shown = repr(start[:12].decode("ascii", "replace"))
        what = f"the body begins with {shown}" if start else "the body is empty"
        raise _fault("no-json", f"{what}: there is no JSON in it", origin)
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        fault, at = "it is nested too deeply", 0
    except ValueError as error:
        found = _BYTE.search(str(error))
        fault, at = _BYTE.sub("", str(error)), int(found[1]) if found else 0
    file = origin.rpartition(":")[0] if line > 1 else origin
    lines_before = body.count(b"\n", 0, at)
    where = f"{file}:{line + lines_before}" if line else origin
    raise _fault("broken-json", f"broken JSON: {fault}", where)


def _tells_an_error(document: object) -> bool:
    """Whether a body says that it failed although its status does not."""
    if not is_json_object(document):
        return False
    is_said = document.get("ok") is False or document.get("success") is False
    return is_said or (bool(document.get("error") or document.get("errors")) and document.get("data") is None)
