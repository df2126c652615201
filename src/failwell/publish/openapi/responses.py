"""The responses of operations: per status a union of problems, with examples, headers and links to pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from failwell.contract import Contract
from failwell.contract.contract import Rendered
from failwell.declare import Problem, ProblemType, Stage
from failwell.exceptions import DeclarationError
from failwell.publish.openapi.components import Components, Json
from failwell.publish.openapi.headers import header_object
from failwell.publish.openapi.oldstyle import old_schema
from failwell.publish.openapi.routes import Route
from failwell.publish.openapi.schemas import body_schema, identities
from failwell.publish.sample import sample_problem
from failwell.wire.values import decode

_WORD = re.compile(r"[A-Za-z0-9]+")
_SAMPLE_ID = "req_0123456789"
_TABLE_HEAD = "| code | meaning |\n|---|---|"
_NOT_LISTED = frozenset({"content-type", "cache-control", "vary"})
"""The first is no header of a response object (OpenAPI 3.1, section 4.8.17.1); the others are for caches."""


class Responses:
    """Writes the responses of operations into a document."""

    def __init__(self, contract: Contract, components: Components, *, is_3_0: bool) -> None:
        self._contract, self._components, self._is_3_0 = contract, components, is_3_0
        self._id_header = {contract.request_id_header: self._header(contract.request_id_header)}
        self._offers = {offer: {"schema": {"type": "string"}} for offer in contract.policy.offers}
        self._samples: dict[tuple[type[Problem], int], Rendered | None] = {}
        self._schemas: dict[tuple[str, int], str] = {}

    def write(self, route: Route, answers: Mapping[int, Iterable[type[Problem]]]) -> None:
        """Writes what an operation can answer, and the request id on all of its responses."""
        responses = route.responses
        for status, problems in answers.items():
            written = self._response(responses.get(str(status), {}), status, tuple(problems))
            if route.method == "head":  # it answers without a body (RFC 9110, section 9.3.2)
                written.pop("content")
            responses[str(status)] = written
        self._add_redirects(responses, answers)
        for response in responses.values():
            self._add_headers(self._components.look_up(response), self._id_header)
        route.operation["responses"] = {status: responses[status] for status in sorted(responses)}

    def _response(self, existing: Json, status: int, problems: Sequence[type[Problem]]) -> Json:
        """A response with the problems. What somebody wrote beside them stays."""
        media_type = self._contract.dialect.media_type
        content: Json = {"schema": self._union(status, problems)}
        content["examples"] = {problem.code: self._example(problem, status) for problem in problems}
        written = {
            **existing,
            "description": _described(existing, self._table(problems)),
            "content": {media_type: content, **self._offers, **existing.get("content", {})},
        }
        self._add_headers(written, self._headers(status, problems))
        return written

    def _union(self, status: int, problems: Sequence[type[Problem]]) -> Json:
        refs = {problem: self._schema(problem.problem_type, status) for problem in problems}
        schema: Json = {"title": union_title(status), "oneOf": [{"$ref": ref} for ref in refs.values()]}
        identity = self._contract.dialect.identity
        if identity is not None:
            key, slot = identity
            mapping = {
                value: ref
                for problem, ref in refs.items()
                for value in identities(self._contract, problem.problem_type, slot)
            }
            schema["discriminator"] = {"propertyName": key, "mapping": mapping}
        return schema

    def _schema(self, record: ProblemType, status: int) -> str:
        """The reference to the schema of a type at a status: members are bound to those they come with."""
        ref = self._schemas.get((record.code, status))
        if ref is None:
            name = "".join(word[:1].upper() + word[1:] for word in _WORD.findall(record.code))
            name += str(status) if len(record.statuses) > 1 else ""
            page = self._page(record)
            beside: Json = {"description": record.title}
            if record.lifecycle.stage is Stage.DEPRECATED:
                beside["deprecated"] = True
            if page:
                beside["externalDocs"] = {"description": "Reference", "url": page}
            schema = body_schema(self._contract, record, status)
            schema = {**beside, **(old_schema(schema) if self._is_3_0 else schema)}
            ref = self._components.add("schemas", name, lambda name: {"title": name, **schema})
            self._schemas[record.code, status] = ref
        return ref

    def _page(self, record: ProblemType) -> str:
        """Where the type is described; empty if its URI is no address, as that of a URN."""
        uri = self._contract.type_uri(record)
        return uri if uri.startswith(("https:", "http:")) else ""

    def _table(self, problems: Iterable[type[Problem]]) -> str:
        rows = [_TABLE_HEAD]
        for problem in problems:
            page = self._page(problem.problem_type)
            code = f"[`{problem.code}`]({page})" if page else f"`{problem.code}`"
            title = problem.title.replace("|", "\\|")
            rows.append(f"| {code} | {title} |")
        return "\n".join(rows)

    def _example(self, problem: type[Problem], status: int) -> Json:
        sample = self._sample(problem, status)
        return {"summary": problem.title, **({"value": decode(sample.body)} if sample else {})}

    def _sample(self, problem: type[Problem], status: int) -> Rendered | None:
        """An occurrence as it is sent, whose body is the example, and whose head names the headers.

        None where a member's type takes no made-up value, and the type has no example of its own. That is
        no reason for an API to be without its document.
        """
        if (problem, status) not in self._samples:
            try:
                shown = sample_problem(problem, status)
            except DeclarationError:
                self._samples[problem, status] = None
            else:
                accept = f"{self._contract.dialect.media_type}, application/json"
                rendered = self._contract.render(shown, request_id=_SAMPLE_ID, accept=accept)
                self._samples[problem, status] = rendered
        return self._samples[problem, status]

    def _headers(self, status: int, problems: Iterable[type[Problem]]) -> Json:
        """References to the headers of problems: those sent with the samples, and those declared.

        Some have a value that comes with the occurrence only, as `Allow` has, which no sample shows.
        """
        fields: dict[str, str] = {}
        for problem in problems:
            fields |= dict.fromkeys((rule.name for rule in problem.problem_type.headers), "")
            sample = self._sample(problem, status)
            fields |= dict(sample.headers) if sample else {}
        names = sorted(name for name in fields if name.lower() not in _NOT_LISTED)
        return {name: self._header(name, fields[name]) for name in names}

    def _header(self, name: str, value: str = "") -> Json:
        is_id = name == self._contract.request_id_header
        header = header_object(name, value, is_request_id=is_id)
        return {"$ref": self._components.add("headers", name, lambda _: header)}

    def _add_headers(self, response: Json, headers: Json) -> None:
        """Adds headers to a response that is not in another file. Those that it has already stay."""
        if response and "$ref" not in response:
            existing: Json = response.get("headers", {})
            taken = {name.lower() for name in existing}
            new = {name: header for name, header in headers.items() if name.lower() not in taken}
            response["headers"] = {**existing, **new}

    def _add_redirects(self, responses: Json, answers: Mapping[int, Iterable[type[Problem]]]) -> None:
        """Adds how some types reach browsers: by a redirection, not as a body."""
        redirected: dict[str, dict[type[Problem], None]] = {}
        for problem in (problem for problems in answers.values() for problem in problems):
            redirect = problem.problem_type.redirect
            if redirect is not None:
                redirected.setdefault(str(redirect.status), {})[problem] = None
        for status, problems in redirected.items():
            response: Json = responses.setdefault(status, {})
            response["description"] = _described(response, self._table(problems))
            self._add_headers(response, {"Location": self._header("Location")})


def union_title(status: int | str) -> str:
    """The title of the union of problems at a status, by which it is known again."""
    return f"Problems{status}"


def _described(existing: Json, table: str) -> str:
    """What somebody wrote about a response, and the table of its problems in place of an earlier one."""
    said = str(existing.get("description", "")).partition(_TABLE_HEAD)[0].rstrip()
    return "\n\n".join(filter(None, (said, table)))
