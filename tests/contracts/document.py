"""The OpenAPI document of a running service, as tests read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from failwell import Contract, Problem
from failwell.operations import Operation

JSON = dict[str, Any]


class Document:
    """What a service says of itself.

    Attributes:
        whole: the document.
    """

    def __init__(self, whole: JSON, contract: Contract, key: str) -> None:
        """Takes the document, the contract of its errors, and the member by which these are told apart."""
        self.whole, self._contract, self._key = whole, contract, key
        self._media_type = contract.dialect.media_type

    def find(self, ref: str) -> Any:
        """What a `$ref` leads to."""
        node: Any = self.whole
        for step in ref.removeprefix("#/").split("/"):
            node = node[step]
        return node

    def refs(self) -> set[str]:
        """Every `$ref` in it."""
        return set(_refs(self.whole))

    def written(self) -> list[JSON]:
        """All operations."""
        return [operation for path in self.whole["paths"].values() for operation in path.values()]

    def responses(self, operation: Operation) -> JSON:
        """What is written of an operation's responses, by status."""
        found: JSON = self.whole["paths"][operation.path][operation.method.lower()]["responses"]
        return found

    def problems(self, operation: Operation, status: int) -> dict[str, JSON]:
        """The schemas of an operation's problems at a status, by code."""
        content = self.responses(operation)[str(status)]["content"]
        assert content.keys() == {self._media_type}
        schema = content[self._media_type]["schema"]
        assert schema["discriminator"]["propertyName"] == self._key
        mapping: dict[str, str] = schema["discriminator"]["mapping"]
        assert [{"$ref": ref} for ref in mapping.values()] == schema["oneOf"]
        return {value.rpartition("/")[2]: self.find(ref) for value, ref in mapping.items()}

    def listed(self, operation: Operation) -> set[tuple[int, str]]:
        """An operation's problems: status and code."""
        statuses = [int(status) for status in self.responses(operation) if status >= "400"]
        return {(status, code) for status in statuses for code in self.problems(operation, status)}

    def examples(self) -> Iterator[tuple[int, str, Problem]]:
        """Each example of a problem: the status and the code under which it stands, and what it says."""
        for operation in self.written():
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get(self._media_type, {})
                for code, example in content.get("examples", {}).items() if status >= "400" else ():
                    headers = {"Content-Type": self._media_type}
                    body = json.dumps(example["value"]).encode()
                    yield int(status), code, self._contract.parse(int(status), headers, body)

    def check(self, title: str, operations: Iterable[Operation]) -> None:
        """Asserts that it is whole: nothing refers to nowhere, and each operation stands in it by its id."""
        assert self.whole["openapi"].startswith("3.1.")
        assert self.whole["info"] == {"title": title, "version": "1"}
        refs = self.refs()
        assert refs
        assert all(isinstance(self.find(ref), dict) for ref in refs)
        ids = [operation["operationId"] for operation in self.written()]
        assert len(set(ids)) == len(ids) == len([*operations])

    def check_examples(self) -> None:
        """Asserts that each example of a problem is an answer of the contract."""
        examples = [*self.examples()]
        assert examples
        for status, code, problem in examples:
            assert (problem.code, problem.status, dict(problem.unreadable)) == (code, status, {})

    def check_answers(
        self, responses: Iterable[httpx.Response], operations: Iterable[Operation], besides: str
    ) -> None:
        """Asserts that it says of each response that it can come, save of those at the path `besides`."""
        known = [*operations]
        for response in responses:
            operation = _operation_of(response.request, known)
            if operation is None:
                assert response.url.path == besides
                continue
            kind = f"{response.status_code // 100}XX"
            assert {str(response.status_code), kind} & self.responses(operation).keys()
            if response.status_code >= 400:
                code = self._contract.parse(response.status_code, response.headers, response.content).code
                assert code in self.problems(operation, response.status_code)


def declared(operation: Operation) -> set[tuple[int, str]]:
    """What an operation's function says that it can answer: status and code."""
    return {
        (status, problem.code) for problem in operation.problems for status in problem.problem_type.statuses
    }


def _refs(node: Any) -> Iterator[str]:
    for part in node.values() if isinstance(node, dict) else node:
        if isinstance(part, dict | list):
            yield from _refs(part)
    if isinstance(node, dict) and "$ref" in node:
        yield node["$ref"]


def _operation_of(request: httpx.Request, operations: Iterable[Operation]) -> Operation | None:
    """The operation that a request is for; of several the one with fewest parameters."""
    found = [
        operation
        for operation in operations
        if operation.method == request.method
        and re.fullmatch(re.sub(r"\{[\w:]+\}", "[^/]+", operation.path), request.url.path)
    ]
    return min(found, key=lambda operation: operation.path.count("{"), default=None)
