"""Drops: files behind a URL, published, revised and read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from examples.drops.credentials import Caller
from examples.drops.database import KEPT, Drop, File, Upload, Workspace
from examples.drops.errors import (
    ChecksumMismatch,
    NotFound,
    RevisionConflict,
    UploadExpired,
    WorkspaceMismatch,
)
from examples.drops.plans import Plan
from examples.drops.settings import Settings
from examples.drops.workspaces import choose, in_reach, plan_of, usable
from examples.identity.tables import new_id

UPLOAD_SECONDS = 3_600
PAGE = 100

FilePath = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[\w-][\w.-]*(/[\w-][\w.-]*)*\Z")]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=KEPT)]
UploadId = Annotated[str, msgspec.Meta(pattern=KEPT)]


class ManifestFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A file of a drop: its text, a staged upload with its checksum, or where to fetch it from."""

    path: FilePath
    content: str | None = None
    upload: UploadId | None = None
    source_url: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None
    sha256: Sha256 | None = None

    def __post_init__(self) -> None:
        if [self.content, self.upload, self.source_url].count(None) != 2:
            raise ValueError("Expected a file with exactly one of content, upload and source_url")
        if self.upload is not None and self.sha256 is None:
            raise ValueError("Expected an upload with its sha256")


class Manifest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    files: Annotated[list[ManifestFile], msgspec.Meta(min_length=1, max_length=50)]

    def __post_init__(self) -> None:
        if len({file.path for file in self.files}) < len(self.files):
            raise ValueError("Expected files with different paths")

    @property
    def sources(self) -> dict[str, str]:
        """Where to fetch files from, by path."""
        return {file.path: file.source_url for file in self.files if file.source_url is not None}


class Publication(Manifest, kw_only=True):
    title: Title
    workspace: str | None = None
    domain: Annotated[str, msgspec.Meta(max_length=253, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+\Z")] | None = (
        None
    )


class Revision(Manifest, kw_only=True):
    if_revision: int
    title: Title | None = None


class Contents(msgspec.Struct, frozen=True):
    """The files of a manifest at an instant, with the bytes that were fetched for them, by path."""

    files: Sequence[ManifestFile]
    fetched: Mapping[str, bytes]
    now: int


class Staged(msgspec.Struct):
    id: str
    size: int
    expires_at: int


class DropView(msgspec.Struct):
    id: str
    url: str
    title: str
    revision: int
    domain: str | None


# ---------------------------------------------------------------------------- uploads


def stage(session: Session, settings: Settings, caller: Caller, content: bytes) -> Staged:
    """Keeps bytes for an hour, until a manifest names them."""
    now = settings.now()
    session.execute(
        update(Upload).where(Upload.expires_at <= now, Upload.content.is_not(None)).values(content=None)
    )
    plan = max(
        (plan_of(session, w) for w in in_reach(session, caller.account_id)), key=lambda p: p.drop_bytes
    )
    plan.check_drop(len(content))
    waiting = select(func.coalesce(func.sum(Upload.size), 0)).where(
        Upload.account_id == caller.account_id, Upload.expires_at > now
    )
    plan.check_storage(session.scalars(waiting).one(), len(content))
    upload = Upload(
        id=new_id("upload"), account_id=caller.account_id, content=content, size=len(content),
        expires_at=now + UPLOAD_SECONDS,
    )  # fmt: skip
    session.add(upload)
    return Staged(upload.id, upload.size, upload.expires_at)


# ---------------------------------------------------------------------------- publishing


def check_publication(session: Session, caller: Caller, wanted: Publication) -> Plan:
    """Refuses what can be refused before anything is fetched, and gives the plan that counts."""
    caller.need("publish")
    plan = plan_of(session, choose(session, caller, wanted.workspace))
    if wanted.domain is not None:
        plan.check_feature("domain")
    return plan


def publish(session: Session, caller: Caller, wanted: Publication, contents: Contents) -> DropView:
    """Publishes a drop."""
    check_publication(session, caller, wanted)
    workspace = choose(session, caller, wanted.workspace)
    drop = Drop(id=new_id("drop"), workspace_id=workspace.id, title=wanted.title, domain=wanted.domain)
    session.add(drop)
    session.flush()
    _put_files(session, caller, drop, contents)
    return view(drop)


def check_revision(session: Session, caller: Caller, drop_id: str, change: Revision) -> Plan:
    """Refuses what can be refused before anything is fetched, and gives the plan that counts."""
    drop = find(session, caller, drop_id, "publish")
    if change.if_revision != drop.revision:
        raise RevisionConflict(current_revision=drop.revision)
    return plan_of(session, session.get_one(Workspace, drop.workspace_id))


def revise(session: Session, caller: Caller, drop_id: str, change: Revision, contents: Contents) -> DropView:
    """Replaces a drop's files, if it is still the revision that the caller has read."""
    check_revision(session, caller, drop_id, change)
    drop = session.get_one(Drop, drop_id)
    drop.revision += 1
    drop.title = change.title or drop.title
    session.execute(delete(File).where(File.drop_id == drop.id))
    _put_files(session, caller, drop, contents)
    return view(drop)


class _Piece(msgspec.Struct):
    """A file about to be stored; without content if its upload has expired."""

    path: str
    size: int
    content: bytes | None
    sha256: str | None


def _put_files(session: Session, caller: Caller, drop: Drop, contents: Contents) -> None:
    """Stores all the files, or none: quotas first, then whether the bytes are there and the right ones."""
    pieces = [_piece(session, caller, file, contents) for file in contents.files]
    size = sum(piece.size for piece in pieces)
    workspace = session.get_one(Workspace, drop.workspace_id)
    plan = plan_of(session, workspace)
    plan.check_drop(size)
    plan.check_storage(_stored(session, workspace), size)
    for piece in pieces:
        if piece.content is None:
            raise UploadExpired
        if piece.sha256 is not None and piece.sha256 != hashlib.sha256(piece.content).hexdigest():
            raise ChecksumMismatch
        session.add(File(drop_id=drop.id, path=piece.path, content=piece.content, size=piece.size))
    session.execute(
        delete(Upload).where(Upload.id.in_([file.upload for file in contents.files if file.upload]))
    )


def _piece(session: Session, caller: Caller, file: ManifestFile, contents: Contents) -> _Piece:
    if file.upload is None:
        content = contents.fetched[file.path] if file.content is None else file.content.encode()
        return _Piece(file.path, len(content), content, file.sha256)
    own = Upload.id == file.upload, Upload.account_id == caller.account_id
    upload = session.scalar(select(Upload).where(*own))
    if upload is None:
        raise NotFound
    alive = upload.expires_at > contents.now
    return _Piece(file.path, upload.size, upload.content if alive else None, file.sha256)


def _stored(session: Session, workspace: Workspace) -> int:
    """Bytes in all workspaces of the same account or team."""
    if workspace.team_id is not None:
        same_owner = Workspace.team_id == workspace.team_id
    else:
        same_owner = Workspace.account_id == workspace.account_id
    sizes = select(func.coalesce(func.sum(File.size), 0)).join(Drop, File.drop_id == Drop.id).join(Workspace)
    return session.scalars(sizes.where(same_owner)).one()


# ---------------------------------------------------------------------------- reading


def find(session: Session, caller: Caller, drop_id: str, scope: str) -> Drop:
    """A drop that the caller may see and use; to everybody else there is none."""
    reach = [workspace.id for workspace in in_reach(session, caller.account_id)]
    drop = session.scalar(select(Drop).where(Drop.id == drop_id, Drop.workspace_id.in_(reach)))
    if drop is None:
        raise NotFound
    caller.need(scope)
    if caller.pinned_to not in (None, drop.workspace_id):
        raise WorkspaceMismatch
    return drop


def view(drop: Drop) -> DropView:
    """What an answer says of a drop."""
    return DropView(drop.id, f"/d/{drop.id}/", drop.title, drop.revision, drop.domain)


def show(session: Session, caller: Caller, drop_id: str) -> DropView:
    """One drop."""
    return view(find(session, caller, drop_id, "read"))


def list_drops(session: Session, caller: Caller) -> list[DropView]:
    """The drops in reach, the first hundred by id."""
    reach = [workspace.id for workspace in usable(session, caller)]
    drops = select(Drop).where(Drop.workspace_id.in_(reach)).order_by(Drop.id).limit(PAGE)
    return [view(drop) for drop in session.scalars(drops)]


def remove(session: Session, caller: Caller, drop_id: str) -> None:
    """Takes a drop down."""
    session.delete(find(session, caller, drop_id, "publish"))


def read_file(session: Session, drop_id: str, path: str) -> bytes:
    """A published file; whoever has the URL may read it."""
    content = session.scalar(select(File.content).where(File.drop_id == drop_id, File.path == path))
    if content is None:
        raise NotFound
    return content
