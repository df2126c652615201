"""Mutations of what a catalog has beside its types: head, policy, dialect, translations, operations."""

from __future__ import annotations

from random import Random

from failwell.source.document import read_document
from failwell.wire.literal import write_shape
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
)

# ---------------------------------------------------------------------------------------------------- head


@operator("head.name")
def rename_catalog(document: Data, random: Random) -> Expected:
    document.setdefault("title", document["name"])
    document["name"] += "_x"
    return found("", "catalog-renamed")


@operator("head.base")
def change_base(document: Data, random: Random) -> Expected:
    document["base"] += "v2/"
    return found("", "type-uri-changed")


@operator("head.title")
def change_catalog_title(document: Data, random: Random) -> Expected:
    document["title"] = a_text(random, document.get("title", ""))
    return safe("", "catalog-title-changed")


@operator("head.about")
def change_about(document: Data, random: Random) -> Expected:
    first, mark, rest = document["about"].partition("\n\n## ")
    rule = "about-changed" if first and not first.startswith("## ") else "about-added"
    document["about"] = (
        a_text(random, first) + ("" if rule == "about-changed" else f"\n\n{first}") + mark + rest
    )
    return safe("", rule)


@operator("head.about")
def remove_section(document: Data, random: Random) -> Expected:
    if "\n\n## " not in document["about"]:
        raise NotHereError
    document["about"] = document["about"].rpartition("\n\n## ")[0]
    return safe("", "about-removed")


@operator("head.about")
def add_section(document: Data, random: Random) -> Expected:
    if "## Status page" in document["about"]:
        raise NotHereError
    document["about"] += "\n\n## Status page\n\nThere is one."
    return safe("", "about-added")


@operator("head.language")
def change_language(document: Data, random: Random) -> Expected:
    document["language"] = one_of(random, ["fr", "it"])
    return found("", "catalog-language-changed")


@operator("head.deprecation_days")
def change_notice(document: Data, random: Random) -> Expected:
    before = document.get("deprecation_days", 0)
    after = one_of(random, [days for days in (0, 10, 20, 90) if days != before])
    document["deprecation_days"] = after
    return safe("", "notice-lengthened" if after > before else "notice-shortened")


# -------------------------------------------------------------------------------------------------- policy


@operator("Policy.unknown")
def change_unknown(document: Data, random: Random) -> Expected:
    policy = document.setdefault("policy", {})
    policy["unknown"] = "by_status" if policy.get("unknown") == "internal" else "internal"
    return safe("", "unknown-policy-changed")


@operator("Policy.challenge")
def change_challenge(document: Data, random: Random) -> Expected:
    policy = document.setdefault("policy", {})
    policy["challenge"] = f'Basic realm="{a_text(random)}"'
    return found("", "challenge-changed")


@operator("Policy.limit_headers")
def change_limit_headers(document: Data, random: Random) -> Expected:
    contract = read_document(document)
    shown = contract.policy.limit_headers or contract.dialect.limit_headers
    after = one_of(random, [word for word in ("none", "ietf", "x-ratelimit") if word != shown])
    document.setdefault("policy", {})["limit_headers"] = after
    return found("", "limit-headers-changed")


@operator("Policy.limit_headers", unnoticed="the policy says what the dialect says anyway")
def spell_limit_headers_out(document: Data, random: Random) -> Expected:
    contract = read_document(document)
    if contract.policy.limit_headers:
        raise NotHereError
    document.setdefault("policy", {})["limit_headers"] = contract.dialect.limit_headers
    return UNNOTICED


@operator("Policy.request_id_header")
def change_request_id_header(document: Data, random: Random) -> Expected:
    document.setdefault("policy", {})["request_id_header"] = "X-Correlation-Id"
    return found("", "request-id-header-changed")


@operator("Policy.offers")
def change_offers(document: Data, random: Random) -> Expected:
    policy = document.setdefault("policy", {})
    before = list(policy.get("offers", ()))
    if not before:
        policy["offers"] = ["text/html"]
        return safe("", "offer-added")
    if len(before) == 2 and random.random() < 0.5:
        policy["offers"] = before[::-1]
        return safe("", "offer-order-changed")
    policy["offers"] = before[1:]
    return safe("", "offer-removed")


@operator("Policy.validation")
def change_validation(document: Data, random: Random) -> Expected:
    policy = document.setdefault("policy", {})
    before = policy.get("validation") or next(
        (p["code"] for p in own(document) if p.get("standard") == 422), ""
    )
    free = [p["code"] for p in live(document) if not p.get("members") and p["code"] != before]
    if not before:
        raise NotHereError
    policy["validation"] = one_of(random, free)
    return found("", "validation-type-changed")


# ------------------------------------------------------------------------------------------------- dialect


def _literal(document: Data) -> Data:
    """The dialect with its words, whether it is a built-in one or not."""
    dialect = read_document(document).dialect
    return {
        "name": "house",
        "media_type": dialect.media_type,
        "limit_headers": dialect.limit_headers,
        "shape": write_shape(dialect.shape),
    }


@operator("head.dialect")
def change_dialect(document: Data, random: Random) -> Expected:
    names = ("problem", "flat", "coded", "google", "json-api")
    document["dialect"] = one_of(random, [name for name in names if name != document["dialect"]])
    return found("", "dialect-changed")


@operator("Dialect.name", unnoticed="the name of a dialect is nowhere sent")
def rename_dialect(document: Data, random: Random) -> Expected:
    document["dialect"] = {**_literal(document), "name": "another"}
    return UNNOTICED


@operator("Dialect.shape")
def change_shape(document: Data, random: Random) -> Expected:
    literal = _literal(document)
    document["dialect"] = {**literal, "shape": {**literal["shape"], "api": "shop"}}
    return found("", "dialect-changed")


@operator("Dialect.media_type")
def change_media_type(document: Data, random: Random) -> Expected:
    document["dialect"] = {**_literal(document), "media_type": "application/vnd.shop+json"}
    return found("", "media-type-changed")


@operator("Dialect.limit_headers")
def change_limit_headers_of_dialect(document: Data, random: Random) -> Expected:
    literal = _literal(document)
    if document.get("policy", {}).get("limit_headers"):
        raise NotHereError
    before = literal["limit_headers"]
    literal["limit_headers"] = one_of(random, [w for w in ("none", "ietf", "x-ratelimit") if w != before])
    document["dialect"] = literal
    return found("", "limit-headers-changed")


# -------------------------------------------------------------------------------------------- translations

_TEXTS = ("title", "suggestion", "prose", "why", "what_to_do", "detail", "message")


def _translated(document: Data, random: Random) -> tuple[str, str, Data]:
    """Language, code, texts."""
    living = {p["code"] for p in live(document)}
    return one_of(
        random,
        [
            (language, code, texts)
            for language, part in document.get("translations", {}).items()
            for code, texts in part.get("problems", {}).items()
            if code in living
        ],
    )


@operator(*(f"Translation.{field}" for field in _TEXTS))
def change_translation(document: Data, random: Random) -> Expected:
    _, code, texts = _translated(document, random)
    field = one_of(random, [field for field in _TEXTS if texts.get(field)])
    texts[field] = a_text(random, texts[field])
    return safe(code, "translation-changed")


@operator(*(f"Translation.{field}" for field in _TEXTS))
def add_translation(document: Data, random: Random) -> Expected:
    language = one_of(random, list(document.get("translations", {})))
    problem, field = a_problem(document, random), one_of(random, _TEXTS)
    texts = document["translations"][language].setdefault("problems", {}).setdefault(problem["code"], {})
    if texts.get(field):
        raise NotHereError
    texts[field] = a_text(random)
    return safe(problem["code"], "translation-added")


@operator(*(f"Translation.{field}" for field in _TEXTS))
def remove_translation(document: Data, random: Random) -> Expected:
    _, code, texts = _translated(document, random)
    del texts[one_of(random, [field for field in _TEXTS if texts.get(field)])]
    return safe(code, "translation-removed")


@operator("Translation.source", unnoticed="it says which texts were translated, for translators")
def change_source(document: Data, random: Random) -> Expected:
    _, _, texts = _translated(document, random)
    texts["source"] = "0123456789ab"
    return UNNOTICED


@operator("Translation.prose")
def change_translated_about(document: Data, random: Random) -> Expected:
    language = one_of(random, list(document.get("translations", {})))
    part = document["translations"][language]
    rule = "translation-changed" if part.get("about") else "translation-added"
    part["about"] = a_text(random)
    return safe("", rule)


@operator("head.translations")
def remove_language(document: Data, random: Random) -> Expected:
    language = one_of(random, list(document.get("translations", {})))
    del document["translations"][language]
    return found("", "language-removed")


@operator("head.translations")
def add_language(document: Data, random: Random) -> Expected:
    document.setdefault("translations", {})["fr"] = {"about": "Tout pareil.", "problems": {}}
    return safe("", "language-added")


# ---------------------------------------------------------------------------------------------- operations


@operator("ListedOperation.method", "ListedOperation.path")
def move_operation(document: Data, random: Random) -> Expected:
    operation = one_of(random, document["operations"])
    before = f"{operation['method']} {operation['path']}"
    if random.random() < 0.5:
        operation["method"] = "PATCH"
    else:
        operation["path"] += "/x"
    return Expected(before, ("operation-removed",), is_safe=True, others=("operation-added",))


@operator("head.operations")
def add_operation(document: Data, random: Random) -> Expected:
    document["operations"].append({"method": "PUT", "path": "/fresh", "problems": []})
    return safe("PUT /fresh", "operation-added")


@operator(
    "head.operations", "ListedOperation.path", unnoticed="neither is sent: order, and names of parameters"
)
def write_operations_otherwise(document: Data, random: Random) -> Expected:
    document["operations"].reverse()
    for operation in document["operations"]:
        operation["path"] = operation["path"].replace("{id}", "{number}")
    return UNNOTICED


@operator("ListedOperation.codes")
def add_code_to_operation(document: Data, random: Random) -> Expected:
    operation = one_of(random, document["operations"])
    code = one_of(random, [p["code"] for p in live(document) if p["code"] not in operation["problems"]])
    operation["problems"] = sorted([*operation["problems"], code])
    return safe(f"{operation['method']} {operation['path']}", "code-added-to-operation")


@operator("ListedOperation.codes")
def remove_code_from_operation(document: Data, random: Random) -> Expected:
    operation = one_of(random, [o for o in document["operations"] if o["problems"]])
    operation["problems"].remove(one_of(random, operation["problems"]))
    return safe(f"{operation['method']} {operation['path']}", "code-removed-from-operation")
