"""`WWW-Authenticate` challenges."""

from __future__ import annotations

import pytest

from failwell.headers import challenge, challenges


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (challenge(), "Bearer"),
        (challenge("Basic", realm="drops"), 'Basic realm="drops"'),
        (challenge(realm="drops", error="invalid_token"), 'Bearer realm="drops", error="invalid_token"'),
        (challenge(acr_values="mfa", max_age="60"), 'Bearer acr_values="mfa", max_age="60"'),
        (challenge(error="insufficient_scope", scope="drops:read drops:write"),
         'Bearer error="insufficient_scope", scope="drops:read drops:write"'),
        (challenge(error="insufficient_user_authentication", acr_values="urn:mfa urn:hw", max_age=0),
         'Bearer error="insufficient_user_authentication", acr_values="urn:mfa urn:hw", max_age="0"'),
        (challenge("DPoP", realm=None, error="invalid_token", algs="ES256"),
         'DPoP error="invalid_token", algs="ES256"'),
        (challenge(realm='say "a\\b"'), 'Bearer realm="say \\"a\\\\b\\""'),
    ],
)  # fmt: skip
def test_a_challenge_is_a_scheme_and_quoted_parameters(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('the "token" expired', "the 'token' expired"),
        ("a\\b", "a?b"),
        ("line\r\nSet-Cookie: a=1", "line??Set-Cookie: a=1"),
        ("größer", "gr??er"),
    ],
)
def test_what_rfc_6750_does_not_allow_is_replaced(text: str, written: str) -> None:
    """Its parameters take neither quotes nor backslashes, not even escaped ones."""
    assert challenge(error_description=text) == f'Bearer error_description="{written}"'
    assert challenge(scope=text) == f'Bearer scope="{written}"'


def test_several_challenges_are_one_list() -> None:
    login = challenge("DPoP", algs="ES256"), challenge(error="invalid_token")
    assert challenges(*login) == 'DPoP algs="ES256", Bearer error="invalid_token"'
    assert challenges(challenge("Basic", realm="a"), "") == 'Basic realm="a"'
    assert challenges() == ""
