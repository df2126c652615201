from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from examples.stage.clock import Clock


def test_it_shows_the_real_time_and_what_it_was_moved_ahead(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    assert abs(clock() - time.time()) < 60
    clock.advance(86_400)
    clock.advance(0.5)
    assert 86_300 < clock() - time.time() < 86_500


def test_frozen_it_moves_by_exactly_what_it_is_told(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    clock.freeze()
    began = clock.microseconds()
    assert began % 1_000_000 == 0
    clock.advance(86_399.999_999)
    assert clock.microseconds() - began == 86_399_999_999
    clock.advance(0.000_001)
    assert clock.microseconds() - began == 86_400_000_000
    assert clock() == clock.microseconds() / 1_000_000


def test_it_goes_on_from_where_it_stands(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    clock.freeze()
    clock.advance(3_600)
    stood = clock.microseconds()
    clock.go_on()
    assert 0 <= clock.microseconds() - stood < 60_000_000
    assert 3_500 < clock() - time.time() < 3_700


def test_another_process_has_the_same_time(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    clock.freeze()
    clock.advance(1_000)
    program = (
        "import sys; from pathlib import Path; from examples.stage.clock import Clock; "
        "clock = Clock(Path(sys.argv[1])); print(clock.microseconds()); clock.advance(5)"
    )
    there = subprocess.run(
        [sys.executable, "-c", program, str(clock.path)], check=True, capture_output=True, text=True
    )
    assert int(there.stdout) + 5_000_000 == clock.microseconds()
