"""A body that can be read in one step is read as the careful way would read it, in every detail."""

from __future__ import annotations

import json
from typing import Annotated, Any

from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Dialect, Member, Problem, Retry
from failwell.wire import CODE, MESSAGE
from failwell.wire.dialects import BUILT_IN

catalog = Catalog("twice", base="https://errors.twice.example/")


class Full(
    Problem, catalog=catalog, code="full", status=(409, 413), title="Full", suggestion="Free some.",
    retry={409: Retry.LATER, 413: Retry.NEVER}, aliases=("filled",),
):  # fmt: skip
    """Members of several kinds."""

    limit: int
    ratio: float | None = 0.5
    parts: dict[int, str] | None = None
    from_: str | None = None


class Hinted(Problem, catalog=catalog, code="hinted", status=409, title="Hinted"):
    """Nothing is required."""

    hint: Any = None


DIALECTS = (*BUILT_IN, Dialect("bare", {"code": CODE, "message": MESSAGE}))
CONTRACTS = [Contract(catalog, dialect=dialect) for dialect in DIALECTS]
NAMES = sorted(
    {name for dialect in DIALECTS for name in dialect.shape if isinstance(name, str)}
    | {"limit", "ratio", "parts", "from", "from_", "hint", "extra", "headers"}
)
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1.0, 409, 2**64, "", "text", "Full", "full", "filled", "hinted", "1", [], {}, {"1": "a"}]
) | st.sampled_from([catalog.base + "full", catalog.base + "hinted"])


@given(
    st.sampled_from(CONTRACTS),
    st.sampled_from(
        [Full(limit=1), Full("Much.", limit=2, parts={1: "a"}, status=413), Hinted(), Hinted(hint=1)]
    ),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=2),
    st.sets(st.sampled_from(NAMES), max_size=1),
    st.sampled_from([409, 413, 500]),
)
def test_one_step_and_many_read_alike(
    contract: Contract, problem: Problem, changed: dict[str, Any], dropped: set[str], status: int
) -> None:
    document = {**json.loads(contract.render(problem, request_id="req_1").body), **changed}
    body = json.dumps({name: value for name, value in document.items() if name not in dropped}).encode()
    headers = (("X-Request-Id", "req_2"),)
    exact = contract._parse_exact(status, headers, body)
    if exact is not None:
        careful = contract._parse_carefully(status, headers, body)
        assert type(exact) is type(careful)
        assert exact.__dict__ == careful.__dict__


def test_a_dialect_without_room_for_members_reads_none() -> None:
    found = CONTRACTS[-1].parse(409, {}, b'{"code":"hinted","message":"Hinted","hint":"from elsewhere"}')
    assert isinstance(found, Hinted)
    assert found.hint is None


def test_keys_that_are_no_texts_come_back_in_every_dialect() -> None:
    for contract in CONTRACTS[:-1]:
        problem = Full(limit=1, parts={1: "a"})
        out = contract.render(problem, request_id="req_1")
        assert contract.parse(out.status, out.headers, out.body) == problem


def test_a_type_declared_after_the_contract_cannot_shadow_the_dialect() -> None:
    late = Catalog("late", base="https://errors.late.example/")
    contract = Contract(late, dialect=BUILT_IN[0])

    class Late(Problem, catalog=late, code="late", status=409, title="Late"):
        code_: Annotated[str, Member("code")]

    out = contract.render(Late(code_="other"))
    assert out.body.count(b'"code":') == 1
    back = contract.parse(out.status, out.headers, out.body)
    assert (type(back), back.code) == (Late, "late")
