"""The documents that generators are given, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

from starlette.applications import Starlette

import failwell.starlette
from examples.catalogs import EXAMPLES
from examples.drops.app import ROUTES
from examples.drops.errors import contract as drops
from failwell import Contract
from failwell.operations import Operation
from failwell.publish.openapi import to_openapi, with_problems
from failwell.wire.dialects import BUILT_IN
from tests.foreign import apps
from tests.foreign.shop import OPERATIONS
from tests.foreign.shop import contract as shop

Json = dict[str, Any]

DIALECTS = {dialect.name: dialect for dialect in BUILT_IN}
DISCRIMINATING = {
    name: dialect.identity for name, dialect in DIALECTS.items() if dialect.identity is not None
}
"""Where those dialects have their codes that have them at the top, so that a discriminator can tell."""


class Case(NamedTuple):
    """One answer that a document promises.

    Attributes:
        operation: its `operationId`.
        status: of the response.
        code: of the problem.
        schema: the name of the component that describes it.
        body: as the contract renders it.
    """

    operation: str
    status: int
    code: str
    schema: str
    body: Json


def _drops(dialect: str) -> Json:
    contract = drops.at("", dialect=DIALECTS[dialect])
    app = Starlette(routes=ROUTES)
    return {**failwell.starlette.openapi(app, contract, title="Drops", version="1")}


def _offering() -> Json:
    """The shop's problems come as pages and as Markdown, too, to those who ask for that."""
    here = Contract(shop.catalog, dialect=shop.dialect, offers=("text/html", "text/markdown"))
    return with_problems(bare("fastapi"), here, OPERATIONS)


def _flags() -> Json:
    """Flags has no app: an operation for each category raises what is listed there."""
    contract: Contract = next(example for example in EXAMPLES if example.name == "flags").contract()
    groups: dict[str, list[Any]] = {}
    for cls in contract.catalog:
        groups.setdefault(cls.problem_type.category, []).append(cls)
    operations = [
        Operation(method="POST", path=f"/{number}", problems=tuple(types), name=f"group_{number}")
        for number, types in enumerate(groups.values())
    ]
    return to_openapi(contract, operations, title="Flags", version="1")


_FRAMEWORKS: Mapping[str, Callable[[], Json]] = {
    "fastapi": apps.fastapi_document,
    "litestar": apps.litestar_document,
    "apispec-3.0": lambda: apps.apispec_document("3.0.3"),
    "apispec-3.1": lambda: apps.apispec_document("3.1.0"),
    "spectacular-3.0": lambda: apps.spectacular_document("3.0.3"),
    "spectacular-3.1": lambda: apps.spectacular_document("3.1.0"),
}

FRAMEWORKS = tuple(_FRAMEWORKS)
OWN: Mapping[str, Callable[[], Json]] = {
    **{f"drops-{name}": partial(_drops, name) for name in DIALECTS},
    "flags": _flags,
    "offering": _offering,
}
ALL = (*FRAMEWORKS, *OWN)
FEW = ("fastapi", "litestar", "apispec-3.1", "spectacular-3.0", "drops-problem", "drops-google", "offering")
"""Enough for a first look: generators of Python run for each document anew."""


@cache
def bare(name: str) -> Json:
    """The document that a framework makes by itself."""
    return _FRAMEWORKS[name]()


@cache
def document(name: str) -> Json:
    """The document with the problems. Callers leave it as it is."""
    if name in _FRAMEWORKS:
        return with_problems(bare(name), shop, OPERATIONS)
    return OWN[name]()


def cases(name: str) -> Iterator[Case]:
    """The examples of all operations of a document: bodies as the contract renders them."""
    for item in document(name)["paths"].values():
        for operation in item.values():
            for status, response in operation["responses"].items():
                for content in response.get("content", {}).values():
                    if "examples" in content:
                        yield from _cases_of(operation["operationId"], int(status), content)


def _cases_of(operation: str, status: int, content: Json) -> Iterator[Case]:
    refs = [option["$ref"].rpartition("/")[2] for option in content["schema"]["oneOf"]]
    for schema, (code, example) in zip(refs, content["examples"].items(), strict=True):
        yield Case(operation, status, code, schema, example["value"])
