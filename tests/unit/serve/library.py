"""A small catalog for the tests of pages and mocks: a lending library."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from failwell import (
    Catalog,
    Contract,
    Example,
    Lifecycle,
    Link,
    Member,
    Problem,
    Redirect,
    Resolve,
    Retry,
    Stage,
    dialects,
    standard_types,
)
from failwell.declare.record import Translation
from failwell.declare.translation import source_hash, texts_of_about

BASE = "https://errors.library.example/"

ABOUT = """
How the library says that something went wrong.

## Shape

Every body has a `code`, for instance `book_lent`.

| status | meaning |
|-------:|---------|
| 409    | somebody was faster |

## Statuses

The usual ones.

## Headers

### Request ids

Every response has one.

## Support

Write to <help@library.example>.
"""

library = Catalog("library", base=BASE, title="The library", about=ABOUT)


class BookLent(
    Problem, catalog=library, code="book_lent", status=409, title="The book is lent", category="Lending",
    retry=Retry.LATER, detail="Come back in {wait} seconds.", suggestion="Wait until it is back.",
    headers={"Retry-After": "{wait}"}, aliases=("lent",), since="2026-01", owner="desk",
    examples=(Example({"wait": 90, "bookTitle": "Emma"}),),
    links=(Link("Lending rules", "https://library.example/rules"),),
):  # fmt: skip
    """Somebody else has the book.

    ## Why

    There is only one copy; `not_a_member` is another matter.

    ## What to do

    ```python
    wait(90)
    ```
    """

    wait: Annotated[int, Member(unit="seconds", description="How long it takes.")]
    book: Annotated[str | None, Member("bookTitle", description="Which one.")] = None


class LimitReached(
    Problem, catalog=library, code="limit_reached", status=(413, 403), title="Too many books",
    category="Lending", retry={413: Retry.AFTER_CHANGE, 403: Retry.AFTER_ACTION},
    suggestion="Bring some back.",
    resolve=Resolve("upgrade", "Upgrade the card", "https://library.example/cards/{limit}", "POST", "/cards"),
    examples=(
        Example({"limit": 5, "shelves": ["a"]}),
        Example({"limit": 9}, detail="Even for friends of the house.", status=403, name="friend"),
    ),
):  # fmt: skip
    """More books than the card permits."""

    limit: int
    shelves: Annotated[list[str] | None, Member(statuses=(413,))] = None


class NotAMember(
    Problem, catalog=library, code="not_a_member", status=401, title="Not a member", category="Cards",
    redirect=Redirect("/login?error={code}"), suggestion="Log in.",
):  # fmt: skip
    """There is no card."""


class CardExpired(
    Problem, catalog=library, code="card_expired", status=403, title="The card has expired", category="Cards",
    lifecycle=Lifecycle(
        Stage.DEPRECATED, since=date(2026, 1, 1), sunset=date(2027, 1, 1), replaced_by="not_a_member"
    ),
):  # fmt: skip
    """The card is too old."""


class CardLost(
    Problem, catalog=library, code="card_lost", status=403, title="The card is lost", category="Cards",
    lifecycle=Lifecycle(Stage.REMOVED, since=date(2026, 2, 1), replaced_by="not_a_member"),
):  # fmt: skip
    """The card was reported lost."""


class Reserved(
    Problem, catalog=library, code="reserved", status=409, title="Reserved", category="Lending",
    lifecycle=Lifecycle(Stage.STABLE, since=date(2026, 3, 1), sunset=date(2027, 3, 1), former="on_hold"),
):  # fmt: skip
    """Somebody reserved the book."""


class ReadingRoomFull(
    Problem, catalog=library, code="room_full", status=503, title="The reading room is full",
    headers={"Retry-After": ""}, lifecycle=Lifecycle(Stage.BETA),
):  # fmt: skip
    """All seats are taken."""


standard_types(library)
library.translate(
    "de",
    {
        "book_lent": Translation(
            title="Das Buch ist verliehen", suggestion="Warte, bis es zurück ist.",
            prose="Jemand hat das Buch.", why="Es gibt nur eines.", what_to_do="Warten.",
            detail="Komm in {wait} Sekunden wieder.",
            source=source_hash(BookLent.problem_type),
        ),
        "limit_reached": Translation(title="Zu viele Bücher", suggestion="Bring welche zurück.",
                                     prose="Mehr, als die Karte erlaubt.", source="older"),
    },
    about="Wie die Bibliothek sagt, dass etwas schiefging.\n\n## Support\n\nSchreib uns.\n",
    about_source=texts_of_about(library.about).source,
)  # fmt: skip

NOW = 1_790_000_000.0
"""In September 2026, between the dates above."""

contract = Contract(library, dialect=dialects.PROBLEM, clock=lambda: NOW)
