"""`WWW-Authenticate` challenges."""

from __future__ import annotations

import pytest

from failwell.headers import challenge


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (challenge(), "Bearer"),
        (challenge("Basic", realm="drops"), 'Basic realm="drops"'),
        (challenge(realm="drops", error="invalid_token"), 'Bearer realm="drops", error="invalid_token"'),
        (challenge(acr_values="mfa", max_age="60"), 'Bearer acr_values="mfa", max_age="60"'),
        (challenge(realm='say "a\\b"'), 'Bearer realm="say \\"a\\\\b\\""'),
    ],
)
def test_a_challenge_is_a_scheme_and_quoted_parameters(written: str, expected: str) -> None:
    assert written == expected
