"""The words that a page puts around an occurrence."""

from __future__ import annotations

import pytest

from failwell import Retry
from failwell.contract.labels import LABELS, Labels, labels_in


@pytest.mark.parametrize(
    ("language", "found"),
    [("en", "en"), ("en-GB", "en"), ("de", "de"), ("DE-ch-1996", "de"), ("fr", "en"), ("den", "en")],
)
def test_a_language_has_its_words_or_those_in_english(language: str, found: str) -> None:
    assert labels_in(language).language == found


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: labels.language)
def test_every_language_has_every_word(labels: Labels) -> None:
    assert labels.retry.keys() == set(Retry)
    assert all(labels.retry.values())
    assert all(labels)
    assert "{}" in labels.wait
    assert "{}" in labels.wait_until
    assert "{}" not in labels.wait_one
