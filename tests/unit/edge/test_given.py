"""What is not an app and a contract is refused with the way out, before the first request."""

from __future__ import annotations

from typing import Any

import pytest

import failwell.asgi
import failwell.wsgi
from failwell.exceptions import FailwellError
from tests.frameworks.shop import contract, shop


async def app(*_: Any) -> None:
    """An app that is never called."""


@pytest.mark.parametrize("wrap", [failwell.asgi.wrap, failwell.wsgi.wrap])
@pytest.mark.parametrize(
    ("given", "with_what"), [(contract, app), (app, shop), (app, None), ("app", contract)]
)
def test_wrap_says_what_it_takes(wrap: Any, given: Any, with_what: Any) -> None:
    with pytest.raises(FailwellError, match="not an application and a contract") as refused:
        wrap(given, with_what)
    assert "wrap(app, contract)" in str(refused.value)
