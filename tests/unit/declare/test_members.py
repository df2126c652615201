"""Members of all kinds: their records, their JSON Schemas, and what `isinstance` is asked of their values."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import uuid
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal, NewType, Optional, TypedDict

import msgspec
import pydantic
import pytest
from typing_extensions import TypeAliasType

from failwell import Member, Problem
from failwell.declare.annotations import runtime_check
from tests.unit.declare.declaring import abstract, catalog, declare


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Size:
    width: int
    height: int | None = None


class Node(msgspec.Struct):
    name: str
    children: list[Node] = []


class Point(pydantic.BaseModel):
    x: int
    size: Annotated[Size, pydantic.Field(description="of the point")]


class Tree(pydantic.BaseModel):
    left: Tree | None = None


class Row(TypedDict):
    line: int


UserId = NewType("UserId", int)
Alias = TypeAliasType("Alias", int | None)

INTEGER = {"type": "integer"}
SIZE = {
    "title": "Size",
    "type": "object",
    "properties": {"width": INTEGER, "height": {"anyOf": [INTEGER, {"type": "null"}], "default": None}},
    "required": ["width"],
}


def _schema(hint: Any) -> Any:
    (member,) = declare({"value": hint}).problem_type.members
    return member.schema


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (str, {"type": "string"}),
        (int, INTEGER),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (int | None, INTEGER),
        (Optional[str], {"type": "string"}),  # noqa: UP045 - people still write it
        (int | str, {"anyOf": [INTEGER, {"type": "string"}]}),
        (Literal["a", "b"], {"enum": ["a", "b"]}),
        (Literal["a", None], {"enum": ["a"]}),  # noqa: PYI061 - people write it
        (Colour, {"title": "Colour", "enum": ["blue", "red"]}),
        (UserId, INTEGER),
        (Alias, INTEGER),
        (list[int], {"type": "array", "items": INTEGER}),
        (Mapping[str, int], {"type": "object", "additionalProperties": INTEGER}),
        (dt.date, {"type": "string", "format": "date"}),
        (dt.datetime, {"type": "string", "format": "date-time"}),
        (dt.datetime | None, {"type": "string", "format": "date-time"}),
        (dt.time, {"type": "string", "format": "time"}),
        (dt.timedelta, {"type": "string", "format": "duration"}),
        (uuid.UUID, {"type": "string", "format": "uuid"}),
        (decimal.Decimal, {"type": "string", "format": "decimal"}),
        (bytes, {"type": "string", "contentEncoding": "base64"}),
        (Any, {}),
        (Size, SIZE),
        (list[Size] | None, {"type": "array", "items": SIZE}),
        (Annotated[int, msgspec.Meta(ge=1)], {"type": "integer", "minimum": 1}),
        (Annotated[int | None, msgspec.Meta(ge=1)], {"type": "integer", "minimum": 1}),
        (Optional[Annotated[int, msgspec.Meta(ge=1)]], {"type": "integer", "minimum": 1}),  # noqa: UP045
        (Annotated[int, msgspec.Meta(extra_json_schema={"x": 1})], {"type": "integer", "x": 1}),
        (Annotated[int, Member(unit="bytes"), msgspec.Meta(le=9)], {"type": "integer", "maximum": 9}),
    ],
)  # fmt: skip
def test_the_schema_of_a_member(hint: Any, schema: Any) -> None:
    assert _schema(hint) == schema


def test_a_type_that_contains_itself_ends_as_any_object() -> None:
    children = {"type": "array", "items": {"type": "object"}, "default": []}
    node = {"properties": {"name": {"type": "string"}, "children": children}, "required": ["name"]}
    assert _schema(Node) == {"title": "Node", "type": "object", **node}
    tree = {"anyOf": [{"type": "object"}, {"type": "null"}], "default": None}
    assert _schema(Tree) == {"title": "Tree", "type": "object", "properties": {"left": tree}}


def test_the_schema_of_a_pydantic_model_stands_alone() -> None:
    schema = _schema(list[Point])
    point = schema["items"]
    assert point["properties"]["x"] == {"title": "X", "type": "integer"}
    assert point["properties"]["size"]["properties"].keys() == {"width", "height"}
    assert (
        point["properties"]["size"]["description"] == "of the point"
    )  # what stands beside a reference stays
    assert "$" not in msgspec.json.encode(schema).decode()


@pytest.mark.parametrize("declared", ["Size", "list[Node] | None", "Annotated[UserId, Member('id')]"])
def test_annotations_may_be_text(declared: str) -> None:
    namespace = {"__annotations__": {"value": declared}, "__module__": __name__}
    assert len(declare(defaults=namespace).problem_type.members) == 1


@pytest.mark.parametrize(
    ("hint", "good", "bad"),
    [
        (int | None, [1, None], ["1"]),
        (float, [1, 1.5], ["1"]),
        (list[int], [[1], (1,)], [{1}]),
        (Literal["a", 1], ["a", 1], [1.5]),
        (Literal["a", None], ["a", None], [1]),  # noqa: PYI061 - people write it
        (Colour, [Colour.RED], ["red"]),
        (UserId, [1], ["1"]),
        (Alias, [1, None], ["1"]),
        (Annotated[int, msgspec.Meta(ge=1)], [1], ["1"]),
        (Row, [{"line": 1}], [[1]]),
        (Mapping[str, int], [{}], [[]]),
        (Any, [1, None, "x"], []),
        (None, [None], [0]),
    ],
)
def test_a_value_can_be_asked_for_its_outermost_type(hint: Any, good: list[Any], bad: list[Any]) -> None:
    check = runtime_check(hint)
    assert [value for value in good if not isinstance(value, check)] == []
    assert [value for value in bad if isinstance(value, check)] == []


class Everything(Problem, catalog=catalog(), code="everything", status=(404, 409), title="Everything"):
    """All that can be said of a member."""

    kept: ClassVar[str] = "not a member"

    plain: int
    from_: str
    called: Annotated[
        int,
        Member("calledOnWire", unit="s", exposure="secret", statuses=(409,), description="What it is."),
    ]
    inside: Annotated[int, Member(unit="bytes")] | None
    optional: str | None = None
    hidden: Annotated[int, Member(on_wire=False)] = 5


def test_the_record_of_a_member_holds_what_was_said() -> None:
    plain, from_, called, inside, optional, hidden = Everything.problem_type.members
    assert (plain.name, plain.wire_name, plain.required, plain.default) == (
        "plain",
        "plain",
        True,
        msgspec.UNSET,
    )
    assert (plain.unit, plain.exposure, plain.on_wire, plain.statuses) == ("", "public", True, ())
    assert (from_.name, from_.wire_name) == ("from_", "from")
    assert (called.wire_name, called.unit, called.exposure) == ("calledOnWire", "s", "secret")
    assert (called.statuses, called.description) == ((409,), "What it is.")
    assert (inside.unit, inside.required, inside.default) == ("bytes", False, msgspec.UNSET)
    assert (optional.required, optional.default) == (False, None)
    assert (hidden.on_wire, hidden.default, hidden.required) == (False, 5, True)


def test_members_on_the_wire_depend_on_the_status() -> None:
    record = Everything.problem_type
    assert [m.name for m in record.wire_members(404)] == ["plain", "from_", "inside", "optional"]
    assert [m.name for m in record.wire_members(409)] == ["plain", "from_", "called", "inside", "optional"]
    problem = Everything(plain=1, from_="a", called=2, inside=None, status=409)
    assert problem.members() == {"plain": 1, "from": "a", "calledOnWire": 2}
    assert (problem.hidden, problem.kept) == (5, "not a member")


def test_a_name_that_every_class_has_brings_no_default() -> None:
    """`mro` is an attribute of every class; it is nobody's default."""
    cls = declare({"mro": str})
    assert cls.problem_type.members[0].default is msgspec.UNSET
    with pytest.raises(TypeError, match="lacks mro"):
        cls()


def test_children_have_the_members_of_their_bases_first() -> None:
    base = abstract({"shared": int, "later": str})
    cls = declare({"own": int}, {"later": "x"}, bases=(base,))
    assert [m.name for m in cls.problem_type.members] == ["shared", "later", "own"]
    assert cls(shared=1, own=2).later == "x"


@pytest.mark.parametrize("name", ["catalog", "id", "name", "errors", "message", "kwargs", "cls"])
def test_common_names_are_free_for_members(name: str) -> None:
    cls: Callable[..., Problem] = declare({name: int})
    assert cls(**{name: 1}).members() == {name: 1}
