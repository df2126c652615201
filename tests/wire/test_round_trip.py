"""Each dialect gives back what it was given, within what it can carry."""

from __future__ import annotations

import dataclasses
import enum
import pickle
import string
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Dialect, Member, Problem, Resolve, Retry, UnknownProblem
from failwell.wire import CODE, MEMBERS, MESSAGE, REQUEST_ID, REST
from failwell.wire.dialects import BUILT_IN
from failwell.wire.losses import lost

catalog = Catalog("round", base="https://errors.round.example/")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclasses.dataclass
class Point:
    x: int
    label: str


class Step(msgspec.Struct, rename="camel"):
    step_name: str
    seconds: float | None = None


class Model(pydantic.BaseModel):
    who: str = pydantic.Field(alias="Who")
    when: datetime


class Plain(Problem, catalog=catalog, code="plain", status=(413, 403), title="Plain"):
    """Members that are JSON as they are."""

    text: str
    number: int
    flag: bool


class Bare(Problem, catalog=catalog, code="bare", status=404, title="Bare"):
    """No members at all."""


class One(Problem, catalog=catalog, code="one", status=409, title="One"):
    """A single member."""

    from_: str


class Rich(
    Problem,
    catalog=catalog,
    code="rich",
    status=(422, 429),
    title="Rich",
    suggestion="Do less.",
    retry={422: Retry.AFTER_CHANGE, 429: Retry.LATER},
    resolve=Resolve(action="open", url="https://round.example/{from_}"),
):
    """Members of all kinds."""

    from_: str
    total: Annotated[int | None, Member("grand.total")] = None
    when: datetime | None = None
    ident: UUID | None = None
    price: Decimal | None = None
    blob: bytes | None = None
    colour: Colour | None = None
    level: Level | None = None
    point: Point | None = None
    model: Model | None = None
    steps: list[Step] | None = None
    ratio: float | None = None
    upgrade: Literal[True] = True
    only_429: Annotated[str | None, Member(statuses=(429,))] = None


# Lone surrogates are no text on any wire; test_law_six.py has them.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ids = st.none() | st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=20)
integers = st.integers(-(2**70), 2**70)
contracts = {d.name: Contract(catalog, dialect=d) for d in BUILT_IN}
each_dialect = pytest.mark.parametrize("name", list(contracts))


def details(title: str) -> st.SearchStrategy[str | None]:
    """A detail like the title is the one that shapes with a single text cannot tell from none."""
    return st.none() | texts.filter(lambda text: text != title)


@st.composite
def plain(draw: st.DrawFn) -> Problem:
    return Plain(
        draw(details("Plain")), status=draw(st.sampled_from([413, 403])),
        text=draw(texts), number=draw(integers), flag=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def rich(draw: st.DrawFn) -> Problem:
    instants = st.datetimes(timezones=st.just(UTC))
    status = draw(st.sampled_from([422, 429]))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "total": integers,
        "when": instants,
        "ident": st.uuids(),
        "price": st.decimals(allow_nan=False, allow_infinity=False),
        "blob": st.binary(max_size=20),
        "colour": st.sampled_from(Colour),
        "level": st.sampled_from(Level),
        "point": st.builds(Point, integers, texts),
        "model": st.builds(Model, Who=texts, when=instants),
        "steps": st.lists(
            st.builds(Step, texts, st.none() | st.floats(allow_nan=False, allow_infinity=False))
        ),
        "ratio": st.floats(allow_nan=False, allow_infinity=False),
    }
    if status == 429:
        optional["only_429"] = texts
    return Rich(
        draw(details("Rich")),
        status=status,
        from_=draw(texts),
        **draw(st.fixed_dictionaries({}, optional=optional)),
    )


declared = st.one_of(
    plain(),
    rich(),
    st.builds(Bare, details("Bare")),
    st.builds(One, details("One"), from_=texts),
)


@each_dialect
@given(problem=declared, request_id=ids)
def test_a_problem_comes_back(name: str, problem: Problem, request_id: str | None) -> None:
    contract = contracts[name]
    out = contract.render(problem, request_id=request_id)
    back = contract.parse(out.status, out.headers, out.body)
    assert back == problem
    assert back.unreadable == {}
    assert back.request_id == request_id
    assert back.resolve == problem.resolve
    assert pickle.loads(pickle.dumps(back)) == problem
    assert contract.render(back).body == contract.render(problem).body


@pytest.mark.parametrize("name", [name for name, c in contracts.items() if "code" not in lost(c.dialect)])
@given(code=st.from_regex(r"[a-z]{1,9}_unknown", fullmatch=True), status=st.integers(400, 599), detail=texts,
       members=st.dictionaries(st.from_regex(r"m_[a-z]{1,5}", fullmatch=True), texts))  # fmt: skip
def test_an_unknown_problem_comes_back(
    name: str, code: str, status: int, detail: str, members: dict[str, str]
) -> None:
    problem = UnknownProblem(detail + ".", status=status, code=code, title="Unknown", members=members)
    out = contracts[name].render(problem)
    assert contracts[name].parse(out.status, out.headers, out.body) == problem


def test_a_type_alone_names_an_unknown_problem() -> None:
    problem = UnknownProblem(
        status=404, code="new", type=catalog.base + "new", title="New", members={"a": [1]}
    )
    out = contracts["problem-type"].render(problem)
    assert contracts["problem-type"].parse(out.status, out.headers, out.body) == problem


@each_dialect
def test_a_dialect_loses_what_is_computed(name: str) -> None:
    """The losses, found in `wire` alone, agree with what a whole contract does."""
    contract, losses = contracts[name], lost(contracts[name].dialect)
    out = contract.render(Bare("Bare"), request_id="req_1")
    assert ("detail like the title" in losses) == (contract.parse(404, out.headers, out.body).detail is None)
    assert ("request_id" in losses) == (contract.parse(404, (), out.body).request_id is None)
    unknown = UnknownProblem(
        "d", status=404, code="new", type=catalog.base + "new", members={"a": 1}, suggestion="s"
    )
    back = contract.parse(404, (), contract.render(unknown).body)
    kept = back.extra == {"a": 1}
    assert kept == (not {"members", "types of undeclared members"} & set(losses))
    assert ("suggestion" in losses) == (back.suggestion == "")


def test_the_losses_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print()  # noqa: T201 - the table is the point
        for dialect in BUILT_IN:
            print(f"  {dialect.name:16} {', '.join(lost(dialect)) or '-'}")  # noqa: T201
    assert lost(BUILT_IN[0]) == ("resolve",)
    assert all("members" not in lost(dialect) and "detail" not in lost(dialect) for dialect in BUILT_IN)


HOUSE = Dialect("house", {"fault": {"id": CODE, "says": MESSAGE, REST: MEMBERS}, "trace": REQUEST_ID})


@given(problem=declared, request_id=ids)
def test_a_dialect_of_ten_lines_round_trips(problem: Problem, request_id: str | None) -> None:
    contract = Contract(catalog, dialect=HOUSE)
    out = contract.render(problem, request_id=request_id)
    back = contract.parse(out.status, out.headers, out.body)
    assert back == problem
    assert back.request_id == request_id
