"""The rules of `failwell diff`: what a change means for those who have the API as it was. One file each."""

from __future__ import annotations

__all__: list[str] = []  # rules are found by their files: failwell.check.rule.rules_of
