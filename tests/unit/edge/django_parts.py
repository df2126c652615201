"""Django without a project: settings for a while, and serializers and forms that need them."""

# mypy: disable-error-code="import-untyped, misc"
# Django and its REST framework bring no types.

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.functional import empty


@contextmanager
def django_settings() -> Iterator[None]:
    """Settings where there are none yet; gone afterwards, so that other tests can bring their own."""
    if settings.configured:
        yield
        return
    settings.configure(USE_I18N=False)
    from rest_framework.settings import api_settings  # noqa: PLC0415 - it reads the settings

    try:
        yield
    finally:
        held: Any = settings
        held._wrapped = empty
        api_settings.reload()


def _refuse(value: str) -> None:
    from django.core.exceptions import ValidationError  # noqa: PLC0415 - see above

    if value == "rose":
        raise ValidationError("Not in winter.", code="season")
    raise ValidationError("%(value)s is refused", code="refused", params={"value": value})


def serializer(data: Any, **options: Any) -> Any:
    from rest_framework import serializers  # noqa: PLC0415 - see above

    class Line(serializers.Serializer[Any]):
        count = serializers.IntegerField()

    class Everything(serializers.Serializer[Any]):
        count = serializers.IntegerField(required=False, min_value=3)
        name = serializers.CharField(required=False, max_length=3)
        choice = serializers.ChoiceField(choices=["red", "green"], required=False)
        several = serializers.MultipleChoiceField(choices=["red", "green"], required=False)
        form = serializers.RegexField(regex="^a$", required=False)
        at = serializers.DateTimeField(required=False)
        identity = serializers.UUIDField(required=False)
        price = serializers.DecimalField(max_digits=3, decimal_places=1, required=False)
        line = Line(required=False)
        lines = Line(many=True, required=False)
        items = serializers.ListField(child=serializers.IntegerField(), required=False)
        custom = serializers.CharField(validators=[_refuse], required=False)

        def validate(self, attrs: Any) -> Any:
            document: Any = self.initial_data
            if document.get("whole"):
                raise serializers.ValidationError(f"not {document['whole']}")
            return attrs

    kind = Line if options else Everything
    return kind(data=data, **options)


def form(data: Any) -> Any:
    from django import forms  # noqa: PLC0415 - see above
    from django.core.exceptions import ValidationError  # noqa: PLC0415 - see above

    class Everything(forms.Form):
        count = forms.IntegerField(required=False, min_value=3)
        name = forms.CharField(required=False, max_length=3)
        choice = forms.ChoiceField(choices=[("red", "red")], required=False)
        several = forms.MultipleChoiceField(choices=[("red", "red")], required=False)
        form = forms.RegexField("^a$", required=False)
        at = forms.DateField(required=False)
        price = forms.DecimalField(max_digits=3, required=False)
        identity = forms.UUIDField(required=False)
        custom = forms.CharField(validators=[_refuse], required=False)
        needed = forms.CharField()

        def clean(self) -> None:
            if self.data.get("whole"):
                raise ValidationError(f"not {self.data['whole']}")

    return Everything(data)
