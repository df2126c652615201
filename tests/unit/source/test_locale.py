"""Translations in files: what is missing or stale, new files to translate, and those of class catalogs."""

from __future__ import annotations

from pathlib import Path

import pytest

from failwell import Catalog, Problem, Resolve, standard_types
from failwell.declare.translation import source_hash
from failwell.exceptions import SourceError
from failwell.source import StaleTranslation, load_contract, read_locales, translation_state, write_locale
from tests.unit.source.faults import FILES
from tests.unit.source.test_faults import refusal, write_files

EXAMPLES = Path(__file__).parents[3] / "examples"
GERMAN = "locales/de/sold_out.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path)


def hash_of(folder: Path, code: str) -> str:
    return source_hash(load_contract(folder).catalog.records[code])


def test_a_new_language_gets_a_file_per_type_with_the_texts_to_translate(folder: Path) -> None:
    done = write_locale(folder, "fr")
    names = {path.relative_to(folder / "locales/fr").as_posix() for path in done.created}
    assert names == {"about.md", "sold_out.md", "closed.md"}
    assert done.accepted == ()
    assert (folder / "locales/fr/sold_out.md").read_text() == (
        '+++\ntitle = "Sold out"\ndetail = "Only {left} left."\n+++\n\n'
        "## What happened\n\nSomebody was faster.\n\n## Why\n\nFew were there.\n"
    )
    assert (folder / "locales/fr/about.md").read_text() == FILES["about.md"]
    state = translation_state(load_contract(folder).catalog, "fr")
    assert state.missing == ()
    assert state.stale == done.state.stale
    assert [(part.code, part.is_new) for part in state.stale] == [("sold_out", True), ("closed", True)]


def test_files_that_are_there_keep_every_byte(folder: Path) -> None:
    done = write_locale(folder, "de")
    assert [path.name for path in done.created] == ["closed.md"]
    assert (folder / GERMAN).read_text() == FILES[GERMAN]
    assert write_locale(folder, "de").created == ()


def test_accepting_writes_the_hash_and_nothing_else(folder: Path) -> None:
    done = write_locale(folder, "de", accept=True)
    digest = hash_of(folder, "sold_out")
    assert done.accepted == (folder / GERMAN,)
    added = f'source = "{digest}"\n+++\n\n##'
    assert (folder / GERMAN).read_text() == FILES[GERMAN].replace("+++\n\n##", added)
    assert [part.code for part in done.state.stale] == ["closed"]
    assert write_locale(folder, "de", accept=True).accepted == ()


def test_a_file_that_nobody_has_translated_yet_is_not_accepted(folder: Path) -> None:
    write_locale(folder, "fr")
    assert write_locale(folder, "fr", accept=True).accepted == ()


def test_texts_that_change_make_their_translation_stale(folder: Path) -> None:
    write_locale(folder, "de", accept=True)
    (folder / "sold_out.md").write_text(FILES["sold_out.md"].replace("Few were", "Too few were"))
    state = translation_state(load_contract(folder).catalog, "de")
    assert state.stale[0] == StaleTranslation(
        "sold_out", is_new=False, lacking=("why",), same=(), left_over=()
    )
    assert write_locale(folder, "de", accept=True).accepted == ()
    assert write_locale(folder, "de", accept=["sold_out"]).accepted == (folder / GERMAN,)
    written = (folder / GERMAN).read_text()
    assert written.count("source =") == 1
    assert f'source = "{hash_of(folder, "sold_out")}"' in written


def test_a_code_that_is_not_there_cannot_be_accepted(folder: Path) -> None:
    with pytest.raises(SourceError) as caught:
        write_locale(folder, "fr", accept=["sold_uot"])
    assert (caught.value.code, caught.value.where) == ("unknown-code", "sold_uot")
    assert not (folder / "locales/fr").exists()


def test_what_is_left_over_and_what_is_the_same_is_told(folder: Path) -> None:
    text = FILES[GERMAN].replace("Ausverkauft", "Sold out").replace("+++\n\n", 'message = "Mehr"\n+++\n\n')
    (folder / GERMAN).write_text(text)
    (part,) = translation_state(load_contract(folder).catalog, "de").stale
    assert part == StaleTranslation(
        "sold_out", is_new=True, lacking=("why",), same=("title",), left_over=("message",)
    )


def test_a_language_that_is_not_there_lacks_everything_but_standard_types() -> None:
    catalog = Catalog("shop", base="urn:shop:", about="How it fails.")
    type("Gone", (Problem,), {}, catalog=catalog, code="gone", status=410, title="Gone")
    standard_types(catalog)
    state = translation_state(catalog, "pt-BR")
    assert (state.missing, state.stale, state.lacks_about) == (("gone",), (), True)
    assert not state.is_complete


def test_the_german_of_devspace_is_complete_and_up_to_date() -> None:
    assert translation_state(load_contract(EXAMPLES / "devspace/errors").catalog, "de").is_complete


@pytest.mark.parametrize("language", ["en", "EN", "englisch!", ""])
def test_a_language_that_cannot_be_translated_into_is_refused(folder: Path, language: str) -> None:
    with pytest.raises(SourceError) as caught:
        write_locale(folder, language)
    assert caught.value.code == "bad-language"
    assert not (folder / "locales" / language / "closed.md").exists()


@pytest.mark.parametrize("name", ["catalog.json", "nope"])
def test_only_files_that_people_edit_are_translated(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="stand beside"):
        write_locale(tmp_path / name, "de")


# ---- of class catalogs

_ERRORS = """
from pathlib import Path
from failwell import Catalog, Problem
from failwell.source import read_locales

shop = Catalog("shop", base="urn:shop:")

class Gone(Problem, catalog=shop, code="gone", status=410, title="Gone"):
    '''It was here.'''

if Path(__file__).with_name("locales").is_dir():
    read_locales(shop, Path(__file__).with_name("locales"))
"""


def shop() -> Catalog:
    catalog = Catalog("shop", base="urn:shop:")
    words = {"resolve": Resolve("go", "Go"), "detail": "Nothing."}
    type("Gone", (Problem,), {}, catalog=catalog, code="sold_out", status=410, title="Gone", **words)
    return catalog


def test_a_class_catalog_takes_its_translations_from_files(tmp_path: Path) -> None:
    catalog = shop()
    write_files(
        tmp_path, {GERMAN: '+++\ntitle = "Weg"\nmessage = "Los"\n+++\n', "locales/de/about.md": "Wie.\n"}
    )
    read_locales(catalog, tmp_path / "locales")
    assert catalog.languages == ("de",)
    assert catalog.translations("de")["sold_out"].message == "Los"
    assert catalog.about_in("de") == "Wie."


def test_what_does_not_fit_a_class_catalog_is_told_with_its_line(tmp_path: Path) -> None:
    write_files(tmp_path, {GERMAN: '+++\ntitle = "Weg"\ndetail = "{rest}"\n+++\n'})
    with pytest.raises(SourceError) as caught:
        read_locales(shop(), tmp_path / "locales")
    assert caught.value.where == f"{tmp_path / GERMAN}:3, detail="


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such folder"):
        read_locales(shop(), tmp_path / "locales")


def test_new_files_stand_beside_a_python_file(tmp_path: Path) -> None:
    path = tmp_path / "errors_to_translate.py"
    path.write_text(_ERRORS)
    assert write_locale(path, "de").created == (tmp_path / "locales/de/gone.md",)
    text = (tmp_path / "locales/de/gone.md").read_text()
    assert text == '+++\ntitle = "Gone"\n+++\n\n## What happened\n\nIt was here.\n'


def test_a_read_translation_that_does_not_fit_is_refused_when_writing_others(folder: Path) -> None:
    (folder / GERMAN).write_text("+++\ntitel = 1\n+++\n")
    with pytest.raises(SourceError) as caught:
        write_locale(folder, "fr")
    assert caught.value.where == refusal(folder).where
