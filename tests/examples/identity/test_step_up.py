from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from examples.identity.step_up import StepUp, code_at

STEP_UP = StepUp(issuer="Browsers", fresh_seconds=300)
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"


@pytest.mark.parametrize(
    ("now", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_codes_are_those_of_rfc_6238(now: int, code: str) -> None:
    """Appendix B, of eight digits the last six."""
    assert code_at(SEED, now) == code
    assert STEP_UP.verified_step(SEED, code, now, None) == now // 30


def test_a_code_is_taken_a_step_before_and_after_and_no_further() -> None:
    code, step = code_at(SEED, 3_000), 100
    taken = {now: STEP_UP.verified_step(SEED, code, now, None) for now in (2_969, 2_970, 3_059, 3_060)}
    assert taken == {2_969: None, 2_970: step, 3_059: step, 3_060: None}


def test_a_code_is_taken_once_and_an_older_one_never_again() -> None:
    older, newer = code_at(SEED, 2_970), code_at(SEED, 3_000)
    step = STEP_UP.verified_step(SEED, newer, 3_000, None)
    assert STEP_UP.verified_step(SEED, newer, 3_001, step) is None
    assert STEP_UP.verified_step(SEED, older, 3_001, step) is None
    assert STEP_UP.verified_step(SEED, code_at(SEED, 3_030), 3_030, step) == 101


@pytest.mark.parametrize(
    "code", ["", "000000", "28708", "2870822", "\uff12\uff18\uff17\uff10\uff18\uff12", "abcdef"]
)
def test_other_words_are_not_taken(code: str) -> None:
    assert STEP_UP.verified_step(SEED, code, 59, None) is None


def test_a_confirmation_is_fresh_for_exactly_as_long_as_was_said() -> None:
    assert STEP_UP.is_fresh(1_000, 1_299)
    assert not STEP_UP.is_fresh(1_000, 1_300)
    assert not STEP_UP.is_fresh(None, 1_000)


def test_an_app_is_set_up_by_a_uri() -> None:
    secret = STEP_UP.new_secret()
    uri = urlsplit(STEP_UP.uri(secret, "ada@mail.example"))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query) == {"secret": [secret], "issuer": ["Browsers"]}
    assert len(secret) == 32
