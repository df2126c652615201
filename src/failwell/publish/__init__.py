"""What a contract looks like to those outside the process: the open JSON document."""

from __future__ import annotations

from failwell.publish.document import to_document, to_json

__all__ = ["to_document", "to_json"]
