"""Signs of a service's insides: what is one, and what only looks like it."""

from __future__ import annotations

import pytest

from failwell.check.facts.internals import internals_in

SIGNS = {
    "Traceback (most recent call last): KeyError": "a stack trace",
    'File "/app/shop.py", line 12, in order': "a stack trace",
    "Failed in OrderDao.java:120": "a line of the source",
    "at app/routes/order.ts:88": "a line of the source",
    "SELECT id FROM orders WHERE 1": "a query",
    "SQLSTATE 23505": "a query",
    "ORA-00942": "a query",
    "duplicate key value violates unique constraint": "a message of the database",
    "java.lang.NullPointerException": "the name of a class",
    "KeyError: 'plan'": "the name of a class",
    "psycopg.errors.UniqueViolationError was raised": "the name of a class",
    "<Order object at 0x7f3a2c01>": "an address in memory",
    "cannot read /etc/shop/secrets.toml": "a path of the machine",
    "C:\\inetpub\\shop": "a path of the machine",
    "db-1.prod.internal did not answer": "a machine",
    "No answer from orders.default.svc.cluster.local": "a machine",
    "The host 10.0.12.7 is down": "a machine",
}
HARMLESS = (
    "Select a plan from the list, then update your settings.",
    "Use the SELECT button.",
    "Read it again: 3 of 4 are left at 12:30.",
    "An exception applies; ask for an Exception.",
    "The SDK raises ShopError.",
    "List them with GET /var/items, or POST /home/x/y.",
    "See https://shop.example/usr/help/etc/start.",
    "The range 10.0.0.0/8 is not admitted.",
    "Version 10.2.3 is too old; 172.40.1.1 is yours.",
    "This is an internal error of local origin.",
    "Call config.local() with settings.internal_name.",
    "The key sk_90d2… is not known.",
    "Set TypeErrors to off.",
    "Line 3 of orders.csv: a number is expected.",
)


@pytest.mark.parametrize("text", SIGNS)
def test_insides_are_found(text: str) -> None:
    found = internals_in(text, with_hosts=True)
    assert found is not None
    assert found.what == SIGNS[text]
    assert found.text in text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_callers_can_understand_is_left_alone(text: str) -> None:
    assert internals_in(text, with_hosts=True) is None


def test_examples_may_have_private_addresses() -> None:
    assert internals_in("The address 10.0.0.7 is not on the list.", with_hosts=False) is None
