"""What the plugin does while a contract is watched: fails tests, counts codes, tells both at the end."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any, Literal

import pytest

from failwell.contract import Contract
from failwell.exceptions import FailwellError, one_of
from failwell.finding import Finding
from failwell.source import load_contract
from failwell.testing.examination import RULES
from failwell.testing.watch import CRASHED, Level, Watch

_OUTPUT = "failwell"
"""Where a worker of pytest-xdist leaves its counts for the controller."""


class Session:
    """The hooks of a session in which contracts are watched."""

    def __init__(self, config: pytest.Config, watch: Watch) -> None:
        """Reads the options and loads the contracts.

        Raises:
            pytest.UsageError: for an option that cannot be followed, or a contract that cannot be loaded.
        """
        self._config, self._watch = config, watch
        self._undeclared = _level(config.getini("failwell_undeclared"))
        self._report: Path | None = _report_file(config)
        self._least = _least(config)
        self._warned: dict[str, None] = {}
        watch.know(_loaded(config, name) for name in _named(config))
        logging.getLogger("failwell").addHandler(watch.complaints)

    @property
    def _is_worker(self) -> bool:
        return hasattr(self._config, "workerinput")

    def pytest_unconfigure(self) -> None:
        """Takes back what was put in."""
        logging.getLogger("failwell").removeHandler(self._watch.complaints)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuses marks that allow what does not exist."""
        for item in items:
            _allowed(item)

    # ------------------------------------------------------------------------------- during each test

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        """What was seen in a setup that failed is told beside its failure; else it counts for the test."""
        yield from self._beside(item, "setup")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """A test in which something was seen that breaks the contract fails."""
        yield from self._beside(item, "call")
        self._fail(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """So does a teardown."""
        yield from self._beside(item, "teardown")
        self._fail(item)

    def _beside(self, item: pytest.Item, when: Literal["setup", "call", "teardown"]) -> Generator[None]:
        """Runs a phase. Of one that fails by itself the findings are a section of the report."""
        try:
            yield
        except BaseException:
            text = self._told(item)
            if text:
                item.add_report_section(when, "failwell", text)
            raise

    def _fail(self, item: pytest.Item) -> None:
        __tracebackhide__ = True
        text = self._told(item)
        if text:
            pytest.fail(text, pytrace=False)

    def _told(self, item: pytest.Item) -> str:
        """What was seen and is not allowed, as text; empty if nothing was."""
        taken = self._watch.take()
        if not taken:
            return ""
        allowed = _allowed(item)
        counted: list[tuple[Finding, int]] = []
        left_out = {finding.subject for finding, _ in taken if finding.rule == "left-out"}
        for finding, number in taken:
            if finding.rule == "member" and finding.arguments["code"] in left_out:
                continue  # the log has told why it is missing
            if finding.rule in allowed or (finding.rule == "undeclared" and self._undeclared == "off"):
                continue
            if finding.rule == "undeclared" and self._undeclared == "warn":
                self._warned[f"{finding.subject} {finding.message} ({finding.remedy})"] = None
                continue
            counted.append((finding, number))
        return _text(counted)

    # ------------------------------------------------------------------------------- at the end

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hands the counts to the controller, or tells them."""
        if self._is_worker:
            counts = self._watch.coverage.dump()
            session.config.workeroutput[_OUTPUT] = [counts, list(self._warned)]  # type: ignore[attr-defined]
            return
        if self._config.option.collectonly:
            return
        if self._report is not None:
            document = json.dumps(self._watch.coverage.report(), indent=2, ensure_ascii=False)
            self._report.write_text(document + "\n", encoding="utf-8")
        if self._is_too_little and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Adds what a worker of pytest-xdist has seen. One that crashed has left nothing."""
        counts, warned = getattr(node, "workeroutput", {}).get(_OUTPUT, ("", ()))
        if counts:
            self._watch.coverage.merge(counts)
        self._warned |= dict.fromkeys(warned)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tells which codes were provoked, and which never."""
        lines = [*self._watch.coverage.lines(seen_only=self._least is None)]
        if self._config.option.collectonly or not (lines or self._warned or self._report):
            return
        terminalreporter.section("failwell")
        for line in lines:
            terminalreporter.line(line)
        for warning in self._warned:
            terminalreporter.line(f"undeclared: {warning}", yellow=True)
        if self._report is not None:
            terminalreporter.line(f"report: {self._report}")
        if self._is_too_little:
            percent = self._watch.coverage.percent
            told = f"FAIL: {percent:.1f} % of the codes provoked, at least {self._least:g} % are asked for"
            terminalreporter.line(told, red=True)

    @property
    def _is_too_little(self) -> bool:
        return self._least is not None and round(self._watch.coverage.percent, 1) < self._least


# ---------------------------------------------------------------------------- what was given


def _named(config: pytest.Config) -> tuple[str, ...]:
    """The contracts that ini and command line name."""
    lines: list[str] = config.getini("failwell_contracts")
    options: list[str] = config.getoption("failwell") or []
    return tuple(dict.fromkeys(line.strip() for line in (*lines, *options) if line.strip()))


def _loaded(config: pytest.Config, name: str) -> Contract:
    """The contract with a name; a file's is looked for where the ini stands, then in the current folder."""
    inside = config.rootpath / (name.rpartition(":")[0] or name)
    path = sys.path[:]
    try:
        return load_contract(str(config.rootpath / name) if inside.exists() else name)
    except FailwellError as error:
        raise pytest.UsageError(f"{name} is to be watched, and cannot be used.\n{error}") from None
    finally:
        sys.path[:] = path  # loading adds folders to it, and no test must pass because of that


def _level(given: str) -> Level:
    levels: dict[str, Level] = {"fail": "fail", "warn": "warn", "off": "off"}
    if given not in levels:
        raise pytest.UsageError(f"failwell_undeclared is {given!r}: {one_of(given, levels)}")
    return levels[given]


def _report_file(config: pytest.Config) -> Path | None:
    given: str | None = config.getoption("failwell_report")
    if given is None:
        return None
    file = config.invocation_params.dir / given
    if file.is_dir():
        raise pytest.UsageError(f"--failwell-report {given}: it is a folder; name a file in it")
    if not file.parent.is_dir():
        raise pytest.UsageError(f"--failwell-report {given}: there is no folder {file.parent}")
    return file


def _allowed(item: pytest.Item) -> set[str]:
    """The rules that a test may break, by its marks.

    Raises:
        pytest.UsageError: for a word that is no rule.
    """
    allowed: set[str] = set()
    for mark in item.iter_markers("failwell"):
        words = mark.kwargs.get("allow", ())
        if mark.args or mark.kwargs.keys() - {"allow"} or isinstance(words, str):
            raise pytest.UsageError(f'{item.nodeid}: write @pytest.mark.failwell(allow=["undeclared"])')
        for word in words:
            if word not in RULES:
                raise pytest.UsageError(
                    f"{item.nodeid}: pytest.mark.failwell cannot allow {word!r}: {one_of(word, RULES)}"
                )
        allowed.update(words)
    return allowed


def _text(counted: Iterable[tuple[Finding, int]]) -> str:
    lines: list[str] = []
    for finding, number in counted:
        times = f" ({number} times)" if number > 1 else ""
        lines += ["", f"{finding.rule}: {finding.subject} {finding.message}{times}"]
        lines.append(f"  To mend it: {finding.remedy}")
    if not lines:
        return ""
    only_crashed = all(finding.rule == CRASHED for finding, _ in counted)
    what = "Failwell could not check a response" if only_crashed else "a response breaks the contract"
    return "\n".join([f"{what}:", *lines])


def _least(config: pytest.Config) -> float | None:
    """The share of the codes that has to be provoked, in percent; None if any will do.

    The ini is about the whole suite, so it is left alone where only a part of it runs.
    """
    asked: float | None = config.getoption("failwell_fail_under")
    said: str = config.getini("failwell_fail_under")
    option = config.option
    is_part = bool(option.keyword or option.file_or_dir or getattr(option, "lf", False))
    if asked is not None or not said or is_part:
        return asked
    try:
        return float(said)
    except ValueError:
        raise pytest.UsageError(f"failwell_fail_under = {said!r} is no number: write a percentage") from None
