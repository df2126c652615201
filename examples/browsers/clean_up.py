"""What cron runs once a day: `python -m examples.browsers.clean_up`."""

from __future__ import annotations

from examples.browsers import keys
from examples.browsers.database import Record
from examples.browsers.settings import Settings, read_settings
from examples.identity.tables import Database


def clean_up(settings: Settings) -> int:
    """Retires the keys whose grace is over; says how many."""
    database = Database(settings.database_url, Record.metadata, settings.name)
    try:
        return database.transact(keys.clean_up, settings)
    finally:
        database.close()


if __name__ == "__main__":
    print(f"{clean_up(read_settings())} keys retired")
