"""What is asked of git: commits, and the files of a commit in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from failwell.cli.git import Entry, find_repository
from failwell.exceptions import SourceError
from tests.unit.cli.shop import Repository, errors


def test_links_that_lead_out_and_submodules_are_left_out(
    shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.write_text("secret")
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/inside").symlink_to("../errors.py")
    (tmp_path / "outside").symlink_to(secret)
    (tmp_path / "top").symlink_to("/")
    (tmp_path / "a/b/deep").symlink_to("../../a")
    (tmp_path / "climbs").symlink_to("a/b/deep/../../../etc")
    shop.git("add", "--all")
    shop.git("update-index", "--add", "--cacheinfo", f"160000,{shop.git('rev-parse', 'HEAD')},module")
    shop.git("commit", "--quiet", "--message", "links")
    monkeypatch.chdir(tmp_path)
    repository = find_repository("HEAD")
    entries = repository.entries(repository.commit("HEAD"))
    written = tmp_path.parent / f"{tmp_path.name}-written"
    written.mkdir()
    repository.write(entries, written)
    assert sorted(
        path.relative_to(written).as_posix() for path in written.rglob("*") if not path.is_dir()
    ) == [
        "a/inside",
        "app.py",
        "errors.py",
    ]
    assert (written / "a/inside").read_text() == errors()
    assert (written / "a/b/deep").is_symlink()


def test_paths_that_lead_out_are_not_written(
    shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    repository = find_repository("HEAD")
    content = shop.git("rev-parse", "HEAD:errors.py")
    paths = ("../out", "a/../../out", "/out", "a//out", ".git/hooks/out", "a/.GIT/out", "in")
    written = tmp_path / "written/here"
    written.mkdir(parents=True)
    repository.write([Entry("100644", content, path) for path in paths], written)
    assert [path.name for path in (tmp_path / "written").rglob("*")] == ["here", "in"]


def test_a_link_that_stands_where_a_folder_is_leads_no_file_out(
    shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (tmp_path / "link").symlink_to(outside)
    (tmp_path / "up").symlink_to("..")
    shop.git("add", "link", "up")
    file = shop.git("rev-parse", "HEAD:errors.py")
    link, up = (shop.git("rev-parse", f":{name}") for name in ("link", "up"))
    entries = [
        Entry("120000", link, "a"),  # trees can be made that have a link and a folder of one name
        Entry("100644", file, "a/out"),
        Entry("120000", link, "b"),
        Entry("120000", up, "b/out"),
        Entry("120000", up, "c/here"),
        Entry("100644", file, "c/in"),
    ]
    written = tmp_path / "written/here"
    written.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    find_repository("HEAD").write(entries, written)
    assert list(outside.iterdir()) == []
    assert (written / "a/out").read_text() == (written / "c/in").read_text() == errors()
    assert (written / "c/here").resolve() == written


@pytest.mark.parametrize("ref", ["--upload-pack=touch x", "a b", "main; x", "$(x)", "HEAD~99"])
def test_no_hint_is_a_command_with_a_strangers_words(
    shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ref: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="git knows no commit") as caught:
        find_repository(ref).commit(ref)
    assert "fetch" not in caught.value.hint


def test_two_dots_are_two_words(shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="git knows no commit") as caught:
        find_repository("main..v1").commit("main..v1")
    assert caught.value.hint == "write the two states as two words: main v1"


def test_a_content_that_git_does_not_have_is_told(
    shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="git does not have the content"):
        find_repository("HEAD").write([Entry("100644", "0" * 40, "errors.py")], tmp_path / "empty")
