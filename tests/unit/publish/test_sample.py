"""Samples: a value made of a member's schema is one that the member can have."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Mapping
from typing import Any, Literal

import pytest

from failwell.declare.annotations import json_schema
from failwell.publish.sample import sample_value
from failwell.wire.values import convert


@pytest.mark.parametrize(
    "kind",
    [
        str,
        int,
        float,
        bool,
        Literal["b", "a"],
        list[int],
        Mapping[str, int],
        dt.datetime,
        dt.date,
        dt.time,
        dt.timedelta,
        uuid.UUID,
        decimal.Decimal,
        bytes,
    ],
)
def test_a_sample_is_a_value_of_the_type(kind: Any) -> None:
    convert(sample_value(json_schema(kind, where="a test")), kind)
