"""`import failwell` above `import msgspec`: CPU time and modules, each import in a process of its own.

The goal for modules counts our own and those of the standard library that msgspec has not loaded already.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory

from bench.measure import Row

PROGRAM = """
import json, sys, time
start = time.process_time_ns()
import msgspec
between, modules = time.process_time_ns(), set(sys.modules)
import failwell
end = time.process_time_ns()
print(json.dumps([(between - start) / 1e6, (end - between) / 1e6, len(sys.modules.keys() - modules)]))
"""


def rows(rounds: int) -> list[Row]:
    with TemporaryDirectory() as bytecode:
        imported(bytecode)  # compiles, as installing does
        measured = [imported(bytecode) for _ in range(rounds)]
    floor, own, modules = (median(column) for column in zip(*measured, strict=True))
    baseline = f"{floor:.1f} ms, msgspec"
    return [
        Row("import", "failwell", f"{floor + own:.1f} ms", baseline, own, "ms more", 15),
        Row("import", "failwell", f"{modules:.0f} modules", "those of msgspec", modules, "modules", 25),
    ]


def imported(bytecode: str) -> tuple[float, float, float]:
    """Milliseconds of `import msgspec`, of `import failwell` after it, and modules that the latter loads."""
    foreign = ("COVERAGE_", "PYTHON")  # coverage would be measured too; PYTHON* may forbid to keep bytecode
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environment["PYTHONPYCACHEPREFIX"] = bytecode
    command = [sys.executable, "-c", PROGRAM]
    printed = subprocess.run(command, env=environment, capture_output=True, check=True)
    floor, own, modules = json.loads(printed.stdout)
    return floor, own, modules
