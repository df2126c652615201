"""Plays one service alone: `python -m examples.stage.play browsers`. EXAMPLES_BACKENDS is heeded."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from rich.console import Console

from examples.identity.deployment import BACKENDS
from examples.stage.playing import play_all, show
from examples.stage.services import service


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays scenarios and variants; 0 if every answer keeps the contract, else 1."""
    parser = argparse.ArgumentParser(prog="python -m examples.stage.play", description=__doc__)
    parser.add_argument("service")
    parser.add_argument("codes", nargs="*", help="those to provoke; by default all")
    parser.add_argument("--processes", type=int, default=1, help="of the service")
    options = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    played = service(options.service)
    wanted = [
        one for one in (*played.scenarios, *played.variants) if one.code in options.codes or not options.codes
    ]
    backends = os.environ.get(BACKENDS, "")
    with played.world.start(backends=backends, processes=options.processes) as world:
        began = time.perf_counter()
        outcomes = play_all(world, wanted, console)
        took = time.perf_counter() - began
    show(outcomes, console)
    sound = sum(not outcome.faults for outcome in outcomes)
    console.print(f"{sound} of {len(outcomes)} provoked in {took:.1f} seconds", style="bold")
    return 0 if sound == len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
