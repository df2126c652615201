"""Mutations of problem types and their parts; the other modules have those of codes, members and catalogs."""

from __future__ import annotations

from random import Random

from tests.check.mutation import (
    UNNOTICED,
    Data,
    Expected,
    a_problem,
    a_text,
    found,
    live,
    one_of,
    operator,
    safe,
)

# ------------------------------------------------------------------------------------ statuses and retrying


@operator("ProblemType.statuses")
def change_status(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if len(p["status"]) == 1])
    problem["status"] = [one_of(random, [s for s in (418, 424, 507) if s not in problem["status"]])]
    return found(problem["code"], "status-changed")


@operator("ProblemType.statuses")
def add_status(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random)
    problem["status"] = [*problem["status"], 507]
    return safe(problem["code"], "status-variant-added")


@operator("ProblemType.statuses")
def remove_status(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if len(p["status"]) > 1])
    *problem["status"], gone = problem["status"]
    problem.get("retry_by_status", {}).pop(str(gone), None)
    return safe(problem["code"], "status-variant-removed")


@operator("ProblemType.statuses")
def reorder_statuses(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if len(p["status"]) > 1])
    retry = {s: problem.get("retry_by_status", {}).get(str(s), problem["retry"]) for s in problem["status"]}
    problem["status"] = list(reversed(problem["status"]))
    problem["retry"] = retry.pop(problem["status"][0])
    problem["retry_by_status"] = {str(s): word for s, word in retry.items() if word != problem["retry"]}
    return safe(problem["code"], "default-status-changed")


def _retry_rules(before: str, after: str) -> tuple[str, ...]:
    return (
        "retryable-removed"
        if before == "later"
        else "retryable-added"
        if after == "later"
        else "retry-mode-changed",
    )


@operator("ProblemType.retry")
def change_retry(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, lacks="retry_by_status")
    before = problem["retry"]
    words = ("never", "later", "after_action", "after_change")
    problem["retry"] = one_of(random, [word for word in words if word != before])
    return found(problem["code"], *_retry_rules(before, problem["retry"]))


@operator("ProblemType.retry_by_status")
def change_retry_of_a_status(document: Data, random: Random) -> Expected:
    problem = one_of(random, [p for p in live(document) if len(p["status"]) > 1])
    status = str(problem["status"][-1])
    table = problem.setdefault("retry_by_status", {})
    before = table.get(status, problem["retry"])
    words = ("never", "later", "after_action", "after_change")
    table[status] = one_of(random, [word for word in words if word not in (before, problem["retry"])])
    return found(problem["code"], *_retry_rules(before, table[status]))


@operator("ProblemType.retryable")
def state_the_opposite(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, lacks="retry_by_status")
    said = problem.get("retryable", problem["retry"] == "later")
    problem["retryable"] = not said
    return found(problem["code"], "retryable-stated-changed")


@operator("ProblemType.retryable", unnoticed="it says what follows from the word anyway")
def state_the_same(document: Data, random: Random) -> Expected:
    problem = one_of(
        random, [p for p in live(document) if "retryable" not in p and "retry_by_status" not in p]
    )
    problem["retryable"] = problem["retry"] == "later"
    return UNNOTICED


# ---------------------------------------------------------------------------------------------------- texts


def _change(document: Data, random: Random, field: str, *, rule: str) -> Expected:
    problem = a_problem(document, random)
    problem[field] = a_text(random, problem.get(field, ""))
    return safe(problem["code"], rule)


def _take(document: Data, random: Random, field: str) -> Data:
    problem = a_problem(document, random, field)
    del problem[field]
    return problem


@operator("ProblemType.title")
def change_title(document: Data, random: Random) -> Expected:
    return _change(document, random, "title", rule="title-changed")


@operator("ProblemType.category")
def change_category(document: Data, random: Random) -> Expected:
    return _change(document, random, "category", rule="category-changed")


@operator("ProblemType.owner")
def change_owner(document: Data, random: Random) -> Expected:
    return _change(document, random, "owner", rule="owner-changed")


@operator("ProblemType.since")
def change_since(document: Data, random: Random) -> Expected:
    return _change(document, random, "since", rule="since-changed")


@operator("ProblemType.detail")
def change_detail(document: Data, random: Random) -> Expected:
    return _change(document, random, "detail", rule="detail-changed")


@operator("ProblemType.detail")
def remove_detail(document: Data, random: Random) -> Expected:
    return safe(_take(document, random, "detail")["code"], "detail-changed")


@operator("ProblemType.prose", "ProblemType.why", "ProblemType.what_to_do")
def change_prose(document: Data, random: Random) -> Expected:
    field = one_of(random, ["prose", "why", "what_to_do"])
    problem = a_problem(document, random)
    rule = "prose-changed" if problem.get(field) else "prose-added"
    problem[field] = a_text(random, problem.get(field, ""))
    return safe(problem["code"], rule)


@operator("ProblemType.prose", "ProblemType.why", "ProblemType.what_to_do")
def remove_prose(document: Data, random: Random) -> Expected:
    field = one_of(random, ["prose", "why", "what_to_do"])
    return safe(_take(document, random, field)["code"], "prose-removed")


@operator("ProblemType.suggestion")
def change_suggestion(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "suggestion")
    problem["suggestion"] = a_text(random, problem["suggestion"])
    return safe(problem["code"], "suggestion-changed")


@operator("ProblemType.suggestion")
def add_suggestion(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, lacks="suggestion")
    problem["suggestion"] = a_text(random)
    return safe(problem["code"], "suggestion-added")


@operator("ProblemType.suggestion")
def remove_suggestion(document: Data, random: Random) -> Expected:
    return safe(_take(document, random, "suggestion")["code"], "suggestion-removed")


# ------------------------------------------------------------------------------------------------- way out


@operator("ProblemType.resolve", "Resolve.action")
def add_resolve(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, lacks="resolve")
    problem["resolve"] = {"action": "call_us"}
    return safe(problem["code"], "resolve-added")


@operator("ProblemType.resolve")
def remove_resolve(document: Data, random: Random) -> Expected:
    return found(_take(document, random, "resolve")["code"], "resolve-removed")


@operator("Resolve.action")
def change_action(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "resolve")
    problem["resolve"]["action"] += "_x"
    return safe(problem["code"], "resolve-action-changed")


@operator("Resolve.message")
def change_message(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "resolve")
    problem["resolve"]["message"] = a_text(random, problem["resolve"].get("message", ""))
    return safe(problem["code"], "resolve-message-changed")


@operator("Resolve.url", "Resolve.method", "Resolve.endpoint")
def change_target(document: Data, random: Random) -> Expected:
    field = one_of(random, ["url", "method", "endpoint"])
    problem = one_of(random, [p for p in live(document) if p.get("resolve", {}).get(field)])
    resolve = problem["resolve"]
    method = "PUT" if resolve.get("method") == "PATCH" else "PATCH"
    resolve[field] = method if field == "method" else f"{resolve[field]}/x"
    return found(problem["code"], "resolve-endpoint-changed")


@operator("Resolve.url", "Resolve.method", "Resolve.endpoint")
def remove_target(document: Data, random: Random) -> Expected:
    field = one_of(random, ["url", "endpoint"])
    problem = one_of(random, [p for p in live(document) if p.get("resolve", {}).get(field)])
    for word in ("method", "endpoint") if field == "endpoint" else ("url",):
        del problem["resolve"][word]
    return found(problem["code"], "resolve-endpoint-changed")


# ------------------------------------------------------------------------------- headers and redirections


@operator("ProblemType.headers", "HeaderRule.name")
def add_header(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random)
    problem.setdefault("headers", {})["X-Fresh"] = "yes"
    return safe(problem["code"], "header-added")


@operator("ProblemType.headers", "HeaderRule.name")
def remove_header(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "headers")
    del problem["headers"][one_of(random, list(problem["headers"]))]
    return found(problem["code"], "header-removed")


@operator("HeaderRule.name")
def rename_header(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "headers")
    name = one_of(random, list(problem["headers"]))
    problem["headers"][f"{name}-X"] = problem["headers"].pop(name)
    return found(problem["code"], "header-removed", "header-added")


@operator(
    "HeaderRule.name", "ProblemType.headers", unnoticed="names of header fields have no case, and no order"
)
def write_header_otherwise(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "headers")
    problem["headers"] = {name.lower(): problem["headers"][name] for name in reversed(problem["headers"])}
    return UNNOTICED


@operator("HeaderRule.template")
def change_header(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "headers")
    name = one_of(random, list(problem["headers"]))
    problem["headers"][name] = a_text(random, problem["headers"][name])
    return safe(problem["code"], "header-value-changed")


@operator("HeaderRule.template")
def make_header_uncertain(document: Data, random: Random) -> Expected:
    """Its constant text becomes a member that not each occurrence has."""
    problem, name = one_of(
        random,
        [
            (problem, name)
            for problem in live(document)
            for name, member in problem.get("members", {}).items()
            if not member.get("x-failwell", {}).get("required", True) and "name" not in member["x-failwell"]
        ],
    )
    headers = problem.get("headers", {})
    headers[one_of(random, [one for one, text in headers.items() if "{" not in text])] = f"{{{name}}}"
    return found(problem["code"], "header-became-optional")


def _of_headers(document: Data, random: Random, *, required: bool) -> tuple[str, Data]:
    """A member of which a header is made, and which is not in the body; with the code of its type."""
    return one_of(
        random,
        [
            (problem["code"], member)
            for problem in live(document)
            for name, member in problem.get("members", {}).items()
            if f"{{{name}}}" in problem.get("headers", {}).values()
            and member.get("x-failwell", {}).get("on_wire", True) is False
            and member["x-failwell"].get("required", True) is required
            and set(member["x-failwell"].get("statuses", problem["status"])) == set(problem["status"])
        ],
    )


@operator("MemberType.required")
def make_member_of_header_optional(document: Data, random: Random) -> Expected:
    code, member = _of_headers(document, random, required=True)
    member["x-failwell"] |= {"required": False, "default": None}
    return found(code, "header-became-optional")


@operator("MemberType.required")
def make_member_of_header_required(document: Data, random: Random) -> Expected:
    code, member = _of_headers(document, random, required=False)
    del member["x-failwell"]["required"], member["x-failwell"]["default"]
    return safe(code, "header-became-certain")


@operator("ProblemType.redirect", "Redirect.location")
def add_redirect(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, lacks="redirect")
    problem["redirect"] = {"location": "/sorry?error={code}"}
    return found(problem["code"], "redirect-added")


@operator("ProblemType.redirect")
def remove_redirect(document: Data, random: Random) -> Expected:
    return found(_take(document, random, "redirect")["code"], "redirect-removed")


@operator("Redirect.location", "Redirect.status")
def change_redirect(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "redirect")
    redirect = problem["redirect"]
    if random.random() < 0.5:
        redirect["location"] = f"/x{redirect['location']}"
    else:
        redirect["status"] = 302 if redirect.get("status") != 302 else 307
    return found(problem["code"], "redirect-changed")


# ------------------------------------------------------------------------------------- examples and links


@operator("ProblemType.examples", "ProblemType.links", "Link.title", "Link.url")
def add_part(document: Data, random: Random) -> Expected:
    word, rule = one_of(random, [("examples", "example-added"), ("links", "link-added")])
    problem = one_of(random, [p for p in live(document) if not p.get("members") or word == "links"])
    part = (
        {"detail": "Fresh.", "name": "fresh"}
        if word == "examples"
        else {"title": "Fresh", "url": "https://x.example/"}
    )
    problem[word] = [*problem.get(word, ()), part]
    return safe(problem["code"], rule)


@operator("ProblemType.examples", "ProblemType.links", "Link.title", "Link.url")
def remove_part(document: Data, random: Random) -> Expected:
    word, rule = one_of(random, [("examples", "example-removed"), ("links", "link-removed")])
    problem = a_problem(document, random, word)
    problem[word].remove(one_of(random, problem[word]))
    return safe(problem["code"], rule)


@operator("ProblemType.examples", "ProblemType.links", unnoticed="their order is only that of a page")
def reorder_parts(document: Data, random: Random) -> Expected:
    word = one_of(random, ["examples", "links"])
    problem = one_of(random, [p for p in live(document) if len(p.get(word, ())) > 1])
    problem[word].reverse()
    return UNNOTICED


@operator("Example.detail", "Example.name", "Example.members", "Example.status")
def change_example(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "examples")
    example = one_of(random, problem["examples"])
    field = one_of(random, ["detail", "name", "members", "status"])
    if field == "status":
        example["status"] = one_of(random, [s for s in problem["status"] if s != example.get("status")])
    elif field == "members":
        values = example.get("members", {})
        name = one_of(random, [n for n, v in values.items() if isinstance(v, int | str)])
        values[name] = values[name] * 2 + (1 if isinstance(values[name], int) else "x")
    else:
        example[field] = a_text(random, example.get(field, ""))
    return safe(problem["code"], "example-changed")


@operator("Link.title", "Link.url")
def change_link(document: Data, random: Random) -> Expected:
    problem = a_problem(document, random, "links")
    link = one_of(random, problem["links"])
    field = one_of(random, ["title", "url"])
    link[field] = f"{link[field]}x"
    return safe(problem["code"], "link-changed")
