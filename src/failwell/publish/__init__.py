"""What a contract looks like to those outside the process: the JSON document, and OpenAPI."""

from __future__ import annotations

from failwell.publish.openapi import to_openapi
from failwell.source.document import to_document, to_json

__all__ = ["to_document", "to_json", "to_openapi"]
