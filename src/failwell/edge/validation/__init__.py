"""Validation errors of any library as input failures: where and what, never the value that came.

What is said comes from the kind of failure. A text that a library or a custom validator has made is shown
only if it is one of the fixed phrases, or known not to repeat the input. Codes are the library's own
where it has some (pydantic, Django), and a few stable words where it has none: `missing`, `unknown`, `null`,
`type`, `choice`, `range`, `multiple`, `length`, `pattern`, `format`, `value`, `invalid`.

A name that no schema knows is input too, so the pointer to an unknown field ends at the object that has it.
Keys of open mappings stay in pointers where the library tells them; nothing else leads to the entry.
"""

from __future__ import annotations

from failwell.edge.validation.failure import pointer
from failwell.edge.validation.pydantic_row import is_malformed_json
from failwell.edge.validation.readers import failures_of, failures_of_messages, failures_of_rows

__all__ = ["failures_of", "failures_of_messages", "failures_of_rows", "is_malformed_json", "pointer"]
