"""`failwell diff`: git refs, files, folders and addresses."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.server import served
from tests.unit.cli.shop import APP, CATALOG, FILE, Repository, errors

BROKEN = errors(status=422)
STATUS = "error status-changed (cart_full)"
MAJOR = "\nSuggested version: major\n"


# ---------------------------------------------------------------------------------------------- git refs


def test_nothing_has_changed_against_the_last_commit(check: Run) -> None:
    done = check("diff", "HEAD")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "no findings in 1 problem type\nNothing to publish\n"


@pytest.mark.parametrize("ref", ["v1", "main", "HEAD", "HEAD~0", "refs/heads/main"])
def test_the_working_tree_is_compared_with_a_ref(check: Run, shop: Repository, ref: str) -> None:
    shop.write(errors_py=BROKEN)
    done = check("diff", ref)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"errors.py:8: {STATUS}\n    the status changed from 409 to 422\n")
    assert done.stdout.endswith(MAJOR)


def test_two_refs_are_compared(check: Run, shop: Repository) -> None:
    shop.write(errors_py=BROKEN)
    shop.commit("v2")
    shop.write(errors_py="this is no Python")
    done = check("diff", "v1", "v2")
    assert done.returncode == 1
    assert done.stdout.startswith(f"errors.py: {STATUS}\n")
    assert check("diff", "v2", "v2").returncode == 0


def test_three_dots_are_where_head_left_the_branch(check: Run, shop: Repository) -> None:
    shop.git("checkout", "--quiet", "-b", "feature")
    shop.commit()
    shop.git("checkout", "--quiet", "main")
    shop.write(errors_py=errors(has_closed=True))
    shop.commit()
    shop.git("checkout", "--quiet", "feature")
    assert "code-removed" in check("diff", "main").stdout
    assert check("diff", "main...").stdout.startswith("no findings")
    assert check("diff", "main...feature").stdout.startswith("no findings")
    assert "code-added" in check("diff", "feature...", "main").stdout
    shop.git("checkout", "--quiet", "--orphan", "alone")
    shop.commit()
    assert "git finds no commit from which 'HEAD' and 'main' come" in check("diff", "main...").stderr


def test_modules_beside_it_are_those_of_the_ref(check: Run, shop: Repository) -> None:
    shop.write(errors_py=errors(status=409, imports="from limits import OLD").replace("409", "OLD"))
    shop.write(limits_py="OLD = 409\n")
    shop.commit("v2")
    shop.write(errors_py=errors(status=409, imports="from limits import NEW").replace("409", "NEW"))
    shop.write(limits_py="NEW = 422\n")
    assert "the status changed from 409 to 422" in check("diff", "v2").stdout


def test_a_package_in_src_is_that_of_the_ref_whatever_the_path(
    check: Run, shop: Repository, tmp_path: Path
) -> None:
    package = tmp_path / "src/store"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "errors.py").write_text(errors())
    shop.commit("v2")
    (package / "errors.py").write_text(BROKEN)
    for arguments in (("src/store/errors.py",), ("store.errors",)):
        done = check("diff", "v2", "--path", *arguments, PYTHONPATH=str(tmp_path / "src"))
        assert STATUS in done.stdout, done.stderr


def test_a_module_that_comes_from_the_working_tree_all_the_same_is_told(
    check: Run, shop: Repository, tmp_path: Path
) -> None:
    """As with an editable installation that finds modules by a hook of its own."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden/shop_limits.py").write_text("LIMIT = 409\n")
    hook = f"import sys; sys.path.append({str(tmp_path / 'hidden')!r}); from shop_limits import LIMIT"
    shop.write(errors_py=errors(imports=hook))
    shop.commit("v2")
    done = check("diff", "v2")
    assert done.returncode == 2
    assert "importing it took 'shop_limits' from the working tree, not from the commit" in done.stderr


def test_a_folder_below_the_top_is_a_place_to_call_it(check: Run, shop: Repository, tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    shop.write(errors_py=BROKEN)
    done = check("diff", "v1", "../errors.py", cwd=below)
    assert STATUS in done.stdout, done.stderr


def test_a_catalog_in_files_and_a_document_are_read_at_the_ref(
    check: Run, shop: Repository, tmp_path: Path
) -> None:
    files = tmp_path / "catalog"
    files.mkdir()
    (files / "catalog.toml").write_text(CATALOG)
    (files / "cart_full.md").write_text(FILE.format(status=409))
    check("export", "errors.py", "-o", "catalog.json")
    shop.commit("v2")
    (files / "cart_full.md").write_text(FILE.format(status=422))
    shop.write(errors_py=BROKEN)
    check("export", "errors.py", "-o", "catalog.json")
    assert check("diff", "v2", "--path", "catalog").stdout.startswith(f"catalog/cart_full.md:2: {STATUS}")
    assert check("diff", "v2", "catalog/catalog.toml").stdout.startswith(f"catalog/cart_full.md:2: {STATUS}")
    assert STATUS in check("diff", "v2", "catalog.json").stdout
    shop.commit("v3")
    assert check("diff", "v2", "v3", "--path", "catalog").stdout.startswith(
        f"catalog/cart_full.md:2: {STATUS}"
    )


def test_a_catalog_that_the_ref_does_not_have_is_new(check: Run, shop: Repository) -> None:
    shop.write(new_py=errors())
    done = check("diff", "v1", "--path", "new.py")
    assert done.returncode == 0
    assert done.stderr.startswith("new.py does not exist at v1, so all of it is new. ")
    assert "code-added (cart_full)" in done.stdout
    assert check("diff", "v1", "new.py", "--base-path", "errors.py").stdout.startswith("no findings")
    done = check("diff", "v1", "v1", "--path", "new.py")
    assert (done.returncode, done.stdout) == (2, "")


def test_operations_are_those_of_the_ref(check: Run, shop: Repository) -> None:
    shop.write(errors_py=errors(has_closed=True))
    shop.commit("v2")
    shop.write(
        app_py=APP.replace("CartFull,", "CartFull, ShopClosed,").replace("raises(C", "raises(ShopClosed, C")
    )
    done = check("diff", "v2", "--app", "app:app")
    assert "code-added-to-operation (POST /cart)" in done.stdout, done.stderr
    assert check("diff", "v2").stdout.startswith("no findings")


def test_without_operations_on_one_side_it_is_told(check: Run, shop: Repository) -> None:
    check("export", "errors.py", "-o", "old.json")
    done = check("diff", "old.json", "--app", "app:app")
    assert done.returncode == 0
    assert done.stderr.startswith("The operations are not compared: ")


# ----------------------------------------------------------------------------------------- other sources


def test_files_folders_and_documents_are_compared(check: Run, shop: Repository, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old/errors.py").write_text(errors())
    check("export", "errors.py", "-o", "old.json")
    check("generate", "files", "errors.py", "-o", "files")
    shop.write(errors_py=BROKEN)
    for base in ("old/errors.py", "old/errors.py:contract", "old.json", "files"):
        done = check("diff", base, "errors.py")
        assert (done.returncode, done.stderr) == (1, "")
        assert STATUS in done.stdout
        assert STATUS in check("diff", base).stdout


def test_a_path_that_exists_is_not_taken_for_a_ref(check: Run, shop: Repository, tmp_path: Path) -> None:
    shop.write(errors_py=BROKEN)
    check("export", "errors.py", "-o", "main.json")
    shop.git("branch", "main.json", "v1")
    assert check("diff", "main.json").stdout.startswith("no findings")
    assert STATUS in check("diff", "refs/heads/main.json").stdout


def test_the_usual_contract_can_be_another(check: Run, shop: Repository, tmp_path: Path) -> None:
    (tmp_path / "errors.py").rename(tmp_path / "faults.py")
    shop.commit("v2")
    assert check("diff", "v2").returncode == 2
    assert check("diff", "v2", FAILWELL_CONTRACT="faults.py").returncode == 0


# ------------------------------------------------------------------------------------- profiles and forms


def test_profiles_and_docs_choose_the_rules(check: Run, shop: Repository) -> None:
    shop.write(errors_py=errors(title="Basket full").replace("holds no more", "is full"))
    assert {"title-changed", "prose-changed"} <= set(_rules(check))
    assert "prose-changed" not in _rules(check, "--no-docs")
    assert "title-changed" not in _rules(check, "--profile", "wire")


def _rules(check: Run, *options: str) -> list[str]:
    report = json.loads(check("diff", "v1", "--format", "json", *options).stdout)
    return [finding["rule"] for finding in report["findings"]]


def test_a_waiver_lets_a_change_pass_and_stands_in_the_comment(
    check: Run, shop: Repository, tmp_path: Path
) -> None:
    shop.write(errors_py=BROKEN)
    (tmp_path / "failwell.toml").write_text(
        '[[check.waivers]]\nrule = "status-changed"\nsubject = "cart_full"\n'
        'reason = "never sent"\nexpires = 2999-01-01\n'
    )
    done = check("diff", "v1", "--format", "markdown")
    assert done.returncode == 0
    assert "### Waived" in done.stdout
    assert "Waived: never sent" in done.stdout
    assert "Suggested version: **major**" in done.stdout
    assert check("diff", "v1", "--fail-on", "never").returncode == 0


# ------------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("nothing",), "no-such-ref", "git fetch origin nothing"),
        (("--", "-nothing"), "no-such-ref", "git branch --all"),
        (("nothing...",), "no-such-ref", "git fetch origin nothing"),
        (("v1", "nothing"), "no-such-ref", "git fetch origin nothing"),
        (("v1", "--path", "/etc/errors.py"), "no-such-file", "name a Python file"),
        (("v1", "--settings", "nothing"), "no-settings", "[check]"),
        (("http://errors.shop.example/catalog.json",), "bad-address", "https://…"),
        (("https://",), "bad-address", "https://…"),
    ],
)
def test_what_cannot_be_run_ends_with_2_and_a_way_out(
    check: Run, arguments: tuple[str, ...], code: str, hint: str
) -> None:
    done = check("diff", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"[{code}]\n")
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_repository_or_git_it_is_told(check: Run, shop: Repository, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "errors.py").write_text(errors())
    done = check("diff", "v1", cwd=alone, GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert done.returncode == 2
    assert (
        "'v1' is neither a file nor a folder, and git cannot look for it: not a git repository" in done.stderr
    )
    done = check("diff", "v1", PATH=str(alone))
    assert done.returncode == 2
    assert "there is no git to ask for it" in done.stderr


def test_a_contract_of_another_repository_is_told(check: Run, shop: Repository, tmp_path: Path) -> None:
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    (other / "errors.py").write_text(errors())
    done = check("diff", "v1", "--path", str(other / "errors.py"))
    assert done.returncode == 2
    assert done.stderr.endswith("[outside-repository]\n")


def test_a_shallow_clone_tells_how_to_get_the_commit(shop: Repository, check: Run, tmp_path: Path) -> None:
    shop.commit("v2")
    shop.git("clone", "--quiet", "--depth=1", "--no-tags", f"file://{tmp_path}", "clone")
    done = check("diff", "v1", cwd=tmp_path / "clone")
    assert done.returncode == 2
    assert "this clone is shallow: git fetch --depth=100 origin v1:v1 gets it" in done.stderr
    shop.git("-C", "clone", "fetch", "--quiet", "--depth=100", "origin", "v1")
    assert check("diff", "FETCH_HEAD", cwd=tmp_path / "clone").returncode == 0


def test_a_branch_that_only_the_remote_has_is_named(shop: Repository, check: Run, tmp_path: Path) -> None:
    shop.git("branch", "next")
    shop.git("clone", "--quiet", f"file://{tmp_path}", "clone")
    done = check("diff", "next", cwd=tmp_path / "clone")
    assert "did you mean origin/next?" in done.stderr
    assert check("diff", "origin/next", cwd=tmp_path / "clone").returncode == 0


def test_python_that_cannot_be_imported_at_the_ref_is_told_with_its_line(
    check: Run, shop: Repository
) -> None:
    shop.write(errors_py="import not_installed\n")
    shop.commit("v2")
    shop.write(errors_py=errors())
    done = check("diff", "v2")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: errors.py:1 (at v2): importing it failed: ModuleNotFoundError: ")
    assert "compare with a document that `failwell export` wrote then" in done.stderr


def test_python_that_ends_its_process_or_prints_is_told(check: Run, shop: Repository) -> None:
    shop.write(errors_py="import os\nprint('hello')\nos._exit(3)\n")
    shop.commit("v2")
    shop.write(errors_py=errors())
    done = check("diff", "v2")
    assert done.returncode == 2
    assert "importing it failed: hello" in done.stderr


def test_python_that_ends_its_process_as_if_all_were_well_is_told(check: Run, shop: Repository) -> None:
    shop.write(old_py="import os\nos._exit(0)\n")
    done = check("diff", "old.py", "errors.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: old.py: importing it failed: without a message\n")


def test_a_process_that_a_contract_starts_is_not_waited_for(check: Run, shop: Repository) -> None:
    os.mkfifo(shop.folder / "end")
    shop.write(old_py="import subprocess\nsubprocess.Popen(['cat', 'end'])\n" + errors())
    done = check("diff", "old.py", "errors.py")
    (shop.folder / "end").write_text("")  # now it ends, and no sooner
    assert (done.returncode, done.stderr) == (0, "")


def test_the_repository_stays_as_it_is(check: Run, shop: Repository) -> None:
    shop.write(errors_py=BROKEN, new_py="")
    shop.git("add", "new.py")
    before = shop.git("status", "--porcelain"), (shop.folder / ".git/index").read_bytes()
    check("diff", "v1", "--app", "app:app")
    assert (shop.git("status", "--porcelain"), (shop.folder / ".git/index").read_bytes()) == before


def test_a_document_is_fetched(check: Run, shop: Repository) -> None:
    document = check("export", "errors.py").stdout.encode()
    shop.write(errors_py=BROKEN)
    with served({"/catalog.json": (200, {}, document), "/page": (200, {}, b"<html>")}) as address:
        done = check("diff", f"{address}/catalog.json")
        assert (done.returncode, done.stderr) == (1, "")
        assert STATUS in done.stdout
        done = check("diff", f"{address}/page")
        assert done.returncode == 2
        assert "this is no JSON" in done.stderr


def test_help_tells_what_base_and_head_can_be(check: Run) -> None:
    told = " ".join(check("diff", "--help", COLUMNS="200").stdout.split())
    assert "Each is a URL, a file or a folder that exists, or else a git ref." in told


def test_a_contract_that_has_moved_is_found_where_it_was(shop: Repository, check: Run) -> None:
    """Else a pull request that moves it could break anything, for all of it would be new."""
    shop.git("mv", "errors.py", "faults.py")
    assert check("diff", "v1", "--path", "faults.py").stdout.startswith("no findings")
    shop.write(faults_py=errors(410))
    done = check("diff", "v1", "--path", "faults.py")
    assert (done.returncode, "status-changed" in done.stdout) == (1, True)
