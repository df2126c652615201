"""What codes mean: the same in other words, or something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.check.facts.meanings import meaning_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("invalid_token", "token-invalid"),
        ("invalid_token", "BAD_TOKEN"),
        ("OrderNotFound", "no_such_order"),
        ("email_exists", "email_already_registered"),
        ("quota_exceeded", "quotas_reached"),
        ("access_denied", "access_not_allowed"),
        ("rate_limited", "too_many_requests"),
        ("order_error", "order"),
        ("incorrect_cvc", "wrong_cvc"),
    ],
)
def test_synonyms_mean_the_same(one: str, other: str) -> None:
    assert meaning_of(one) == meaning_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("token_missing", "token_unknown"),
        ("draft_not_published", "published_not_draft"),
        ("transfer_from_plan", "plan_transfer_from"),
        ("email_taken", "email_pending"),
        ("cart_expired", "card_expired"),
        ("a1", "a2"),
        ("address_missing", "addresses_unknown"),
        ("unknown_error", "not_found"),
        ("incorrect_cvc", "invalid_cvc"),
    ],
)
def test_other_codes_do_not(one: str, other: str) -> None:
    assert meaning_of(one) != meaning_of(other)


@given(st.from_regex(r"\A[A-Za-z][A-Za-z0-9_.\-]{0,62}\Z"))
def test_each_code_means_something(code: str) -> None:
    assert meaning_of(code)
    assert meaning_of(code) == meaning_of(code)
