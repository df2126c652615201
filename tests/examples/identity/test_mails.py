from __future__ import annotations

from pathlib import Path

import pytest

from examples.identity.mails import Outbox
from examples.stage.mailbox import Mailbox

LINK = "http://127.0.0.1:8000/auth/magic?token=" + "a" * 120 + "&next=/%C3%A9"


def test_the_last_mail_to_an_address_is_found(tmp_path: Path) -> None:
    outbox, mailbox = Outbox(tmp_path / "outbox"), Mailbox(tmp_path / "outbox")
    outbox.send("ada@mail.example", "Your code", "Your code is 123456.\n")
    outbox.send("ada@mail.example", "Your code", "Your code is 654321, é.\n")
    outbox.send("bob@mail.example", "Your code", "Your code is 111111.\n")
    assert mailbox.code("ada@mail.example") == "654321"
    assert mailbox.texts("ada@mail.example") == ["Your code is 654321, é.\n", "Your code is 123456.\n"]


def test_a_long_link_stays_whole(tmp_path: Path) -> None:
    Outbox(tmp_path).send("ada@mail.example", "Sign in", f"Sign in here:\n\n{LINK}\n\nIt serves once.\n")
    assert Mailbox(tmp_path).link("ada@mail.example") == LINK
    assert LINK in next(tmp_path.glob("*.eml")).read_text()


def test_where_nothing_was_mailed_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"no such mail to ada@mail\.example"):
        Mailbox(tmp_path / "outbox").code("ada@mail.example")


def test_what_is_for_nobody_is_made_but_not_delivered(tmp_path: Path) -> None:
    Outbox(tmp_path).send("eve@mail.example", "Sign in", LINK, is_delivered=False)
    assert Mailbox(tmp_path).texts("eve@mail.example") == []
    (made,) = tmp_path.iterdir()
    assert LINK in made.read_text()
