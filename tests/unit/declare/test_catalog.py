"""The catalog: what it holds, finds and shows, and that two of them do not know each other."""

from __future__ import annotations

from datetime import date

import pytest

from failwell import Catalog, Lifecycle, Stage, standard_types
from failwell.declare.record import Translation
from tests.unit.declare.declaring import catalog, declare


def test_a_catalog_lists_its_types_in_order_and_standard_types_last() -> None:
    drops = catalog()
    standard_types(drops)
    own = [declare(catalog=drops, code=code) for code in ("b", "a")]
    assert list(drops)[:2] == own
    assert list(drops.types)[:3] == ["b", "a", "bad_request"]


def test_the_views_cannot_be_changed() -> None:
    drops = catalog()
    with pytest.raises(TypeError, match="item assignment"):
        drops.types["x"] = declare()  # type: ignore[index]
    with pytest.raises(TypeError, match="item assignment"):
        drops.standard[404] = declare()  # type: ignore[index]


def test_a_catalog_shows_its_name_and_base() -> None:
    drops = Catalog("drops", base="urn:drops:", about="Errors of drops.")
    assert repr(drops) == "Catalog('drops', base='urn:drops:')"
    assert (drops.title, drops.about) == ("drops", "Errors of drops.")
    assert Catalog("drops", base="urn:drops:", title="Drops").title == "Drops"


def test_two_catalogs_live_in_one_process() -> None:
    """The same codes, aliases and conditions; neither sees the other's types."""
    one, other = catalog(), catalog()
    standard_types(one)
    standard_types(other, naming="kebab-case")
    first = declare(catalog=one, aliases=("former",), standard=404)
    second = declare(catalog=other, aliases=("former",), standard=404, status=410)
    assert (one.find("former"), other.find("former")) == (first, second)
    assert (one.standard[404], other.standard[404]) == (first, second)
    assert one.find("bad-request") is None
    assert one.standard[500] is not other.standard[500]


def test_a_removed_type_keeps_the_sunset_that_it_had() -> None:
    """Since its removal, which comes after the sunset: there is no notice to be given any more."""
    life = Lifecycle(Stage.REMOVED, since=date(2027, 6, 1), sunset=date(2027, 5, 1))
    promised = Catalog("drops", base="urn:drops:", deprecation_days=180)
    assert declare(catalog=promised, lifecycle=life).problem_type.lifecycle == life


def test_the_page_of_a_language_that_has_none_is_that_of_the_catalog() -> None:
    drops = Catalog("drops", base="urn:drops:", about="How it fails.")
    drops.translate("de", {}, about="Wie es scheitert.\r\n", about_source="0a")
    drops.translate("fr", {})
    assert drops.about_translation("de") == Translation(prose="Wie es scheitert.", source="0a")
    assert drops.about_translation("fr") == drops.about_translation("it") == Translation()
    assert [drops.about_in(tag) for tag in ("de", "fr")] == ["Wie es scheitert.", "How it fails."]
