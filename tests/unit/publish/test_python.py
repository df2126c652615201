"""`to_python`: importing what it writes gives the records that it was written from."""

from __future__ import annotations

import ast
import itertools
import keyword
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from failwell import (
    Catalog,
    Contract,
    Dialect,
    Example,
    Lifecycle,
    Link,
    Member,
    Problem,
    Redirect,
    Resolve,
    Retry,
    Stage,
    dialects,
    standard_types,
)
from failwell.exceptions import EncodingError
from failwell.publish.python import to_python
from failwell.publish.sample import sample_problem
from failwell.source import load_contract, read_document, to_document, to_json
from failwell.wire import CODE, MEMBERS, MESSAGE, REQUEST_ID, REST
from tests.unit.publish.example_contracts import EXAMPLES

ROOT = Path(__file__).parents[3]
PHASES = (Phase.explicit, Phase.generate)  # shrinking takes minutes
SLOW = settings(max_examples=25, deadline=None, phases=PHASES)

numbers = itertools.count()


def imported(source: str) -> Contract:
    """Runs a module as importing it would."""
    module = ModuleType(f"generated_{next(numbers)}")
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, module.__name__, "exec", dont_inherit=True), vars(module))
    finally:
        del sys.modules[module.__name__]
    contract = module.contract
    assert isinstance(contract, Contract)
    return contract


def assert_equal(made: Contract, source: Contract) -> None:
    head = ("name", "base", "title", "about", "language", "deprecation_days")
    assert [getattr(made.catalog, name) for name in head] == [getattr(source.catalog, name) for name in head]
    assert list(made.catalog.records.values()) == list(source.catalog.records.values())
    assert (made.base, made.policy) == (source.base, source.policy)
    facts = ("name", "shape", "media_type", "limit_headers")
    assert [getattr(made.dialect, fact) for fact in facts] == [
        getattr(source.dialect, fact) for fact in facts
    ]


def ruff(*arguments: str, source: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "ruff",
        *arguments,
        "--no-cache",
        "--stdin-filename",
        "src/failwell/x.py",
    ]
    return subprocess.run(
        [*command, "-"], input=source, cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )


def assert_clean(source: str) -> None:
    diff = ruff("format", "--diff", source=source).stdout
    assert not diff, diff
    found = ruff("check", source=source)
    assert found.returncode == 0, found.stdout


# ---------------------------------------------------------------------------- the examples

each_example = pytest.mark.parametrize("path", EXAMPLES)


@each_example
def test_an_example_comes_back_from_its_module(path: str) -> None:
    source = load_contract(path)
    made = imported(to_python(source))
    assert_equal(made, source)
    assert to_python(made) == to_python(source)


@each_example
def test_an_example_renders_to_the_same_bytes(path: str) -> None:
    source = read_document(to_json(load_contract(path)))
    made = imported(to_python(source))
    for theirs, ours in zip(source.catalog, made.catalog, strict=True):
        for status in (
            theirs.problem_type.statuses if theirs.problem_type.lifecycle.stage != "removed" else ()
        ):
            expected = source.render(sample_problem(theirs, status), request_id="req_1")
            assert made.render(sample_problem(ours, status), request_id="req_1") == expected
            back = made.parse(expected.status, expected.headers, expected.body)
            assert (type(back), back.unreadable) == (ours, {})


@each_example
def test_the_module_of_an_example_is_formatted_and_clean(path: str) -> None:
    assert_clean(to_python(load_contract(path)))


def test_the_modules_pass_the_type_checker(tmp_path: Path) -> None:
    for path in EXAMPLES:
        module = tmp_path / f"{path.strip('./').replace('/', '_').replace('.', '_')}_generated.py"
        module.write_text(to_python(load_contract(path)), encoding="utf-8")
    (tmp_path / "rich.py").write_text(to_python(rich), encoding="utf-8")
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nstrict = true\nmypy_path = {ROOT / 'src'}\n")
    cache = str(ROOT / ".mypy_cache")
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--cache-dir", cache]
    done = subprocess.run([*command, "."], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout


# ---------------------------------------------------------------------------- a contract with everything


class Step(msgspec.Struct, frozen=True, rename="camel"):
    """One step."""

    step_name: str
    class_: Annotated[int, msgspec.Meta(ge=1, description="Of the step.")] = 1
    seconds: float | None = None
    tags: list[str] = []
    note: str | msgspec.UnsetType = msgspec.UNSET


HOUSE = Dialect(
    "house",
    {
        "fault": {"id": CODE, "says": MESSAGE, REST: MEMBERS},
        "trace": REQUEST_ID,
        "list": ({"v": 1},),
        "no": None,
    },
    media_type="application/vnd.house+json",
    limit_headers="ietf",
)

rich_catalog = Catalog(
    "rich things", base="https://rich.example/#", title="Rich", about="Hello.\n\n## Support\n\nNone.",
    language="en-GB", deprecation_days=30,
)  # fmt: skip


class Everything(
    Problem, catalog=rich_catalog, code="every.thing", status=(413, 403), title='Every "thing"',
    category="Things", retry={413: Retry.LATER, 403: Retry.NEVER}, retryable=False,
    detail="{used} of {limit}",
    suggestion="Do less. " * 20,
    resolve=Resolve("open", "Open", url="https://rich.example/{used}", method="POST", endpoint="/v1/{used}"),
    headers={"Retry-After": "{used}", "Allow": ""}, redirect=Redirect("/x?error={code}", status=307),
    aliases=("former_thing",), since="2026-11", owner="team", conceal="group",
    lifecycle=Lifecycle(Stage.BETA, since=date(2026, 1, 1), sunset=date(2026, 3, 1), former="old_thing"),
    examples=(Example({"used": 1, "steps": [{"stepName": "a"}]}, detail="One.", status=403, name="one"),),
    links=(Link("Plans", "https://rich.example/plans"),),
):  # fmt: skip
    r"""What happened: a \ backslash.

    ## Why

    Because.

    ## What to do

    Nothing.
    """

    used: Annotated[int, Member(unit="bytes", exposure="id", statuses=(413,), description="In use.")]
    limit: Annotated[int | None, Member("the-limit", on_wire=False)] = None
    from_: str | None = None
    steps: list[Step] | None = None
    when: Annotated[date | None, Member(exposure="secret")] = None
    range_: Annotated[tuple[int, int] | None, Member("range")] = None
    kind: Annotated[str, Member(schema={"type": "string", "format": "kind"})] = "a"
    pairs: tuple[int, ...] = (1, 2)
    day: date = date(2026, 1, 2)
    anything: Any = None
    int_: int | None = None


class ConnectionError_(Problem, catalog=rich_catalog, code="connection_error", status=503, title="Lost"):  # noqa: N801
    """Its name in the module is not that of a built-in exception."""


class Gone(
    Problem, catalog=rich_catalog, code="gone", status=410, title="Gone",
    lifecycle=Lifecycle(Stage.REMOVED, since=date(2026, 1, 1), replaced_by="every.thing"),
): ...  # fmt: skip


standard_types(rich_catalog, naming="kebab-case")
rich = Contract(
    rich_catalog, dialect=HOUSE, base="https://here.example/", challenge='Basic realm="rich"',
    unknown="internal", limit_headers="x-ratelimit", request_id_header="X-Trace",
    offers=("text/markdown",),
)  # fmt: skip


def test_every_field_comes_back() -> None:
    made = imported(to_python(rich))
    assert_equal(made, rich)
    assert to_json(made) == to_json(rich)
    ours, theirs = (next(iter(contract.catalog)) for contract in (made, rich))
    assert made.render(sample_problem(ours)) == rich.render(sample_problem(theirs))


def test_the_module_of_everything_is_formatted_and_clean() -> None:
    assert_clean(to_python(rich))


def test_a_module_says_where_it_comes_from_and_nothing_that_changes() -> None:
    source = to_python(rich)
    first = "# Written by failwell generate python. Do not edit; change the catalog and write it again."
    assert source.splitlines()[0] == first
    assert source == to_python(rich)
    assert max(map(len, source.splitlines())) <= 110


def test_nested_objects_become_classes_with_typed_fields() -> None:
    source = to_python(rich)
    assert "class Step(Struct, frozen=True):" in source
    assert "    stepName: str\n" in source
    assert "    tags: list[str] = field(default_factory=list)\n" in source
    assert "    steps: list[Step] | None = None\n" in source
    assert "class ConnectionErrorProblem(" in source


def test_standard_types_are_one_call_where_they_are_the_usual_ones() -> None:
    assert 'standard_types(catalog, naming="kebab-case")' not in to_python(rich)
    assert 'standard_types(rich_things, naming="kebab-case")' in to_python(rich)
    document = to_document(rich)
    document["problems"] = [p for p in document["problems"] if p["code"] != "bad-gateway"]
    fewer = read_document(document)
    source = to_python(fewer)
    assert "standard_types" not in source
    assert_equal(imported(source), fewer)
    assert_clean(source)


def test_names_that_would_hide_each_other_are_told_apart() -> None:
    document = minimal(
        {"code": "a.b"}, {"code": "a_b"}, {"code": "problem"}, {"code": "none"}, {"code": "x-1"}
    )
    document["name"] = "date"
    hiding = {name: {"type": "integer", "x-failwell": {"default": 1}} for name in ("int", "date", "Member")}
    hiding["list"] = {"type": "array", "items": {"type": "integer"}}
    hiding["on"] = {"type": "string", "format": "date", "x-failwell": {"unit": "day"}}
    document["problems"][0]["members"] = hiding
    source = to_python(read_document(document))
    classes = [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    assert classes == ["AB", "AB2", "ProblemProblem", "NoneProblem", "X1"] or classes[3] == "None_"
    assert "catalog = Catalog(" in source
    assert_equal(imported(source), read_document(document))
    assert_clean(source)


@pytest.mark.parametrize(
    "prose", ["## Elsewhere\n\ntext", "```\nopen", "text\n\n## Why\n\ntwice"], ids=["heading", "fence", "why"]
)
def test_prose_that_no_docstring_can_have_is_refused(prose: str) -> None:
    source = read_document(minimal({"code": "a"}))
    (record,) = source.catalog.records.values()
    catalog = Catalog("a", base="a:")
    catalog.add_record(msgspec.structs.replace(record, prose=prose, why="because"), where="here")
    with pytest.raises(EncodingError, match="its prose cannot stand in a docstring"):
        to_python(Contract(catalog, dialect=dialects.FLAT))


def test_a_default_that_occurrences_would_share_is_refused() -> None:
    document = minimal(
        {"code": "a", "members": {"m": {"type": "object", "x-failwell": {"default": {"a": 1}}}}}
    )
    with pytest.raises(EncodingError, match="the default of 'm' is an object"):
        to_python(read_document(document))


# ---------------------------------------------------------------------------- any contract


def minimal(*problems: dict[str, Any]) -> dict[str, Any]:
    usual = {"status": [400], "title": "Title", "retry": "never"}
    return {
        "failwell": 1, "name": "shop", "base": "https://shop.example/", "dialect": "flat",
        "problems": [{**usual, **problem} for problem in problems],
    }  # fmt: skip


HOSTILE = [
    '"',
    "'",
    "\\",
    '"""',
    "\n",
    "{",
    "}",
    "\t",
    "é",
    "漢",
    "🚀",
    "\u202e",
    "\x00",
    "\u2028",
    "#",
    " ",
    "a",
    "long word ",
]
texts = st.lists(st.sampled_from(HOSTILE), max_size=80).map("".join) | st.text(max_size=40)
with_surrogates = texts | st.text(st.characters(categories=["Cs", "Ll"]), max_size=5)
one_line = texts.map(lambda text: " ".join(text.replace("{", "(").split()) or "Title")
prose = with_surrogates.map(lambda text: "\n".join(text.replace("#", "").splitlines()).strip("\n").rstrip())
names = st.sampled_from(
    ["int", "str", "list", "Any", "date", "Annotated", "Member", "l", "camelCase", "field", "Meta"]
)
wire_names = (
    names
    | st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True)
    | st.from_regex(r"[a-z. -]{1,9}", fullmatch=True)
)

scalars: list[dict[str, Any]] = [
    {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}, {},
    *({"type": "string", "format": f} for f in ("date", "date-time", "time", "uuid", "duration", "decimal", "email")),  # noqa: E501
    {"type": "string", "contentEncoding": "base64"},
    {"type": "string", "pattern": '^"\\d+$', "maxLength": 9},
    {"type": "integer", "minimum": 1, "maximum": 10}, {"type": "number", "exclusiveMinimum": 0.5},
    {"type": ["string", "null"]}, {"type": "null"}, {"const": "one"}, {"enum": [1, "two", None]}, {"not": {}},
    {"type": "integer", "minimum": 10**30}, {"type": "string", "title": "T", "description": "D " * 60},
]  # fmt: skip


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    titles = st.sampled_from(["Point", "Problem", "int", "Shop", "not a name"])
    objects = st.builds(
        lambda title, properties, required, more: {
            "title": title, "type": "object", "properties": properties,
            **({"required": [n for n in properties if n in required]} if required else {}), **more,
        },
        titles, st.dictionaries(wire_names, inner, max_size=3), st.sets(names),
        st.sampled_from([{}, {"additionalProperties": False}, {"description": "It's one."}, {"x-more": 1}]),
    )  # fmt: skip
    return st.one_of(
        inner.map(lambda items: {"type": "array", "items": items}),
        inner.map(lambda items: {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}),
        inner.map(lambda others: {"type": "object", "additionalProperties": others}),
        st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options}),
        inner.map(lambda part: part | {"default": None}),
        objects,
    )


enums = st.lists(one_line | st.integers(), min_size=1, max_size=9, unique=True).map(
    lambda values: {"enum": values}
)
schemas = st.recursive(st.sampled_from(scalars) | enums, containers, max_leaves=6)
defaults = (
    st.none() | st.booleans() | st.integers() | with_surrogates | st.lists(st.integers() | texts, max_size=3)
)
words = st.fixed_dictionaries(
    {},
    optional={
        "unit": one_line, "exposure": st.sampled_from(["id", "secret"]), "on_wire": st.just(value=False),
        "statuses": st.just([403]), "description": with_surrogates,
        "required": st.just(value=False), "default": defaults,
    },
)  # fmt: skip


@st.composite
def members(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {}
    taken: set[str] = set()
    for wire_name, schema, said in draw(st.lists(st.tuples(wire_names, schemas, words), max_size=5)):
        name = "".join(c if c.isalnum() else "_" for c in wire_name).strip("_") or "member"
        if {name, wire_name} & (taken | {"code", "message", "requestId"}):
            continue
        taken |= {name, wire_name, f"{name}_"}
        made[wire_name] = {**schema, **({"x-failwell": said} if said else {})}
    return made


def examples(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    values = st.dictionaries(st.sampled_from(names), defaults, max_size=3) if names else st.just({})
    return st.builds(lambda members, detail: {"members": members, "detail": detail}, values, texts)


@st.composite
def problems(draw: st.DrawFn) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "code": draw(st.from_regex(r"[A-Za-z][A-Za-z0-9_.\-]{0,12}", fullmatch=True)),
        "status": [409, 403], "retry": "later",
        "title": draw(one_line.filter(lambda text: len(text.splitlines()) == 1)),
        "members": draw(members()),
    }  # fmt: skip
    names = list(problem["members"])
    optional = {
        "retry_by_status": st.just({"403": "never"}), "retryable": st.booleans(), "category": with_surrogates,
        "suggestion": with_surrogates, "owner": texts, "since": texts, "detail": st.just("No braces: %s"),
        "prose": prose, "why": prose, "what_to_do": prose, "conceal": texts,
        "resolve": st.builds(lambda a, m: {"action": a or "a", "message": m}, texts, texts),
        "links": st.lists(st.builds(lambda t, u: {"title": t, "url": u}, texts, texts), max_size=2),
        "examples": st.lists(examples(names), max_size=2),
        "headers": st.just({"Retry-After": '"9"', "X-E": "'"}),
        "lifecycle": st.sampled_from([{"stage": "draft"}, {"stage": "removed", "since": "2026-01-01"}]),
    }  # fmt: skip
    return problem | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    made = draw(st.lists(problems(), max_size=3, unique_by=lambda problem: problem["code"]))
    head = {"name": draw(texts) or "x", "title": draw(with_surrogates) or "T", "language": "pt-BR"}
    return {**minimal(*made), **head}


@given(document=documents())
@settings(max_examples=150, deadline=None, phases=PHASES)
def test_any_contract_comes_back_from_its_module(document: dict[str, Any]) -> None:
    source = read_document(document)
    module = to_python(source)
    module.encode()
    assert_equal(imported(module), source)


@given(document=documents())
@SLOW
def test_any_module_is_formatted_and_clean(document: dict[str, Any]) -> None:
    assert_clean(to_python(read_document(document)))


def test_annotations_that_fit_no_line_become_wide_ones_with_the_schema() -> None:
    name = "a_name_that_is_long_enough_to_leave_no_room_for_its_annotation"
    limited = {"type": "array", "items": {"type": "string"}, "minItems": 10, "maxItems": 20}
    nested = {"title": "Nested", "type": "object", "properties": {name: limited}}
    source = read_document(minimal({"code": "a", "members": {name: limited, "nested": nested}}))
    module = to_python(source)
    assert f"    {name}: Any = UNSET\n" in module
    assert f"    {name}: Annotated[\n        object,\n        Member(schema=" in module
    assert_equal(imported(module), source)
    assert_clean(module)


def test_no_class_is_named_by_a_keyword() -> None:
    codes = [word for word in keyword.kwlist if word[0].isalpha()]
    source = to_python(read_document(minimal(*({"code": code} for code in codes))))
    assert len(imported(source).catalog.records) == len(codes)
