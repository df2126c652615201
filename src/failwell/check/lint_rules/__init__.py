"""The rules of `failwell lint`: quality of one catalog. One file each."""

from __future__ import annotations

__all__: list[str] = []  # rules are found by their files: failwell.check.rule.rules_of
