"""What holds for every form of a report, and what each is read by."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import hypothesis.strategies as st
import pytest
from hypothesis import example, given
from jsonschema import Draft4Validator  # type: ignore[import-untyped]
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from rich.text import Text

from failwell.check import Report
from failwell.check.output import (
    FORMATS,
    Look,
    to_github,
    to_json,
    to_junit,
    to_markdown,
    to_sarif,
    to_terminal,
)
from failwell.check.output.characters import visible, xml_text
from failwell.check.output.markdown import as_code, as_text
from failwell.check.output.wording import summary
from failwell.finding import Finding, Severity
from tests.unit.check.reports import DIFF, HOSTILE, LINT, diff_report, finding, hostile_report, lint_report

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "tests/foreign/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
NOTHING = Report("lint errors.py", [], checked=1, rules=("title-with-period",))

ALL = pytest.mark.parametrize("form", FORMATS)


# ------------------------------------------------------------------------------------------- every form


@ALL
def test_every_form_names_every_finding(form: str) -> None:
    for report, rules in ((lint_report(), LINT), (diff_report(), DIFF)):
        text = FORMATS[form](report, rules, Look())
        assert text.endswith("\n")
        assert [one.rule for one in report.findings if one.rule not in text] == []


@ALL
def test_every_form_tells_a_report_without_findings(form: str) -> None:
    assert "error:" not in FORMATS[form](NOTHING, {}, Look())


@ALL
def test_every_form_of_a_diff_tells_the_version_it_calls_for(form: str) -> None:
    assert "major" in FORMATS[form](diff_report(), DIFF, Look())
    assert "major" not in FORMATS[form](lint_report(), LINT, Look())


@ALL
def test_no_form_lets_a_control_character_through(form: str) -> None:
    text = FORMATS[form](hostile_report(), DIFF, Look())
    assert [hex(ord(one)) for one in text if one != "\n" and (ord(one) < 32 or 127 <= ord(one) < 160)] == []
    assert re.findall("[\u202a-\u202e\ud800-\udfff\ufffe]", text) == []
    text.encode("utf-8")


def test_the_summary_counts_what_there_is() -> None:
    assert summary(lint_report()) == "1 error, 1 warning, 1 note in 22 problem types; 1 waived"
    assert summary(NOTHING) == "no findings in 1 problem type"


def test_a_text_is_shown_with_its_controls_named() -> None:
    assert visible("a\x1b[2Jb\nc\u202e\ud800 ü 漢") == "a\\x1b[2Jb\\nc\\u202e\\ud800 ü 漢"
    assert xml_text("a\x00b\ufffe\nc") == "a\\x00b\\ufffe\nc"


# --------------------------------------------------------------------------------------------- terminal


def test_a_terminal_shows_place_rule_subject_line_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "errors.py").write_text("\n\n\n\tstatus=422,  \x1b[31m\n")
    told = to_terminal(Report("diff", [finding("status-changed")], checked=1), DIFF)
    assert told == (
        "errors.py:4: error status-changed (cart_full)\n"
        "    the status changed from 409 to 422\n"
        "    4 |     status=422,  \\x1b[31m\n"
        "    To mend it: keep it as it was\n"
        "\n"
        "1 error in 1 problem type\n"
        "Suggested version: major\n"
    )


def test_colours_change_nothing_but_the_colour() -> None:
    plain, colored = (to_terminal(lint_report(), LINT, Look(colors=colors)) for colors in (False, True))
    assert "\x1b[1;31merror\x1b[0m" in colored
    assert Text.from_ansi(colored).plain.splitlines() == plain.splitlines()


# ------------------------------------------------------------------------------------------------- JSON


def test_json_has_a_version_and_what_does_not_apply_is_absent() -> None:
    document = json.loads(to_json(diff_report(), DIFF))
    assert list(document) == ["failwell_report", "title", "checked", "counts", "bump", "findings", "waived"]
    assert document["failwell_report"] == 1
    assert document["counts"] == {"error": 2, "warning": 2, "info": 2}
    assert document["findings"][0] == {
        "rule": "status-changed",
        "severity": "error",
        "area": DIFF["status-changed"].area,
        "profile": "wire",
        "subject": "cart_full",
        "message": "the status changed from 409 to 422",
        "remedy": "keep it as it was",
        "arguments": {"before": 409},
        "file": "errors.py",
        "line": 4,
        "fingerprint": finding("status-changed").fingerprint,
    }
    assert document["waived"][0]["reason"] == "never sent"
    assert "profile" not in json.loads(to_json(lint_report(), LINT))["findings"][0]
    assert "null" not in to_json(lint_report(), LINT)


# ------------------------------------------------------------------------------------------------ SARIF


@pytest.mark.parametrize("report", [lint_report(), diff_report(), hostile_report(), NOTHING])
def test_sarif_is_valid_by_the_schema(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text())
    rules = DIFF if report.title.startswith("diff") else LINT
    validator = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)
    log = json.loads(to_sarif(report, rules))
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)] == []


def test_sarif_has_rules_with_help_places_fingerprints_and_suppressions() -> None:
    run: dict[str, Any] = json.loads(to_sarif(diff_report(), DIFF))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) == len(DIFF) - 1  # that about expired waivers found nothing, and is not asked by name
    first, *_, waived = run["results"]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "status-changed"
    assert rules[first["ruleIndex"]]["help"]["markdown"] == DIFF["status-changed"].docs
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "errors.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4},
    }
    assert first["partialFingerprints"] == {"failwell/v1": finding("status-changed").fingerprint}
    assert waived["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "never sent"}
    ]
    assert all("suppressions" not in result for result in run["results"][:-1])


# ----------------------------------------------------------------------------------------------- GitHub


def test_github_gets_one_command_per_line() -> None:
    *commands, told = to_github(lint_report(), LINT).splitlines()
    mend = "%0ATo mend it: keep it as it was"
    assert commands == [
        f"::error file=errors.py,line=4,title=status-unregistered cart_full::it is unknown{mend}",
        f"::warning file=errors.py,line=4,title=title-with-period shop_closed::it ends{mend}",
        f"::notice title=prose-missing::nothing is said{mend}",
    ]
    assert told == summary(lint_report())


def test_github_gets_no_command_of_a_catalog() -> None:
    bad = finding("status-changed", subject="a,b:c%0A::error::x", message="50%\n::error::y")
    command, _ = to_github(Report("diff", [bad]), DIFF).splitlines()
    assert "title=status-changed a%2Cb%3Ac%250A%3A%3Aerror%3A%3Ax::50%25\\n::error::y%0A" in command
    assert len(to_github(hostile_report(), DIFF).splitlines()) == 2


# ------------------------------------------------------------------------------------------------ JUnit


def _suite(text: str) -> Any:
    return next(iter(JUnitXml.fromstring(text.encode())))


def test_junit_has_a_test_case_per_rule_and_fails_as_the_command_does() -> None:
    suite = _suite(to_junit(diff_report(), DIFF))
    assert (suite.tests, suite.failures) == (len(DIFF) - 1, 2)
    cases = {case.name: case for case in suite}
    failed = cases["status-changed"]
    assert failed.classname == f"failwell.{DIFF['status-changed'].area}"
    assert failed.result[0].message == "1 finding"
    assert failed.result[0].text.startswith(
        "errors.py:4: error cart_full: the status changed from 409 to 422\n"
    )
    assert not cases["code-added-to-operation"].result
    assert cases["code-added-to-operation"].system_out.startswith("errors.py:4: warning POST /cart: ")
    assert "waived: " in cases["member-removed"].system_out
    assert _suite(to_junit(diff_report(), DIFF, Look(Severity.WARNING))).failures == 4
    assert _suite(to_junit(diff_report(), DIFF, Look(None))).failures == 0


def test_junit_is_xml_whatever_the_texts_are() -> None:
    text = to_junit(hostile_report(), DIFF)
    root = ET.parse(BytesIO(text.encode())).getroot()
    assert root.tag == "testsuites"
    assert "\\x1b]0;owned" in (root.findtext(".//failure") or "")


# --------------------------------------------------------------------------------------------- Markdown


def test_markdown_tells_whom_a_change_breaks() -> None:
    told = to_markdown(diff_report(), DIFF)
    headings = [line for line in told.splitlines() if line.startswith("#")]
    assert headings == [
        "## Errors: this change breaks clients",
        "### Breaks clients",
        "### May break clients",
        "### Safe",
        "### Documentation",
        "### Waivers",
        "### Waived",
    ]
    assert told.startswith("<!-- failwell: diff -->\n")
    assert "Suggested version: **major**." in told
    assert (
        "- `cart_full`\n"
        "  - The status changed from 409 to 422. (`status-changed`, `errors.py:4`)\n"
        "    Concerns whoever reads the response. To mend it: keep it as it was.\n"
        "  - The type changed. (`member-type-changed`, `errors.py:4`)\n"
    ) in told
    assert "Waived: never sent" in told


@pytest.mark.parametrize(
    ("found", "heading"),
    [
        ([finding("code-added-to-operation", Severity.WARNING)], "this change may break clients"),
        ([finding("code-added", Severity.INFO)], "this change is safe for clients"),
        ([finding("prose-changed", Severity.ERROR)], "this change is safe for clients"),
        ([], "nothing has changed"),
    ],
)
def test_the_heading_tells_the_worst(found: list[Finding], heading: str) -> None:
    assert f"## Errors: {heading}\n" in to_markdown(Report("diff", found, rules=("code-added",)), DIFF)


def test_markdown_folds_long_lists_and_fits_into_a_comment() -> None:
    def told(count: int) -> str:
        found = [finding("status-changed", subject=f"code_{n}", message="x" * 500) for n in range(count)]
        return to_markdown(Report("diff", found), DIFF)

    assert "<details>" not in told(10)
    assert told(11).count("<details><summary>All 11</summary>\n\n- `code_0`") == 1
    assert len(told(3000)) < 65_536
    assert "more" in told(3000)


def test_markdown_shows_texts_and_obeys_none() -> None:
    """Read by a renderer that allows HTML and makes links of addresses, as GitHub does."""
    told = to_markdown(hostile_report(), DIFF)
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    tokens = [*parser.parse(told)]
    inner = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in (*tokens, *inner)}
    assert kinds & {"link_open", "image", "html_inline", "em_open"} == set()
    assert [token.content for token in tokens if token.type == "html_block"] == ["<!-- failwell: diff -->\n"]
    texts = [child.content for child in inner if child.type == "text"]
    assert [text for text in texts if re.search(r"[@#][\w]|https?://\w|www\.\w", text)] == []
    assert any("](https://" in text.replace("\u200b", "") for text in texts)


def test_markdown_keeps_code_in_its_fence() -> None:
    told = to_markdown(Report("diff", [finding("status-changed", subject="a`b``c")]), DIFF)
    assert "- ```a`b``c```: The status" in told
    assert HOSTILE not in told


# ------------------------------------------------------------------------------------------- any text

HARMFUL = st.text(st.sampled_from("`*_<>[]()!&#@|~\\:/.-=+$\"' \n\t\x1b\x00\u202eab1;hw") | st.characters())


def _plain(markdown: str) -> str:
    """What a reader sees of one line of text; fails on anything that is more than text."""
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special", "code_inline"}
    return "".join(child.content for child in children)


@example(text=".__x__.")
@given(HARMFUL)
def test_any_text_is_shown_by_markdown_as_it_is(text: str) -> None:
    shown = _plain(f"x: {as_text(text)}.")
    assert shown.replace("\u200b", "") == f"x: {visible(text)}."


@given(HARMFUL.filter(bool))
def test_any_text_is_shown_as_code_as_it_is(text: str) -> None:
    assert _plain(f"x {as_code(text)} x") == f"x {visible(text)} x"


@given(HARMFUL, HARMFUL)
def test_any_text_is_one_command_for_github_and_xml_for_junit(subject: str, message: str) -> None:
    report = Report("diff", [finding("status-changed", subject=subject, message=message)])
    command, _ = to_github(report, DIFF).splitlines()
    head, _, data = command.removeprefix("::error ").partition("::")
    assert [word.partition("=")[0] for word in head.split(",")] == ["file", "line", "title"]
    assert unquote(data).startswith(visible(message))
    failure = next(ET.fromstring(to_junit(report, DIFF)).iter("failure"))
    assert visible(message) in (failure.text or "")
