"""The lines that `dialect learn` writes work: as a module, and as a catalog in files."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Member, Problem, Retry, dialects
from failwell.cli.draft import drafted, python_text, schema_of, toml_text
from failwell.cli.recordings import read_recordings
from failwell.exceptions import EncodingError
from failwell.source import load_contract, write_folder
from failwell.wire.learned import learn
from failwell.wire.learned.samples import Sample

KNOWN = Path(__file__).parents[1] / "wire" / "known_shapes"
CARRIED = ("anthropic", "aws", "azure", "google", "stripe", "stripe_without_code", "zalando")
"""Known shapes that are carried whole, with statuses of errors."""


# ---- the lines


def loaded(source: str) -> ModuleType:
    module = ModuleType("learned_errors")
    sys.modules["learned_errors"] = module
    try:
        exec(compile(source, "learned_errors.py", "exec"), module.__dict__)
    finally:
        del sys.modules["learned_errors"]
    return module


@pytest.mark.parametrize("api", CARRIED)
def test_the_contract_that_is_written_answers_as_the_api_did(api: str) -> None:
    samples = read_recordings([str(KNOWN / api)]).samples
    contract = loaded(python_text(drafted(learn(samples), catalog=True))).contract
    for sample in samples:
        status = sample.status or sample.document["status"]
        problem = contract.parse(status, sample.headers, sample.body)
        assert contract.catalog.find(problem.code) is type(problem)
        assert (problem.unreadable, problem.extra) == ({}, {})
        out = contract.render(problem, request_id=problem.request_id)
        assert out.status == status
        assert json.loads(out.body) == sample.document


def test_a_numeric_code_stays_on_the_wire_by_its_default() -> None:
    (first, *_) = samples = read_recordings([str(KNOWN / "twilio")]).samples
    module = loaded(python_text(drafted(learn(samples), catalog=True)))
    problem = module.Error20404(first.document["message"], more_info=first.document["more_info"])
    body = json.loads(module.contract.render(problem).body)
    assert body == {**first.document, "error_code": "error_20404"}


catalog = Catalog("drops", base="https://errors.drops.example/")


class Full(
    Problem, catalog=catalog, code="quota.full-now", status=(413, 403), title='Quota "full"',
    retry={413: Retry.LATER, 403: Retry.NEVER}, suggestion="Free up space.",
):  # fmt: skip
    """Full."""

    limit_: int
    class_: str
    ratio: float | None = None
    tags: list[str] | None = None
    str_: str | None = None
    other_str: Annotated[str | None, Member("other-str")] = None
    more: dict[str, int] | None = None


class Other(Problem, catalog=catalog, code="quota_full_now", status=409, title="Other"):
    """A code whose class would have the same name."""


PROBLEMS = (
    Full("No room.", limit_=1, class_="a", tags=["x"]),
    Full(limit_=2, class_="b", status=403, ratio=0.5),
    Full("Still none.", limit_=2, class_="b", ratio=1, str_="s", other_str="o", more={"a": 1}),
    Other(),
    Other("Not so."),
)


@pytest.mark.parametrize("dialect", dialects.BUILT_IN, ids=repr)
def test_the_module_that_is_written_is_the_contract_that_was_recorded(dialect: Any) -> None:
    contract = Contract(catalog, dialect=dialect)
    rendered = [contract.render(problem, request_id=f"req_{n}a{n}b{n}") for n, problem in enumerate(PROBLEMS)]
    samples = [
        Sample(str(n), out.body, json.loads(out.body), out.status, out.headers)
        for n, out in enumerate(rendered)
    ]
    learned = loaded(python_text(drafted(learn(samples), catalog=True))).contract
    assert list(learned.catalog.types) == ["quota.full-now", "quota_full_now"]
    for out in rendered:
        problem = learned.parse(out.status, out.headers, out.body)
        again = learned.render(problem, request_id=problem.request_id)
        assert json.loads(again.body) == json.loads(out.body)
        assert again.status == out.status


def test_the_dialect_alone_is_a_contract_of_a_few_lines() -> None:
    samples = read_recordings([str(KNOWN / "anthropic")]).samples
    text = python_text(drafted(learn(samples), catalog=False))
    assert "Do not edit" not in text
    assert loaded(text).contract.policy.request_id_header == "request-id"
    assert text.partition("import annotations\n\n")[2] == (
        "from failwell import Catalog, Contract, Dialect\n"
        "from failwell.wire import CODE, MEMBERS, MESSAGE, REQUEST_ID, REST\n"
        "\n"
        'house = Catalog("house", base="https://errors.example/")\n'
        "\n"
        "\n"
        "contract = Contract(\n"
        "    house,\n"
        "    dialect=Dialect(\n"
        '        "house",\n'
        "        {\n"
        '            "type": "error",\n'
        '            "error": {"type": CODE, "message": MESSAGE, REST: MEMBERS},\n'
        '            "request_id": REQUEST_ID,\n'
        "        },\n"
        "    ),\n"
        '    request_id_header="request-id",\n'
        ")\n"
    )


def test_the_files_are_a_folder_with_slots_as_strings() -> None:
    learned = learn(read_recordings([str(KNOWN / "zalando")]).samples, name="shop")
    head, *files = toml_text(drafted(learned, catalog=True)).split("\n# ")
    assert tomllib.loads(head) == {
        "failwell": 1, "name": "shop", "base": "https://example.org/problems/",
        "dialect": {
            "name": "shop", "media_type": "application/json", "limit_headers": "none",
            "shape": {
                "type": "{TYPE}", "title": "{TITLE}", "status": "{STATUS}", "detail": "{DETAIL}",
                "{REST}": "{MEMBERS}",
            },
        },
    }  # fmt: skip
    assert [file.partition("\n")[0] for file in files] == [
        "insufficient-funds.md", "out-of-stock.md", "unavailable.md",
    ]  # fmt: skip
    assert tomllib.loads(files[0].split("+++")[1]) == {
        "order": 10, "status": 403, "title": "Insufficient Funds", "retry": "after_action",
        "members": {"balance": "integer", "debit_reason": "string"},
    }  # fmt: skip


def test_null_has_no_toml_and_that_is_told() -> None:
    learned = learn(read_recordings([str(KNOWN / "cloudflare")]).samples)
    with pytest.raises(EncodingError, match="TOML has none"):
        toml_text(drafted(learned, catalog=False))


@pytest.mark.parametrize("api", [*CARRIED, "twilio"])
def test_the_files_that_are_written_answer_as_the_api_did(api: str, tmp_path: Path) -> None:
    samples = read_recordings([str(KNOWN / api)]).samples
    learned = learn(samples)
    write_folder(drafted(learned, catalog=True), tmp_path)
    contract = load_contract(str(tmp_path))
    assert list(contract.catalog.types) == [kind.code for kind in learned.kinds]
    for sample in samples if api in CARRIED else ():
        problem = contract.parse(sample.status or sample.document["status"], sample.headers, sample.body)
        assert (problem.unreadable, problem.extra) == ({}, {})
        assert json.loads(contract.render(problem, request_id=problem.request_id).body) == sample.document


@pytest.mark.parametrize(
    ("values", "schema"),
    [
        (["a", "b"], {"type": "string"}), ([1, True], {}), ([1, 2.5], {"type": "number"}), ([None], {}),
        ([[1], [2, 3]], {"type": "array", "items": {"type": "integer"}}), ([[]], {"type": "array"}),
        ([[1, "a"]], {"type": "array"}), ([[[1]]], {"type": "array"}), ([{}], {"type": "object"}),
        ([[{"a": 1}]], {"type": "array", "items": {"type": "object"}}),
    ],
)  # fmt: skip
def test_values_have_the_narrowest_schema_that_all_of_them_fit(
    values: list[Any], schema: dict[str, Any]
) -> None:
    assert schema_of(values) == schema


names = st.sampled_from([
    "str", "int", "class", "a-b", "a_b", "a b", "1st", "_x", "detail", "status", "headers", "code",
    "Any", "Member", "é", "", "__init__", "errorCode", "limit", "problem_type", "None", "self", "\x7f", "a.b",
    "type",
])  # fmt: skip
members = st.dictionaries(
    names, st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())
)
codes = st.sampled_from(
    ["gone", "a.b", "a_b", "A-B", "CODE", "none", "Problem", "str", "x" * 63, "class", "Any"]
)


@given(
    st.lists(st.tuples(codes, members, st.text()), min_size=1, max_size=6),
    st.sampled_from(["house", "a b", "1"]),
)
def test_whatever_the_members_are_called_the_lines_can_be_loaded(
    seen: list[tuple[str, dict[str, Any], str]], name: str
) -> None:
    documents = [{"error": code, "message": text, "with": more} for code, more, text in seen]
    samples = [Sample(str(n), json.dumps(d).encode(), d, 400 + n) for n, d in enumerate(documents)]
    learned = learn(samples, name=name)
    contract = loaded(python_text(drafted(learned, catalog=True))).contract
    assert list(contract.catalog.types) == [kind.code for kind in learned.kinds]
    assert repr(contract.dialect.shape) == repr(learned.dialect.shape)
