"""Files and documents that were damaged at random load, or are refused; nothing else comes out of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Contract
from failwell.exceptions import FailwellError
from failwell.source import load_contract, read_document, read_folder, to_json
from tests.unit.source.random_catalogs import COSTLY
from tests.unit.source.test_both_ways import EXAMPLES, FIVE, through_files

DOCUMENTS = [to_json(load_contract(EXAMPLES / path)) for path in FIVE.values()]
DEVSPACE = EXAMPLES / FIVE["devspace"]
FILES = sorted(path.relative_to(DEVSPACE) for path in DEVSPACE.rglob("*") if path.suffix in (".md", ".toml"))
_PIECES = st.sampled_from(
    (b"", b"\n", b"{", b"}", b"[", b"]", b'"', b",", b"=", b"null", b"-1", b"1e9", b"+++\n", b"## ", b"\xff",
     b"\x00", b"{x}", b"[[a]]\n", b"true", b"9" * 30, b"{CODE}", b"```\n", b"\\", b".", b" ", b'""',
     b"[]", b"{}", b"\r")
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes with up to four changes: a byte flipped, a part deleted, replaced, doubled or moved."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.sampled_from([0, 1, 2, 5, 20, 400])))
        there = draw(st.integers(0, len(data)))
        part = data[at:end]
        match draw(st.sampled_from(["flip", "replace", "double", "move"])):
            case "flip" if part:
                data = data[:at] + bytes([part[0] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
            case "double":
                data = data[:there] + part + data[there:]
            case "move":
                rest = data[:at] + data[end:]
                data = rest[:there] + part + rest[there:]
            case _:
                data = data[:at] + draw(_PIECES) + data[end:]
    return data


def assert_usable(contract: Contract) -> None:
    """What was loaded can be written again both ways, or is refused then; and its classes can be made."""
    for cls in contract.catalog:
        assert contract.parse(cls.problem_type.statuses[0], (), b"{}") is not None
    try:
        assert to_json(read_document(to_json(contract))) == to_json(contract)
        through_files(contract)
    except FailwellError as error:
        assert error.hint  # noqa: PT017 - either is right, but nothing else


@pytest.mark.parametrize("document", DOCUMENTS, ids=list(FIVE))
@given(data=st.data())
@COSTLY
def test_a_damaged_document_loads_or_is_refused(document: bytes, data: st.DataObject) -> None:
    try:
        contract = read_document(data.draw(mutated(document)))
    except FailwellError as error:
        assert error.hint  # noqa: PT017 - either is right, but nothing else
    else:
        assert_usable(contract)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A copy of a catalog in files, which tests damage and mend again."""
    with TemporaryDirectory() as name:
        yield Path(shutil.copytree(DEVSPACE, Path(name) / "errors"))


@given(file=st.sampled_from(FILES), data=st.data())
@COSTLY
def test_a_damaged_file_loads_or_is_refused(folder: Path, file: Path, data: st.DataObject) -> None:
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(data.draw(mutated(whole)))
    try:
        contract = read_folder(folder)
    except FailwellError as error:
        assert error.hint  # noqa: PT017 - either is right, but nothing else
    else:
        assert_usable(contract)
    finally:
        (folder / file).write_bytes(whole)
