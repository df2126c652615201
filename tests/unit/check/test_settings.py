"""`failwell.toml`: what a team decides, and errors with the line where it says what does not exist."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from failwell.check import read_settings
from failwell.check.lint import LINT_RULES
from failwell.check.settings import Settings
from failwell.exceptions import SourceError
from failwell.finding import Place, Severity

WHOLE = """\
[check]
fail-on = "warning"

[check.severity]
title-with-period = "off"

[[check.waivers]]
rule = "title-with-period"
subject = "quota_exceeded"
reason = "it is a brand"
expires = 2027-03-31

[other-tool]
x = 1
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "failwell.toml"
    path.write_text(text, "utf-8")
    return path


def test_what_a_team_decided_is_read_with_the_lines_of_its_waivers(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE)
    given = read_settings(path, LINT_RULES)
    assert given.settings.fail_on is Severity.WARNING
    assert given.settings.severity == {"title-with-period": "off"}
    assert given.settings.waivers[0].expires == date(2027, 3, 31)
    assert given.waiver_places == [Place(str(path), 7)]


@pytest.mark.parametrize("text", ["", "[other]\nx = 1\n", None])
def test_a_team_need_not_decide_anything(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "failwell.toml" if text is None else written(tmp_path, text)
    assert read_settings(path, LINT_RULES).settings == Settings()


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("[check", "bad-settings", "cannot be read"),
        ("[check]\nfailon = 'error'\n", "bad-settings", "failon"),
        ("[check]\nfail-on = 'fatal'\n", "bad-settings", "fatal"),
        ("[check.severity]\ntitle-with-period = 'loud'\n", "bad-settings", "loud"),
        ("[[check.waivers]]\nrule = 'title-with-period'\n", "bad-settings", "subject"),
        ("[check]\nwaivers = 3\n", "bad-settings", "waivers"),
        ("check = 3\n", "bad-settings", "int"),
    ],
)
def test_settings_that_cannot_be_read_are_refused(tmp_path: Path, text: str, code: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        read_settings(path, LINT_RULES)
    assert caught.value.code == code
    assert said in caught.value.what
    assert caught.value.where.startswith(str(path))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        (WHOLE.replace("expires = 2027-03-31\n", ""), 7, "expires"),
        (WHOLE.replace('"off"', '"of"'), 5, "off"),
        (WHOLE.replace('"warning"', '"fatal"'), 1, "fail-on"),
    ],
)
def test_what_is_wrong_is_shown_on_its_line_with_the_words_that_go(
    tmp_path: Path, text: str, line: int, hint: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        read_settings(path, LINT_RULES)
    assert caught.value.where == f"{path}:{line}"
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[check.severity]\ntitle-with-priod = 'off'\n", 2),
        (WHOLE.replace('rule = "title-with-period"', 'rule = "title-with-priod"'), 7),
    ],
)
def test_an_unknown_rule_is_refused_with_its_line_and_the_one_that_was_meant(
    tmp_path: Path, text: str, line: int
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        read_settings(path, LINT_RULES)
    assert caught.value.where == f"{path}:{line}"
    assert caught.value.hint == "did you mean title-with-period?"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "failwell.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="cannot be read"):
        read_settings(path, LINT_RULES)
