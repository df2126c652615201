"""Drills: the operator has the database fail, to see that the service copes with it.

The file `drill` in the service's folder names statements: `INSERT tasks`. As long as it is there, these go
to a table that is not, so the failure is the database's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event


def drill(engine: Engine, folder: Path) -> None:
    """Looks for the file before each statement."""
    file = folder / "drill"

    def mislead(*asked: Any) -> tuple[str, Any]:
        statement, parameters = asked[2:4]
        verb, _, table = file.read_text().strip().partition(" ") if file.exists() else ("", "", "")
        is_meant = bool(verb) and statement.startswith(verb) and table in statement
        return statement.replace(table, f"{table}_of_a_drill") if is_meant else statement, parameters

    event.listen(engine, "before_cursor_execute", mislead, retval=True)
