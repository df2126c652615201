"""Changing a document: by one editor at a time."""

from __future__ import annotations

from examples.devspace import documents, drafts
from examples.devspace.callers import Caller
from examples.devspace.documents import DocumentView, Writing
from examples.devspace.drafts import DraftRequest
from examples.devspace.service import do, service


def save(caller: Caller, document_id: str, wanted: Writing) -> DocumentView:
    """Replaces a document's text. Who has opened it keeps it open."""
    do(documents.find_writable, caller, document_id)
    with service().guards.editing.hold(document_id, holder=caller.id) as lease:
        return do(documents.write, caller, document_id, wanted.text, lease.fence)


def draft(caller: Caller, document_id: str, wanted: DraftRequest) -> DocumentView:
    """Has the AI write the text. Nobody else edits the document meanwhile."""
    do(documents.check_draft, caller, document_id)
    with service().guards.editing.hold(document_id, holder=caller.id) as lease:
        text = drafts.generate(service().settings, wanted)
        return do(documents.write, caller, document_id, text, lease.fence)


def begin(caller: Caller, document_id: str) -> float:
    """Opens a document for an editor, or keeps it open; the seconds for which it stays so."""
    do(documents.find_writable, caller, document_id)
    return service().guards.editing.acquire(document_id, holder=caller.id).expires_in


def end(caller: Caller, document_id: str) -> None:
    """Lets others edit a document. Who does not hold it changes nothing."""
    editing = service().guards.editing
    lease = editing.peek(document_id)
    if lease is not None and lease.holder == caller.id:
        editing.release(lease)
