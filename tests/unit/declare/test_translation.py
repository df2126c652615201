"""Translated texts: what fits a type, what they change, and when they are older than the texts."""

from __future__ import annotations

import msgspec
import pytest

from failwell.declare.record import MemberType, ProblemType, Resolve, Translation
from failwell.declare.translation import check_translation, is_stale, source_hash, texts_of, translated
from failwell.exceptions import DeclarationError

RECORD = ProblemType(
    code="full",
    statuses=(413,),
    title="Full",
    detail="{used} used.",
    suggestion="Delete some.",
    prose="It is full.",
    why="Much came.",
    what_to_do="Delete.",
    resolve=Resolve("upgrade", "Upgrade"),
    members=(MemberType(name="used", wire_name="used", schema={"type": "integer"}),),
)
TEXTS = ("title", "detail", "suggestion", "prose", "why", "what_to_do")


def test_the_texts_of_a_type_are_all_that_can_be_translated() -> None:
    texts = texts_of(RECORD)
    assert [getattr(texts, name) for name in TEXTS] == [getattr(RECORD, name) for name in TEXTS]
    assert texts.message == "Upgrade"
    assert texts.source == source_hash(RECORD)
    assert len(texts.source) == 12


@pytest.mark.parametrize("name", TEXTS)
def test_a_changed_text_makes_a_translation_stale(name: str) -> None:
    done = Translation(title="Voll", source=source_hash(RECORD))
    assert not is_stale(RECORD, done)
    assert is_stale(msgspec.structs.replace(RECORD, **{name: "{used} changed"}), done)


def test_a_changed_call_to_action_makes_it_stale_and_other_facts_do_not() -> None:
    done = Translation(source=source_hash(RECORD))
    assert is_stale(msgspec.structs.replace(RECORD, resolve=Resolve("upgrade", "Pay")), done)
    assert not is_stale(msgspec.structs.replace(RECORD, statuses=(403,), owner="x", since="2"), done)


@pytest.mark.parametrize("source", ["", "0123456789ab"])
def test_without_the_right_hash_it_is_stale(source: str) -> None:
    assert is_stale(RECORD, Translation(title="Voll", source=source))


def test_the_hash_tells_apart_which_text_is_which() -> None:
    moved = msgspec.structs.replace(RECORD, why=RECORD.what_to_do, what_to_do=RECORD.why)
    assert source_hash(moved) != source_hash(RECORD)


def test_texts_that_are_not_translated_stay() -> None:
    german = translated(RECORD, Translation(title="Voll", message="Mehr"))
    assert (german.title, german.detail, german.prose) == ("Voll", "{used} used.", "It is full.")
    assert german.resolve == Resolve("upgrade", "Mehr")
    assert translated(RECORD, Translation()) == RECORD
    bare = msgspec.structs.replace(RECORD, resolve=None)
    assert translated(bare, Translation(message="Mehr")).resolve is None


@pytest.mark.parametrize(
    ("translation", "code"),
    [
        (Translation(title="{used}"), "bad-title"),
        (Translation(title="a\nb"), "bad-title"),
        (Translation(detail="{left}"), "unknown-placeholder"),
    ],
)
def test_what_does_not_fit_the_type_is_refused(translation: Translation, code: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        check_translation(RECORD, translation, where="de/full.md")
    assert caught.value.code == code
    assert caught.value.where.startswith("de/full.md")


def test_a_translation_of_no_type_is_refused() -> None:
    with pytest.raises(DeclarationError, match="does not have"):
        check_translation(None, Translation(), where="de/empty.md")
