"""A small catalog with a bit of everything that can be declared, with random values: a document."""

from __future__ import annotations

from random import Random

import msgspec

from failwell.declare.translation import texts_of
from failwell.source import read_document, to_document
from tests.check.mutation import Data

_SHAPE = {"fault": {"id": "{CODE}", "text": "{MESSAGE}", "again": "{RETRYABLE}", "{REST}": "{MEMBERS}"}}
_OFFERS: tuple[Data, ...] = ({}, {"offers": ["text/markdown", "text/html"]})
_WORDS = ("amber", "birch", "coral", "dune", "elm", "frost")


def generated(random: Random) -> Data:
    """The document, as it is written."""
    first, second, third, fourth = random.sample(_WORDS, 4)
    document = {
        "failwell": 1,
        "name": "shop",
        "base": "https://errors.shop.example/",
        "dialect": {
            "name": "house",
            "media_type": "application/json",
            "limit_headers": "none",
            "shape": _SHAPE,
        },
        "title": "The shop",
        "about": "All errors look alike.\n\n## Support\n\nWrite to us.",
        "deprecation_days": 30,
        "policy": {"validation": "invalid_input", **random.choice(_OFFERS)},
        "problems": [
            _full(first, random),
            {**_plain(second), "lifecycle": _ending("deprecated", replaced_by=first)},
            {**_plain("ended"), "lifecycle": _ending("deprecated", since="2026-01-01", sunset="2026-10-01")},
            {**_plain("endless"), "lifecycle": {"stage": "deprecated", "since": "2026-10-01"}},
            {**_plain(third), "retry": "later", "lifecycle": {"stage": "beta"}},
            {**_plain(fourth), "lifecycle": _ending("stable", former=f"old_{fourth}")},
            {**_plain("gone"), "lifecycle": {"stage": "removed", "since": "2026-01-01"}},
            {**_plain("planned"), "lifecycle": {"stage": "draft"}},
            {**_plain("hidden"), "conceal": "missing", "redirect": {"location": "/login?error={code}"}},
            {**_plain("missing"), "conceal": "missing", "aliases": ["lost"]},
            {**_plain("invalid_input"), "status": [422], "standard": 422, "suggestion": ""},
        ],
    }
    contract = read_document(document)
    texts = msgspec.structs.replace(texts_of(contract.catalog.records[first]), title="Titel", prose="Prosa")
    translated = {field: text for field, text in msgspec.structs.asdict(texts).items() if text}
    document["translations"] = {"de": {"about": "Alles gleich.", "problems": {first: translated}}}
    return to_document(read_document(document))


def _plain(code: str) -> Data:
    return {
        "code": code,
        "status": [409],
        "title": code.replace("_", " ").capitalize(),
        "retry": "after_change",
        "suggestion": f"Choose another {code}.",
        "prose": f"The {code} did not fit.",
        "category": "Orders",
    }


def _ending(stage: str, **words: str) -> Data:
    return {"stage": stage, "since": "2026-10-01", "sunset": "2027-10-01", **words}


def _full(code: str, random: Random) -> Data:
    limit = random.randrange(10, 100)
    return {
        **_plain(code),
        "status": [429, 503],
        "retry": "later",
        "retry_by_status": {"503": "never"},
        "why": "There is a limit.",
        "what_to_do": "Wait.",
        "detail": "Wait {wait} seconds.",
        "owner": "orders",
        "since": "1.0",
        "members": {
            "wait": {"type": "integer", "minimum": 0, "x-failwell": {"unit": "seconds"}},
            "limit": {"type": "integer", "maximum": limit, "x-failwell": {"default": 10}},
            "kind": {"enum": ["day", "hour"], "x-failwell": {"statuses": [429]}},
            "account": {
                "type": "string",
                "x-failwell": {"exposure": "id", "required": False, "default": None},
            },
            "note": {"type": "string", "x-failwell": {"on_wire": False}},
            "region": {"type": "string", "x-failwell": {"on_wire": False}},
            "trace": {"type": "string", "x-failwell": {"required": False, "on_wire": False, "default": None}},
            "items": {"type": "array", "items": {"type": "string", "format": "uuid"}},
        },
        "resolve": {
            "action": "wait",
            "message": "Wait",
            "url": "https://shop.example/limits",
            "method": "POST",
            "endpoint": "/v1/limits",
        },
        "headers": {"Retry-After": "{wait}", "X-Region": "{region}", "X-Trace": "{trace}", "X-Kind": "limit"},
        "examples": [
            {"members": {"wait": 3, "limit": limit, "kind": "day", "items": []}, "name": "short"},
            {
                "members": {"wait": 60, "limit": limit, "kind": "hour", "items": []},
                "detail": "Wait.",
                "name": "long",
            },
        ],
        "links": [
            {"title": "Limits", "url": "https://shop.example/limits"},
            {"title": "Plans", "url": "https://shop.example/plans"},
        ],
    }
