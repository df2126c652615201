"""A literal that cannot work is refused where it stands."""

from __future__ import annotations

from typing import Any, cast

import pytest

from failwell import Catalog, Contract, DeclarationError, Dialect, Problem
from failwell.wire import CODE, DETAIL, MEMBERS, MEMBERS_TEXT, MESSAGE, REST, TITLE
from failwell.wire.losses import lost


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ({"title": TITLE}, "dialect-without-identity"),
        ({"a": CODE, "b": CODE}, "dialect-slot-twice"),
        ({"a": CODE, "b": MEMBERS, "c": MEMBERS_TEXT}, "dialect-slot-twice"),
        ({"a": CODE, "b": {REST: MEMBERS}, "c": MEMBERS}, "dialect-slot-twice"),
        ({"a": CODE, REST: TITLE}, "dialect-bad-key"),
        ({"a": CODE, "b": REST}, "dialect-bad-key"),
        ({"a": CODE, 1: TITLE}, "dialect-bad-key"),
        ({'a"b': CODE}, "dialect-bad-key"),
        ({"a\n": CODE}, "dialect-bad-key"),
        ({"a": CODE, DETAIL: TITLE}, "dialect-bad-key"),
        ({"a": [CODE]}, "dialect-slot-in-list"),
        ({"a": [[{"b": CODE}]]}, "dialect-slot-in-list"),
        ({"a": CODE, "b": object()}, "dialect-bad-value"),
        ({"a": CODE, "b": b"x"}, "dialect-bad-value"),
    ],
)
def test_a_wrong_literal_says_what_where_and_how_to_mend_it(shape: dict[Any, Any], code: str) -> None:
    with pytest.raises(DeclarationError, match="To mend it") as raised:
        Dialect("house", shape)
    assert (raised.value.code, raised.value.where) == (code, "Dialect('house')")


def test_limit_headers_are_one_of_three() -> None:
    with pytest.raises(DeclarationError, match="use one of none, x-ratelimit, ietf"):
        Dialect("house", {"a": CODE}, limit_headers=cast("Any", "all"))


def test_a_dialect_may_show_detail_and_message_both() -> None:
    catalog = Catalog("both", base="https://errors.both.example/")

    class Gone(Problem, catalog=catalog, code="gone", status=410, title="Gone"):
        """It is gone."""

    contract = Contract(catalog, dialect=Dialect("both", {"c": CODE, "short": MESSAGE, "long": DETAIL}))
    assert (
        contract.render(Gone("Long gone.")).body == b'{"c":"gone","short":"Long gone.","long":"Long gone."}'
    )
    assert contract.render(Gone()).body == b'{"c":"gone","short":"Gone"}'
    assert contract.parse(410, {}, contract.render(Gone("Gone")).body) == Gone("Gone")


def test_a_dialect_without_a_place_for_members_loses_them() -> None:
    assert {"members", "detail"} <= set(lost(Dialect("least", {"c": CODE})))
