"""What views and domain code work with. It hangs on the app; the app hands it to each request."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from examples.identity.keys import Keyring
from examples.identity.mails import Outbox
from examples.identity.one_time import OneTimeTokens
from examples.identity.passwords import Passwords
from examples.platform.errors import contract
from examples.platform.guards import Guards
from examples.platform.settings import Settings
from failwell import Contract

SERVICE = "platform.service"
"""Under this name the service is in a request's `META`."""


class Service(msgspec.Struct, frozen=True):
    """The parts of a running service that are no database."""

    settings: Settings
    contract: Contract
    guards: Guards
    api_keys: Keyring
    sessions: Keyring
    tokens: OneTimeTokens
    passwords: Passwords
    outbox: Outbox
    http: httpx.Client

    @classmethod
    def of(cls, settings: Settings) -> Service:
        """Makes them."""
        return cls(
            settings=settings,
            contract=contract.at(settings.errors_base),
            guards=Guards.of(settings),
            api_keys=Keyring("pf_live_", settings.secret),
            sessions=Keyring("pf_sess_", settings.secret),
            tokens=OneTimeTokens(settings.secret),
            passwords=Passwords(settings.password_cost),
            outbox=Outbox(settings.outbox),
            http=httpx.Client(
                timeout=settings.flags_seconds,
                trust_env=False,
                limits=httpx.Limits(max_keepalive_connections=0),
            ),
        )

    def now(self) -> int:
        """The time in whole seconds since the epoch."""
        return self.settings.now()


def service_of(request: Any) -> Service:
    """The service that a request came to."""
    service: Service = request.META[SERVICE]
    return service
