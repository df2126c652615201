"""`retry` never contradicts `retryable`: what a response says of retrying counts for both."""

from __future__ import annotations

import pytest

from failwell.contract import Contract
from failwell.declare import Retry
from failwell.source import read_document


def contract(retry: str, **words: object) -> Contract:
    problem = {"code": "busy", "status": [409], "title": "Busy", "retry": retry, **words}
    head = {"failwell": 1, "name": "shop", "base": "https://errors.shop.example/", "dialect": "problem"}
    return read_document({**head, "problems": [problem]})


def told(known: Contract, code: str, said: str) -> tuple[Retry, bool]:
    body = f'{{"code":"{code}","status":409,"title":"Busy"{said}}}'.encode()
    problem = known.parse(409, (("Content-Type", "application/problem+json"),), body)
    assert problem.code == code
    return problem.retry, problem.retryable


@pytest.mark.parametrize(
    ("retry", "said", "expected"),
    [
        ("never", ',"retryable":true', (Retry.LATER, True)),
        ("after_action", ',"retryable":true', (Retry.LATER, True)),
        ("later", ',"retryable":false', (Retry.NEVER, False)),
        ("after_change", ',"retryable":false', (Retry.AFTER_CHANGE, False)),
        ("later", ',"retryable":true', (Retry.LATER, True)),
        ("later", "", (Retry.LATER, True)),
        ("never", "", (Retry.NEVER, False)),
        ("never", ',"retryable":"yes"', (Retry.NEVER, False)),
    ],
)
def test_what_a_response_says_of_retrying_counts_for_both(
    retry: str, said: str, expected: tuple[Retry, bool]
) -> None:
    assert told(contract(retry), "busy", said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (',"retryable":true', (Retry.LATER, True)),
        (',"retryable":false', (Retry.AFTER_CHANGE, False)),
        ("", (Retry.AFTER_CHANGE, False)),
    ],
)
def test_it_counts_for_codes_that_nobody_knows(said: str, expected: tuple[Retry, bool]) -> None:
    assert told(contract("never"), "unheard_of", said) == expected


def test_a_type_that_states_otherwise_keeps_its_own_word() -> None:
    """Here the catalog itself says both; a response that repeats it changes nothing."""
    stated = contract("after_change", retryable=True)
    assert told(stated, "busy", ',"retryable":true') == (Retry.AFTER_CHANGE, True)
    assert told(stated, "busy", "") == (Retry.AFTER_CHANGE, True)
