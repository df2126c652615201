"""Recorded responses: JSON bodies, HAR archives, what curl printed, and everything that is none of it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from failwell.cli.recordings import LARGEST, read_recordings
from failwell.exceptions import SourceError

GONE = b'{"code":"gone","message":"It is gone."}'


def written(folder: Path, content: bytes | str, name: str = "errors.txt") -> str:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)


def statuses(*paths: str) -> list[int | None]:
    return [sample.status for sample in read_recordings(list(paths)).samples]


def faults(*paths: str) -> list[tuple[str, str, str]]:
    return [(error.where, error.code, error.what) for error in read_recordings(list(paths)).unread]


def refused(*paths: str) -> SourceError:
    with pytest.raises(SourceError, match="To mend it") as raised:
        read_recordings(list(paths))
    return raised.value


# ---- JSON files


def test_a_json_file_is_a_body_without_status(tmp_path: Path) -> None:
    (sample,) = read_recordings([written(tmp_path, b"\xef\xbb\xbf" + GONE, "a.json")]).samples
    assert (sample.status, sample.headers, sample.document["code"]) == (None, (), "gone")
    assert sample.origin.endswith("a.json")


def test_what_a_windows_shell_writes_is_read(tmp_path: Path) -> None:
    text = f"HTTP/1.1 410 Gone\r\nX-Request-Id: req_1\r\n\r\n{GONE.decode()}\r\n"
    (sample,) = read_recordings([written(tmp_path, text.encode("utf-16"))]).samples
    assert (sample.status, sample.headers, sample.body) == (410, (("X-Request-Id", "req_1"),), GONE)


def test_a_folder_stands_for_its_files_but_for_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    for name in ("b.json", "a.json", "deeper/c.json", ".hidden.json"):
        written(tmp_path, GONE, name)
    origins = [Path(sample.origin).name for sample in read_recordings([str(tmp_path)]).samples]
    assert origins == ["a.json", "b.json", "c.json"]


def test_a_broken_file_is_named_with_its_line_and_the_others_are_used(tmp_path: Path) -> None:
    good = written(tmp_path, GONE, "good.json")
    bad = written(tmp_path, '{"code": "gone",\n "message": oops}', "bad.json")
    assert statuses(good, bad) == [None]
    assert faults(good, bad) == [
        (f"{bad}:2", "broken-json", "broken JSON: JSON is malformed: invalid character")
    ]


def test_one_broken_file_alone_is_the_error(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "{oops")).code == "broken-json"


@pytest.mark.parametrize(
    ("content", "code", "what"),
    [
        (b"", "no-json", "the body is empty: there is no JSON in it"),
        (b" \n", "no-json", "the body is empty: there is no JSON in it"),
        (b"hello", "no-json", "the body begins with 'hello': there is no JSON in it"),
        (gzip.compress(GONE, mtime=0), "compressed", "the body is compressed"),
        (
            b"\x7fELF\x02\0\0",
            "no-json",
            "the body begins with '\\x7fELF\\x02\\x00\\x00': there is no JSON in it",
        ),
        (b"[]", "not-an-object", "the body is a list, not an object"),
        (b'{"a":' * 100_000, "broken-json", "broken JSON: it is nested too deeply"),
        (b'{"a":NaN}', "broken-json", "broken JSON: "),
        (b'{"a":"\xff"}', "broken-json", "broken JSON: "),
        (b'{"a":"\\ud800"}', "broken-json", "broken JSON: "),
    ],
)
def test_what_holds_no_body_says_why(tmp_path: Path, content: bytes, code: str, what: str) -> None:
    error = refused(written(tmp_path, content))
    assert error.code == code
    assert error.what.startswith(what)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.json"
    with file.open("wb") as opened:
        opened.truncate(LARGEST + 1)
    error = refused(str(file))
    assert (error.code, error.what) == ("too-large", "it is larger than 50 MB")
    assert faults(str(file), written(tmp_path, GONE)) == [(str(file), "too-large", "it is larger than 50 MB")]


def test_a_file_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    assert refused(written(tmp_path, GONE), str(tmp_path / "absent")).code == "no-such-file"


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    file = Path(written(tmp_path, GONE))
    file.chmod(0)
    if os.access(file, os.R_OK):  # who may read everything reads this too
        assert statuses(str(file)) == [None]
    else:
        assert refused(str(file)).code == "cannot-read"


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"HTTP/2 410 \r\n\r\n" + GONE)))
    (sample,) = read_recordings(["-"]).samples
    assert (sample.origin, sample.status) == ("standard input:1", 410)


# ---- what curl prints


def test_several_responses_stand_in_one_file_with_the_ones_before_the_last(tmp_path: Path) -> None:
    text = (
        "$ curl -iL https://api.example/a\n"
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n"
        "HTTP/1.1 410 Gone\r\nContent-Type: application/json\r\nX-Request-Id: req_1\r\n\r\n"
        '{"code":"gone"}\r\n'
        "$ curl -i https://api.example/c\n"
        'HTTP/2 404 \ncontent-type: application/json\n\n{\n  "code": "not_found"\n}\n'
        'HTTP/2 200 \n\n{"ok":true}'
        'HTTP/1.1 413\n\n{"code":"full"}'
    )
    found = read_recordings([written(tmp_path, text)])
    assert [sample.status for sample in found.samples] == [410, 404, 413]
    assert [sample.document["code"] for sample in found.samples] == ["gone", "not_found", "full"]
    assert found.samples[0].headers == (("Content-Type", "application/json"), ("X-Request-Id", "req_1"))
    assert found.successes == 1
    assert found.unread == []


def test_what_curl_says_beside_the_response_is_not_taken_for_it(tmp_path: Path) -> None:
    text = (
        "* Host api.example:443 was resolved.\n* Connected to api.example\n"
        "> GET /a HTTP/2\r\n> Accept: */*\r\n>\r\n"
        "{ [5 bytes data]\n< HTTP/2 410 \r\nHTTP/2 410 \r\n< content-type: application/json\r\n"
        "content-type: application/json\r\n< \r\n\r\n"
        '{ [41 bytes data]\n{"code":"gone","message":"It is gone."}'
        "* Connection #0 to host api.example left intact\n"
    )
    (sample,) = read_recordings([written(tmp_path, text)]).samples
    assert (sample.status, sample.headers, sample.body) == (
        410,
        (("content-type", "application/json"),),
        GONE,
    )


def test_the_head_is_read_where_only_verbose_lines_have_it(tmp_path: Path) -> None:
    text = (
        "> GET /a HTTP/1.1\r\n>\r\n< HTTP/1.1 410 Gone\r\n< X-Request-Id: req_1\r\n<\r\n"
        '{"code":"gone"}\n* Closing connection\n'
        '< HTTP/1.1 404 Not Found\r\n< \r\n{"code":"not_found"}'
    )
    first, second = read_recordings([written(tmp_path, text)]).samples
    assert (first.status, first.headers, first.document) == (
        410,
        (("X-Request-Id", "req_1"),),
        {"code": "gone"},
    )
    assert (second.status, second.document) == (404, {"code": "not_found"})


def test_a_value_that_goes_on_on_the_next_line_belongs_to_its_field(tmp_path: Path) -> None:
    text = "HTTP/1.1 410 Gone\r\nWarning: 199 a\r\n  at: b\r\nX-Id:7\r\nno name: x\r\n\r\n" + GONE.decode()
    (sample,) = read_recordings([written(tmp_path, text)]).samples
    assert sample.headers == (("Warning", "199 a at: b"), ("X-Id", "7"))


def test_a_status_line_in_a_text_is_no_response(tmp_path: Path) -> None:
    body = '{"code":"gone","message":"upstream said {}HTTP/1.1 502 Bad Gateway"}'
    (sample,) = read_recordings([written(tmp_path, f"HTTP/1.1 410 Gone\n\n{body}\n")]).samples
    assert sample.body.decode() == body


def test_a_compressed_body_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    packed = b"HTTP/1.1 404 Not Found\r\n\r\n" + gzip.compress(GONE) + b"\nHTTP/1.1 410 Gone\r\n\r\n" + GONE
    archive = har(response(404, base64.b64encode(gzip.compress(GONE)).decode(), encoding="base64"))
    curl, saved = written(tmp_path, packed), written(tmp_path, archive, "a.har")
    assert statuses(curl, saved) == [410]
    assert [(where, code) for where, code, _ in faults(curl, saved)] == [
        (f"{curl}:1", "compressed"), (f"{saved}, entry 1", "compressed"),
    ]  # fmt: skip


def test_a_broken_body_among_others_is_named_by_its_line(tmp_path: Path) -> None:
    text = 'HTTP/1.1 404 Not Found\nA: b\n\n{"code":\n oops}\nHTTP/1.1 410 Gone\n\n{"code":"gone"}\n'
    file = written(tmp_path, text)
    assert statuses(file) == [410]
    assert faults(file) == [(f"{file}:5", "broken-json", "broken JSON: JSON is malformed: invalid character")]


def test_bodies_that_are_no_json_are_named(tmp_path: Path) -> None:
    text = (
        "HTTP/1.1 502 Bad Gateway\n\n<html>\n</html>\nHTTP/1.1 404 Not Found\n\nHTTP/1.1 410 Gone\n\n"
        + GONE.decode()
    )
    file = written(tmp_path, text)
    assert [what for _, _, what in faults(file)] == [
        "the body begins with '<html>\\n</htm': there is no JSON in it",
        "the body is empty: there is no JSON in it",
    ]


def test_only_success_responses_are_an_error_that_counts_them(tmp_path: Path) -> None:
    error = refused(written(tmp_path, "HTTP/2 200 \n\n{}\nHTTP/2 201 \n\n{}"))
    assert (error.code, error.what) == (
        "no-error-responses",
        "there is no error response with a JSON body; 2 success responses were skipped",
    )


def test_a_success_that_says_it_failed_is_a_sample(tmp_path: Path) -> None:
    bodies = [
        '{"ok":false}',
        '{"success":false}',
        '{"errors":[{}],"data":null}',
        '{"errors":[{}],"data":{}}',
        '{"error":null}',
    ]
    text = "".join(f"HTTP/1.1 200 OK\n\n{body}\n" for body in bodies)
    found = read_recordings([written(tmp_path, text)])
    assert (len(found.samples), found.successes) == (3, 2)


# ---- HAR archives


def har(*responses: Any) -> str:
    return json.dumps(
        {"log": {"version": "1.2", "entries": [{"response": response} for response in responses]}}
    )


def response(status: int, text: str, **content: str) -> dict[str, Any]:
    return {
        "status": status, "headers": [{"name": "X-Request-Id", "value": "req_1"}],
        "content": {"mimeType": "application/json", "text": text, **content},
    }  # fmt: skip


def test_the_error_responses_of_an_archive_are_read(tmp_path: Path) -> None:
    packed = base64.b64encode(GONE).decode()
    archive = har(
        response(200, "{}"),
        response(410, GONE.decode()),
        response(410, packed, encoding="base64"),
        response(0, ""),
    )
    found = read_recordings([written(tmp_path, archive, "a.har")])
    assert [sample.body for sample in found.samples] == [GONE, GONE]
    assert found.samples[0].headers == (("X-Request-Id", "req_1"),)
    assert found.samples[0].origin.endswith("a.har, entry 2")
    assert found.successes == 1


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000])
def test_an_archive_that_is_nested_too_deeply_is_named(tmp_path: Path, deep: str) -> None:
    file = written(tmp_path, '{"log":{"entries":[' + deep, "a.har")
    assert refused(file).code == "har-without-entries"


@pytest.mark.parametrize(
    "entry", [None, {"status": 404, "content": {"text": 7}}, {"status": 404, "content": [1]},
              {"status": 404, "content": {"text": "!", "encoding": "base64"}},
              {"status": 404, "headers": [{}]}],
)  # fmt: skip
def test_an_entry_that_is_none_is_named_and_the_others_are_used(tmp_path: Path, entry: Any) -> None:
    file = written(tmp_path, har(entry, response(410, GONE.decode())), "a.har")
    assert statuses(file) == [410]
    assert [(where, code) for where, code, _ in faults(file)] == [(f"{file}, entry 1", "bad-har-entry")]


def test_an_archive_without_errors_says_so(tmp_path: Path) -> None:
    file = written(tmp_path, har(response(200, "{}")), "a.har")
    assert refused(file).what.endswith("1 success responses were skipped")
    assert refused(written(tmp_path, '{"log":{}}', "b.har")).code == "har-without-entries"
