"""Browser sessions: a page each, for half an hour or until they are destroyed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examples.browsers import profiles
from examples.browsers.database import BrowserSession, Text
from examples.browsers.driver import Page
from examples.browsers.errors import Conflict, NotFound, SessionDestroyed
from examples.browsers.keys import Caller
from examples.browsers.settings import Settings
from examples.identity.tables import new_id

SESSION_SECONDS = 30 * 60


class SessionRequest(BaseModel, extra="forbid"):
    profile_id: Text | None = None


class Navigation(BaseModel, extra="forbid"):
    url: str = Field(max_length=2_000)


class Wait(BaseModel, extra="forbid", strict=True):
    selector: str = Field(max_length=200)
    timeout_ms: Annotated[int, Field(gt=0, le=30_000)] = 10_000


class SessionView(BaseModel):
    id: str
    status: Literal["running", "destroyed"]
    expires_at: int
    profile_id: str | None = None
    url: str | None = None


class Export(BaseModel):
    kind: str
    content: str


def check_room(session: Session, settings: Settings, caller: Caller) -> None:
    """Admits one more session."""
    running = select(func.count()).where(
        BrowserSession.account_id == caller.account_id,
        BrowserSession.destroyed_at.is_(None),
        BrowserSession.expires_at > settings.now(),
    )
    caller.tier.check_sessions(session.scalars(running).one())


def create(session: Session, settings: Settings, caller: Caller, wanted: SessionRequest) -> SessionView:
    """Starts a session."""
    check_room(session, settings, caller)  # once more: others may have started meanwhile
    if wanted.profile_id is not None:
        profiles.check_room(session, settings, profiles.find(session, caller, wanted.profile_id))
    made = BrowserSession(
        id=new_id("session"),
        account_id=caller.account_id,
        profile_id=wanted.profile_id,
        expires_at=settings.now() + SESSION_SECONDS,
    )
    session.add(made)
    return _view(made, settings)


def find(session: Session, caller: Caller, session_id: str) -> BrowserSession:
    """A session of the caller's account, destroyed ones too; to everybody else there is none."""
    own = BrowserSession.account_id == caller.account_id
    found = session.scalar(select(BrowserSession).where(BrowserSession.id == session_id, own))
    if found is None:
        raise NotFound
    return found


def find_running(session: Session, settings: Settings, caller: Caller, session_id: str) -> BrowserSession:
    """A session that can be operated on."""
    found = find(session, caller, session_id)
    if _is_over(found, settings):
        raise SessionDestroyed
    return found


def show(session: Session, settings: Settings, caller: Caller, session_id: str) -> SessionView:
    """A session as it is."""
    return _view(find(session, caller, session_id), settings)


def destroy(session: Session, settings: Settings, caller: Caller, session_id: str) -> None:
    """Ends a session; its page is gone."""
    found = find_running(session, settings, caller, session_id)
    found.destroyed_at, found.html = settings.now(), ""


def page_url(session: Session, settings: Settings, caller: Caller, session_id: str) -> str:
    """The address of the page that is open."""
    url = find_running(session, settings, caller, session_id).url
    if url is None:
        raise Conflict("No page is open. Navigate to one first.")
    return url


def read_page(session: Session, settings: Settings, caller: Caller, session_id: str) -> Page:
    """The page that is open; an empty one before the first."""
    found = find_running(session, settings, caller, session_id)
    return Page(found.url or "", found.html)


def keep_page(
    session: Session, settings: Settings, caller: Caller, session_id: str, page: Page
) -> SessionView:
    """Shows a page that was loaded."""
    found = find_running(session, settings, caller, session_id)
    found.url, found.html = page.url, page.html
    return _view(found, settings)


def _is_over(found: BrowserSession, settings: Settings) -> bool:
    return found.destroyed_at is not None or found.expires_at <= settings.now()


def _view(found: BrowserSession, settings: Settings) -> SessionView:
    return SessionView(
        id=found.id,
        status="destroyed" if _is_over(found, settings) else "running",
        expires_at=found.expires_at,
        profile_id=found.profile_id,
        url=found.url,
    )
