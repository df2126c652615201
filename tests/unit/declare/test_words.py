"""The words of the class line: what they mean, what bases pass on, what holds without them."""

from __future__ import annotations

from typing import Any

import pytest

from failwell import Lifecycle, Problem, Resolve, Retry, Stage
from failwell.declare import retry_for_status
from failwell.declare.problem import revive
from tests.unit.declare.declaring import abstract, catalog, declare


def test_a_base_passes_its_words_on() -> None:
    drops = catalog()
    base = abstract(catalog=drops, category="Shared", retry=Retry.NEVER, status=(409, 423), owner="storage")
    record = declare(bases=(base,), catalog=..., status=...).problem_type
    assert (record.category, record.owner, record.statuses) == ("Shared", "storage", (409, 423))
    assert [record.retry_at(status) for status in record.statuses] == [Retry.NEVER, Retry.NEVER]
    assert drops.find("sample") is not None


def test_a_child_and_a_base_between_override_words() -> None:
    base = abstract(category="Shared", owner="storage")
    between = abstract(bases=(base,), owner="billing")
    record = declare(bases=(between,), category="Own").problem_type
    assert (record.category, record.owner) == ("Own", "billing")


def test_a_type_declared_from_a_type_inherits_members_but_no_words() -> None:
    parent = declare({"limit": int}, code="parent", category="Parents", suggestion="Wait.")
    child = declare({"used": int}, bases=(parent,), code="child")
    problem = child(limit=1, used=2)
    assert isinstance(problem, parent)
    assert (problem.problem_type.category, problem.suggestion) == ("", "")
    assert problem.members() == {"limit": 1, "used": 2}


def test_the_docstring_is_the_prose_unless_it_is_said() -> None:
    class Documented(Problem, catalog=catalog(), code="documented", status=404, title="Documented"):
        """The first line.

        The second
            is indented.
        """

    assert Documented.problem_type.prose == "The first line.\n\nThe second\n    is indented."
    assert declare(prose="Said.", defaults={"__doc__": "Not this."}).problem_type.prose == "Said."
    assert declare().problem_type.prose == ""


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        (400, Retry.AFTER_CHANGE),
        (401, Retry.AFTER_ACTION),
        (403, Retry.AFTER_ACTION),
        (404, Retry.AFTER_CHANGE),
        (409, Retry.AFTER_CHANGE),
        (410, Retry.NEVER),
        (429, Retry.LATER),
        (500, Retry.LATER),
        (501, Retry.NEVER),
        (503, Retry.LATER),
        (599, Retry.LATER),
    ],
)
def test_the_status_says_what_retry_does_not(status: int, retry: Retry) -> None:
    record = declare(status=status).problem_type
    assert retry_for_status(status) is record.retry_at(status) is retry
    assert record.is_retryable(status) is (retry is Retry.LATER)


def test_retry_may_depend_on_the_status() -> None:
    cls = declare(status=(503, 429, 409), retry={503: Retry.LATER, 429: Retry.LATER, 409: Retry.AFTER_CHANGE})
    assert cls.problem_type.retry_by_status == {409: Retry.AFTER_CHANGE}
    assert (cls().retry, cls().retryable) == (Retry.LATER, True)
    assert (cls(status=409).retry, cls(status=409).retryable) == (Retry.AFTER_CHANGE, False)


@pytest.mark.parametrize("retryable", [True, False])
def test_a_stated_retryable_counts_more_than_retry(retryable: bool) -> None:  # noqa: FBT001 - a parameter of the test
    cls = declare(retry=Retry.NEVER if retryable else Retry.LATER, retryable=retryable)
    assert cls().retryable is retryable


def test_aliases_find_the_type() -> None:
    drops = catalog()
    cls = declare(catalog=drops, aliases=("former", "first"))
    assert [drops.find(code) for code in ("sample", "former", "first", "other")] == [cls, cls, cls, None]
    assert list(drops.types) == ["sample"]


def test_raising_a_removed_type_fails_but_an_older_server_may_still_send_it() -> None:
    removed = declare({"limit": int}, lifecycle=Lifecycle(Stage.REMOVED, replaced_by="other"))
    with pytest.raises(
        TypeError, match="Sample was removed from the contract: raise the type with the code 'other'"
    ):
        removed("d", limit=1)
    back: Any = revive(removed, {"detail": "d", "status": 404, "headers": (), "request_id": None, "limit": 1})
    assert (back.limit, back.members()) == (1, {"limit": 1})
    with pytest.raises(TypeError, match="raise another type"):
        declare(lifecycle=Lifecycle(Stage.REMOVED))()


def test_a_deprecated_type_can_be_raised() -> None:
    assert declare(lifecycle=Lifecycle(Stage.DEPRECATED))().status == 404


def test_the_way_out_is_filled_per_occurrence() -> None:
    resolve = Resolve("open", "Open", "https://a.example/{id}?q={name}", "PUT", "/v1/{id}")
    problem = declare({"id": str, "name": str | None}, resolve=resolve)(id="a/b ü", name="x&y")
    url = "https://a.example/a%2Fb%20%C3%BC?q=x%26y"
    assert problem.resolve == Resolve("open", "Open", url, "PUT", "/v1/a%2Fb%20%C3%BC")


def test_a_part_of_the_way_out_that_lacks_a_value_is_left_out() -> None:
    resolve = Resolve("open", url="https://a.example/", method="PUT", endpoint="/v1/{id}")
    problem = declare({"id": str | None}, {"id": None}, resolve=resolve)()
    assert problem.resolve == Resolve("open", url="https://a.example/")
    assert declare()().resolve is None
