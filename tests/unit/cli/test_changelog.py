"""`failwell changelog`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Run
from tests.unit.cli.shop import Repository, errors


def test_a_change_is_told_by_kind(check: Run, shop: Repository) -> None:
    text = errors(status=422, title="Basket full", has_closed=True).replace("holds no more", "is full")
    shop.write(errors_py=text)
    done = check("changelog", "v1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "## Unreleased\n"
        "\n"
        "### Breaking\n"
        "\n"
        "- `cart_full`: The status changed from 409 to 422.\n"
        "\n"
        "### Added\n"
        "\n"
        "- `shop_closed`: The code 'shop_closed' is new. Shop closed (409).\n"
        "\n"
        "### Changed\n"
        "\n"
        "- `cart_full`: The title changed from 'Cart full' to 'Basket full'.\n"
        "\n"
        "### Documentation\n"
        "\n"
        "- `cart_full`: The text about what happened changed.\n"
    )


def test_no_change_says_so(check: Run) -> None:
    told = check("changelog", "HEAD", "--heading", "1.2.0").stdout
    assert told == "## 1.2.0\n\nNothing has changed for those who meet these errors.\n"


def test_what_is_waived_is_told_and_what_is_wrong_with_waivers_is_not(
    check: Run, shop: Repository, tmp_path: Path
) -> None:
    shop.write(errors_py=errors(status=422))
    waiver = '[[check.waivers]]\nrule = "{}"\nsubject = "{}"\nreason = "a"\nexpires = 2999-01-01\n'
    (tmp_path / "failwell.toml").write_text(
        waiver.format("status-changed", "cart_full") + waiver.format("status-changed", "gone")
    )
    told = check("changelog", "v1").stdout
    assert "### Breaking\n\n- `cart_full`: The status changed" in told
    assert "gone" not in told


def test_it_is_written_to_a_file(check: Run, tmp_path: Path) -> None:
    done = check("changelog", "v1", "-o", "CHANGES.md")
    assert done.stderr == "Wrote the changelog to CHANGES.md\n"
    assert (tmp_path / "CHANGES.md").read_text().startswith("## Unreleased\n")
