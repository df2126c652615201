"""The errors of Django's forms and of Django REST framework."""

# mypy: disable-error-code="import-untyped, misc"
# Django and its REST framework bring no types.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from failwell.edge.validation import failures_of
from tests.unit.edge import django_parts


@pytest.fixture(autouse=True, scope="module")
def _settings() -> Iterator[None]:
    with django_parts.django_settings():
        yield


SERIALIZER_CASES: list[tuple[Any, list[tuple[str, str, str]]]] = [
    ({"count": "hunter2"}, [("/count", "invalid", "has to be a valid integer")]),
    ({"count": None}, [("/count", "null", "may not be null")]),
    ({"count": 1}, [("/count", "min_value", "has to be >= 3")]),
    ({"name": "hunter2"}, [("/name", "max_length", "has to be of length <= 3")]),
    ({"name": ""}, [("/name", "blank", "may not be blank")]),
    ({"choice": "hunter2"}, [("/choice", "invalid_choice", "is none of the choices")]),
    ({"several": ["hunter2"]}, [("/several", "invalid_choice", "is none of the choices")]),
    ({"several": "hunter2"}, [("/several", "not_a_list", "has to be a list")]),
    ({"form": "hunter2"}, [("/form", "invalid", "has not the right form")]),
    ({"at": "hunter2"}, [("/at", "invalid", "has not the right form")]),
    ({"identity": "hunter2"}, [("/identity", "invalid", "has to be a valid UUID")]),
    ({"price": "12345.6"}, [("/price", "max_digits", "has to have at most 3 digits")]),
    ({"line": {"count": "hunter2"}}, [("/line/count", "invalid", "has to be a valid integer")]),
    ({"line": {}}, [("/line/count", "required", "is required")]),
    ({"line": "hunter2"}, [("/line", "invalid", "has to be an object")]),
    ({"lines": [{"count": 1}, {}]}, [("/lines/1/count", "required", "is required")]),
    ({"lines": {}}, [("/lines", "not_a_list", "has to be a list")]),
    ({"items": [1, "hunter2"]}, [("/items/1", "invalid", "has to be a valid integer")]),
    ({"custom": "hunter2"}, [("/custom", "refused", "is not valid")]),
    ({"custom": "rose"}, [("/custom", "season", "not in winter")]),
    ({"whole": "hunter2"}, [("", "invalid", "is not valid")]),
    ("hunter2", [("", "invalid", "has to be an object")]),
]


def _detail_of(serializer: Any) -> Exception:
    from rest_framework.exceptions import ValidationError  # noqa: PLC0415 - it reads Django's settings

    with pytest.raises(ValidationError) as caught:
        serializer.is_valid(raise_exception=True)
    error: Exception = caught.value
    return error


@pytest.mark.parametrize(("document", "expected"), SERIALIZER_CASES)
def test_each_error_of_a_serializer_has_its_code_and_words(
    document: Any, expected: list[tuple[str, str, str]]
) -> None:
    error = _detail_of(django_parts.serializer(document))
    found = failures_of(error, document=document)
    assert [(one.pointer, one.code, one.detail) for one in found] == expected
    assert [one.pointer for one in failures_of(error)] == [one[0] for one in expected]


def test_items_of_a_list_serializer_have_their_index() -> None:
    error = _detail_of(django_parts.serializer([{"count": 1}, {"count": "hunter2"}, 3], many=True))
    assert [one.pointer for one in failures_of(error)] == ["/1/count", "/2"]


def test_lists_of_mappings_are_read_as_they_were_written_before() -> None:
    from rest_framework.exceptions import ValidationError  # noqa: PLC0415 - it reads Django's settings

    error = ValidationError({"lines": [{}, {"count": ["Sold out."]}], "non_field_errors": ["No."]})
    assert [one.pointer for one in failures_of(error)] == ["/lines/1/count", ""]
    assert [one.pointer for one in failures_of(ValidationError("no"))] == [""]


def test_the_name_of_the_whole_is_the_settings() -> None:
    from django.test import override_settings  # noqa: PLC0415 - it reads Django's settings

    with override_settings(REST_FRAMEWORK={"NON_FIELD_ERRORS_KEY": "all"}):
        error = _detail_of(django_parts.serializer("hunter2"))
        assert [one.pointer for one in failures_of(error)] == [""]


FORM_CASES: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    ({"count": "hunter2"}, ("/count", "invalid", "has to be a whole number")),
    ({"count": 1}, ("/count", "min_value", "has to be >= 3")),
    ({"name": "hunter2"}, ("/name", "max_length", "has to be of length <= 3")),
    ({"choice": "hunter2"}, ("/choice", "invalid_choice", "is none of the choices")),
    ({"several": ["hunter2"]}, ("/several", "invalid_choice", "is none of the choices")),
    ({"several": "hunter2"}, ("/several", "invalid_list", "has to be a list")),
    ({"form": "hunter2"}, ("/form", "invalid", "has to be a valid value")),
    ({"at": "hunter2"}, ("/at", "invalid", "has to be a valid date")),
    ({"price": "12345"}, ("/price", "max_digits", "has to have at most 3 digits")),
    ({"identity": "hunter2"}, ("/identity", "invalid", "has to be a valid UUID")),
    ({"custom": "hunter2"}, ("/custom", "refused", "is not valid")),
    ({"custom": "rose"}, ("/custom", "season", "not in winter")),
    ({"whole": "hunter2"}, ("", "invalid", "is not valid")),
    ({"needed": ""}, ("/needed", "required", "is required")),
]


@pytest.mark.parametrize(("data", "expected"), FORM_CASES)
def test_each_error_of_a_form_has_its_code_and_words(
    data: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    form = django_parts.form({"needed": "yes", **data})
    assert not form.is_valid()
    (failure,) = failures_of(form)
    assert (failure.pointer, failure.code, failure.detail) == expected
    (bare,) = failures_of(form.errors)
    assert (bare.pointer, bare.code) == expected[:2]


def test_the_errors_of_a_form_that_came_as_form_data() -> None:
    data = QueryDict("several=red&several=hunter2&custom=hunter2")
    form = django_parts.form(data)
    assert not form.is_valid()
    found = failures_of(form.errors, document=data)
    assert [(one.pointer, one.code) for one in found] == [
        ("/several", "invalid_choice"),
        ("/custom", "refused"),
        ("/needed", "required"),
    ]
    assert failures_of(form) == found


def test_the_errors_of_models_and_of_validators_are_read_too() -> None:
    fields = {"name": ["Taken.", ValidationError("So.", code="so")], "__all__": ["No."]}
    found = failures_of(ValidationError(fields), document={"count": 1})
    assert [(one.pointer, one.code, one.detail) for one in found] == [
        ("/name", "invalid", "taken"),
        ("/name", "so", "so"),
        ("", "invalid", "no"),
    ]
    assert [one.detail for one in failures_of(ValidationError("no"))] == ["is not valid"]
    assert len(failures_of(ValidationError(["no", "no"]))) == 2


def test_a_code_made_of_the_value_is_not_shown() -> None:
    error = ValidationError(
        {"name": [ValidationError("no", code="not_hunter2"), ValidationError("no", code="ä ö")]}
    )
    assert [one.code for one in failures_of(error, document={"name": "hunter2"})] == ["invalid", "invalid"]


@pytest.mark.parametrize(
    "error", [ValidationError({}), ValidationError("%(name)s is no name", params={"other": 1})]
)
def test_what_django_itself_cannot_tell_is_still_an_invalid_input(error: ValidationError) -> None:
    assert [(one.pointer, one.code) for one in failures_of(error)] == [("", "invalid")]
