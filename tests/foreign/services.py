"""The five services as they are tried: their documents with what can be sent, callers, and what is there."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from examples.browsers import scenarios as browsers
from examples.devspace import scenarios as devspace
from examples.drops import scenarios as drops
from examples.flags import scenarios as flags
from examples.flags.guards import COOKIE
from examples.platform import scenarios as platform

Json = dict[str, Any]
Headers = Mapping[str, str]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What requests can refer to.

    Attributes:
        callers: by what the test calls them, their headers, by the beginning of operations: `/v1/drops POST`.
            What would end a caller's own credential comes with somebody else's.
        ids: by the beginning of a path and the name of a parameter in it. An operation that deletes gets the
            last one, all others the first, so that one is left.
        values: by schema and property: what random values would not hit.
    """

    callers: Mapping[str, Mapping[str, Headers]]
    ids: Mapping[tuple[str, str], Sequence[str]] = {}
    values: Mapping[tuple[str, str], Sequence[object]] = {}


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service under trial.

    Attributes:
        prepare: makes accounts and what they own, by requests.
        bodies: of operations whose framework does not know what they read: where the model is in the service,
            `accounts:Login`. Models of Django's cannot be imported until the service runs.
        seconds: by which the clock moves with each request, so that rate limits are reached now and then.
    """

    prepare: Callable[[Any], Setting]
    bodies: Mapping[str, str] = {}
    seconds: float = 1


def bearer(credential: str) -> Headers:
    return {"Authorization": f"Bearer {credential}"}


def cookie(person: flags.Person) -> Headers:
    return {"Cookie": f"{COOKIE}={person.cookie}"}


# ---------------------------------------------------------------------------- one after the other


def _drops(world: Any) -> Setting:
    user, other = drops.User(world), drops.User(world)
    user.call("PUT", "/v1/plan", {"plan": "pro"})
    keys = [user.call("POST", "/v1/api-keys", {"scopes": ["read"]})["id"] for _ in range(2)]
    teams = [user.team()["id"] for _ in range(2)]
    own = user.slugs()[0]
    made = [user.publish(workspace=own)["id"] for _ in range(2)]
    return Setting(
        callers={
            "nobody": {},
            "a user": {"": bearer(user.credential), "/v1/account DELETE": bearer(other.credential)},
        },
        ids={
            ("/v1/api-keys", "id"): keys,
            ("/v1/teams", "id"): teams,
            ("/v1/drops", "id"): made,
            ("/d/", "id"): made,
            ("/d/", "path"): ["index.html"],
        },
        values={("Publication", "workspace"): user.slugs(), ("Activation", "workspace"): user.slugs()},
    )


def _browsers(world: Any) -> Setting:
    user = browsers.User(world)
    user.call("PUT", "/v1/account/me/tier", {"tier": "team_auto"})
    page = world.upstream.reply("/tried", browsers.PAGE, media_type="text/html")
    pages = [page, world.upstream.reply("/hangs", conduct="hang_up"), world.closed_url]
    user.bundled(bundled_llm_consent=True)
    return Setting(
        callers={
            "nobody": {},
            "an account": {"": bearer(user.key), "/v1/account/me DELETE": bearer(browsers.User(world).key)},
        },
        ids={
            ("", "session_id"): [user.open(page), user.open(page)],
            ("", "profile_id"): [user.profile("one")["id"], user.profile("two")["id"]],
            ("", "key_id"): [user.mint("sessions:read")["id"], user.mint("sessions:read")["id"]],
        },
        values={("Navigation", "url"): pages, ("Wait", "selector"): ["h1", ".price"]},
    )


def _flags(world: Any) -> Setting:
    owner = flags.owner(world)
    other = flags.founding(world)["slug"]
    owner.call("POST", "/orgs", {"slug": other, "name": "Other"})
    state = owner.flag()
    owner.call("PUT", state, flags.ON)
    owner.call("PUT", "configs/checkout", {"name": "The colour of the checkout"})
    owner.call("PUT", "segments/staff", {"people": ["ada"]})
    owner.call("PUT", "segments/friends", {"people": ["eve"]})
    program, asking = owner.token(), owner.token(requiresApproval=True)
    proposals = [asking.call("PUT", state, flags.HALF_ON)["id"] for _ in range(2)]
    invited = [
        owner.call("POST", "invitations", {"email": world.new_email(), "role": "viewer"}) for _ in range(2)
    ]
    for _ in range(2):
        owner.joined_by("viewer")
    members = [one["id"] for one in owner.call("GET", "members") if one["email"] != owner.email]
    return Setting(
        callers={
            "nobody": {},
            "an owner": {"": cookie(owner), "/user DELETE": cookie(owner.joined_by("viewer"))},
            "a token": {"": bearer(program.text)},
        },
        ids={
            ("", "slug"): [owner.org.removeprefix("/orgs/"), other],
            ("", "environment"): ["production"],
            ("", "key"): ["checkout"],
            ("", "segment"): ["staff", "friends"],
            ("", "token"): [owner.token().id, owner.token().id],
            ("", "proposal"): proposals,
            ("", "invitation"): [one["id"] for one in invited],
            ("", "member"): members,
        },
        values={("Rule", "segment"): ["staff"], ("Confirmation", "confirm"): [other]},
    )


def _devspace(world: Any) -> Setting:
    user, other = devspace.writer(world), devspace.User(world)
    world.upstream.reply("/generate", {"text": "Tea."}, media_type="application/json")
    mine = [user.project(), user.project()]
    add = [("documents", "title"), ("documents", "title"), ("tasks", "title"), ("tasks", "title")]
    made = [user.call("POST", f"/projects/{mine[0]}/{kind}", {name: "Tea"})["id"] for kind, name in add]
    return Setting(
        callers={
            "nobody": {},
            "a person, a key": {
                "": bearer(user.credential),
                "/v1/": bearer(user.key()["key"]),
                "/session DELETE": bearer(other.credential),
            },
        },
        ids={
            ("", "project_id"): mine,
            ("", "document_id"): made[:2],
            ("", "task_id"): made[2:],
            ("", "key_id"): [user.key()["id"], user.key()["id"]],
        },
    )


def _platform(world: Any) -> Setting:
    user = platform.User(world)
    user.pay_by(platform.TRANSFER)
    user.choose("pro")
    world.upstream.reply(f"/features/previews/{user.id}", {"enabled": True}, media_type="application/json")
    keys = [user.call("POST", "/v1/api-keys", {"name": "ci"}) for _ in range(3)]
    orgs = [platform.org_of(user), platform.org_of(platform.User(world))]
    (invoice,) = user.call("GET", "/v1/billing/invoices")["invoices"]
    return Setting(
        callers={
            "nobody": {},
            "a login, a key": {"": bearer(user.credential), "/v1/builds": bearer(keys[2]["key"])},
        },
        ids={
            ("", "key"): [keys[0]["id"], keys[1]["id"]],
            ("", "org"): orgs,
            ("", "invoice"): [invoice["id"]],
        },
    )


RAW = ""
"""In place of a model: any bytes will do."""

SERVICES: Mapping[str, Service] = {
    "drops": Service(
        prepare=_drops,
        bodies={
            "request_code_post": "accounts:CodeRequest",
            "log_in_post": "accounts:Login",
            "create_key_post": "accounts:KeyRequest",
            "choose_plan_put": "accounts:PlanChoice",
            "activate_workspace_put": "workspaces:Activation",
            "create_team_post": "workspaces:TeamRequest",
            "publish_post": "drops:Publication",
            "revise_patch": "drops:Revision",
            "stage_upload_post": RAW,
        },
    ),
    "browsers": Service(prepare=_browsers, seconds=0.05),
    "flags": Service(prepare=_flags, seconds=1.4),
    "devspace": Service(
        prepare=_devspace,
        seconds=0.45,
        bodies={
            "entrance.request_link_post": "sessions:LinkRequest",
            "entrance.sign_in_post": "sessions:SignIn",
            "product.choose_plan_put": "organisations:PlanChoice",
            "product.invite_post": "organisations:Invitation",
            "product.make_key_post": "api_keys:KeyRequest",
            "product.create_project_post": "projects:ProjectRequest",
            "product.create_task_post": "tasks:TaskRequest",
            "product.move_task_put": "tasks:Move",
            "product.create_document_post": "documents:DocumentRequest",
            "product.write_document_put": "documents:Writing",
            "product.draft_document_post": "drafts:DraftRequest",
            "api.replace_document_put": "documents:Writing",
        },
    ),
    "platform": Service(
        prepare=_platform,
        seconds=0.95,
        bodies={
            "sign_up_post": "accounts:Credentials",
            "send_verification_post": "accounts:Address",
            "verify_post": "accounts:Verification",
            "log_in_post": "accounts:Credentials",
            "send_reset_post": "accounts:Address",
            "reset_password_post": "accounts:NewPassword",
            "view_post": "credentials:KeyRequest",
            "choose_plan_post": "billing:PlanChoice",
            "add_payment_method_post": "billing:NewPaymentMethod",
            "set_spend_limit_patch": "billing:SpendLimit",
            "buy_credits_post": "billing:CreditOrder",
            "create_project_post": "usage:ProjectRequest",
            "deploy_post": "usage:DeploymentRequest",
            "build_post": "usage:BuildRequest",
            "create_org_post": "orgs:OrgRequest",
            "invite_post": "orgs:Invitation",
            "accept_invite_post": "orgs:Acceptance",
        },
    ),
}


# ---------------------------------------------------------------------------- what can be sent


def describe(given: Json, name: str, setting: Setting) -> None:
    """Adds to the document of a service which bodies its operations read, and what is there to ask for."""
    _add_bodies(given, {operation: _model(name, where) for operation, where in SERVICES[name].bodies.items()})
    for method, path, operation in _operations(given):
        last = path.rpartition("{")[2].rstrip("}")
        for parameter in operation.get("parameters", ()):
            known = _ids(setting, path, parameter["name"])
            if known and parameter["in"] == "path":
                is_last = parameter["name"] == last
                value = known[-1 if is_last and method == "delete" else 0]
                parameter["schema"] = _or([value], parameter["schema"]) if is_last else {"enum": [value]}
    schemas = given["components"]["schemas"]
    for (schema, member), values in setting.values.items():
        properties = schemas[schema]["properties"]
        properties[member] = _or(values, properties[member])


def _model(name: str, where: str) -> Any:
    """The model of a body; None for raw ones."""
    module, _, kind = where.partition(":")
    return getattr(importlib.import_module(f"examples.{name}.{module}"), kind) if where else None


def _add_bodies(given: Json, bodies: Mapping[str, Any]) -> None:
    operations = {operation["operationId"]: operation for _, _, operation in _operations(given)}
    kinds = [kind for kind in bodies.values() if kind is not None]
    schemas, shared = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    made = dict(zip(kinds, schemas, strict=True))
    given["components"]["schemas"] |= shared
    for name, kind in bodies.items():
        raw = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        content = raw if kind is None else {"application/json": {"schema": made[kind]}}
        operations[name]["requestBody"] = {"required": kind is not None, "content": content}


def _operations(given: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in given["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def _ids(setting: Setting, path: str, name: str) -> Sequence[str]:
    found = [ids for (start, named), ids in setting.ids.items() if named == name and path.startswith(start)]
    return found[0] if found else ()


def _or(values: Sequence[object], schema: Json) -> Json:
    return {"anyOf": [{"enum": list(values)}, schema]}
