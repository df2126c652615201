"""What handlers work with."""

from __future__ import annotations

import httpx

from examples.browsers.agent import Model
from examples.browsers.database import Record
from examples.browsers.guards import Guards
from examples.browsers.settings import Settings
from examples.identity.passwords import Passwords
from examples.identity.tables import Database


class Service:
    """One running service; it hangs on its app.

    Attributes:
        http: a client that goes where it is told and nowhere else: no redirects, no proxies of ours.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database_url, Record.metadata, settings.name)
        self.guards = Guards(settings)
        self.passwords = Passwords(settings.password_cost)
        self.http = httpx.AsyncClient(follow_redirects=False, trust_env=False)
        self.model = Model(self.http, settings.model_url)

    async def aclose(self) -> None:
        """Lets go of all connections."""
        await self.http.aclose()
        self.database.close()
