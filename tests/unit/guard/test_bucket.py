"""Declaring buckets."""

from __future__ import annotations

from typing import Any

import pytest

from failwell.exceptions import DeclarationError
from failwell.guard import Bucket


@pytest.mark.parametrize(
    ("per", "window"),
    [("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400), (90, 90), (0.25, 0.25), (10**6, 10**6)],
)
def test_a_window_is_a_word_or_a_number_of_seconds(per: Any, window: float) -> None:
    assert Bucket("token", 10, per=per).window == window


def test_capacity_is_the_limit_unless_a_burst_is_given() -> None:
    assert Bucket("token", 60, per="minute").capacity == 60
    assert Bucket("token", 60, per="minute", burst=10).capacity == 10
    assert Bucket("token", 60, per="minute", burst=100).capacity == 100


def test_a_unit_takes_whole_microseconds_rounded_up() -> None:
    assert Bucket("token", 7, per="second").interval == 142_858
    assert Bucket("token", 7, per="second").span == 7 * 142_858
    assert Bucket("token", 7, per="second", burst=2).span == 2 * 142_858


def test_buckets_are_frozen_and_equal_by_what_they_say() -> None:
    bucket = Bucket("token", 60, per="minute")
    assert bucket == Bucket("token", 60, per="minute")
    assert bucket != Bucket("token", 60, per="hour")
    with pytest.raises(AttributeError):
        bucket.limit = 61  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("name", ["", "a-b", "1st", "clé", "a b", "class", 'quote"', "a\n", None, 5, "cost"])
def test_a_name_must_serve_as_keyword(name: Any) -> None:
    with pytest.raises(DeclarationError, match="bucket") as caught:
        Bucket(name, 60, per="minute")
    assert caught.value.code == "bucket-name"
    assert caught.value.hint


@pytest.mark.parametrize("value", [-1, 1.0, float("nan"), True, "60"])
@pytest.mark.parametrize("argument", ["limit", "burst"])
def test_units_are_whole_numbers(argument: str, value: Any) -> None:
    arguments = {"limit": 60, "per": "minute", argument: value}
    with pytest.raises(DeclarationError) as caught:
        Bucket("token", **arguments)
    assert caught.value.code == f"bucket-{argument}"
    assert caught.value.where == "Bucket('token')"


def test_a_limit_of_none_is_refused() -> None:
    with pytest.raises(DeclarationError, match="limit is None"):
        Bucket("token", None, per="minute")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "per", ["week", "", 0, -1, 0.0, 1e-9, float("nan"), float("inf"), float("-inf"), True, None, [60]]
)
def test_a_window_is_positive_and_finite(per: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        Bucket("token", 1, per=per)
    assert caught.value.code == "bucket-per"


def test_more_than_one_unit_per_microsecond_cannot_be_counted() -> None:
    assert Bucket("token", 1_000_000, per="second").interval == 1
    with pytest.raises(DeclarationError) as caught:
        Bucket("token", 1_000_001, per="second")
    assert caught.value.code == "bucket-too-fine"


@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": 1, "per": 10**10},
        {"limit": 1, "per": 1e300},
        {"limit": 1, "per": 1e308},
        {"limit": 1, "per": 10**400},
        {"limit": 0, "per": 10**400},
        {"limit": 1, "per": "day", "burst": 2**40},
    ],
)
def test_a_bucket_refills_within_a_century(arguments: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError) as caught:
        Bucket("token", **arguments)
    assert caught.value.code == "bucket-too-long"


@pytest.mark.parametrize(
    ("argument", "value"), [("limit", 2**53), ("burst", 2**53), ("burst", 0), ("burst", True)]
)
def test_units_can_be_counted_in_every_store(argument: str, value: object) -> None:
    numbers: dict[str, Any] = {"limit": 1, "burst": 1, argument: value}
    with pytest.raises(DeclarationError) as caught:
        Bucket("token", per="day", **numbers)
    assert caught.value.code == f"bucket-{argument}"
