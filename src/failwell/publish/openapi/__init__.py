"""OpenAPI: the operations with the problems they can answer with, in documents of 3.0 and 3.1.

`to_openapi` makes a document; `with_problems` puts the problems into one that a framework made.
"""

from __future__ import annotations

from failwell.publish.openapi.document import to_openapi, with_problems

__all__ = ["to_openapi", "with_problems"]
