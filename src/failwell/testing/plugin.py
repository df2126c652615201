"""The pytest plugin: it does nothing until a contract is named, by the ini or by `--failwell`.

pytest imports this module whenever it starts, so what is heavy is imported where it is needed.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from failwell.testing.clock import Clock, RequestIds
    from failwell.testing.watch import Watch

_MARK = (
    "failwell(allow): rules that responses in this test may break, "
    'for instance @pytest.mark.failwell(allow=["undeclared"])'
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds options and ini."""
    group = parser.getgroup("failwell", "error contracts")
    group.addoption(
        "--failwell",
        action="append",
        metavar="PATH",
        help="watch the apps of this contract (module:name, file or folder), besides failwell_contracts",
    )
    group.addoption(
        "--failwell-report",
        metavar="FILE",
        help="write which codes were provoked, per catalog and operation, as JSON",
    )
    group.addoption(
        "--failwell-fail-under",
        type=_percent,
        metavar="PERCENT",
        help="fail if less than this share of the declared codes was provoked",
    )
    parser.addini(
        "failwell_fail_under",
        "as --failwell-fail-under, for every run of all tests",
        type="string",
        default="",
    )
    parser.addini("failwell_contracts", "the contracts whose apps are watched", type="linelist", default=[])
    parser.addini(
        "failwell_undeclared",
        "what an undeclared code does to a test: fail, warn or off",
        type="string",
        default="fail",
    )


def _percent(given: str) -> float:
    try:
        percent = float(given)
    except ValueError:
        percent = -1
    if not 0 <= percent <= 100:
        raise argparse.ArgumentTypeError(f"{given!r} is no percentage from 0 to 100")
    return percent


_WATCH = pytest.StashKey["Watch"]()


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Calls the witness before any conftest is imported, for it may make an app."""
    _call(early_config, early_config.known_args_namespace.failwell)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begins to watch. The contracts are imported only now: conftests may have to prepare that."""
    config.addinivalue_line("markers", _MARK)
    watch = _call(config, config.option.failwell)
    if watch is None:
        for option in ("failwell_report", "failwell_fail_under"):
            if config.getoption(option) is not None:
                raise pytest.UsageError(
                    f"--{option.replace('_', '-')} is about contracts, and none is named: "
                    "add failwell_contracts to the ini, or --failwell PATH"
                )
        return
    from failwell.testing.session import Session  # noqa: PLC0415 - only where a contract is named

    config.pluginmanager.register(Session(config, watch), "failwell-session")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Dismisses the witness."""
    if _WATCH in config.stash:
        from failwell.edge.witness import dismiss_witness  # noqa: PLC0415 - only where a contract is named

        dismiss_witness(config.stash[_WATCH])


def _call(config: pytest.Config, given: list[str] | None) -> Watch | None:
    """The witness of the session, called if that was not done yet; None if no contract is named."""
    if not given and not config.getini("failwell_contracts"):
        return None
    if _WATCH not in config.stash:
        from failwell.edge.witness import call_witness  # noqa: PLC0415 - only where a contract is named
        from failwell.testing.watch import Watch  # noqa: PLC0415

        config.stash[_WATCH] = Watch()
        call_witness(config.stash[_WATCH])
    return config.stash[_WATCH]


@pytest.fixture
def frozen_clock() -> Clock:
    """A clock that stands still: `Contract(…, clock=frozen_clock)`, `frozen_clock.advance(60)`."""
    from failwell.testing.clock import Clock  # noqa: PLC0415 - only where it is asked for

    return Clock()


@pytest.fixture
def frozen_request_ids() -> RequestIds:
    """Ids in order, `req_1` first: `install(app, contract, make_request_id=frozen_request_ids)`."""
    from failwell.testing.clock import request_ids  # noqa: PLC0415 - only where it is asked for

    return request_ids()
