"""The witness of a test session: what all watched apps answer, and what is wrong with it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Literal

from failwell.contract import Contract
from failwell.edge.witness import Sighting, Site, Tell
from failwell.finding import Finding, Severity
from failwell.testing.coverage import Coverage
from failwell.testing.sites import Watched

Level = Literal["fail", "warn", "off"]
"""What becomes of a test in which an undeclared code was answered."""

CRASHED = "crashed"
"""The rule of what is wrong with the check itself."""

_COMPLAINT = "problem %s of catalog %s: %s"
"""How a contract logs what it has left out of a response: code, catalog, what was wrong."""


class Watch:
    """Sees what apps answer, on whatever thread, for the test that is running.

    Attributes:
        coverage: which codes were provoked.
    """

    def __init__(self) -> None:
        self.coverage = Coverage()
        self._contracts: tuple[Contract, ...] | None = None  # None until they can be loaded
        self._lock = Lock()
        self._findings: dict[str, Finding] = {}
        self._counts: dict[str, int] = {}
        self.complaints = Complaints(self)

    @property
    def contracts(self) -> Sequence[Contract]:
        """Those whose apps are watched."""
        return self._contracts or ()

    def know(self, contracts: Iterable[Contract]) -> None:
        """Takes the contracts whose apps are watched. Until then every app is, as it may have one of them."""
        self._contracts = tuple(contracts)
        self.coverage.expect(self._contracts)

    def wants(self, contract: Contract) -> bool:
        """Whether it is one of those: it has the same catalog, or one of the same name."""
        catalog = contract.catalog
        return any(
            catalog is one.catalog or catalog.name == one.catalog.name for one in self._contracts or ()
        )

    def watch(self, site: Site) -> Tell | None:
        """Whom to tell about an app; None if its contract is none of those."""
        if self._contracts is not None and not self.wants(site.contract):
            return None
        watched = Watched(site)
        is_new = True

        def tell(sighting: Sighting) -> None:
            nonlocal is_new
            if not self.wants(site.contract):
                return
            try:
                kind, findings = watched.look(sighting)
                operation = watched.operation(sighting)
            except Exception:  # noqa: BLE001 - a fault of the check must not become one of the app's
                self.add(_crash(f"{sighting.method} {sighting.path}"))
                return
            with self._lock:
                if is_new:
                    self.coverage.add_operations(site.contract.catalog.name, watched.operations.listed)
                    is_new = False
                if kind is not None:
                    self.coverage.count(site.contract.catalog.name, operation, kind.code)
            for finding in findings:
                self.add(finding)

        return tell

    def add(self, finding: Finding) -> None:
        """Takes a finding; the same one several times is one."""
        key = f"{finding.fingerprint} {finding.message}"
        with self._lock:
            self._findings.setdefault(key, finding)
            self._counts[key] = self._counts.get(key, 0) + 1

    def take(self) -> list[tuple[Finding, int]]:
        """The findings since it was last asked, each with how often it was seen."""
        with self._lock:
            taken = [(finding, self._counts[key]) for key, finding in self._findings.items()]
            self._findings, self._counts = {}, {}
        return taken


class Complaints(logging.Handler):
    """Hears what a contract logs of values that it could not send as declared."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.ERROR)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        """Takes a record of the logger `failwell`."""
        if record.msg != _COMPLAINT or not isinstance(record.args, tuple):
            return
        code, catalog, what = map(str, record.args)
        if any(one.catalog.name == catalog for one in self._watch.contracts):
            self._watch.add(
                Finding(
                    rule="left-out",
                    severity=Severity.ERROR,
                    subject=code,
                    message=f"could not be sent as declared: {what}",
                    remedy="raise it with values of the declared types",
                    arguments={"catalog": catalog, "code": code, "what": what},
                )
            )


def _crash(subject: str) -> Finding:
    return Finding(
        rule=CRASHED,
        severity=Severity.ERROR,
        subject=subject,
        message=f"the check of this response has failed itself:\n{traceback.format_exc().rstrip()}",
        remedy="this is a fault of Failwell, or of the app's own list of operations: see the last lines",
    )
