"""A deployment's database, seen by Django: a program of its own, since a process has one set of settings.

Its arguments are a folder and the backends; it prints what Django finds there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from examples.identity.deployment import Deployment


def main(folder: str, backends: str) -> None:
    """Makes a table, writes a row, and says in which mode or schema that was."""
    deployment = Deployment(name="platform", folder=Path(folder), secret=b"s", backends=backends)
    settings.configure(DATABASES=deployment.django_databases())
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE things (name TEXT)")
        cursor.execute("INSERT INTO things VALUES ('a thing')")
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path" if backends else "PRAGMA journal_mode")
        sys.stdout.write(cursor.fetchone()[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
