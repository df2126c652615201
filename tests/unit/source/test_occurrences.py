"""Problems of contracts that were read are as good as those of classes: copied, in threads, on the wire."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import ModuleType
from typing import Any

import flask
import msgspec
import pytest

from failwell import Contract, Example, Problem
from failwell.publish.sample import sample_value
from failwell.source import load_contract, read_document, to_json
from failwell.wire.dialects import BUILT_IN
from failwell.wire.values import convert
from tests.unit.source.faults import DOCUMENT, FILES
from tests.unit.source.test_both_ways import EXAMPLES, FIVE
from tests.unit.source.test_faults import write_files

CONTRACTS = {name: load_contract(EXAMPLES / path) for name, path in FIVE.items()}


def class_of(contract: Contract, code: str) -> Any:
    found = contract.catalog.find(code)
    assert found is not None
    return found


@pytest.fixture(params=["files", "document"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Contract:
    if request.param == "document":
        return read_document(DOCUMENT.encode())
    return load_contract(write_files(tmp_path, FILES))


@pytest.fixture
def variable(shop: Contract) -> Iterator[ModuleType]:
    """A module of a user's that holds the contract."""
    module = ModuleType("errors_of_the_shop")
    vars(module)["contract"] = shop
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


def sold_out(contract: Contract) -> Problem:
    needed = class_of(contract, "sold_out").member_set.needed
    problem: Problem = class_of(contract, "sold_out")("Gone.", status=410, **dict.fromkeys(needed, 3))
    problem.add_note("noted")
    return problem


@pytest.mark.parametrize("protocol", range(4, pickle.HIGHEST_PROTOCOL + 1))
def test_problems_pickle_by_the_variable_that_holds_their_contract(
    variable: ModuleType, shop: Contract, protocol: int
) -> None:
    problem = sold_out(shop)
    again = pickle.loads(pickle.dumps(problem, protocol))
    assert again == problem
    assert type(again) is type(problem)
    assert again.__notes__ == problem.__notes__


def test_catalogs_pickle_by_a_variable_of_their_own_too(variable: ModuleType, shop: Contract) -> None:
    del vars(variable)["contract"]
    vars(variable)["catalog"] = shop.catalog
    assert pickle.loads(pickle.dumps(shop.catalog)) is shop.catalog


def test_a_variable_that_moves_to_another_name_is_found_again(variable: ModuleType, shop: Contract) -> None:
    pickle.dumps(sold_out(shop))
    vars(variable)["renamed"] = vars(variable).pop("contract")
    assert pickle.loads(pickle.dumps(sold_out(shop))) == sold_out(shop)


def test_proxies_of_frameworks_are_passed_over(variable: ModuleType, shop: Contract) -> None:
    """Flask's raise for anything that is asked of them outside of a request, even for what they are."""
    vars(variable).update({"aa_request": flask.request, "contract": vars(variable).pop("contract")})
    assert pickle.loads(pickle.dumps(sold_out(shop))) == sold_out(shop)


def test_without_such_a_variable_it_is_told_what_is_missing(shop: Contract) -> None:
    with pytest.raises(TypeError, match="has to be a variable at the top of a module"):
        pickle.dumps(sold_out(shop))


def test_copies_are_equal_and_of_the_same_class(shop: Contract) -> None:
    problem = sold_out(shop)
    for again in (copy.copy(problem), copy.deepcopy(problem)):
        assert again == problem
        assert type(again) is type(problem)
        assert again is not problem
    assert copy.deepcopy(shop.catalog) is shop.catalog


def test_threads_that_race_for_a_class_get_the_same_one(shop: Contract) -> None:
    start = Barrier(16)

    def look(number: int) -> object:
        start.wait()
        return shop.catalog.types["sold_out"] if number % 2 else shop.catalog.find("gone")

    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(look, range(16)))) == 1


def test_a_problem_is_caught_and_matched_by_its_class(shop: Contract) -> None:
    kind = class_of(shop, "sold_out")
    with pytest.raises(kind) as caught:
        raise sold_out(shop)
    match caught.value:
        case kind("Gone.", left=left):
            assert left == 3
        case _:
            pytest.fail("not matched")
    assert isinstance(caught.value, Problem)
    assert not isinstance(caught.value, class_of(shop, "closed"))


def test_the_types_of_a_catalog_are_a_view(shop: Contract) -> None:
    types = shop.catalog.types
    assert len(types) == 2
    assert sorted(types) == ["closed", "sold_out"]
    assert types["closed"] is next(iter(c for c in shop.catalog if c.code == "closed"))
    assert "nope" not in types
    with pytest.raises(KeyError):
        types["nope"]


def test_a_class_says_what_it_lacks(shop: Contract) -> None:
    with pytest.raises(TypeError, match=r"SoldOut.* lacks"):
        class_of(shop, "sold_out")()


def _sample(status: int) -> Example:
    return Example(status=status)


def occurrence(kind: type[Problem], example: Example) -> Problem:
    """The problem of an example; members that it does not name have a value that fits their schema."""
    record = kind.problem_type
    values = {
        member.name: convert(
            example.members.get(member.wire_name, sample_value(member.schema)),
            kind.member_set.annotations[member.name],
        )
        for member in record.members
        if member.wire_name in example.members or member.default is msgspec.UNSET
    }
    return kind(example.detail or None, status=example.status or None, **values)


@pytest.mark.failwell(allow=["left-out"])  # problems without their members are rendered, too
@pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("name", FIVE)
def test_both_forms_send_the_same_bytes_and_read_each_others(name: str, dialect: Any) -> None:
    declared = CONTRACTS[name]
    try:
        one = Contract(declared.catalog, dialect=dialect, base=declared.base)
    except TypeError as error:  # a member has a name that this dialect uses
        assert "uses the name" in str(error)  # noqa: PT017 - the others are tested below
        return
    two = Contract(read_document(to_json(declared)).catalog, dialect=dialect, base=declared.base)
    for cls in one.catalog:
        twin = class_of(two, cls.code)
        for example in [*cls.problem_type.examples, *map(_sample, cls.problem_type.statuses)]:
            problem, other = (occurrence(kind, example) for kind in (cls, twin))
            sent, sent_too = one.render(problem, request_id="req_1"), two.render(other, request_id="req_1")
            assert sent == sent_too
            back, back_too = (c.parse(sent.status, sent.headers, sent.body) for c in (one, two))
            assert (type(back), type(back_too)) == (cls, twin)
            assert back.detail == back_too.detail
            assert one.render(back).body == two.render(back_too).body
