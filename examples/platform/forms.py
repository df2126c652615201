"""What people fill in."""

# mypy: allow-subclassing-any
from __future__ import annotations

from typing import Any

from django import forms

from examples.platform.plans import PLANS, euros


class _Email(forms.EmailField):
    """An address, as accounts have them: in lower case."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").lower()


class Nothing(forms.Form):
    """Only a button."""


class Token(forms.Form):
    """A button, for what was mailed."""

    token = forms.CharField(max_length=200, widget=forms.HiddenInput)


class Address(forms.Form):
    email = _Email()


class LogIn(forms.Form):
    email = _Email()
    password = forms.CharField(max_length=200, widget=forms.PasswordInput)


class NewPassword(Token):
    password = forms.CharField(min_length=8, max_length=200, widget=forms.PasswordInput)


class Plan(forms.Form):
    plan = forms.ChoiceField(
        choices=[(name, f"{plan.title}, {euros(plan.cents)} a month") for name, plan in PLANS.items()]
    )


class Payment(forms.Form):
    kind = forms.ChoiceField(choices=[("card", "Card"), ("transfer", "Transfer")])
    reference = forms.CharField(max_length=60, label="Card token, or name of the account's holder")


class Invoice(forms.Form):
    """The invoices that are open, to choose from."""

    invoice = forms.ChoiceField()

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["invoice"].choices = choices


class Limit(forms.Form):
    cents = forms.IntegerField(min_value=0, max_value=100_000_000, label="Cents a month")


class Credits(forms.Form):
    credits = forms.IntegerField(min_value=1, max_value=100_000)


class Key(forms.Form):
    name = forms.CharField(max_length=60)


class Message(forms.Form):
    email = _Email()
    message = forms.CharField(max_length=2_000, widget=forms.Textarea)
    request_id = forms.CharField(max_length=60, required=False, label="X-Request-Id")
