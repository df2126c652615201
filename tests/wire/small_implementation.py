"""A server and a client in a few lines, written from `vectors/README.md` alone, without failwell."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

FOLDER = Path(__file__).parents[2] / "vectors"
CATALOG: Any = json.loads((FOLDER / "catalog.json").read_bytes())
DIALECTS: Any = {part["name"]: part for part in json.loads((FOLDER / "dialects.json").read_bytes())}

GONE = object()
NO_STORE = ["Cache-Control", "no-store"]
RPC = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    409: "ABORTED", 412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 499: "CANCELLED", 500: "INTERNAL",
    501: "UNIMPLEMENTED", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
}  # fmt: skip
RETRY = {401: "after_action", 402: "after_action", 403: "after_action"}
RETRY |= {**dict.fromkeys((408, 425, 429), "later"), **dict.fromkeys((410, 451, 501, 505), "never")}
BY_NAME = {
    name: kind
    for kind in CATALOG["problems"]
    for name in (
        kind["code"],
        kind.get("lifecycle", {}).get("former", kind["code"]),
        *kind.get("aliases", ()),
    )
}
JSON_TYPES: Any = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list}
JSON_TYPES |= {"object": dict}


def retry_of(kind: Any, status: int) -> str:
    word: str = kind.get("retry_by_status", {}).get(str(status), kind["retry"])
    return word


def retry_as_told(retry: str, told: Any) -> str:
    return "later" if told is True else "never" if told is False and retry == "later" else retry


def retryable_of(kind: Any, status: int) -> bool:
    stated: bool = kind.get("retryable", retry_of(kind, status) == "later")
    return stated


def members_of(kind: Any) -> Iterator[tuple[str, Any, Any]]:
    for name, schema in kind.get("members", {}).items():
        yield name, schema, {"name": name, "on_wire": True, "required": True, **schema.get("x-failwell", {})}


def filled(template: str, values: Any, encode: Any = str) -> str | None:
    names = re.findall(r"\{([^{}]*)\}", template)
    if any(values.get(name) is None for name in names):
        return None
    return re.sub(r"\{([^{}]*)\}", lambda match: encode(str(values[match[1]])), template)


def resolved(kind: Any, values: Any, message: str = "") -> Any:
    way = dict(kind.get("resolve", {}))
    if message:
        way["message"] = message
    for part in ("url", "endpoint"):
        way[part] = filled(way.get(part, ""), values, lambda text: quote(text, safe="")) or ""
    if not way["endpoint"]:
        way.pop("method", None)
    return {name: text for name, text in way.items() if text}


def fill(shape: Any, facts: Any) -> Any:
    if isinstance(shape, str):
        if not (shape.startswith("{") and shape.endswith("}")):
            return shape
        return shape[1:-1] if shape.startswith("{{") else facts.get(shape, GONE)
    if isinstance(shape, list):
        items = [item for part in shape if (item := fill(part, facts)) is not GONE]
        return items if items or not shape else GONE
    if not isinstance(shape, dict):
        return shape
    made: Any = {}
    asks = says = False
    for key, part in shape.items():
        if key == "{REST}":
            rest = {n: v for n, v in facts.get("{MEMBERS}", {}).items() if n not in shape}
            made, asks, says = {**made, **rest}, True, says or bool(rest)
            continue
        value, varies = fill(part, facts), is_slot(part) or (isinstance(part, dict | list) and bool(part))
        asks, says = asks or varies, says or (varies and value is not GONE)
        made |= {} if value is GONE else {key: value}
    return GONE if asks and not says else made


def is_slot(part: Any) -> bool:
    return isinstance(part, str) and bool(re.fullmatch(r"\{[A-Z_]+\}", part))


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def language_of(wanted: str, offered: list[str]) -> str:
    ranges = [(part.partition(";")[0].strip(), part.partition("q=")[2] or "1") for part in wanted.split(",")]
    for tag in [tag for tag, weight in sorted(ranges, key=lambda r: -float(r[1])) if float(weight) > 0]:
        subtags = tag.lower().split("-")
        for count in range(len(subtags), 0, -1):
            if "-".join(subtags[:count]) in offered:
                return "-".join(subtags[:count])
    return offered[0]


def render(dialect: Any, case: Any) -> Any:
    problem, request_id = case["problem"], case.get("request_id")
    kind = BY_NAME[problem["code"]]
    status, redirect = problem.get("status", kind["status"][0]), kind.get("redirect", {})
    given = problem.get("members", {})
    values = {
        said["name"]: given.get(name, said.get("default")) for name, _, said in members_of(kind)
    }  # by the name that templates use
    code, beside = phase(kind, case.get("now", "2026-03-01"))
    if redirect and "json" not in case.get("accept", "").lower():
        location = redirect["location"].replace("{code}", code)
        head = [*problem.get("headers", []), ["Location", location], NO_STORE]
        return {"status": redirect.get("status", 303), "headers": headed(head, beside, case), "body": ""}
    texts, of_language = translated(kind, case.get("accept_language"))
    detail = problem.get("detail", filled(texts["detail"], values) if "detail" in texts else None)
    members = {
        name: values[said["name"]] for name, _, said in members_of(kind)
        if values[said["name"]] is not None and said["on_wire"] and status in said.get("statuses", [status])
    }  # fmt: skip
    facts = {
        "{TYPE}": CATALOG["base"] + code, "{CODE}": code, "{STATUS}": status, "{STATUS_TEXT}": str(status),
        "{RPC_STATUS}": RPC.get(status, "INTERNAL" if status >= 500 else "FAILED_PRECONDITION"),
        "{TITLE}": texts["title"], "{DETAIL}": detail,
        "{MESSAGE}": texts["title"] if detail is None else detail,
        "{RETRYABLE}": retryable_of(kind, status), "{SUGGESTION}": texts.get("suggestion"),
        "{RESOLVE}": resolved(kind, values, texts.get("message", "")) if "resolve" in kind else None,
        "{REQUEST_ID}": request_id, "{DOMAIN}": CATALOG["name"], "{MEMBERS}": members or None,
        "{MEMBERS_TEXT}": {name: as_text(value) for name, value in members.items()} or None,
    }  # fmt: skip
    body = fill(dialect["shape"], {slot: fact for slot, fact in facts.items() if fact is not None})
    head = declared(kind, status, values, [["Content-Type", dialect["media_type"]], NO_STORE], case)
    return {"status": status, "headers": headed(head, beside + of_language, case), "body": as_text(body)}


def phase(kind: Any, now: str) -> Any:
    """As what a type is sent, and the header fields that tell that it goes away."""
    life, code, base = kind.get("lifecycle", {}), kind["code"], CATALOG["base"]
    is_old = "former" in life and now < life["sunset"]
    if life.get("stage") != "deprecated" and not is_old:
        return code, []
    links = [] if is_old else [f'<{base}{code}>; rel="deprecation"; type="text/html"']
    links.append(f'<{base}{code if is_old else life["replaced_by"]}>; rel="successor-version"')
    sunset = format_datetime(datetime.fromtimestamp(seconds(life["sunset"]), UTC), usegmt=True)
    fields = [["Deprecation", f"@{seconds(life['since'])}"], ["Sunset", sunset], ["Link", ", ".join(links)]]
    return life["former"] if is_old else code, fields


def translated(kind: Any, wanted: str | None) -> Any:
    """The texts of a type in the language that fits, and the header fields that say so."""
    if not wanted:
        return kind, []
    texts = {tag: part["problems"].get(kind["code"]) for tag, part in CATALOG["translations"].items()}
    language = language_of(wanted, ["en", *(tag for tag, part in texts.items() if part)])
    fields = [["Content-Language", language], ["Vary", "Accept-Language"]]
    return {**kind, **texts.get(language, {})}, fields


def declared(kind: Any, status: int, values: Any, head: Any, case: Any) -> Any:
    """The problem's own fields, then those of the type that it does not bring itself."""
    own = case["problem"].get("headers", [])
    challenge = {**CATALOG["policy"], **case.get("policy", {})}["challenge"]
    rules = [[name, filled(text, values)] for name, text in kind.get("headers", {}).items() if text]
    head = head + [rule for rule in rules if rule[1] is not None]
    if status == 401 and challenge and all(name.lower() != "www-authenticate" for name, _ in head):
        head.append(["WWW-Authenticate", challenge])
    brought = {name.lower() for name, _ in own}
    return own + [field for field in head if field[0].lower() not in brought]


def headed(fields: Any, beside: Any, case: Any) -> Any:
    """All fields: lists join those of their name, the request id comes last."""
    for name, value in beside:
        same = [field for field in fields if field[0].lower() == name.lower()]
        if not same:
            fields.append([name, value])
        elif name in ("Link", "Vary"):
            fields[fields.index(same[0])] = [same[0][0], f"{same[0][1]}, {value}"]
    request_id = case.get("request_id")
    if request_id and request_id.isascii() and request_id.isprintable():
        fields.append([case.get("policy", {}).get("request_id_header", "X-Request-Id"), request_id])
    return fields


def paths(shape: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if is_slot(shape):
        yield shape, path
    elif isinstance(shape, dict):
        for key, part in shape.items():
            is_rest = key == "{REST}"
            yield from [(part, path), ("{TAKEN}", tuple(shape))] if is_rest else paths(part, (*path, key))
    elif isinstance(shape, list):
        for part in shape:
            constants = {k: v for k, v in part.items() if isinstance(v, str) and not is_slot(v)}
            yield from paths(part, (*path, constants))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            items = [i for i in value if isinstance(i, dict)] if isinstance(value, list) else []
            value = next((i for i in items if all(i.get(k) == v for k, v in step.items())), None)
    return value


def fits(value: Any, schema: Any) -> bool:
    if "enum" in schema:
        return value in schema["enum"]
    kind = schema["type"]
    return isinstance(value, JSON_TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def present(facts: Any) -> Any:
    return {name: value for name, value in facts.items() if value not in (None, "", {}, [])}


def parse(dialect: Any, case: Any) -> Any:  # noqa: PLR0911 - in the order of the page
    policy, response = {**CATALOG["policy"], **case.get("policy", {})}, case["response"]
    status, body = response["status"], response["body"]
    headers = {name.lower(): value for name, value in response["headers"]}
    id_header = headers.get(policy.get("request_id_header", "X-Request-Id").lower())
    by_status = RETRY.get(status, "later" if status >= 500 else "after_change")

    def foreign(reason: str) -> Any:
        said = {"kind": "not a problem", "reason": reason, "status": status, "request_id": id_header}
        return present({**said, "retry": by_status, "retryable": by_status == "later"})

    if 300 <= status < 400:
        kind = redirected(headers.get("location", ""))
        if kind is None:
            return foreign("a redirect without a code")
        return known(kind, kind["status"][0], ({}, {}, False), (id_header, headers), as_text=False)
    if not body.strip():
        return foreign("empty")
    try:
        document = json.loads(body)
    except ValueError:
        return foreign("broken JSON")
    if not isinstance(document, dict):
        return foreign("JSON, but no object")
    found = read(dialect, document)
    if name_of(found[0]) in BY_NAME:
        are_text = "{MEMBERS_TEXT}" in dict(paths(dialect["shape"]))
        return known(BY_NAME[name_of(found[0])], status, found, (id_header, headers), as_text=are_text)
    if not {"{CODE}", "{TYPE}"} & found[0].keys():
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/problem+json":
            return foreign("JSON of another shape")
        found = read(DIALECTS["problem"], document)
    return unknown(found, status, by_status, id_header, policy)


def unknown(found: Any, status: int, retry: str, id_header: Any, policy: Any) -> Any:
    said, members, _ = found
    uri = said.get("{TYPE}", "about:blank")
    if policy.get("unknown") == "internal":
        retry = next(kind["retry"] for kind in CATALOG["problems"] if kind.get("standard") == "internal")
    code = name_of(said) or (f"http_{status}" if uri == "about:blank" else uri)
    told = said.get("{RETRYABLE}")
    return present({
        "kind": "unknown", "type": uri, "status": status, "code": code, "extra": members,
        **texts_of(found, {}, id_header), "resolve": said.get("{RESOLVE}"),
        "retry": retry_as_told(retry, told), "retryable": retry == "later" if told is None else told,
    })  # fmt: skip


def name_of(said: Any) -> str:
    base, uri = CATALOG["base"], said.get("{TYPE}", "")
    code: str = said.get("{CODE}", uri.removeprefix(base) if uri.startswith(base) else "")
    return code


def texts_of(found: Any, kind: Any, id_header: Any) -> Any:
    said, _, is_message = found
    title = said.get("{TITLE}", kind.get("title", ""))
    text = said.get("{MESSAGE}" if is_message else "{DETAIL}")
    return {
        "title": title, "detail": None if is_message and text == title else text,
        "suggestion": said.get("{SUGGESTION}", kind.get("suggestion")),
        "request_id": said.get("{REQUEST_ID}", id_header),
    }  # fmt: skip


def redirected(location: str) -> Any:
    for kind in CATALOG["problems"]:
        before, gap, after = kind.get("redirect", {}).get("location", "").partition("{code}")
        for name in (name for name, owner in BY_NAME.items() if gap and owner is kind and before in location):
            rest = location[location.index(before) + len(before) :]
            left = rest.removeprefix(name)
            if left != rest and (left.startswith(after) if after else left[:1] in ("", "&", "#", "/")):
                return kind
    return None


def read(dialect: Any, document: Any) -> Any:
    places = dict(paths(dialect["shape"]))
    expected: Any = {"{RETRYABLE}": bool, "{RESOLVE}": dict}
    said = {slot: at(document, path) for slot, path in places.items() if slot != "{TAKEN}"}
    said = {slot: fact for slot, fact in said.items() if isinstance(fact, expected.get(slot, str))}
    members = at(document, places.get("{MEMBERS}", places.get("{MEMBERS_TEXT}", ())))
    members = members if isinstance(members, dict) else {}
    members = {name: value for name, value in members.items() if name not in places.get("{TAKEN}", ())}
    return said, members, "{MESSAGE}" in places and "{DETAIL}" not in places


def known(kind: Any, status: int, found: Any, head: Any, *, as_text: bool) -> Any:
    (said, raw, _), (id_header, headers) = found, head
    values, unreadable = {}, set()
    carriers = {template: name.lower() for name, template in kind.get("headers", {}).items()}
    for name, schema, facts in members_of(kind):
        value = raw.get(name) if facts["on_wire"] else None
        if value is not None and as_text and not fits(value, schema):
            with contextlib.suppress(TypeError, ValueError):
                value = json.loads(value)
        if value is not None and not fits(value, schema):
            value = None
            unreadable.add(name)
        elif value is None:
            value = facts.get("default")
            if facts["on_wire"] and facts["required"] and status in facts.get("statuses", [status]):
                unreadable.add(name)
            carried = headers.get(carriers.get(f"{{{facts['name']}}}", ""))
            if not facts["on_wire"] and carried is not None:
                is_number = schema.get("type") == "integer"
                value = carried if not is_number else int(carried) if carried.isdigit() else None
        values[name] = value
    by_name = {facts["name"]: values[name] for name, _, facts in members_of(kind)}
    on_wire = {name for name, _, facts in members_of(kind) if facts["on_wire"]}
    own = retryable_of(kind, status)
    told = said.get("{RETRYABLE}", own)
    return present({
        "kind": "known", "code": kind["code"], "status": status,
        "retry": retry_of(kind, status) if told is own else retry_as_told(retry_of(kind, status), told),
        **texts_of(found, kind, id_header), "retryable": told,
        "resolve": said.get("{RESOLVE}") or ("resolve" in kind and resolved(kind, by_name)) or None,
        "members": {name: value for name, value in values.items() if value is not None},
        "extra": {name: value for name, value in raw.items() if name not in on_wire},
        "unreadable": sorted(unreadable) if said else [],
    })  # fmt: skip
