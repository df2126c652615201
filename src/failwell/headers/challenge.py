"""`WWW-Authenticate` challenges (RFC 9110, section 11.6.1; RFC 6750, section 3)."""

from __future__ import annotations

from failwell.headers.fields import quoted


def challenge(scheme: str = "Bearer", **parameters: str) -> str:
    """Writes one challenge: `challenge("Bearer", error="invalid_token")` is `Bearer error="invalid_token"`.

    Args:
        scheme: the authentication scheme.
        parameters: for Bearer those of RFC 6750 (`realm`, `scope`, `error`, `error_description`), for
            step-up also those of RFC 9470 (`acr_values`, `max_age`). Quotes and backslashes are escaped.
    """
    written = ", ".join(f"{name}={quoted(value)}" for name, value in parameters.items())
    return f"{scheme} {written}".rstrip()
