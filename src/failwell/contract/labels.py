"""The words that a page puts around an occurrence, in the languages in which they are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from failwell.declare.record import Retry
from failwell.headers import lookup


class Labels(NamedTuple):
    """The words in one language.

    Attributes:
        language: its tag.
        what_to_do: heading of the way out.
        details: heading of the facts.
        code: of the code.
        status: of the HTTP status.
        request_id: of the request id.
        about: text of the link to the type's page.
        retry: what each retry word means to a person, as a sentence.
        wait_one: the sentence that says to wait one second.
        wait: the one for more, with `{}` for their number.
        wait_until: the one for an instant, with `{}` for it.
    """

    language: str
    what_to_do: str
    details: str
    code: str
    status: str
    request_id: str
    about: str
    retry: Mapping[Retry, str]
    wait_one: str
    wait: str
    wait_until: str


_ENGLISH = Labels(
    language="en",
    what_to_do="What to do",
    details="Details",
    code="Code",
    status="Status",
    request_id="Request id",
    about="About this error",
    retry={
        Retry.NEVER: "Trying again does not help.",
        Retry.LATER: "Try again later.",
        Retry.AFTER_ACTION: "Trying again helps only after another step.",
        Retry.AFTER_CHANGE: "Trying again helps only with a changed request.",
    },
    wait_one="Try again in 1 second.",
    wait="Try again in {} seconds.",
    wait_until="Try again after {}.",
)
_GERMAN = Labels(
    language="de",
    what_to_do="Was hilft",
    details="Einzelheiten",
    code="Code",
    status="Status",
    request_id="Anfrage-ID",
    about="Mehr zu diesem Fehler",
    retry={
        Retry.NEVER: "Ein neuer Versuch hilft nicht.",
        Retry.LATER: "Bitte später noch einmal versuchen.",
        Retry.AFTER_ACTION: "Ein neuer Versuch hilft erst nach einem anderen Schritt.",
        Retry.AFTER_CHANGE: "Ein neuer Versuch hilft nur mit einer geänderten Anfrage.",
    },
    wait_one="Bitte in 1 Sekunde noch einmal versuchen.",
    wait="Bitte in {} Sekunden noch einmal versuchen.",
    wait_until="Bitte nach {} noch einmal versuchen.",
)
LABELS = (_ENGLISH, _GERMAN)
"""All of them; the first stands in for languages that are not there."""

_BY_LANGUAGE = {labels.language: labels for labels in LABELS}


def labels_in(language: str) -> Labels:
    """The words in a language (`de` for `de-CH`), or else in English.

    Args:
        language: a language tag (RFC 5646).
    """
    return _BY_LANGUAGE[lookup((language,), tuple(_BY_LANGUAGE)) or _ENGLISH.language]
