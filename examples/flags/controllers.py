"""What can be done within organisations, and by whom."""

from __future__ import annotations

from typing import Any, TypeVar

from anyio.to_thread import run_sync
from litestar import Controller, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from examples.flags import environments, members, organisations, proposals, segments, states, switches, tokens
from examples.flags.access import (
    CREATE,
    DESCRIBE,
    EDITOR,
    MEMBER,
    OWNER,
    READ,
    READ_ALL,
    SIGNED_IN,
    WRITE,
    Access,
)
from examples.flags.database import Kind
from examples.flags.errors import (
    AlreadyMember,
    ApprovalNotSupported,
    Forbidden,
    InUse,
    InvalidConfirmation,
    InvalidRequest,
    InvitationPending,
    InvitationUsed,
    LastOwnerCannotDemoteOrRemove,
    ProposalGone,
    RulesetNotCached,
    SlugUnavailable,
    VersionDrift,
)
from examples.flags.guards import Service
from failwell import raises
from failwell.guard import etag

T = TypeVar("T")
ServiceOf = NamedDependency[Service]
AccessOf = NamedDependency[Access]
KindOf = NamedDependency[Kind]

UNCHANGED = {304: ResponseSpec(None, description="Nothing has changed", generate_examples=False)}


def made(view: type) -> dict[int, ResponseSpec]:
    """What the document says of operations that may make what is not there."""
    return {201: ResponseSpec(view, description="Made", generate_examples=False)}


PROPOSED = {
    202: ResponseSpec(proposals.ProposalView, description="Proposed: see Location", generate_examples=False)
}


def tagged(value: T, version: int, status: int = 200) -> Response[T]:
    """A response with the tag that goes into `If-Match`."""
    return Response(value, status_code=status, headers={"ETag": etag(version)})


# ---------------------------------------------------------------------------- organisations


class Organisations(Controller):
    path = "/orgs"

    @get("/", wants=SIGNED_IN)
    async def list_own(self, service: ServiceOf, access: AccessOf) -> list[organisations.OrganisationView]:
        """List your organisations."""
        return await service.database.run(organisations.list_own, access)

    @post("/", wants=SIGNED_IN)
    @raises(InvalidRequest, SlugUnavailable)
    async def create(
        self, service: ServiceOf, access: AccessOf, data: JSONBody[organisations.Founding]
    ) -> organisations.OrganisationView:
        """Found another organisation."""
        return await service.database.run(organisations.create, access, data)

    @delete("/{slug:str}", wants=OWNER)
    @raises(InvalidRequest, InvalidConfirmation)
    async def remove(
        self,
        service: ServiceOf,
        access: AccessOf,
        slug: FromPath[str],
        data: JSONBody[organisations.Confirmation | None] = None,
    ) -> None:
        """Delete an organisation for good."""
        typed = data or organisations.Confirmation()
        await service.database.run(organisations.remove, access, slug, typed)


class User(Controller):
    path = "/user"

    @delete("/", wants=SIGNED_IN)
    @raises(LastOwnerCannotDemoteOrRemove)
    async def remove(self, service: ServiceOf, access: AccessOf) -> None:
        """Delete your account."""
        await service.database.run(members.delete_user, service.settings, access)


class Members(Controller):
    path = "/orgs/{slug:str}/members"

    @get("/", wants=MEMBER)
    async def list_all(self, service: ServiceOf, access: AccessOf) -> list[members.MemberView]:
        """List the members."""
        return await service.database.run(members.list_members, access)

    @patch("/{member:str}", wants=OWNER)
    @raises(InvalidRequest, LastOwnerCannotDemoteOrRemove)
    async def change(
        self, service: ServiceOf, access: AccessOf, data: JSONBody[members.RoleChoice]
    ) -> members.RoleChoice:
        """Give a member another role."""
        await service.database.run(members.change_role, access, data)
        return data

    @delete("/{member:str}", wants=OWNER)
    @raises(LastOwnerCannotDemoteOrRemove)
    async def remove(self, service: ServiceOf, access: AccessOf) -> None:
        """Remove a member."""
        await service.database.run(members.remove_member, access)


class Invitations(Controller):
    path = "/orgs/{slug:str}/invitations"

    @post("/", wants=OWNER)
    @raises(InvalidRequest, AlreadyMember, InvitationPending)
    async def invite(
        self, service: ServiceOf, access: AccessOf, data: JSONBody[members.Invite]
    ) -> members.InvitationView:
        """Invite somebody by mail."""
        invited = await service.database.run(members.invite, service.settings, access, data)
        await run_sync(members.mail_invitation, service.settings, invited)
        return invited.invitation

    @post("/{invitation:str}/resend", wants=OWNER)
    @raises(InvitationUsed)
    async def resend(self, service: ServiceOf, access: AccessOf) -> members.InvitationView:
        """Send an invitation again."""
        invited = await service.database.run(members.invite_again, service.settings, access)
        await run_sync(members.mail_invitation, service.settings, invited)
        return invited.invitation


class Tokens(Controller):
    path = "/orgs/{slug:str}/tokens"

    @get("/", wants=OWNER)
    async def list_all(self, service: ServiceOf, access: AccessOf) -> list[tokens.TokenView]:
        """List the tokens."""
        return await service.database.run(tokens.list_all, access)

    @post("/", wants=OWNER)
    @raises(InvalidRequest)
    async def make(
        self, service: ServiceOf, access: AccessOf, data: JSONBody[tokens.TokenRequest]
    ) -> tokens.TokenView:
        """Make a token."""
        return await service.database.run(tokens.make, service.settings, access, data)

    @post("/{token:str}/rotate", wants=OWNER)
    async def rotate(self, service: ServiceOf, access: AccessOf) -> tokens.TokenView:
        """Make another token like this one, which ends in a day."""
        return await service.database.run(tokens.replace, service.settings, access)

    @delete("/{token:str}", wants=OWNER)
    async def revoke(self, service: ServiceOf, access: AccessOf) -> None:
        """Revoke a token."""
        await service.database.run(tokens.remove, service.settings, access)


# ---------------------------------------------------------------------------- flags, configs, segments


class Environments(Controller):
    path = "/orgs/{slug:str}/environments"

    @get("/", wants=READ)
    async def list_all(self, service: ServiceOf, access: AccessOf) -> list[environments.EnvironmentView]:
        """List the environments."""
        return await service.database.run(environments.list_all, access)

    @post("/", wants=OWNER)
    @raises(InvalidRequest)
    async def make(
        self, service: ServiceOf, access: AccessOf, data: JSONBody[environments.EnvironmentRequest]
    ) -> environments.EnvironmentView:
        """Make an environment."""
        return await service.database.run(environments.make, access, data)

    @get("/{environment:str}/ruleset", wants=READ_ALL, responses=UNCHANGED)
    @raises(RulesetNotCached)
    async def ruleset(self, service: ServiceOf, access: AccessOf) -> Response[Any]:
        """Read what an SDK evaluates."""
        return tagged(*await service.database.run(environments.read_ruleset, access))


FLAG, CONFIG = {"kind": "flag"}, {"kind": "config"}


class Switches(Controller):
    """Flags and configs alike."""

    @get("/", wants=READ_ALL)
    async def list_all(self, service: ServiceOf, access: AccessOf, kind: KindOf) -> list[switches.SwitchView]:
        """List them."""
        return await service.database.run(switches.list_all, access, kind)

    @get("/{key:str}", wants=READ, responses=UNCHANGED)
    async def read(self, access: AccessOf) -> Response[switches.SwitchView]:
        """Read the metadata."""
        view = switches.view(access)
        return tagged(view, view.revision)

    @put("/{key:str}", wants=CREATE, responses=made(switches.SwitchView))
    @raises(InvalidRequest)
    async def describe(
        self,
        service: ServiceOf,
        access: AccessOf,
        kind: KindOf,
        key: FromPath[str],
        data: JSONBody[switches.Metadata],
    ) -> Response[switches.SwitchView]:
        """Make one, or give it other metadata."""
        view = await service.database.run(switches.put, access, kind, key, data)
        return tagged(view, view.revision, 200 if access.switch is not None else 201)

    @patch("/{key:str}", wants=DESCRIBE)
    @raises(InvalidRequest)
    async def amend(
        self, service: ServiceOf, access: AccessOf, data: JSONBody[switches.MetadataPatch]
    ) -> Response[switches.SwitchView]:
        """Change some of the metadata."""
        view = await service.database.run(switches.patch, access, data)
        return tagged(view, view.revision)


class Flags(Switches):
    path = "/orgs/{slug:str}/flags"
    opt = FLAG


class Configs(Switches):
    path = "/orgs/{slug:str}/configs"
    opt = CONFIG


class States(Controller):
    """What flags and configs do in an environment."""

    @get("/", wants=READ, responses=UNCHANGED)
    async def read(self, service: ServiceOf, access: AccessOf) -> Response[states.StateView]:
        """Read what is live."""
        view = await service.database.run(states.read, states.Place.of(access))
        return tagged(view, view.version)

    @put("/", wants=WRITE, responses=PROPOSED)
    @raises(InvalidRequest, ApprovalNotSupported)
    async def replace(
        self, service: ServiceOf, access: AccessOf, slug: FromPath[str], data: JSONBody[states.State]
    ) -> Response[states.StateView] | Response[proposals.ProposalView]:
        """Change what is live; with a token that requires approval, propose it."""
        view = await service.database.run(proposals.change, service.settings, access, data)
        if isinstance(view, states.StateView):
            return tagged(view, view.version)
        location = {"Location": f"/orgs/{slug}/proposals/{view.id}"}
        return Response(view, status_code=202, headers=location)


class FlagStates(States):
    path = "/orgs/{slug:str}/environments/{environment:str}/flags/{key:str}"
    opt = FLAG


class ConfigStates(States):
    path = "/orgs/{slug:str}/environments/{environment:str}/configs/{key:str}"
    opt = CONFIG


class Segments(Controller):
    path = "/orgs/{slug:str}/segments"

    @get("/", wants=READ_ALL)
    async def list_all(self, service: ServiceOf, access: AccessOf) -> list[segments.SegmentView]:
        """List the segments."""
        return await service.database.run(segments.list_all, access)

    @put("/{segment:str}", wants=CREATE, responses=made(segments.SegmentView))
    @raises(InvalidRequest)
    async def put_one(
        self,
        service: ServiceOf,
        access: AccessOf,
        segment: FromPath[str],
        data: JSONBody[segments.SegmentRequest],
    ) -> Response[segments.SegmentView]:
        """Make a segment, or give it other people."""
        view = await service.database.run(segments.put, access, segment, data)
        return Response(view, status_code=200 if access.segment is not None else 201)

    @delete("/{segment:str}", wants=DESCRIBE)
    @raises(InUse)
    async def remove(self, service: ServiceOf, access: AccessOf) -> None:
        """Delete a segment that nothing refers to."""
        await service.database.run(segments.remove, access)


class Proposals(Controller):
    path = "/orgs/{slug:str}/proposals/{proposal:str}"

    @get("/", wants=READ)
    async def read(self, service: ServiceOf, access: AccessOf) -> proposals.ProposalView:
        """Read a proposal."""
        return await service.database.run(proposals.read_one, service.settings, access)

    @post("/apply", wants=EDITOR, status_code=200)
    @raises(InvalidRequest, VersionDrift, ProposalGone)
    async def apply(self, service: ServiceOf, access: AccessOf) -> states.StateView:
        """Make what was proposed live."""
        return await service.database.run(proposals.apply, service.settings, access)

    @post("/cancel", wants=EDITOR, status_code=204)
    @raises(Forbidden, ProposalGone)
    async def cancel(self, service: ServiceOf, access: AccessOf) -> None:
        """Take a proposal back."""
        await service.database.run(proposals.cancel, service.settings, access)


CONTROLLERS: list[ControllerRouterHandler] = [
    Organisations,
    User,
    Members,
    Invitations,
    Tokens,
    Environments,
    Flags,
    Configs,
    FlagStates,
    ConfigStates,
    Segments,
    Proposals,
]
