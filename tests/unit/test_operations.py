"""`@raises`: what it keeps, what it marks, and what it refuses."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from failwell import Catalog, DeclarationError, Problem, raises, standard_types
from failwell.operations import Operation, raised_by

drops = Catalog("drops", base="https://errors.drops.example/")
standard = standard_types(drops)


class First(Problem, catalog=drops, code="first", status=404, title="First"):
    limit: int


class Second(Problem, catalog=drops, code="second", status=409, title="Second"): ...


class Shared(Problem, abstract=True): ...


def test_the_handler_itself_is_returned() -> None:
    async def handler(size: int) -> int:
        return size

    assert raises(First)(handler) is handler
    assert inspect.signature(handler).parameters.keys() == {"size"}


def test_it_may_stand_several_times_and_names_each_type_once() -> None:
    @raises(First, standard[503])
    @raises(Second, First)
    def handler() -> None: ...

    assert raised_by(handler) == (First, standard[503], Second)


def test_classes_and_methods_declare_too() -> None:
    @raises(First)
    class View:
        @raises(Second)
        def get(self) -> None: ...

    class Child(View): ...

    assert raised_by(View) == raised_by(Child) == raised_by(View()) == (First,)
    assert raised_by(View.get) == raised_by(View().get) == (Second,)


def test_a_child_adds_to_what_its_base_declares() -> None:
    @raises(First)
    class View: ...

    @raises(Second)
    class Child(View): ...

    assert raised_by(Child) == (Second, First)
    assert raised_by(View) == (First,)


def test_a_handler_that_says_nothing_raises_nothing() -> None:
    assert raised_by(print) == raised_by(raises()(lambda: None)) == ()


@pytest.mark.parametrize("given", [Shared, Problem, First(limit=1), ValueError, "first", None])
def test_only_declared_types_can_be_named(given: Any) -> None:
    with pytest.raises(DeclarationError, match="is not a declared problem type") as caught:
        raises(First, given)
    error = caught.value
    assert (error.code, error.where) == ("raises-no-problem", "@raises")
    assert "not abstract bases" in error.hint


def test_an_operation_is_a_frozen_record() -> None:
    operation = Operation(method="GET", path="/v1/drops/{id}", problems=(First,))
    assert (operation.name, operation.summary) == ("", "")
    assert operation == Operation(method="GET", path="/v1/drops/{id}", problems=(First,))
    with pytest.raises(AttributeError):
        operation.path = "/"  # type: ignore[misc]
