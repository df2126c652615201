"""Errors at developers: what, where, how to mend it, and a code to search for."""

from __future__ import annotations

import copy
import pickle

import pytest

from failwell import exceptions
from failwell.exceptions import (
    DeclarationError,
    EncodingError,
    FailwellError,
    MissingExtraError,
    SourceError,
    missing_extra,
)

KINDS = [DeclarationError, EncodingError, MissingExtraError, SourceError]


@pytest.mark.parametrize(
    ("kind", "builtin"), [*zip(KINDS, [TypeError, ValueError, ImportError, ValueError], strict=True)]
)
def test_each_kind_is_also_what_python_would_raise(kind: type[FailwellError], builtin: type) -> None:
    assert issubclass(kind, FailwellError)
    assert issubclass(kind, builtin)


def test_the_tree_in_the_module_is_the_tree_in_the_code() -> None:
    classes = [cls for cls in vars(exceptions).values() if isinstance(cls, type)]
    assert [cls for cls in classes if cls.__name__ not in (exceptions.__doc__ or "")] == []
    assert classes == [FailwellError, *KINDS]


@pytest.mark.parametrize(
    ("where", "hint", "text"),
    [
        ("", "", "It is wrong\n  [it-is-wrong]"),
        ("here", "", "here: It is wrong\n  [it-is-wrong]"),
        ("here", "do this", "here: It is wrong\n  To mend it: do this\n  [it-is-wrong]"),
    ],
)
def test_the_text_says_what_is_known(where: str, hint: str, text: str) -> None:
    assert str(FailwellError("It is wrong", code="it-is-wrong", where=where, hint=hint)) == text


@pytest.mark.parametrize("kind", KINDS)
def test_errors_pass_through_pickle_and_copy(kind: type[FailwellError]) -> None:
    error = kind("what", code="code", where="where", hint="hint")
    for passed in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(passed) is kind
        assert vars(passed) == vars(error)
        assert str(passed) == str(error)


def test_a_missing_extra_is_named_with_the_command_that_installs_it() -> None:
    error = missing_extra("httpx", "failwell.httpx")
    assert str(error) == (
        "extra 'httpx': failwell.httpx needs a library that is not installed\n"
        "  To mend it: pip install 'failwell[httpx]'\n"
        "  [missing-extra]"
    )
