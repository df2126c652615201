"""Checks that keep an API's errors from drifting: `lint` for one state of a catalog, `diff` for two.

A rule is a file; what it finds is a `Finding`, and what comes out is a `Report`.
"""

from __future__ import annotations

from failwell.check.api import Api
from failwell.check.diff import Bump, diff_apis, version_bump
from failwell.check.lint import lint_api
from failwell.check.places import places_of
from failwell.check.report import Report, Waived
from failwell.check.settings import SettingsFile, read_settings

__all__ = [
    "Api",
    "Bump",
    "Report",
    "SettingsFile",
    "Waived",
    "diff_apis",
    "lint_api",
    "places_of",
    "read_settings",
    "version_bump",
]
