"""The words of pages and terminal: calls that can be pasted, snippets that run."""

from __future__ import annotations

import ast
import subprocess

import pytest

from failwell import Contract, Dialect, Lifecycle, Resolve, Stage, dialects
from failwell.publish.wording import (
    lifecycle_notes,
    python_snippet,
    resolve_call,
    schema_in_words,
    shell_snippet,
    status_line,
)
from failwell.source import read_document, to_document
from failwell.wire.dialects import BUILT_IN
from tests.unit.serve.library import BookLent, Reserved, contract


def test_statuses_have_the_names_of_rfc_9110() -> None:
    assert [status_line(status) for status in (404, 413, 422, 499)] == [
        "404 Not Found", "413 Content Too Large", "422 Unprocessable Content", "499",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date-time"}, "string (date-time)"),
        ({"type": "array", "items": {"type": "integer"}}, "integer[]"),
        ({"type": "array"}, "any[]"),
        ({"enum": ["a", 1]}, '"a" | 1'),
        ({"const": True}, "true"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"type": ["string", "null"]}, "string | null"),
        ({}, "any"),
    ],
)
def test_schemas_are_told_in_a_few_words(schema: dict[str, object], words: str) -> None:
    assert schema_in_words(schema) == words


def test_calls_can_be_pasted_into_a_shell() -> None:
    assert resolve_call(Resolve("a")) == ""
    path = resolve_call(Resolve("a", method="POST", endpoint="/plan/a b;rm -rf"))
    assert path == "curl --request POST \"${API:?address of the API}\"'/plan/a b;rm -rf'"
    whole = resolve_call(Resolve("a", method="PUT", endpoint="https://a.example/x?y=1&z=2"))
    assert whole == "curl --request PUT 'https://a.example/x?y=1&z=2'"


def test_a_draft_is_told() -> None:
    assert lifecycle_notes(Lifecycle(Stage.DRAFT)) == (
        "This type is a draft: it is not sent yet, and all of it can change.",
    )
    assert lifecycle_notes(Lifecycle(Stage.DEPRECATED)) == ("This type is deprecated.",)


def test_python_names_the_class_where_it_can_be_imported_and_else_the_code() -> None:
    text = python_snippet(BookLent)
    assert text.startswith("from tests.unit.serve.library import BookLent\n")
    assert "print(problem.wait, problem.book)" in text
    recorded = read_document(to_document(contract)).catalog.types["book_lent"]
    text = python_snippet(recorded)
    assert text.startswith("from failwell import Problem\n")
    assert 'if problem.code != "book_lent":' in text
    ast.parse(text)


@pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: str(dialect.name))
def test_shell_snippets_are_shell(dialect: Dialect) -> None:
    spoken = Contract(contract.catalog, dialect=dialect)
    record = BookLent.problem_type
    text = shell_snippet(record, dialect, spoken.type_uri(record))
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    assert ('"book_lent"' in text) or ('"https://errors.library.example/book_lent"' in text)


def test_shell_snippets_know_where_a_dialect_says_it() -> None:
    google = shell_snippet(BookLent.problem_type, dialects.GOOGLE, "x")
    assert "'.error.details[0].reason == \"book_lent\"'" in google
    renamed = shell_snippet(Reserved.problem_type, dialects.PROBLEM_TYPE, "https://a.example/reserved")
    assert 'IN("https://a.example/reserved", "https://a.example/on_hold")' in renamed
    by_type = shell_snippet(BookLent.problem_type, dialects.PROBLEM_TYPE, "https://a.example/book_lent")
    assert "'.type == \"https://a.example/book_lent\"'" in by_type
