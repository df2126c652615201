"""`WWW-Authenticate` challenges (RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 9470, section 3)."""

from __future__ import annotations

from failwell.headers.fields import quoted

_NARROW = frozenset({"error", "error_description", "error_uri", "scope"})


def challenge(scheme: str = "Bearer", **parameters: str | int | None) -> str:
    """Writes one challenge: `challenge("Bearer", error="invalid_token")` is `Bearer error="invalid_token"`.

    For Bearer the parameters are those of RFC 6750: `realm`, `scope` (scopes with blanks between them),
    `error` (`invalid_request`, `invalid_token` or `insufficient_scope`), `error_description`, `error_uri`. To
    ask for a stronger or newer login, those of RFC 9470: the error `insufficient_user_authentication` with
    `acr_values` (with blanks between them), `max_age` (seconds since the login, a number), or both.

    Args:
        scheme: the authentication scheme.
        parameters: its parameters. None leaves one out. Quotes and backslashes are escaped; where RFC 6750
            allows neither, quotes become single ones and any other such character a question mark.
    """
    written = ", ".join(
        f"{name}={quoted(_narrowed(value) if name in _NARROW else value)}"
        for name, value in ((name, str(value)) for name, value in parameters.items() if value is not None)
    )
    return f"{scheme} {written}".rstrip()


def challenges(*each: str) -> str:
    """Several challenges as the value of one field, the one that the server likes best first.

    A client takes the strongest that it knows (RFC 9110, section 11.6.1).

    Args:
        each: challenges, as `challenge` writes them.
    """
    return ", ".join(filter(None, each))


def _narrowed(value: str) -> str:
    """A value of what RFC 6750 (section 3) allows: ASCII that can be seen, without quotes and backslashes."""
    if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
        return value
    mended = value.replace('"', "'")
    return "".join(char if " " <= char <= "~" and char != "\\" else "?" for char in mended)
