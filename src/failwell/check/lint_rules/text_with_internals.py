"""A text shows what the service is made of.

## Why

Stack traces, queries, names of classes, files and machines help nobody who calls the API, and help those
who look for a way in (RFC 9457, section 5; Zalando rule 177; OWASP, Improper Error Handling). Texts of the
declaration leave with every occurrence.

## Example

`detail="SELECT * FROM orders failed"`, `detail="java.sql.SQLException in OrderDao.java:120"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.internals import internals_in
from failwell.check.facts.texts import Text, excerpt, texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(Severity.WARNING, each=texts, area="text", remedy="say what it means for the caller")
def text_with_internals(text: Text) -> Iterator[Fault]:
    """Pages may speak of files and queries, and examples of addresses: only what goes out as it is counts."""
    if text.is_prose:
        return
    found = internals_in(text.value, with_hosts=not text.is_example)
    if found is not None:
        yield text.fault("the {text} shows {what}: {found!r}", what=found.what, found=excerpt(found.text))
