"""Names of members that hold what not everybody may see, and values that look like it."""

from __future__ import annotations

import re

from failwell.check.facts.names import words_of

_PERSONAL = frozenset((
    "birth_date", "birthday", "card_holder", "client_ip", "contact_email", "customer_email",
    "customer_name", "customer_phone", "date_of_birth", "dob", "email", "email_address", "emails",
    "family_name", "first_name", "full_name", "given_name", "home_address", "iban", "ip", "ip_addr",
    "ip_address", "last_name", "mail", "mobile_number", "national_id", "passport", "passport_number",
    "phone", "phone_number", "postal_address", "recipient_email", "remote_addr", "remote_ip",
    "sender_email", "social_security_number", "source_ip", "ssn", "street", "street_address", "surname",
    "tax_id", "user_email", "user_ip", "user_name", "username",
))  # fmt: skip
_SECRET = frozenset((
    "access_key", "access_token", "api_key", "api_secret", "api_token", "apikey", "auth_token",
    "authorization", "bearer", "bearer_token", "card_number", "client_secret", "cookie", "credit_card",
    "credit_card_number", "csrf_token", "cvc", "cvv", "id_token", "jwt", "one_time_code", "otp",
    "passcode", "passphrase", "passwd", "password", "pin", "private_key", "pwd", "refresh_token",
    "reset_token", "secret", "secret_key", "session_cookie", "session_token", "signing_key", "token",
    "totp_secret", "user_password", "webhook_secret",
))  # fmt: skip

_SECRET_VALUES = (
    ("sk_live_", re.compile(r"\bsk_live_[A-Za-z0-9]{16,}")),
    ("rk_live_", re.compile(r"\brk_live_[A-Za-z0-9]{16,}")),
    ("gh", re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}")),
    ("github_pat_", re.compile(r"\bgithub_pat_[A-Za-z0-9_]{50,}")),
    ("glpat-", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}")),
    ("AKIA", re.compile(r"\bAKIA[A-Z2-7]{16}\b(?<!EXAMPLE)")),
    ("AIza", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    ("xox", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{20,}")),
    ("eyJ", re.compile(r"\beyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,}")),
    ("PRIVATE KEY-", re.compile(r"-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY-----")),
)
"""Literal parts, and the whole forms, of keys whose issuers made them to be recognised."""


def is_personal_name(name: str) -> bool:
    """Whether values under this name tell who somebody is, or how to reach them."""
    return "_".join(words_of(name)) in _PERSONAL


def is_secret_name(name: str) -> bool:
    """Whether values under this name let whoever has them act as somebody else."""
    return "_".join(words_of(name)) in _SECRET


def secret_in(text: str) -> str:
    """The beginning of the first secret in a text; empty if there is none."""
    for part, pattern in _SECRET_VALUES:
        if part in text:
            found = pattern.search(text)
            if found is not None:
                return f"{found[0][:12]}…"
    return ""
