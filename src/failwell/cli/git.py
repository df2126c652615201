"""What is asked of git: which commit a ref is, and the files of a commit, written to a folder.

The repository, its index and its working tree stay as they are.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from failwell.exceptions import SourceError

_LONGEST = 60  # seconds
_LINK, _SUBMODULE = "120000", "160000"
_PLAIN = re.compile(r"[\w/][\w./-]*")  # a name that a hint can have in a command


class Entry(NamedTuple):
    """A file of a commit: its mode, the name of its content, and its path from the repository's top."""

    mode: str
    content: str
    path: str


class Repository(NamedTuple):
    """The repository that the current folder is in.

    Attributes:
        git: the program.
        top: its working tree.
    """

    git: str
    top: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Asks git; what it says is in English."""
        return _run(self.git, *arguments)

    def commit(self, ref: str) -> str:
        """The id of the commit that a ref is.

        `main...` is where HEAD left main, as `git diff` has it, and `main...next` where next left it.

        Raises:
            SourceError: if there is none; in a shallow clone it tells how to get it.
        """
        name, dots, other = ref.partition("...")
        found, end = self._found(name), self._found(other or "HEAD")
        if dots:
            found = self.run("merge-base", found, end).stdout.decode().strip() if found and end else ""
        if found:
            return found
        raise SourceError(
            f"there is no such file, and git knows no commit {ref!r}"
            if not dots
            else f"git finds no commit from which {other or 'HEAD'!r} and {name!r} come",
            code="no-such-ref",
            where=ref,
            hint=self._way_out(name),
        )

    def _found(self, name: str) -> str:
        if not name or name.startswith("-"):
            return ""
        done = self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return done.stdout.decode().strip() if done.returncode == 0 else ""

    def _way_out(self, name: str) -> str:
        base, dots, head = name.partition("..")
        if dots:
            return f"write the two states as two words: {base} {head}".rstrip()
        if not _PLAIN.fullmatch(name):
            return "`git branch --all` and `git tag` list what there is; in a shallow clone there is less"
        if self._found(f"origin/{name}"):
            return f"did you mean origin/{name}?"
        if self.run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
            remote, slash, branch = name.partition("/")
            wanted = f"{remote} {branch}:refs/remotes/{name}" if slash else f"origin {name}:{name}"
            return (
                f"this clone is shallow: git fetch --depth=100 {wanted} gets it, and git fetch --deepen=100 "
                "what came before; in GitHub Actions set fetch-depth: 0"
            )
        return f"`git fetch origin {name}` may get it; `git branch --all` and `git tag` list what there is"

    def former_path(self, commit: str, path: str) -> str:
        """The path that a file of the working tree had at a commit; empty if git does not find it moved."""
        done = self.run("diff", "--find-renames", "--diff-filter=R", "--name-status", "-z", commit, "--")
        facts = done.stdout.decode("utf-8", "surrogateescape").split("\0")
        moves = zip(facts[1::3], facts[2::3], strict=False)  # each a mark, the path then, the path now
        return next((then for then, now in moves if now == path), "")

    def entries(self, commit: str) -> list[Entry]:
        """The files of a commit; submodules are left out."""
        done = self.run("ls-tree", "-r", "-z", "--full-tree", commit)
        if done.returncode != 0:
            raise _told(done, "the files of the commit cannot be listed", commit)
        found: list[Entry] = []
        for line in filter(None, done.stdout.split(b"\0")):
            facts, _, name = line.partition(b"\t")
            mode, _, content = facts.decode().split()
            if mode != _SUBMODULE:
                found.append(Entry(mode, content, os.fsdecode(name)))
        return found

    def write(self, entries: Sequence[Entry], folder: Path) -> None:
        """Writes files to an empty folder, and nothing outside of it. Links that lead out are left out.

        Raises:
            SourceError: if git does not have a content, as in a partial clone without network.
        """
        # Files first: a tree can have a link and a folder of one name, and no file may go through the link.
        safe = sorted(filter(_is_inside, entries), key=lambda entry: entry.mode == _LINK)
        links: list[Path] = []
        top = folder.resolve()
        for entry, content in zip(safe, self._contents(safe), strict=True):
            path = folder / entry.path
            if entry.mode != _LINK:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            elif not os.path.lexists(path) and path.parent.resolve().is_relative_to(top):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.symlink_to(os.fsdecode(content))
                links.append(path)
        for link in links:  # only now: a link may lead over others
            if not Path(os.path.realpath(link)).is_relative_to(top):
                link.unlink()

    def _contents(self, entries: Iterable[Entry]) -> Iterator[bytes]:
        """The contents, in order; the list is a file, so that neither side waits for the other."""
        with tempfile.TemporaryFile() as names:
            names.writelines(entry.content.encode() + b"\n" for entry in entries)
            names.seek(0)
            command = [self.git, "cat-file", "--batch"]
            with subprocess.Popen(command, stdin=names, stdout=subprocess.PIPE) as process:  # noqa: S603
                assert process.stdout is not None  # noqa: S101 - it is a pipe
                for entry in entries:
                    yield _content(process.stdout, entry)


def find_repository(what: str) -> Repository:
    """The repository that the current folder is in.

    Args:
        what: that is to be found in it, for errors.

    Raises:
        SourceError: if there is no git, or no repository.
    """
    git = shutil.which("git")
    if git is None:
        raise SourceError(
            f"{what!r} is neither a file nor a folder, and there is no git to ask for it",
            code="no-git", where=what, hint="install git, or compare with a document of `failwell export`",
        )  # fmt: skip
    done = _run(git, "rev-parse", "--show-toplevel")
    if done.returncode != 0:
        raise _told(done, f"{what!r} is neither a file nor a folder, and git cannot look for it", what)
    return Repository(git, Path(os.fsdecode(done.stdout.rstrip(b"\n"))))


def _run(git: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603
            [git, *arguments],
            check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST,
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"git did not answer within {_LONGEST} seconds", code="git-failed", where=" ".join(arguments),
            hint="call it in a shell to see what it waits for",
        ) from None  # fmt: skip


def _is_inside(entry: Entry) -> bool:
    parts = entry.path.replace("\\", "/").split("/") if os.name == "nt" else entry.path.split("/")
    return not any(part in ("", ".", "..") or part.lower() == ".git" for part in parts)


def _content(stream: IO[bytes], entry: Entry) -> bytes:
    facts = stream.readline().split()
    if len(facts) != 3:
        raise SourceError(
            "git does not have the content of this file", code="git-failed", where=entry.path,
            hint="this clone is partial or broken: `git fsck` tells; `git fetch --refetch` gets all of it",
        )  # fmt: skip
    content = stream.read(int(facts[2]))
    stream.read(1)  # the line's end
    return content


def _told(done: subprocess.CompletedProcess[bytes], what: str, where: str) -> SourceError:
    said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
    return SourceError(
        f"{what}: {said}", code="git-failed", where=where,
        hint="call failwell in the repository, or name a file, a folder, or a document of `failwell export`",
    )  # fmt: skip
