"""An example has a key in it that looks real.

## Why

Examples are published: on the page, in OpenAPI, in mocks and in generated clients. A key in one is used by
strangers within minutes (CWE-798).

## Example

`Example(detail="The key ghp_… is revoked.")` with the whole key; cut it off, as `ghp_90d2…`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.occurrences import ExampleText, example_texts
from failwell.check.facts.sensitive import secret_in
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=example_texts,
    area="exposure",
    remedy="revoke the key, and cut it off in the example",
)
def example_with_secret(text: ExampleText) -> Iterator[Fault]:
    """Keys are known by the forms that their issuers gave them; the finding does not repeat them."""
    secret = secret_in(text.value)
    if secret:
        yield Fault(
            text.record.code,
            "example {example} has a key in its {part}: {secret}",
            at=text.at,
            example=text.number,
            part=text.part,
            secret=secret,
        )
