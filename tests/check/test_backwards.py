"""A change that is taken back is found by the mirror of the rule that found it."""

from __future__ import annotations

import pytest

from failwell.check import diff_apis
from failwell.check.diff import DIFF_RULES
from tests.check.fixtures import api, fixture

MIRRORED = [one.id for one in DIFF_RULES.values() if one.mirror]


@pytest.mark.parametrize("rule", MIRRORED)
def test_a_fixture_taken_backwards_is_found_by_the_mirror(rule: str) -> None:
    one = fixture(rule)
    found = {finding.rule for finding in diff_apis(api(one.after), api(one.before)).findings}
    assert DIFF_RULES[rule].mirror in found
