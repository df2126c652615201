"""Mutations of codes, of their places in life, of the groups they are in and of what they stand for."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.check.fixtures import TODAY
from tests.check.mutation import (
    UNNOTICED,
    Data,
    Expected,
    NotHereError,
    a_problem,
    a_text,
    found,
    live,
    one_of,
    operator,
    own,
    safe,
    stage,
)

# -------------------------------------------------------------------------------------------------- codes


def _references(document: Data, code: str) -> bool:
    others = [p for p in document["problems"] if p["code"] != code]
    named = [p.get("lifecycle", {}).get("replaced_by") for p in others]
    return code in [*named, document.get("policy", {}).get("validation")]


def _free_problem(document: Data, random: Random, *stages: str) -> Data:
    """A problem that nothing else depends upon."""
    return one_of(
        random,
        [
            p
            for p in own(document)
            if stage(p) in stages
            and not p.get("standard")
            and not p.get("lifecycle", {}).get("former")
            and not _references(document, p["code"])
        ],
    )


def _renamed_everywhere(document: Data, before: str, after: str) -> None:
    for texts in document.get("translations", {}).values():
        if before in texts.get("problems", {}):
            texts["problems"][after] = texts["problems"].pop(before)
    for operation in document.get("operations", ()):
        operation["problems"] = sorted(after if c == before else c for c in operation["problems"])


def _removed_everywhere(document: Data, code: str) -> None:
    for texts in document.get("translations", {}).values():
        texts.get("problems", {}).pop(code, None)
    for operation in document.get("operations", ()):
        operation["problems"] = [one for one in operation["problems"] if one != code]


@operator("ProblemType.code")
def rename_code(document: Data, random: Random) -> Expected:
    problem = _free_problem(document, random, "stable")
    before = problem["code"]
    problem["code"] = f"{before}_x"
    _renamed_everywhere(document, before, problem["code"])
    return found(problem["code"], "code-renamed-without-alias")


@operator("ProblemType.code", "ProblemType.aliases")
def rename_code_with_alias(document: Data, random: Random) -> Expected:
    problem = _free_problem(document, random, "stable")
    before = problem["code"]
    problem["code"], problem["aliases"] = f"{before}_x", [before, *problem.get("aliases", ())]
    _renamed_everywhere(document, before, problem["code"])
    return found(problem["code"], "code-renamed")


@operator("ProblemType.code", "Lifecycle.former")
def rename_code_with_notice(document: Data, random: Random) -> Expected:
    problem = _free_problem(document, random, "stable")
    before = problem["code"]
    problem["code"] = f"{before}_x"
    problem["lifecycle"] = {"former": before, "since": "2026-11-20", "sunset": "2027-11-20"}
    _renamed_everywhere(document, before, problem["code"])
    return safe(problem["code"], "code-renamed")


@operator("ProblemType.code")
def remove_problem(document: Data, random: Random) -> Expected:
    stages = one_of(random, ["stable", "deprecated"])
    problem = _free_problem(document, random, stages)
    document["problems"].remove(problem)
    _removed_everywhere(document, problem["code"])
    if stage(problem) == "stable":
        return found(problem["code"], "code-removed-without-deprecation")
    is_over = problem["lifecycle"].get("sunset", "9999-12-31") <= str(TODAY)
    return found(problem["code"], "tombstone-deleted" if is_over else "code-removed-before-sunset")


@operator("ProblemType.code")
def add_problem(document: Data, random: Random) -> Expected:
    problem = {"code": "brand_new", "status": [409], "title": "Brand new", "retry": "never"}
    document["problems"].insert(random.randrange(len(document["problems"]) + 1), problem)
    return safe("brand_new", "code-added")


@operator("ProblemType.code")
def delete_tombstone(document: Data, random: Random) -> Expected:
    problem = _free_problem(document, random, "removed")
    document["problems"].remove(problem)
    return found(problem["code"], "tombstone-deleted")


@operator("ProblemType.code")
def reuse_code(document: Data, random: Random) -> Expected:
    problem = _free_problem(document, random, "removed")
    problem["title"] = a_text(random)
    del problem["lifecycle"]
    return found(problem["code"], "code-reused")


@operator(
    "ProblemType.code", unnoticed="the order of a catalog is that of its pages; nothing on the wire has it"
)
def reorder_problems(document: Data, random: Random) -> Expected:
    random.shuffle(document["problems"])
    return UNNOTICED


@operator("ProblemType.title", unnoticed="a draft is promised to nobody")
def change_draft(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in own(document) if stage(p) == "draft"])
    problem["title"], problem["status"] = a_text(random), [418]
    return UNNOTICED


@operator("ProblemType.aliases")
def add_alias(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random)
    problem["aliases"] = [*problem.get("aliases", ()), "once_called_so"]
    return safe(problem["code"], "alias-added")


@operator("ProblemType.aliases")
def remove_alias(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "aliases")
    del problem["aliases"]
    return safe(problem["code"], "alias-removed")


# ----------------------------------------------------------------------------------------------- lifecycle


def _day(text: str, days: int) -> str:
    return str(date.fromisoformat(text) + timedelta(days))


@operator("Lifecycle.stage", "ProblemType.lifecycle")
def change_stability(document: Data, random: Random) -> Expected:
    problem = one_of(
        random,
        [p for p in live(document) if stage(p) in ("stable", "beta") and len(p.get("lifecycle", {})) < 2],
    )
    is_beta = stage(problem) == "beta"
    problem["lifecycle"] = {} if is_beta else {"stage": "beta"}
    return found(problem["code"], "stability-increased" if is_beta else "stability-decreased")


def _deprecated(document: Data, random: Random, **words: str) -> str:
    """Deprecates a type, and returns its code."""
    problem = one_of(random, [p for p in live(document) if stage(p) == "stable" and not p.get("lifecycle")])
    heirs = [p["code"] for p in live(document) if not p.get("lifecycle") and p is not problem]
    usual = {"since": "2026-11-20", "sunset": "2027-11-20", "replaced_by": one_of(random, heirs)}
    said = {word: value for word, value in {**usual, **words}.items() if value}
    problem["lifecycle"] = {"stage": "deprecated", **said}
    return str(problem["code"])


@operator("Lifecycle.stage", "Lifecycle.since", "Lifecycle.sunset", "Lifecycle.replaced_by")
def deprecate(document: Data, random: Random) -> Expected:
    return safe(_deprecated(document, random), "deprecated")


@operator("Lifecycle.stage", "Lifecycle.sunset")
def deprecate_without_sunset(document: Data, random: Random) -> Expected:
    return found(_deprecated(document, random, sunset=""), "deprecated", "sunset-missing")


@operator("Lifecycle.stage", "Lifecycle.sunset")
def deprecate_at_short_notice(document: Data, random: Random) -> Expected:
    code = _deprecated(document, random, since="2026-09-01", sunset=str(TODAY))
    return found(code, "deprecated", "sunset-too-soon")


@operator("Lifecycle.stage", "Lifecycle.replaced_by")
def deprecate_without_replacement(document: Data, random: Random) -> Expected:
    code = _deprecated(document, random, replaced_by="")
    is_told = any(p["code"] == code and p.get("what_to_do") for p in document["problems"])
    return safe(code, "deprecated") if is_told else safe(code, "deprecated", "replacement-missing")


@operator("Lifecycle.stage", "Lifecycle.replaced_by")
def deprecate_for_a_beta(document: Data, random: Random) -> Expected:
    heir = one_of(random, [p["code"] for p in live(document) if stage(p) == "beta"])
    return safe(_deprecated(document, random, replaced_by=heir), "deprecated", "replacement-unstable")


@operator("Lifecycle.sunset")
def add_sunset(document: Data, random: Random) -> Expected:
    problem = one_of(
        random, [p for p in live(document) if stage(p) == "deprecated" and "sunset" not in p["lifecycle"]]
    )
    problem["lifecycle"]["sunset"] = "2027-11-20"
    return safe(problem["code"], "sunset-added")


@operator("Lifecycle.stage")
def undeprecate(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if stage(p) == "deprecated"])
    del problem["lifecycle"]
    return safe(problem["code"], "undeprecated")


@operator("Lifecycle.stage")
def leave_a_tombstone(document: Data, random: Random) -> Expected:
    problem = _free_problem(document, random, "stable")
    problem["lifecycle"] = {"stage": "removed", "since": "2026-11-20"}
    return found(problem["code"], "code-removed-without-deprecation")


@operator("Lifecycle.stage")
def leave_a_tombstone_after_sunset(document: Data, random: Random) -> Expected:
    over = [p for p in live(document) if p.get("lifecycle", {}).get("sunset", "9999-12-31") <= str(TODAY)]
    problem = one_of(random, [p for p in over if stage(p) == "deprecated"])
    problem["lifecycle"] |= {"stage": "removed", "since": str(TODAY)}
    return safe(problem["code"], "code-removed-after-sunset")


@operator("Lifecycle.stage")
def restore(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in own(document) if stage(p) == "removed"])
    del problem["lifecycle"]
    return safe(problem["code"], "code-restored")


@operator("Lifecycle.stage")
def promise_a_draft(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in own(document) if stage(p) == "draft"])
    del problem["lifecycle"]
    return safe(problem["code"], "code-added")


@operator("Lifecycle.since")
def rewrite_since(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if p.get("lifecycle", {}).get("since")])
    problem["lifecycle"]["since"] = _day(problem["lifecycle"]["since"], random.randrange(-30, -1))
    return safe(problem["code"], "since-rewritten")


@operator("Lifecycle.sunset")
def move_sunset(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if p.get("lifecycle", {}).get("sunset", "") > "2027"])
    days = random.choice([-30, -7, 7, 30])
    problem["lifecycle"]["sunset"] = _day(problem["lifecycle"]["sunset"], days)
    return found(problem["code"], "sunset-later" if days > 0 else "sunset-earlier")


@operator("Lifecycle.sunset")
def delete_sunset(document: Data, random: Random) -> Expected:
    problem = one_of(
        random,
        [p for p in live(document) if stage(p) == "deprecated" and p["lifecycle"].get("sunset", "") > "2027"],
    )
    del problem["lifecycle"]["sunset"]
    return found(problem["code"], "sunset-deleted")


@operator("Lifecycle.replaced_by")
def change_replacement(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if p.get("lifecycle", {}).get("replaced_by")])
    others = [p["code"] for p in live(document) if p is not problem and not p.get("lifecycle")]
    before = problem["lifecycle"]["replaced_by"]
    problem["lifecycle"]["replaced_by"] = one_of(random, [code for code in others if code != before])
    return safe(problem["code"], "replacement-changed")


@operator("Lifecycle.former")
def add_former_code(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if not p.get("lifecycle")])
    problem["lifecycle"] = {"former": "once_called_so", "since": "2026-11-20", "sunset": "2027-11-20"}
    return found(problem["code"], "former-code-added")


@operator("Lifecycle.former")
def remove_former_code(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if p.get("lifecycle", {}).get("former")])
    del problem["lifecycle"]
    return found(problem["code"], "former-code-removed-early")


# ------------------------------------------------------------------------------ concealment and conditions


@operator("ProblemType.conceal")
def leave_group(document: Data, random: Random) -> Expected:
    groups = [p.get("conceal") for p in live(document)]
    problem = one_of(
        random, [p for p in live(document) if p.get("conceal") and groups.count(p["conceal"]) > 1]
    )
    del problem["conceal"]
    return found(problem["code"], "conceal-group-split")


@operator("ProblemType.conceal")
def join_group(document: Data, random: Random) -> Expected:
    group = a_problem(document, random, "conceal")["conceal"]
    problem = a_problem(document, random, lacks="conceal")
    problem["conceal"] = group
    return safe(problem["code"], "conceal-group-joined")


@operator("ProblemType.conceal", unnoticed="the name of a group is nowhere shown; who is in it is the same")
def rename_group(document: Data, random: Random) -> Expected:
    group = a_problem(document, random, "conceal")["conceal"]
    for problem in own(document):
        if problem.get("conceal") == group:
            problem["conceal"] = "group_x"
    return UNNOTICED


@operator("ProblemType.conceal", unnoticed="one alone in a group looks like nobody else")
def found_group(document: Data, random: Random) -> Expected:
    a_problem(document, random, lacks="conceal")["conceal"] = "group_x"
    return UNNOTICED


@operator("ProblemType.standard")
def give_standard_up(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "standard")
    del problem["standard"]
    return found(problem["code"], "standard-removed")


@operator("ProblemType.standard")
def stand_for_a_status(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, lacks="standard")
    if {507} & {p.get("standard") for p in document["problems"]}:
        raise NotHereError
    problem["standard"] = 507
    return safe(problem["code"], "standard-added")


@operator("ProblemType.standard")
def hand_standard_over(document: Data, random: Random) -> Expected:
    before = a_problem(document, random, "standard")
    after = a_problem(document, random, lacks="standard")
    after["standard"] = before.pop("standard")
    return found(after["code"], "condition-moved-to-other-code")
