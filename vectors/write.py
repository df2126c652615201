"""Writes the vectors, `python -m vectors.write`: what this implementation does, for people to review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from failwell import Contract, Dialect, NotAProblem, Problem, UnknownProblem, dialects
from failwell.source import read_document, to_json
from failwell.wire import CODE, DOMAIN, MEMBERS, MESSAGE, REQUEST_ID, REST, RETRYABLE, SUGGESTION, TITLE
from failwell.wire.literal import write_shape
from vectors.scenarios import IN_EACH_DIALECT, IN_ONE_DIALECT, INVALID, QUOTA, RESPONSES, SAID, Json

FOLDER = Path(__file__).parent
NOW = "2026-03-01"
"""The day on which a case plays that says no other."""

HOUSE = Dialect(
    "house",
    {
        "ok": False,
        "fault": {"id": CODE, "text": MESSAGE, "hint": SUGGESTION, REST: MEMBERS},
        "about": [{"kind": "type", "name": TITLE, "shop": DOMAIN}, {"kind": "advice", "again": RETRYABLE}],
        "trace": {"version": 1, "id": REQUEST_ID},
        "warnings": [],
    },
    media_type="application/vnd.house+json",
    limit_headers="ietf",
)
"""A dialect that is not built in, with constants beside slots, and a part that is left out."""

DIALECTS = (*dialects.BUILT_IN, HOUSE)


def contract_of(dialect: Dialect, case: Mapping[str, Any]) -> Contract:
    """The contract of a case: that of `catalog.json`, with its dialect, its day and its policy."""
    source = read_document((FOLDER / "catalog.json").read_bytes())
    now = datetime.fromisoformat(case.get("now", NOW)).replace(tzinfo=UTC).timestamp()
    policy: dict[str, Any] = msgspec.structs.asdict(source.policy) | case.get("policy", {})
    policy["limit_headers"] = policy["limit_headers"] or None
    return Contract(source.catalog, dialect=dialect, clock=lambda: now, **policy)


def problem_of(contract: Contract, said: Mapping[str, Any]) -> Problem:
    """The problem that a case describes. Members that it does not give have no value, or their default."""
    cls = contract.catalog.types[said["code"]]
    given = said.get("members", {})
    values = {m.name: given[m.wire_name] for m in cls.problem_type.members if m.wire_name in given}
    lacking = {name: None for name in cls.member_set.needed if name not in values}
    headers = tuple((name, value) for name, value in said.get("headers", ()))
    return cls(said.get("detail"), status=said.get("status"), headers=headers, **values, **lacking)


def rendered(dialect: Dialect, case: Mapping[str, Any]) -> Json:
    """The response to a case."""
    contract = contract_of(dialect, case)
    out = contract.render(
        problem_of(contract, case["problem"]),
        request_id=case.get("request_id"),
        accept=case.get("accept", ""),
        languages=case.get("accept_language", ""),
    )
    return {
        "status": out.status,
        "headers": [list(field) for field in out.headers],
        "body": out.body.decode(),
    }


def parsed(dialect: Dialect, case: Mapping[str, Any]) -> Json:
    """What a client knows after reading the response of a case. What it does not know is absent."""
    response = case["response"]
    headers = tuple((name, value) for name, value in response["headers"])
    problem = contract_of(dialect, case).parse(response["status"], headers, response["body"].encode())
    said: Json = {
        "status": problem.status,
        "retry": problem.retry.value,
        "retryable": problem.retryable,
        "request_id": problem.request_id,
    }
    if isinstance(problem, NotAProblem):
        return _present({"kind": "not a problem", "reason": problem.reason, **said})
    resolve = problem.resolve and msgspec.structs.asdict(problem.resolve)
    said |= {
        "code": problem.code,
        "title": problem.title,
        "detail": problem.detail,
        "suggestion": problem.suggestion,
        "resolve": {name: text for name, text in (resolve or {}).items() if text},
    }
    if isinstance(problem, UnknownProblem):
        return _present({"kind": "unknown", "type": problem.type, **said, "extra": dict(problem.extra)})
    records = problem.problem_type.members
    values = {m.wire_name: getattr(problem, m.name) for m in records}
    return _present({
        "kind": "known", **said,
        "members": {name: value for name, value in values.items() if value is not None},
        "unreadable": sorted(problem.unreadable),
        "extra": dict(problem.extra),
    })  # fmt: skip


def render_cases() -> Iterator[tuple[str, list[Json]]]:
    """The cases of `render/`, by file."""
    for dialect in DIALECTS:
        scenarios = {**IN_EACH_DIALECT, **(IN_ONE_DIALECT if dialect is dialects.PROBLEM else {})}
        yield (
            dialect.name,
            [{"name": name, **case, "response": rendered(dialect, case)} for name, case in scenarios.items()],
        )


def parse_cases() -> Iterator[tuple[str, list[Json]]]:
    """The cases of `parse/`, by file."""
    for dialect in DIALECTS:
        responses = dict(_responses(dialect))
        cases: list[Json] = [{"name": name, "response": response} for name, response in responses.items()]
        if dialect is dialects.PROBLEM:
            cases += [{"name": name, "response": response} for name, response in RESPONSES.items()]
            cases += [{"name": name, "response": _said(said)} for name, said in SAID.items()]
            new = _said(SAID["a code of a newer server"])
            cases.append(
                {"name": "the policy for unknown codes", "policy": {"unknown": "internal"}, "response": new}
            )
        yield dialect.name, [{**case, "problem": parsed(dialect, case)} for case in cases]


def _said(said: Mapping[str, Any]) -> Json:
    source = read_document((FOLDER / "catalog.json").read_bytes())
    cls = source.catalog.find(str(said.get("code"))) or source.catalog.find("basket_busy")
    assert cls is not None  # noqa: S101 - the catalog has it
    return {
        "status": cls.problem_type.statuses[0],
        "headers": [],
        "body": json.dumps(said, ensure_ascii=False),
    }


def _responses(dialect: Dialect) -> Iterator[tuple[str, Json]]:
    """Responses in a dialect: problems as they are sent, and changed on the way."""
    full = {"problem": {**QUOTA, "detail": "Full."}, "request_id": "req_1"}
    yield "a problem with members", rendered(dialect, full)
    yield (
        "a problem without detail",
        rendered(dialect, {"problem": {"code": "not_found"}, "request_id": "req_2"}),
    )
    yield (
        "a detail like the title",
        rendered(dialect, {"problem": {"code": "not_found", "detail": "Not found"}}),
    )
    yield "members of several types", rendered(dialect, {"problem": INVALID})
    yield (
        "a member that a header field carries",
        rendered(dialect, {"problem": {"code": "rate_limited", "members": {"retry_after": 30}}}),
    )
    later = rendered(dialect, {"problem": {"code": "rate_limited", "members": {"retry_after": 30}}})
    date = [[n, "Sun, 01 Mar 2026 00:00:30 GMT" if n == "Retry-After" else v] for n, v in later["headers"]]
    yield "a date for Retry-After, from a proxy", {**later, "headers": date}
    yield "the way out", rendered(dialect, {"problem": {"code": "login_required"}})
    spaced = rendered(dialect, {"problem": {"code": "token_expired"}})
    yield "blanks in the body", {**spaced, "body": json.dumps(json.loads(spaced["body"]), indent=1)}
    newer = rendered(dialect, {"problem": {"code": "not_found", "detail": "d"}})
    yield "a code that is not known", {**newer, "body": newer["body"].replace("not_found", "new_code")}
    yield "JSON of another shape", {"status": 503, "headers": [["X-Request-Id", "r"]], "body": '{"ok":true}'}
    yield "broken JSON", {**spaced, "body": spaced["body"][:-1]}


def _present(facts: Mapping[str, Any]) -> Json:
    return {name: value for name, value in facts.items() if value not in (None, "", {}, [])}


def files() -> Iterator[tuple[Path, bytes]]:
    """Every generated file with its content."""
    source = read_document((FOLDER / "catalog.json").read_bytes())
    yield FOLDER / "catalog.json", to_json(source)
    literals = [
        {
            "name": dialect.name, "media_type": dialect.media_type, "limit_headers": dialect.limit_headers,
            "shape": write_shape(dialect.shape),
        }
        for dialect in DIALECTS
    ]  # fmt: skip
    yield FOLDER / "dialects.json", json.dumps(literals, indent=1, ensure_ascii=False).encode() + b"\n"
    for folder, cases_by_dialect in (("render", render_cases()), ("parse", parse_cases())):
        for dialect, cases in cases_by_dialect:
            yield FOLDER / folder / f"{dialect}.json", _file(dialect, cases)


def _file(dialect: str, cases: Iterable[Json]) -> bytes:
    """A file of cases that people can read: one fact on each line."""
    listed = ",\n\n".join(map(_case, cases))
    return f'{{"dialect": {_line(dialect)}, "cases": [\n\n{listed}\n\n]}}\n'.encode()


def _case(case: Mapping[str, Any]) -> str:
    lines = [f"{_line(name)}: {_part(name, value)}" for name, value in case.items()]
    return "  {" + ",\n   ".join(lines) + "}"


def _part(name: str, value: Any) -> str:
    is_long = name == "response" or (name == "problem" and "kind" in value)
    return _facts(value) if is_long else _line(value)


def _facts(facts: Mapping[str, Any]) -> str:
    return "{" + ",\n     ".join(f"{_line(name)}: {_line(value)}" for name, value in facts.items()) + "}"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write(made: Iterable[tuple[Path, bytes]]) -> None:
    """Writes the files."""
    for path, content in made:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    write(files())
