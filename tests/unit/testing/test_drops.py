"""The drops service under the plugin: each of its 22 codes is provoked, and none leaves undeclared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from examples.drops.errors import drops

ROOT = Path(__file__).parents[3]


def test_drops_is_covered_and_nothing_leaves_that_is_not_declared(tmp_path: Path) -> None:
    report = tmp_path / "codes.json"
    only_drops = ["-o", "failwell_contracts=examples.drops.errors:drops"]
    wanted = ["-p", "no:cacheprovider", "--failwell-fail-under=100", f"--failwell-report={report}"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/contracts/drops", *only_drops, *wanted],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "drops: 22 of 22 codes provoked" in run.stdout
    told = json.loads(report.read_text())
    (catalog,) = told["catalogs"]
    assert (catalog["name"], len(catalog["declared"]), catalog["never"]) == ("drops", 22, [])
    assert set(catalog["declared"]) == set(drops.own)
    anywhere = {
        "bad_request",
        "method_not_allowed",
        "unsupported_media_type",
        "content_too_large",
        "internal",
    }
    undeclared = {
        operation["operation"]: codes
        for operation in told["operations"]
        if (codes := operation["provoked"].keys() - set(operation["declared"]) - anywhere)
    }
    assert undeclared == {}
    provoked = {code for operation in told["operations"] for code in operation["provoked"]}
    assert set(drops.own) <= provoked
