"""The frozen record of a problem type: plain data, the same from a class, a file or a document."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

Exposure = Literal["public", "id", "secret"]
"""Who may see a member's value: anybody; only as a keyed hash outside the response; nobody but the caller."""

JsonSchema = dict[str, Any]
"""A JSON Schema, draft 2020-12."""

Standard = int | Literal["internal"]
"""The condition that a type stands for: an HTTP status, or the failure that nobody handled."""


class Retry(enum.StrEnum):
    """What a caller can do to succeed. The wire's `retryable` is derived: true for `LATER`."""

    NEVER = "never"
    """Nothing the caller does helps."""

    LATER = "later"
    """The same request can succeed with time: after `Retry-After`, else with backoff."""

    AFTER_ACTION = "after_action"
    """The same request can succeed once somebody did something else: logged in, stepped up, upgraded."""

    AFTER_CHANGE = "after_change"
    """Only a different request can succeed: fix the field, re-read the revision, choose."""


class Stage(enum.StrEnum):
    """A type's place in its life; see `Lifecycle`."""

    DRAFT = "draft"
    BETA = "beta"
    STABLE = "stable"
    DEPRECATED = "deprecated"
    REMOVED = "removed"


class Lifecycle(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a type stands between draft and tombstone.

    Attributes:
        stage: draft, beta, stable, deprecated or removed.
        since: the day on which the type was deprecated, removed or renamed.
        sunset: the day from which a deprecated type, or a former code, may no longer be sent (RFC 8594).
        replaced_by: code of the type to handle instead; empty where there is none.
        former: of a renamed type, the code under which it still answers until the sunset.
    """

    stage: Stage = Stage.STABLE
    since: date | None = None
    sunset: date | None = None
    replaced_by: str = ""
    former: str = ""


class Resolve(msgspec.Struct, frozen=True, omit_defaults=True):
    """The way out in a form that programs can follow.

    Attributes:
        action: machine-readable intent, for instance `upgrade_plan`.
        message: call to action for a person.
        url: page on which a person fixes it; URI template over the members (RFC 6570, level 1).
        method: HTTP method of the call with which a program fixes it; goes with `endpoint`.
        endpoint: target of that call; URI template over the members (RFC 6570, level 1).
    """

    action: str
    message: str = ""
    url: str = ""
    method: str = ""
    endpoint: str = ""


class Redirect(msgspec.Struct, frozen=True, omit_defaults=True):
    """Delivery to browsers: instead of a body, a redirection that carries the code.

    Attributes:
        location: where to, with `{code}` in it: `/login?error={code}`.
        status: status of the redirection.
    """

    location: str
    status: int = 303


class HeaderRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A header field that every response with this type carries.

    Attributes:
        name: the field's name.
        template: its value, with members in braces: `{retry_after_seconds}`, `Bearer error="invalid_token"`.
            Empty where the value comes with the occurrence, as `Allow` does.
    """

    name: str
    template: str = ""


class Link(msgspec.Struct, frozen=True):
    """Further reading: a title and a URL."""

    title: str
    url: str


class Example(msgspec.Struct, frozen=True, omit_defaults=True):
    """One occurrence, as pages, OpenAPI and mocks show it.

    Attributes:
        members: values by wire name.
        detail: the occurrence's text.
        status: one of the type's statuses; 0 for the first.
        name: tells several examples apart.
    """

    members: Mapping[str, Any] = {}
    detail: str = ""
    status: int = 0
    name: str = ""


class MemberType(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A declared member of a problem type.

    Attributes:
        name: the attribute's name in Python.
        wire_name: the name in JSON.
        schema: JSON Schema of the value.
        required: whether each occurrence has to bring a value. A member without value is absent from the
            wire, never null.
        default: the value of an occurrence that brings none; `msgspec.UNSET` where each has to bring one.
        unit: of a quantity, for instance `bytes`.
        exposure: who may see the value.
        on_wire: False for values that only templates and headers use.
        statuses: the statuses with which the member comes; empty for all.
        description: one sentence for pages and schemas.
    """

    name: str
    wire_name: str
    schema: JsonSchema
    required: bool = True
    default: Any = None
    unit: str = ""
    exposure: Exposure = "public"
    on_wire: bool = True
    statuses: tuple[int, ...] = ()
    description: str = ""


class ProblemType(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A declared kind of error.

    Attributes:
        code: stable identifier that clients branch on; unique in its catalog, never reused.
        statuses: the HTTP statuses with which it occurs; the first is the default.
        title: short text, the same for every occurrence (RFC 9457, section 3.1.3).
        prose: what happened, for the type's page (Markdown).
        why: why it happens, for the type's page (Markdown).
        what_to_do: the way out at length, for the type's page (Markdown).
        category: heading under which the reference lists it.
        detail: template over the members, used where an occurrence brings no text of its own.
        members: its extension members, in order.
        retry: what a caller can do to succeed.
        retry_by_status: exceptions from `retry`, for types with several statuses.
        retryable: stated only where a contract says something else than `retry` implies.
        suggestion: next step, shown unchanged by command lines, SDKs and agents.
        resolve: the way out in a form that programs can follow.
        headers: header fields that every response with this type carries.
        redirect: how it reaches browsers, where not as a body.
        aliases: former codes, still understood when parsed.
        lifecycle: its place between draft and tombstone.
        since: version or date that introduced it.
        owner: the team that answers for it.
        conceal: name of a group whose members must look alike from outside, lest one tells what exists.
        standard: the condition it stands for: a status, or `internal`.
        examples: occurrences for pages, OpenAPI and mocks.
        links: further reading.
        fills_gap: whether it is one of the standard types, which give way to an API's own.
    """

    code: str
    statuses: tuple[int, ...]
    title: str
    prose: str = ""
    why: str = ""
    what_to_do: str = ""
    category: str = ""
    detail: str = ""
    members: tuple[MemberType, ...] = ()
    retry: Retry = Retry.NEVER
    retry_by_status: Mapping[int, Retry] = {}
    retryable: bool | None = None
    suggestion: str = ""
    resolve: Resolve | None = None
    headers: tuple[HeaderRule, ...] = ()
    redirect: Redirect | None = None
    aliases: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle()
    since: str = ""
    owner: str = ""
    conceal: str = ""
    standard: Standard | None = None
    examples: tuple[Example, ...] = ()
    links: tuple[Link, ...] = ()
    fills_gap: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The codes by which it is known when parsed: its own, the one it had before, and other aliases."""
        former = (self.lifecycle.former,) if self.lifecycle.former else ()
        return tuple(dict.fromkeys((self.code, *former, *self.aliases)))

    def retry_at(self, status: int) -> Retry:
        """What a caller can do when the type occurs with this status."""
        return self.retry_by_status.get(status, self.retry)

    def is_retryable(self, status: int) -> bool:
        """Whether the identical request can succeed: as stated, else derived from `retry_at`."""
        return self.retryable if self.retryable is not None else self.retry_at(status) is Retry.LATER

    def wire_members(self, status: int) -> tuple[MemberType, ...]:
        """The members that a response with this status can carry in its body."""
        return tuple(m for m in self.members if m.on_wire and (not m.statuses or status in m.statuses))


class Translation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The texts of a problem type in another language. An empty one is shown in the catalog's language.

    Attributes:
        title: the title.
        detail: template over the members.
        suggestion: next step.
        message: call to action of the way out (`Resolve.message`).
        prose: what happened (Markdown).
        why: why it happens (Markdown).
        what_to_do: the way out at length (Markdown).
        source: hash of the texts that were translated; see `source_hash`.
    """

    title: str = ""
    detail: str = ""
    suggestion: str = ""
    message: str = ""
    prose: str = ""
    why: str = ""
    what_to_do: str = ""
    source: str = ""
