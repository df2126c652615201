"""Messages to the agent: with a model key of the account's own, or with the bundled model on a budget."""

from __future__ import annotations

from typing import Annotated

import httpx
import msgspec
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.orm import Session

from examples.browsers.database import Account
from examples.browsers.errors import BadRequest, BundledLlmConsentRequired, ByokAnthropicRequired
from examples.browsers.guards import MICRODOLLARS_PER_CENT
from examples.browsers.keys import Caller
from examples.browsers.settings import Settings
from failwell.guard import Quota, Reservation

MODEL = "claude-haiku-4-5"
MODEL_SECONDS = 60
MICRODOLLARS_PER_TOKEN_READ, MICRODOLLARS_PER_TOKEN_WRITTEN = 1, 5
_LONGEST_PAGE = 20_000  # characters of a page that the model gets to see


HeaderText = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,500}$")]


class Message(BaseModel, extra="forbid"):
    text: str = Field(min_length=1, max_length=10_000)


class Answer(BaseModel):
    text: str


class ModelKey(BaseModel, extra="forbid"):
    key: HeaderText


class BundledSettings(BaseModel, extra="forbid", strict=True):
    """What is left out stays as it is."""

    bundled_llm_consent: bool | None = None
    monthly_cap_usd: int | None = None


class BundledView(BaseModel):
    bundled_llm_consent: bool
    monthly_cap_usd: int


class Access(msgspec.Struct, frozen=True):
    """How the model may be used.

    Attributes:
        key: the one to use.
        cap: of the month, in cents, where it is the bundled model's; None for an own key.
    """

    key: str
    cap: int | None


class Block(msgspec.Struct):
    text: str


class Usage(msgspec.Struct):
    input_tokens: int
    output_tokens: int

    @property
    def cost(self) -> int:
        """In microdollars."""
        read = self.input_tokens * MICRODOLLARS_PER_TOKEN_READ
        return read + self.output_tokens * MICRODOLLARS_PER_TOKEN_WRITTEN


class Reply(msgspec.Struct):
    """What of the model's answer counts."""

    content: list[Block]
    usage: Usage

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(block.text for block in self.content)


class Model:
    """The model, at its host."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http, self._url = http, url

    async def ask(self, key: str, prompt: str) -> Reply:
        """Asks once. Whatever goes wrong there is unforeseen here, and told as `internal`."""
        asked = {"model": MODEL, "max_tokens": 1_024, "messages": [{"role": "user", "content": prompt}]}
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
        response = await self._http.post(self._url, json=asked, headers=headers, timeout=MODEL_SECONDS)
        response.raise_for_status()
        return msgspec.json.decode(response.content, type=Reply)


def access(session: Session, settings: Settings, caller: Caller, own_key: str | None) -> Access:
    """Finds a key. An own one always wins: of the request first, then of the account."""
    account = session.get_one(Account, caller.account_id)
    own = own_key or account.model_key
    if own:
        return Access(own, cap=None)
    bundled = settings.bundled_model_key
    if not bundled:
        raise ByokAnthropicRequired
    if not account.bundled_llm_consent:
        raise BundledLlmConsentRequired
    return Access(bundled, cap=account.monthly_cap)


async def reserve(spending: Quota, caller: Caller, granted: Access) -> Reservation | None:
    """Admits a message to the bundled model while anything is left of the budget; an own key needs none."""
    if granted.cap is None:
        return None
    limit = granted.cap * MICRODOLLARS_PER_CENT
    return await spending.areserve(0, limit=limit, account=caller.account_id)


async def answer(model: Model, granted: Access, budget: Reservation | None, prompt: str) -> Answer:
    """Asks the model, and counts what it cost."""
    reply = await model.ask(granted.key, prompt)
    if budget is not None:
        await budget.acommit(reply.usage.cost)
    return Answer(text=reply.text)


def prompt_of(page_text: str, message: str) -> str:
    """What the model is asked: the message, with the page that is open."""
    return f"{message}\n\nThe page that is open:\n{page_text[:_LONGEST_PAGE]}"


# ---------------------------------------------------------------------------- settings of the account


def keep_key(session: Session, caller: Caller, key: str | None) -> None:
    """Keeps a key of the account's own, or forgets it."""
    session.get_one(Account, caller.account_id).model_key = key


def change_bundled(session: Session, caller: Caller, wanted: BundledSettings) -> BundledView:
    """Changes what the account allows the bundled model."""
    account = session.get_one(Account, caller.account_id)
    if wanted.monthly_cap_usd is not None:
        if not 0 <= wanted.monthly_cap_usd <= 10_000:
            raise BadRequest("monthly_cap_usd: has to be from 0 to 10000.")
        account.monthly_cap = wanted.monthly_cap_usd * 100
    if wanted.bundled_llm_consent is not None:
        account.bundled_llm_consent = wanted.bundled_llm_consent
    return BundledView(
        bundled_llm_consent=account.bundled_llm_consent, monthly_cap_usd=account.monthly_cap // 100
    )
