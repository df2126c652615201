"""Translations in files: what is missing or stale, new files to translate, and those of class catalogs."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings

from failwell import Catalog, Contract, Problem, Resolve, standard_types
from failwell.declare.translation import source_hash, texts_of_about
from failwell.exceptions import EncodingError, SourceError
from failwell.source import (
    StaleTranslation,
    load_contract,
    read_locales,
    translation_state,
    write_folder,
    write_locale,
)
from tests.unit.source.faults import FILES
from tests.unit.source.random_catalogs import contracts
from tests.unit.source.test_faults import refusal, write_files

EXAMPLES = Path(__file__).parents[3] / "examples"
GERMAN, GERMAN_ABOUT = "locales/de/sold_out.md", "locales/de/about.md"


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
    new = [("sold_out", True), ("closed", True), ("about", True)]
    assert [(part.code, part.is_new) for part in state.stale] == new


def test_files_that_are_there_keep_every_byte(folder: Path) -> None:
    done = write_locale(folder, "de")
    assert [path.name for path in done.created] == ["closed.md"]
    assert (folder / GERMAN).read_text() == FILES[GERMAN]
    assert write_locale(folder, "de").created == ()


def test_accepting_writes_the_hash_and_nothing_else(folder: Path) -> None:
    done = write_locale(folder, "de", accept=True)
    catalog = load_contract(folder).catalog
    digest, about_digest = source_hash(catalog.records["sold_out"]), texts_of_about(catalog.about).source
    assert done.accepted == (folder / GERMAN, folder / GERMAN_ABOUT)
    added = f'source = "{digest}"\n+++\n\n##'
    assert (folder / GERMAN).read_text() == FILES[GERMAN].replace("+++\n\n##", added)
    front = f'+++\nsource = "{about_digest}"\n+++\n\n'
    assert (folder / GERMAN_ABOUT).read_text() == front + FILES[GERMAN_ABOUT]
    assert [part.code for part in done.state.stale] == ["closed"]
    assert write_locale(folder, "de", accept=True).accepted == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("+++\n\n##", "+++  \n\n##"),
        ("title =", 'source = "0123456789ab"\ntitle ='),
        ("title =", "\"source\" = ''\ntitle ="),
        ('"Nur noch {left}."', '"""\nsource = {left}\n"""'),
    ],
)
def test_the_hash_finds_its_line_however_people_write(folder: Path, before: str, after: str) -> None:
    (folder / GERMAN).write_text(FILES[GERMAN].replace(before, after))
    write_locale(folder, "de", accept=["sold_out"])
    german = load_contract(folder).catalog.translations("de")["sold_out"]
    assert (german.title, german.source) == ("Ausverkauft", hash_of(folder, "sold_out"))
    assert "{left}" in german.detail


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


def test_a_reference_page_that_changes_makes_its_translation_stale(folder: Path) -> None:
    write_locale(folder, "de", accept=["about"])
    (folder / "about.md").write_text("How the shop\nfails.\n\n## Shape\n\nAs RFC 9457 says.\n")
    assert "about" not in [part.code for part in translation_state(load_contract(folder).catalog, "de").stale]
    (folder / "about.md").write_text("How the shop sometimes fails.\n")
    stale = translation_state(load_contract(folder).catalog, "de").stale
    assert StaleTranslation("about", is_new=False, lacking=(), same=(), left_over=()) in stale
    (folder / "about.md").unlink()
    assert translation_state(load_contract(folder).catalog, "de").stale[-1].left_over == ("prose",)


def test_a_language_is_the_same_in_upper_and_lower_case(folder: Path) -> None:
    assert [path.name for path in write_locale(folder, "DE").created] == ["closed.md"]
    assert not (folder / "locales/DE").exists()
    assert translation_state(load_contract(folder).catalog, "De").missing == ()


def test_a_code_that_is_not_there_cannot_be_accepted(folder: Path) -> None:
    with pytest.raises(SourceError) as caught:
        write_locale(folder, "fr", accept=["sold_uot"])
    assert (caught.value.code, caught.value.where) == ("unknown-code", "sold_uot")
    assert not (folder / "locales/fr").exists()


def test_what_is_left_over_and_what_is_the_same_is_told(folder: Path) -> None:
    text = FILES[GERMAN].replace("Ausverkauft", "Sold out").replace("+++\n\n", 'message = "Mehr"\n+++\n\n')
    (folder / GERMAN).write_text(text)
    part, _ = translation_state(load_contract(folder).catalog, "de").stale
    assert part == StaleTranslation(
        "sold_out", is_new=True, lacking=("why",), same=("title",), left_over=("message",)
    )


def test_a_language_that_is_not_there_lacks_everything_but_standard_types() -> None:
    catalog = Catalog("shop", base="urn:shop:", about="How it fails.")
    type("Gone", (Problem,), {}, catalog=catalog, code="gone", status=410, title="Gone")
    standard_types(catalog)
    state = translation_state(catalog, "pt-BR")
    assert (state.missing, state.stale) == (("gone", "about"), ())
    assert not state.is_complete


def test_the_german_of_devspace_is_complete_and_up_to_date() -> None:
    assert translation_state(load_contract(EXAMPLES / "devspace/errors").catalog, "de").is_complete


@pytest.mark.parametrize("language", ["en", "EN", "englisch!", ""])
def test_a_language_that_cannot_be_translated_into_is_refused(folder: Path, language: str) -> None:
    with pytest.raises(SourceError) as caught:
        write_locale(folder, language)
    assert caught.value.code == "bad-language"
    with pytest.raises(SourceError):
        translation_state(load_contract(folder).catalog, language)
    assert not (folder / "locales" / language / "closed.md").exists()


@pytest.mark.parametrize("name", ["catalog.json", "nope"])
def test_only_files_that_people_edit_are_translated(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="stand beside"):
        write_locale(tmp_path / name, "de")


@given(contracts())
@settings(max_examples=25)
def test_any_catalog_can_be_translated_and_accepted_without_losing_a_text(contract: Contract) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / "errors"
        write_folder(contract, folder)
        done = write_locale(folder, "de")
        catalog = load_contract(folder).catalog
        assert translation_state(catalog, "de") == done.state
        assert done.state.missing == ()
        for code, texts in contract.catalog.translations("de").items():
            assert catalog.translations("de")[code] == texts
        done = write_locale(folder, "de", accept=[part.code for part in done.state.stale])
        accepted = load_contract(folder).catalog
        assert done.state.is_complete
        assert translation_state(accepted, "de") == done.state
        assert accepted.about_in("de") == catalog.about_in("de")
        for code, texts in catalog.translations("de").items():
            assert msgspec.structs.replace(accepted.translations("de")[code], source=texts.source) == texts


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


def test_files_that_a_python_file_does_not_read_are_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "errors_that_read_nothing.py"
    path.write_text(_ERRORS.partition("if Path")[0])
    (german,) = write_locale(path, "de").created
    german.write_text('+++\ntitle = "Weg"\n+++\n')
    with pytest.raises(SourceError) as caught:
        write_locale(path, "de")
    assert (caught.value.code, caught.value.where) == ("unread-translation", str(german))
    assert "Weg" in german.read_text()


def test_a_type_whose_file_would_be_passed_over_is_told(tmp_path: Path) -> None:
    path = tmp_path / "errors_called_readme.py"
    path.write_text(_ERRORS.replace('"gone"', '"readme"'))
    with pytest.raises(EncodingError, match="'readme' cannot have a file"):
        write_locale(path, "de")
    assert not (tmp_path / "locales").exists()


def test_a_read_translation_that_does_not_fit_is_refused_when_writing_others(folder: Path) -> None:
    (folder / GERMAN).write_text("+++\ntitel = 1\n+++\n")
    with pytest.raises(SourceError) as caught:
        write_locale(folder, "fr")
    assert caught.value.where == refusal(folder).where
