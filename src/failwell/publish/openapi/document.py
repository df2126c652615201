"""Whole documents: one made of operations alone, and one of a framework's own with the problems put in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from failwell.contract import Contract
from failwell.declare import Problem, Stage
from failwell.exceptions import FailwellError
from failwell.operations import Operation
from failwell.publish.openapi.components import Components, Json, Tree, in_use
from failwell.publish.openapi.generated import strip_generated
from failwell.publish.openapi.implied import Answer, implied_answers, standing_answer
from failwell.publish.openapi.responses import Responses, union_title
from failwell.publish.openapi.routes import METHODS, Declarations, Route, parameters_of, plain_path, routes

_VERSIONS = ("3.0", "3.1", "3.2")
_NO_BODY = "No response body"
"""What drf-spectacular says, unless it speaks another language, where a schema is None."""

Answers = dict[int, dict[type[Problem], None]]
"""By status, the problems that an operation can answer with, each once, in order."""


def to_openapi(contract: Contract, operations: Iterable[Operation], *, title: str, version: str) -> Json:
    """Writes a document of OpenAPI 3.1 that says what the operations alone can tell.

    Args:
        contract: whose catalog and dialect the problems have.
        operations: what an adapter lists. Methods that documents do not know are left out, as `PURGE`.
        title: of the API.
        version: of the API.
    """
    listed, paths, ids = tuple(operations), Json(), set[str]()
    for operation in listed:
        method, item = operation.method.lower(), paths.setdefault(plain_path(operation.path), {})
        if method in METHODS and method not in item:
            item[method] = _skeleton(operation, ids)
    document = {"openapi": "3.1.0", "info": {"title": title, "version": version}, "paths": paths}
    return with_problems(document, contract, listed)


def with_problems(document: Mapping[str, Any], contract: Contract, operations: Iterable[Operation]) -> Json:
    """Puts the problems of each operation into a document that a framework made. Twice is the same as once.

    Every operation of the document gets what it can answer by its own nature (see `implied`), and what those
    of `operations` declare that have its method and path. What frameworks write for their own errors goes,
    and so do the schemas that nothing refers to any more because of it. What somebody wrote by hand stays,
    but for the contract's media type at a status for which a problem is declared.

    Args:
        document: of OpenAPI 3.0 or 3.1. It is not changed.
        contract: whose catalog and dialect the problems have.
        operations: what an adapter lists. Names of path parameters may differ from the document's.

    Raises:
        FailwellError: if it is no such document.
    """
    version = str(document.get("openapi", ""))[:3]
    if version not in _VERSIONS:
        raise FailwellError(
            f"this is no document of OpenAPI 3: openapi is {document.get('openapi')!r}",
            code="openapi-version",
            where="with_problems",
            hint="have the framework write OpenAPI 3.0 or 3.1",
        )
    tree = Tree(document)
    used = in_use(tree.root)
    declared = Declarations(operations)
    answers = [(route, _answers(route, tree, contract, declared.on(route))) for route in routes(tree)]
    components = Components(tree, used)
    responses = Responses(contract, components, is_3_0=version == "3.0")
    for route, by_status in answers:
        responses.write(route, by_status)
    components.finish()
    return tree.root


def _answers(route: Route, tree: Tree, contract: Contract, declared: Iterable[type[Problem]]) -> Answers:
    """What an operation can answer. The framework's own descriptions of its errors are taken out on the way.

    A removed type can no longer be raised, and one of another catalog is answered as `internal`; so neither
    is listed, though it is declared.
    """
    answers: Answers = {}
    generated = strip_generated(route, tree)
    for problem, status in (
        *((one, status) for one in declared for status in one.problem_type.statuses),
        *implied_answers(contract, route, tree),
        *_standing(contract, generated),
        *_written_before(contract, route, tree),
    ):
        is_removed = problem.problem_type.lifecycle.stage is Stage.REMOVED
        if contract.catalog.find(problem.code) is problem and not is_removed:
            answers.setdefault(status, {})[problem] = None
    bare = [status for status in _statuses_without_body(route, tree) if status not in answers]
    for problem, status in _standing(contract, bare):
        answers.setdefault(status, {})[problem] = None
    for status in answers:
        _make_room(route, tree, str(status), {contract.dialect.media_type, *contract.policy.offers})
    return answers


def _standing(contract: Contract, statuses: Iterable[int]) -> Iterator[Answer]:
    return filter(None, (standing_answer(contract, status) for status in statuses))


def _statuses_without_body(route: Route, tree: Tree) -> Iterator[int]:
    """The errors that somebody wrote down without a body. The contract answers them with one all the same."""
    for status, given in route.responses.items():
        response = tree.look_up(given)
        is_bare = "$ref" not in response and not response.get("content")
        if status.isdigit() and int(status) >= 400 and is_bare:
            yield int(status)


def _written_before(contract: Contract, route: Route, tree: Tree) -> Iterator[Answer]:
    """What an earlier call wrote. It may have come from descriptions that are no longer there."""
    for status, given in route.responses.items():
        content = tree.look_up(given).get("content", {}).get(contract.dialect.media_type, {})
        if tree.look_up(content.get("schema")).get("title") == union_title(status):
            for code in content.get("examples", {}):
                cls = contract.catalog.find(code)
                if cls is not None and int(status) in cls.problem_type.statuses:
                    yield cls, int(status)


def _make_room(route: Route, tree: Tree, status: str, media_types: Collection[str]) -> None:
    """Takes out what stands where a status' problems come. What is shared becomes the operation's own."""
    existing = tree.look_up(route.responses.pop(status, None))
    if existing and "$ref" not in existing:
        content: Json = existing.get("content", {})
        others = {name: part for name, part in content.items() if name not in media_types}
        said = str(existing.get("description", "")).removeprefix(_NO_BODY)
        route.responses[status] = {**existing, "description": said, "content": others}


def _skeleton(operation: Operation, ids: set[str]) -> Json:
    """An operation as far as it is known, with an id that is not taken yet. A view can have several paths."""
    written: Json = {"responses": {"2XX": {"description": "Success."}}}
    if operation.name:
        name = f"{operation.name}_{operation.method.lower()}"
        candidates = chain((name,), (f"{name}_{number}" for number in count(2)))
        written["operationId"] = free = next(one for one in candidates if one not in ids)
        ids.add(free)
    if operation.summary:
        written["summary"] = operation.summary
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in parameters_of(operation.path)
    ]
    return {**written, **({"parameters": parameters} if parameters else {})}
