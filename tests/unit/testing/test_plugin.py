"""The plugin, by real runs of pytest over projects that are not ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

import pytest

from tests.unit.testing.projects import APPS, CALL, ERRORS, STARLETTE, WITHOUT_OPERATIONS

pytest_plugins = ["pytester"]

INI = "[pytest]\nfailwell_contracts = errors:contract\npythonpath = .\n"
Run = Callable[..., tuple[Mapping[str, int], str]]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest in a project, in a process of its own; gives the outcomes and what it printed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # the others that are installed are slow

    def run(
        tests: str, *options: str, app: str = STARLETTE, ini: str = INI, **files: str
    ) -> tuple[Mapping[str, int], str]:
        header = "import pytest\nfrom app import app\nfrom call import call\n" if app else "import pytest\n"
        pytester.makefile(".ini", pytest=ini)
        pytester.makepyfile(errors=ERRORS, call=CALL, app=app or "", test_api=header + tests, **files)
        plugins = ("failwell", "xdist") if "-n2" in options else ("failwell",)
        loaded = [word for name in plugins for word in ("-p", name)]
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *loaded, *options)
        text = result.stdout.str() + result.stderr.str()
        exit_code = {"exit": int(result.ret)}
        if result.ret == pytest.ExitCode.USAGE_ERROR:
            return exit_code, text
        counts = result.parseoutcomes()
        counts.pop("warnings", None)  # of frameworks
        return counts | exit_code, text

    return run


def _of(text: str, test: str) -> str:
    """What is told of one failure."""
    found = re.search(
        rf"^_+ (?:\S+ of )?{test} _+\n(.*?)(?=^_{{3,}} |^={{3,}} |\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert found, text
    return found[1]


FRAMEWORK_TESTS = """
def test_declared():
    assert call(app, "/buy").json()["code"] == "out_of_stock"

def test_rude():
    assert call(app, "/rude").json() == {"oops": True}

def test_nowhere():
    assert call(app, "/nowhere").status_code == 404

def test_not_an_item():
    assert call(app, "/items/x").status_code in (404, 400, 422)

def test_unhandled():
    assert call(app, "/broken").json()["code"] == "internal"

def test_undeclared():
    assert call(app, "/hidden").headers["Retry-After"] == "7"
"""


@pytest.mark.parametrize("name", APPS)
def test_each_adapter_tells_what_its_apps_answer(run: Run, name: str) -> None:
    lists = name not in WITHOUT_OPERATIONS
    tests = FRAMEWORK_TESTS if lists else FRAMEWORK_TESTS.partition("def test_undeclared")[0]
    outcomes, text = run(tests, app=APPS[name])
    assert outcomes == {"passed": 4, "failed": 1 + lists, "exit": 1}, text
    rude = _of(text, "test_rude")
    assert "not-a-problem: GET /rude answered 400, and it is no problem: HTTP 400, " in rude
    assert "raise a problem of the catalog instead of returning a response of your own" in rude
    if lists:
        undeclared = _of(text, "test_undeclared")
        assert "undeclared: GET /hidden answered 429 slow_down, which it does not declare" in undeclared
        handler = re.search(r"add @raises\(SlowDown\) to (\S+),", undeclared)
        assert handler
        assert "hidden" in handler[1].lower()
        assert "Traceback" not in undeclared
    assert f"shop: {1 + lists} of 2 codes provoked" in text
    assert ("never: slow_down" in text) is not lists


CLIENTS = {
    "django": "from django.test import Client\nget = Client(raise_request_exception=False).get\n",
    "drf": "from rest_framework.test import APIClient\nget = APIClient().get\n",
    "flask": "get = app.test_client().get\n",
    "starlette": "from starlette.testclient import TestClient\nget = TestClient(app).get\n",
    "litestar": "from litestar.testing import TestClient\nget = TestClient(app).get\n",
}


@pytest.mark.parametrize("name", CLIENTS)
def test_the_test_clients_of_frameworks_are_seen_and_their_responses_read(run: Run, name: str) -> None:
    tests = """
from failwell.testing import assert_problem
from errors import OutOfStock, SlowDown

def test_declared():
    assert assert_problem(get("/buy"), OutOfStock, left=0).detail == "Gone."

def test_undeclared():
    assert_problem(get("/hidden"), SlowDown, seconds=7)
"""
    outcomes, text = run(CLIENTS[name] + tests, app=APPS[name])
    assert outcomes == {"passed": 1, "failed": 1, "exit": 1}, text
    assert "undeclared: GET /hidden answered 429 slow_down" in _of(text, "test_undeclared")


SPOILED = {
    "header": "header: GET /header answered 429 slow_down, and Retry-After is 8, but has to be 7",
    "missing": "header: GET /missing answered 429 slow_down, and the declared header Retry-After is missing",
    "lacking": "member: GET /lacking answered 409 out_of_stock, and the declared member 'left' is missing",
    "wrong": "and the member 'left' is not of its declared type: Expected `int`, got `str`",
    "more": "and the member 'right' is not declared for out_of_stock with status 409",
    "status": "status: GET /status answered 404 out_of_stock, and its status is 404, declared for",
    "typed": "media-type: GET /typed answered 409 out_of_stock, and its media type is application/json",
    "unknown": "not-a-problem: GET /unknown answered 409 never_heard, and its code 'never_heard' is not in",
    "odd": "left-out: out_of_stock could not be sent as declared: member 'left' is str, not as declared",
}


def test_what_differs_from_the_contract_fails_the_test_and_says_how_to_mend_it(run: Run) -> None:
    tests = "".join(f"def test_{name}():\n    call(app, '/{name}')\n" for name in SPOILED)
    outcomes, text = run(tests)
    assert outcomes["failed"] == len(SPOILED)
    for name, told in SPOILED.items():
        assert told in _of(text, f"test_{name}")
        assert "To mend it: " in _of(text, f"test_{name}")


MARKED = """
from hypothesis import given, strategies as st

@pytest.mark.failwell(allow=["undeclared"])
def test_marked():
    call(app, "/hidden")

@pytest.mark.failwell(allow=["member"])
def test_marked_for_something_else():
    call(app, "/hidden")

@pytest.mark.failwell(allow=["member", "left-out"])
class TestClass:
    def test_marked_class(self):
        call(app, "/odd")

def test_fails_by_itself():
    call(app, "/hidden")
    assert 1 == 2

@pytest.mark.xfail(strict=True)
def test_expected_to_fail():
    call(app, "/hidden")

@pytest.fixture
def made():
    call(app, "/hidden")
    yield
    call(app, "/rude")

@pytest.mark.failwell(allow=["undeclared"])
def test_fixture(made): ...

def test_thread():
    from threading import Thread
    thread = Thread(target=call, args=(app, "/hidden"))
    thread.start()
    thread.join()

@given(st.integers(1, 3))
def test_property(number):
    call(app, "/hidden")

@pytest.mark.parametrize("path", ["/buy", "/hidden"])
def test_parametrised(path):
    call(app, path)
"""


def test_marks_sections_fixtures_threads_and_properties(run: Run) -> None:
    outcomes, text = run(MARKED)
    assert outcomes == {"passed": 4, "failed": 5, "xfailed": 1, "errors": 1, "exit": 1}, text
    assert "assert 1 == 2" in _of(text, "test_fails_by_itself")
    assert "Captured failwell call" in _of(text, "test_fails_by_itself")
    assert "undeclared: GET /hidden" in _of(text, "test_fails_by_itself")
    assert "not-a-problem: GET /rude" in _of(text, "ERROR at teardown of test_fixture")
    assert "undeclared" in _of(text, "test_thread")
    assert re.search(r"does not declare \(\d+ times\)", _of(text, "test_property"))
    assert "undeclared" in _of(text, r"test_parametrised\[/hidden\]")


@pytest.mark.parametrize(
    ("level", "failed", "is_told"), [("fail", 1, False), ("warn", 0, True), ("off", 0, False)]
)
def test_undeclared_codes_can_be_warned_of_or_passed_over(
    run: Run, *, level: str, failed: int, is_told: bool
) -> None:
    outcomes, text = run(
        "def test_it():\n    call(app, '/hidden')\n", ini=f"{INI}failwell_undeclared = {level}\n"
    )
    assert outcomes.get("failed", 0) == failed
    line = "undeclared: GET /hidden answered 429 slow_down, which it does not declare (add @raises(SlowDown)"
    assert (line in text.partition("= failwell =")[2]) is is_told


# ---------------------------------------------------------------------------- coverage

COVERED = """
@pytest.mark.parametrize("number", range(4))
def test_buy(number):
    call(app, "/buy")

def test_header():
    call(app, "/nowhere")

@pytest.mark.failwell(allow=["header"])
def test_wait():
    call(app, "/header")
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["one process", "xdist"])
def test_codes_are_counted_per_catalog_and_operation_over_all_processes(
    run: Run, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    options = ("--failwell-report", "codes.json", "--failwell-fail-under", "100", *workers)
    outcomes, text = run(COVERED, *options)
    assert outcomes == {"passed": 6, "exit": 0}, text
    assert "shop: 2 of 2 codes provoked" in text
    report = json.loads((pytester.path / "codes.json").read_text())
    (catalog,) = report["catalogs"]
    assert (report["failwell"], report["percent"], catalog["never"]) == (1, 100, [])
    assert catalog["declared"] == ["out_of_stock", "slow_down"]
    assert catalog["provoked"] == {"not_found": 1, "out_of_stock": 4, "slow_down": 1}
    operations = {one["operation"]: one for one in report["operations"]}
    assert operations["GET /buy"]["provoked"] == {"out_of_stock": 4}
    assert operations["GET /header"] == {
        "catalog": "shop",
        "operation": "GET /header",
        "declared": ["slow_down"],
        "provoked": {"slow_down": 1},
        "never": [],
    }
    assert operations["GET /odd"]["never"] == ["out_of_stock"]


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["one process", "xdist"])
def test_too_few_codes_fail_the_run(run: Run, workers: tuple[str, ...]) -> None:
    tests = "def test_buy():\n    call(app, '/buy')\n"
    outcomes, text = run(tests, "--failwell-fail-under=80", *workers)
    assert outcomes == {"passed": 1, "exit": 1}
    assert "never: slow_down" in text
    assert "FAIL: 50.0 % of the codes provoked, at least 80 % are asked for" in text


def test_the_share_in_the_ini_is_for_runs_of_all_tests(run: Run) -> None:
    tests, ini = "def test_buy():\n    call(app, '/buy')\n", f"{INI}failwell_fail_under = 80\n"
    outcomes, text = run(tests, ini=ini)
    assert outcomes == {"passed": 1, "exit": 1}, text
    assert run(tests, "-k", "buy", ini=ini)[0] == {"passed": 1, "exit": 0}
    outcomes, text = run(tests, ini=f"{INI}failwell_fail_under = most\n")
    assert outcomes == {"exit": 4}
    assert "failwell_fail_under = 'most' is no number" in text


def test_a_value_that_was_left_out_is_told_once(run: Run) -> None:
    _, text = run("def test_odd():\n    call(app, '/odd')\n")
    assert "member 'left' is str, not as declared" in text
    assert "the declared member 'left' is missing" not in text


def test_xdist_hands_on_failures_and_warnings(run: Run) -> None:
    ini = f"{INI}failwell_undeclared = warn\n"
    outcomes, text = run(FRAMEWORK_TESTS, "-n2", ini=ini)
    assert outcomes["failed"] == 1
    assert text.count("undeclared: GET /hidden answered 429") == 1


# ---------------------------------------------------------------------------- what is watched

ELSEWHERE = ERRORS.replace('Catalog("shop"', 'Catalog("elsewhere"')


def test_without_a_contract_nothing_is_watched(run: Run) -> None:
    ini = "[pytest]\npythonpath = .\naddopts = --strict-markers\nfilterwarnings = error\n"
    check = """
def test_it():
    call(app, "/hidden")
    call(app, "/rude")

@pytest.mark.failwell(allow=["undeclared"])
def test_light():
    import sys
    assert not {"failwell.testing.session", "failwell.edge.witness", "httpx"} & LOADED
"""
    conftest = "import sys\nLOADED = set(sys.modules)\n"
    outcomes, text = run(f"from conftest import LOADED\n{check}", ini=ini, conftest=conftest)
    assert outcomes == {"passed": 2, "exit": 0}, text
    assert "= failwell =" not in text


def test_apps_of_other_contracts_are_not_touched(run: Run) -> None:
    app = STARLETTE.replace("from errors", "from elsewhere")
    check = """
def test_it():
    call(app, "/hidden")
    assert type(app.middleware_stack.app).__name__ == "Stamper"
"""
    outcomes, text = run(check, app=app, elsewhere=ELSEWHERE)
    assert outcomes == {"passed": 1, "exit": 0}, text


def test_an_app_made_by_a_conftest_and_a_contract_from_the_command_line_are_watched(run: Run) -> None:
    check = "def test_it():\n    call(app, '/hidden')\n"
    ini = "[pytest]\npythonpath = .\n"
    outcomes, text = run(check, "--failwell", "errors.py", ini=ini, conftest="from app import app\n")
    assert outcomes == {"failed": 1, "exit": 1}, text
    app = STARLETTE.replace("from errors", "from elsewhere")
    outcomes, text = run(check, app=app, elsewhere=ELSEWHERE, conftest="from app import app\n")
    assert outcomes == {"passed": 1, "exit": 0}, text


def test_a_contract_at_another_base_is_the_same(run: Run) -> None:
    app = STARLETTE.replace("install(app, contract)", 'install(app, contract.at("http://127.0.0.1/errors/"))')
    outcomes, text = run("def test_it():\n    call(app, '/buy')\n", "--failwell-report=r.json", app=app)
    assert outcomes == {"passed": 1, "exit": 0}, text
    assert "shop: 1 of 2" in text


def test_two_catalogs_of_one_name_are_counted_together(run: Run) -> None:
    other = ERRORS.replace("out_of_stock", "sold_out").replace("slow_down", "too_fast")
    tests = "def test_it():\n    call(app, '/buy')\n"
    outcomes, text = run(tests, "--failwell", "other:contract", other=other)
    assert outcomes == {"passed": 1, "exit": 0}, text
    assert "shop: 1 of 4 codes provoked" in text


MOUNTED = """
from starlette.applications import Starlette
from starlette.routing import Mount
import failwell.starlette
from errors import contract
from inner import app as inner

app = Starlette(routes=[Mount("/inner", inner)])
failwell.starlette.install(app, contract)
"""


@pytest.mark.parametrize("watched", [True, False], ids=["the same contract", "another contract"])
def test_an_app_mounted_in_another_one_answers_for_itself(run: Run, *, watched: bool) -> None:
    inner = STARLETTE if watched else STARLETTE.replace("from errors", "from elsewhere")
    tests = """
def test_declared():
    assert call(app, "/inner/buy").json()["code"] == "out_of_stock"

def test_undeclared():
    call(app, "/inner/hidden")

def test_nowhere():
    call(app, "/nowhere")
    call(app, "/inner/nowhere")
"""
    outcomes, text = run(tests, app=MOUNTED, inner=inner, elsewhere=ELSEWHERE)
    assert outcomes.get("failed", 0) == watched, text
    assert ("undeclared: GET /hidden" in text) is watched


# ---------------------------------------------------------------------------- slips of who uses it

SLIPS: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "no such module": (("--failwell=nowhere:contract",), "", ("nowhere: there is no such file or module",)),
    "no such name": (
        ("--failwell=errors:contrct",),
        "",
        ("there is no 'contrct'", "name one of its contracts and catalogs: contract, shop"),
    ),
    "no such level": ((), "failwell_undeclared = wran\n", ("failwell_undeclared is 'wran'", "mean warn?")),
    "no folder": (("--failwell-report=no/such/r.json",), "", ("there is no folder", "no/such")),
    "a folder": (("--failwell-report=.",), "", ("--failwell-report .: it is a folder",)),
    "no percentage": (("--failwell-fail-under=120",), "", ("'120' is no percentage from 0 to 100",)),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_without_a_traceback(run: Run, slip: str) -> None:
    options, ini, told = SLIPS[slip]
    outcomes, text = run("def test_it(): ...\n", *options, ini=INI + ini)
    assert outcomes == {"exit": 4}
    assert all(part in text for part in told), text
    assert "Traceback" not in text
    assert "INTERNALERROR" not in text


def test_options_that_need_a_contract_say_so(run: Run) -> None:
    outcomes, text = run("def test_it(): ...\n", "--failwell-fail-under=10", ini="[pytest]\npythonpath=.\n")
    assert outcomes == {"exit": 4}
    assert "--failwell-fail-under is about contracts, and none is named" in text


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ('allow=["undeclrd"]', "cannot allow 'undeclrd': did you mean undeclared?"),
        ('allow="undeclared"', 'write @pytest.mark.failwell(allow=["undeclared"])'),
        ('"undeclared"', 'write @pytest.mark.failwell(allow=["undeclared"])'),
    ],
)
def test_a_wrong_mark_is_told(run: Run, mark: str, told: str) -> None:
    outcomes, text = run(f"@pytest.mark.failwell({mark})\ndef test_it(): ...\n")
    assert outcomes == {"exit": 4}
    assert told in text
    assert "Traceback" not in text


def test_a_fault_of_the_check_itself_does_not_hide_the_tests_own(run: Run) -> None:
    crash = "import failwell.testing.sites as sites\ndef broken(*_): raise ZeroDivisionError('our bug')\n"
    crash += "sites.Watched.look = broken\n"
    tests = """
def test_own():
    call(app, "/buy")
    assert "theirs" == "other"

def test_fine():
    assert call(app, "/buy").status_code == 409
"""
    outcomes, text = run(tests, conftest=crash)
    assert outcomes == {"failed": 2, "exit": 1}, text
    assert "assert 'theirs' == 'other'" in _of(text, "test_own")
    assert "ZeroDivisionError: our bug" in _of(text, "test_own")
    assert "Failwell could not check a response" in _of(text, "test_fine")
    assert "ZeroDivisionError: our bug" in _of(text, "test_fine")


# ---------------------------------------------------------------------------- fixtures and the ini's contract


def test_fixtures_and_the_contract_of_the_ini(run: Run) -> None:
    tests = """
import failwell.starlette
from failwell.testing import assert_problem
from starlette.applications import Starlette
from errors import OutOfStock, contract
from app import buy, Route

def test_frozen(frozen_clock, frozen_request_ids):
    frozen_clock.advance(60)
    assert frozen_clock() == 1767225660
    own = Starlette(routes=[Route("/buy", buy)])
    failwell.starlette.install(own, contract, make_request_id=frozen_request_ids)
    caught = assert_problem(call(own, "/buy"), OutOfStock, left=0, request_id="req_1")
    assert caught.left == 0
"""
    outcomes, text = run(tests)
    assert outcomes == {"passed": 1, "exit": 0}, text
