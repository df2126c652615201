"""`@raises`: what it keeps, what it marks, and what it refuses."""

from __future__ import annotations

import functools
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


def test_what_a_class_declares_holds_for_its_methods_and_its_children() -> None:
    @raises(First)
    class View:
        @raises(Second)
        def get(self) -> None: ...

        @classmethod
        def make(cls) -> None: ...

    class Child(View): ...

    assert raised_by(View) == raised_by(Child) == raised_by(View()) == (First,)
    assert raised_by(View().get) == raised_by(Child().get) == raised_by(View.get, View) == (Second, First)
    assert raised_by(View.make) == (First,)
    assert raised_by(View.get) == (Second,)  # a function does not know its class


def test_a_child_adds_to_what_its_bases_declare() -> None:
    @raises(First)
    class View: ...

    @raises(standard[503])
    class Mixin: ...

    @raises(Second)
    class Child(View, Mixin): ...

    assert raised_by(Child) == (Second, First, standard[503])
    assert raised_by(View) == (First,)


def test_several_objects_are_read_in_order() -> None:
    @raises(First)
    def handler() -> None: ...

    @raises(Second, First)
    def dependency() -> None: ...

    assert raised_by(handler, dependency, print) == (First, Second)
    assert raised_by(dependency, handler) == (Second, First)
    assert raised_by() == ()


def test_what_is_wrapped_is_found() -> None:
    @raises(First)
    def handler(size: int) -> int:
        return size

    @functools.wraps(handler)
    def wrapper(size: int) -> int:
        return handler(size)

    class Wrapper:
        __wrapped__ = staticmethod(wrapper)

    assert raised_by(functools.partial(functools.partial(handler), 1)) == (First,)
    assert raised_by(raises(Second)(wrapper)) == (Second, First)
    assert raised_by(handler) == (First,)
    assert raised_by(Wrapper()) == (Second, First)
    assert raised_by(raises(standard[503])(functools.partial(wrapper, 1))) == (standard[503], Second, First)


def test_a_wrapper_of_itself_does_no_harm() -> None:
    @raises(First)
    def handler() -> None: ...

    handler.__wrapped__ = handler  # type: ignore[attr-defined]
    assert raised_by(handler) == (First,)


def test_static_and_class_methods_are_marked_on_either_side_of_their_decorator() -> None:
    class View:
        @raises(First)
        @staticmethod
        def outside() -> None: ...

        @classmethod
        @raises(Second)
        def inside(cls) -> None: ...

    assert raised_by(View.outside) == (First,)
    assert raised_by(View.inside) == (Second,)


def test_an_instance_can_declare_for_itself() -> None:
    @raises(First)
    class Handler:
        def __call__(self) -> None: ...

    handler = raises(Second)(Handler())
    assert raised_by(handler) == (Second, First)
    assert raised_by(Handler()) == (First,)


@pytest.mark.parametrize("given", [print, "".join, int])
def test_what_cannot_keep_a_declaration_says_so(given: Any) -> None:
    with pytest.raises(DeclarationError, match="cannot keep a declaration") as caught:
        raises(First)(given)
    assert caught.value.code == "raises-nowhere"


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
