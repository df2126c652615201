"""What a contract looks like to those outside the process.

OpenAPI is here; pages are in `failwell.publish.html` and `.markdown`, typed classes in `.python`, the JSON
Schema of the document in `.schema`. Each is imported by who needs it, for servers start with this package.
The document itself is in `failwell.source`, which also reads it.
"""

from __future__ import annotations

from failwell.publish.openapi import to_openapi, with_problems

__all__ = ["to_openapi", "with_problems"]
