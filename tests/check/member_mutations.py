"""Mutations of members: each field of `MemberType`, and the kinds of change that its schema can undergo."""

from __future__ import annotations

import re
from random import Random

from tests.check.mutation import (
    UNNOTICED,
    Data,
    Expected,
    NotHereError,
    a_member,
    a_problem,
    a_text,
    found,
    is_on_wire,
    live,
    one_of,
    operator,
    safe,
    said,
    say,
)

_TEMPLATES = re.compile(r"\{([^{}]*)\}")


def _names_in_templates(problem: Data) -> set[str]:
    resolve = problem.get("resolve", {})
    texts = [problem.get("detail", ""), *problem.get("headers", {}).values()]
    texts += [resolve.get("url", ""), resolve.get("endpoint", "")]
    return {name for text in texts for name in _TEMPLATES.findall(text)}


def _python_name(name: str, member: Data) -> str:
    return str(said(member).get("name", name))


def _free_member(document: Data, random: Random, *, on_wire: bool = True) -> tuple[Data, str]:
    """A member that no template names: its problem, its name in JSON."""
    return one_of(
        random,
        [
            (problem, name)
            for problem in live(document)
            for name, member in problem.get("members", {}).items()
            if is_on_wire(member) is on_wire
            and _python_name(name, member) not in _names_in_templates(problem)
        ],
    )


@operator("ProblemType.members")
def remove_member(document: Data, random: Random) -> Expected:
    problem, name = _free_member(document, random)
    del problem["members"][name]
    return found(f"{problem['code']}.{name}", "member-removed")


@operator("ProblemType.members")
def add_member(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, lacks="standard")
    members = problem.setdefault("members", {})
    members["fresh"] = one_of(random, [{"type": "integer"}, {"type": "string"}, {"enum": ["a"]}])
    return safe(f"{problem['code']}.fresh", "member-added")


@operator("ProblemType.members", unnoticed="members of an object have no order")
def reorder_members(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "members")
    problem["members"] = dict(reversed(problem["members"].items()))
    return UNNOTICED


@operator("ProblemType.members", unnoticed="it is not in the body, and no header or text is made of it")
def remove_member_off_wire(document: Data, random: Random) -> Expected:
    problem, name = _free_member(document, random, on_wire=False)
    del problem["members"][name]
    return UNNOTICED


@operator("MemberType.schema", unnoticed="the values are only used inside templates, as text")
def retype_member_off_wire(document: Data, random: Random) -> Expected:
    _, member, _ = a_member(document, random, lambda one: one.get("type") == "string", on_wire=False)
    member["type"] = "integer"
    return UNNOTICED


@operator("MemberType.wire_name")
def rename_member(document: Data, random: Random) -> Expected:
    problem, name = _free_member(document, random)
    members = problem["members"]
    members[f"{name}_x"] = members.pop(name)
    if random.random() < 0.5:  # whatever it is called in Python
        say(members[f"{name}_x"], name=_python_name(name, members[f"{name}_x"]))
    return found(f"{problem['code']}.{name}_x", "member-renamed")


@operator("MemberType.name")
def rename_member_in_python(document: Data, random: Random) -> Expected:
    problem, name = _free_member(document, random)
    say(problem["members"][name], name="another_name")
    return found(f"{problem['code']}.{name}", "member-renamed-in-sdk")


@operator("MemberType.name", "HeaderRule.template", "ProblemType.detail")
def rename_member_of_templates(document: Data, random: Random) -> Expected:
    """The templates follow, so nothing else may be found: one change, one finding."""
    problem = a_problem(document, random, "members", "detail")
    name = one_of(random, [n for n in _TEMPLATES.findall(problem["detail"]) if n in problem["members"]])
    if not is_on_wire(problem["members"][name]) or name in str(document.get("translations", "")):
        raise NotHereError
    say(problem["members"][name], name="another_name")
    problem["detail"] = problem["detail"].replace(f"{{{name}}}", "{another_name}")
    for part, words in (("headers", None), ("resolve", ("url", "endpoint"))):
        for word in words or list(problem.get(part, ())):
            if word in problem.get(part, {}):
                problem[part][word] = problem[part][word].replace(f"{{{name}}}", "{another_name}")
    return found(f"{problem['code']}.{name}", "member-renamed-in-sdk")


@operator("MemberType.schema")
def retype_member(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: one.get("type") in ("integer", "string"))
    kind = {"integer": "string", "string": "boolean"}[member["type"]]
    for word in ("minimum", "maximum", "format", "pattern", "enum"):
        member.pop(word, None)
    member["type"] = kind
    return found(f"{code}.{name}", "member-type-changed")


@operator("MemberType.schema")
def widen_member(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: one.get("type") == "integer")
    if random.random() < 0.5:
        member["type"] = "number"
    else:
        member["type"] = ["integer", "null"]
    return found(f"{code}.{name}", "member-type-widened")


@operator("MemberType.schema")
def raise_maximum(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: "maximum" in one)
    member["maximum"] += random.randrange(1, 9)
    return safe(f"{code}.{name}", "member-type-widened")


@operator("MemberType.schema")
def narrow_member(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: one.get("type") in ("integer", "string"))
    if member["type"] == "integer":
        member["minimum"] = member.get("minimum", 0) + random.randrange(1, 5)
    else:
        member["minLength"] = member.get("minLength", 0) + random.randrange(1, 5)
    return safe(f"{code}.{name}", "member-type-narrowed")


@operator("MemberType.schema")
def add_listed_value(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: "enum" in one)
    member["enum"] = [*member["enum"], "another"]
    return safe(f"{code}.{name}", "member-enum-value-added")


@operator("MemberType.schema")
def remove_listed_value(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: len(one.get("enum", ())) > 1)
    member["enum"] = member["enum"][1:]
    return safe(f"{code}.{name}", "member-enum-value-removed")


@operator("MemberType.schema")
def change_format(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: one.get("type") == "string")
    member["format"] = "date" if member.get("format") == "uuid" else "uuid"
    return safe(f"{code}.{name}", "member-format-changed")


@operator("MemberType.schema", unnoticed="a keyword of an extension says nothing about values")
def add_annotation(document: Data, random: Random) -> Expected:
    _, member, _ = a_member(document, random)
    member["x-house"] = a_text(random)
    return UNNOTICED


@operator("MemberType.required", "MemberType.default")
def make_member_optional(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: said(one).get("required", True))
    say(member, required=False)
    member["x-failwell"]["default"] = None
    return found(f"{code}.{name}", "member-became-optional")


@operator("MemberType.required", "MemberType.default")
def make_member_required(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: not said(one).get("required", True))
    extension = {key: word for key, word in said(member).items() if key not in ("required", "default")}
    member["x-failwell"] = extension
    return safe(f"{code}.{name}", "member-became-required")


@operator("MemberType.default")
def change_default(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: _is_integer(one) and "default" in said(one))
    extension = member["x-failwell"]
    extension["default"] = (extension["default"] or 0) + random.randrange(1, 9)
    return safe(f"{code}.{name}", "member-default-changed")


@operator(
    "MemberType.default", unnoticed="until then each occurrence had to bring a value, and it comes still"
)
def add_default(document: Data, random: Random) -> Expected:
    _, member, _ = a_member(document, random, lambda one: _is_integer(one) and "default" not in said(one))
    member.setdefault("x-failwell", {})["default"] = random.randrange(1, 9)
    return UNNOTICED


def _is_integer(member: Data) -> bool:
    return bool(member.get("type") == "integer")


@operator("MemberType.default", unnoticed="who raises it may leave it out, and then it is as before: absent")
def add_default_none(document: Data, random: Random) -> Expected:
    _, member, _ = a_member(document, random, lambda one: "default" not in said(one))
    member.setdefault("x-failwell", {})["default"] = None
    return UNNOTICED


@operator("MemberType.unit")
def change_unit(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: bool(said(one).get("unit")))
    say(member, unit=f"kilo{said(member)['unit']}")
    return found(f"{code}.{name}", "member-unit-changed")


@operator("MemberType.exposure")
def change_exposure(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random)
    order = ("public", "id", "secret")
    before = said(member).get("exposure", "public")
    after = one_of(random, [word for word in order if word != before])
    say(member, exposure=after)
    is_narrower = order.index(after) > order.index(before)
    return safe(f"{code}.{name}", f"member-exposure-{'narrowed' if is_narrower else 'widened'}")


@operator("MemberType.on_wire")
def take_member_off_wire(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random)
    say(member, on_wire=False)
    return found(f"{code}.{name}", "member-moved-off-wire")


@operator("MemberType.on_wire")
def put_member_on_wire(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, on_wire=False)
    say(member, on_wire=None)
    return safe(f"{code}.{name}", "member-moved-on-wire")


@operator("MemberType.statuses")
def narrow_statuses_of_member(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if len(p["status"]) > 1 and p.get("members")])
    name, member = one_of(
        random,
        [(n, m) for n, m in problem["members"].items() if is_on_wire(m) and not said(m).get("statuses")],
    )
    say(member, statuses=problem["status"][:1])
    return found(f"{problem['code']}.{name}", "member-status-removed")


@operator("MemberType.statuses")
def widen_statuses_of_member(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random, lambda one: bool(said(one).get("statuses")))
    say(member, statuses=None)
    return safe(f"{code}.{name}", "member-status-added")


@operator("MemberType.statuses", unnoticed="all statuses, said one by one, are all statuses")
def spell_statuses_of_member_out(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "members")
    member = one_of(random, [m for m in problem["members"].values() if not said(m).get("statuses")])
    say(member, statuses=list(problem["status"]))
    return UNNOTICED


@operator("MemberType.description")
def describe_member(document: Data, random: Random) -> Expected:
    code, member, name = a_member(document, random)
    say(member, description=a_text(random, said(member).get("description", "")))
    return safe(f"{code}.{name}", "member-description-changed")
