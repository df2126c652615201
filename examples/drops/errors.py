"""The error contract: 22 problem types in the reference's order, and standard types for the gaps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from failwell import Catalog, Contract, Example, Member, Problem, Resolve, Retry, dialects, standard_types
from failwell.headers import challenge
from failwell.typing import InputFailure

drops = Catalog(
    "drops",
    base="https://errors.drops.example/",
    title="Drops: errors",
    about=Path(__file__).with_name("about.md").read_text(encoding="utf-8"),
)

INVALID_TOKEN = {"WWW-Authenticate": challenge(realm="drops", error="invalid_token")}  # RFC 6750, section 3.1
LOG_IN = Resolve("log_in", "Log in", method="POST", endpoint="/v1/login")
UPGRADE = Resolve("upgrade_plan", "Upgrade", "https://drops.example/billing", "PUT", "/v1/plan")


class _OnDrops(Problem, abstract=True, catalog=drops):
    pass


class _Authentication(_OnDrops, abstract=True, category="Authentication", retry=Retry.AFTER_ACTION):
    pass


class AuthenticationRequired(
    _Authentication, code="authentication_required", status=401, title="Authentication required",
    standard=401,
    detail="The request carries no Bearer credential.",
    suggestion="Send Authorization: Bearer with an API key (sk_…) or an access token (at_…).",
    examples=(Example(detail="GET /v1/drops needs a Bearer credential, and the request carries none."),),
):  # fmt: skip
    """The request came without a credential, or it went missing on the way.

    ## Why
    Proxies and redirects to another host drop the `Authorization` field; look there first if you did send it.

    ## What to do
    Send `Authorization: Bearer` with a key or an access token. Neither is ever read from a query or a cookie.
    """


class InvalidApiKey(
    _Authentication, code="invalid_api_key", status=401, title="Invalid API key",
    detail="The API key is not known, or was revoked.",
    suggestion="Make a new key in the console, or with POST /v1/api-keys.",
    resolve=Resolve("create_api_key", "Create a key", method="POST", endpoint="/v1/api-keys"),
    headers=INVALID_TOKEN,
    examples=(Example(detail="The API key sk_90d2… is not known, or was revoked."),),
):  # fmt: skip
    """The `sk_…` key is not one of ours, or somebody revoked it. Which of the two is not told.

    ## Why
    Keys do not expire, so a key that worked yesterday was revoked. One that never worked may be cut off.

    ## What to do
    Log in, make a new key, and replace the old one wherever it is kept.
    """


class InvalidSession(
    _Authentication, code="invalid_session", status=401, title="Invalid session",
    detail="The login session is over.",
    suggestion="Log in again.",
    resolve=LOG_IN,
    headers=INVALID_TOKEN,
    examples=(Example(detail="The login session ended on 20 November 2026 at 20:00 UTC."),),
):  # fmt: skip
    """The `at_…` access token has expired, or its session has ended.

    ## Why
    A session lasts twelve hours from its login, however busy it is, and ends with its account.

    ## What to do
    Log in again and repeat the request with the new token. Programs that run for longer use an API key.
    """


class OtpExpired(
    _Authentication, code="otp_expired", status=401, title="No active login code", retryable=True,
    detail="There is no active login code for this address.",
    suggestion="Ask for a new code with POST /v1/login/codes, then log in with it.",
    resolve=Resolve("request_login_code", "Send a new code", method="POST", endpoint="/v1/login/codes"),
    examples=(Example(detail="There is no active login code for ada@mail.example."),),
):  # fmt: skip
    """No login code is active for the address.

    ## Why
    None was asked for, it was used already, or its ten minutes are over.

    ## What to do
    Ask for a new code and log in with it. To do so once, without asking the user first, is safe.
    """


class OtpInvalid(
    _Authentication, code="otp_invalid", status=401, title="Wrong login code", retry=Retry.AFTER_CHANGE,
    detail="This is not the login code that was sent.",
    suggestion="Check the digits and enter the code again. The code that was sent is still good.",
    examples=(Example(detail="This is not the login code that was sent to ada@mail.example."),),
):  # fmt: skip
    """A code is active for the address, but not the one that was entered.

    ## Why
    It is a typo, or the code of an older mail: a new code takes the place of the one before.

    ## What to do
    Let the user type again. Never send a new code by yourself here: each typo would become a mail.
    """


class RateLimitExceeded(
    _Authentication, code="rate_limit_exceeded", status=429, title="Too many attempts", retry=Retry.LATER,
    standard=429,
    detail="Too many attempts.",
    suggestion="Wait as long as Retry-After says, then repeat.",
    headers={"Retry-After": "{retry_after_seconds}"},
    examples=(Example({"retry_after_seconds": 120}, "Too many attempts to log in with this address."),),
):  # fmt: skip
    """Too many login codes were asked for or tried in a short time.

    ## Why
    A code has six digits, so guessing has to be slow; and nobody's mailbox should be flooded.

    ## What to do
    Wait for the seconds that `Retry-After` gives, then try again. Attempts before that cost nothing.
    """

    retry_after_seconds: Annotated[int | None, Member(on_wire=False, unit="seconds")] = None


class StepUpRequired(
    _Authentication, code="step_up_required", status=403, title="Recent login required",
    detail="This cannot be undone, so it wants a login of the last five minutes.",
    suggestion="Log in again, then repeat the request with the new access token.",
    resolve=LOG_IN,
    examples=(Example(detail="To delete an account wants a login of the last five minutes."),),
):  # fmt: skip
    """What was asked for cannot be undone, and the login is not recent enough. Nothing was changed.

    ## Why
    The login is older than five minutes, or the request came with a key, for which nobody has just logged in.

    ## What to do
    Have the user log in again, and repeat the request with the fresh access token.
    """


class _Permission(_OnDrops, abstract=True, category="Permissions"):
    pass


class InsufficientScope(
    _Permission, code="insufficient_scope", status=403, title="Insufficient scope", retry=Retry.AFTER_ACTION,
    detail="The credential lacks the scope {scope}.",
    suggestion=(
        "Log in again, or make a key with the scope: "
        "--scope team (CLI), apiKeys.create({ scopes: ['team'] }) (SDK)."
    ),
    headers={"WWW-Authenticate": challenge(realm="drops", error="insufficient_scope", scope="{scope}")},
    examples=(Example({"scope": "team"}),),
):  # fmt: skip
    """The credential is good, but was made for less: a key that may only publish calls a team operation.

    ## Why
    A key has the scopes that it was made with, and never gains others. `WWW-Authenticate` names the one that
    is missing.

    ## What to do
    Make another key that has the scope too, or use a login session, which has them all.
    """

    scope: Annotated[str, Member(on_wire=False)]


class ServiceCannotMintDelegated(
    _Permission, code="service_cannot_mint_delegated", status=403,
    title="Service keys cannot make account-wide keys", retry=Retry.NEVER,
    detail="A service key can only make keys for its own workspace.",
    suggestion="Use a delegated key or a login session, or name the key's own workspace.",
    examples=(Example(detail="A service key of ada-3f2c can only make keys for ada-3f2c."),),
):  # fmt: skip
    """A service key, which is pinned to one workspace, asked for a key to the whole account.

    ## Why
    The new key would reach further than the one that asks for it, so this is refused for good.

    ## What to do
    Name the key's own workspace in `workspace`, or ask with a delegated key or a login session.
    """


class _Plan(_OnDrops, abstract=True, category="Plans and quotas", resolve=UPGRADE, retry=Retry.AFTER_ACTION):
    pass


class FeatureNotInPlan(
    _Plan, code="feature_not_in_plan", status=403, title="Feature not in plan",
    detail="The plan does not have this feature; {required_plan} does.",
    suggestion="Upgrade at upgrade_url, or leave the feature out.",
    examples=(Example({"required_plan": "pro", "upgrade_url": "https://drops.example/billing"}),),
):  # fmt: skip
    """The request uses a feature, such as a custom domain, that the workspace's plan does not have.

    ## Why
    The plan of the account or team to which the workspace belongs decides, not that of the caller.

    ## What to do
    Upgrade to `required_plan`, or repeat the request without the feature. Nothing has been published.
    """

    required_plan: Annotated[str, Member(description="The smallest plan that has the feature.")]
    upgrade_url: Annotated[str, Member(description="Page on which to upgrade.")]


class QuotaExceeded(
    _Plan, code="quota_exceeded", status=(413, 403), title="Quota exceeded",
    detail="The plan allows {limit}. {used} are used, {requested} more were asked for.",
    suggestion="Free up space or seats, or upgrade the plan.",
    examples=(
        Example({"limit": 100_000, "used": 0, "requested": 120_000}, status=413, name="drop"),
        Example({"limit": 2, "used": 2, "requested": 1}, status=403, name="seats"),
    ),
):  # fmt: skip
    """A limit of the plan was hit. Nothing was stored; what was there is untouched.

    ## Why
    With 413 it is storage in bytes, of one drop (`used` is 0) or of all; with 403 it is seats, in people.

    ## What to do
    Take down drops or free a seat, or upgrade. If `requested` alone is over `limit`, freeing does not help.
    """

    limit: Annotated[int, Member(description="What the plan allows.")]
    used: Annotated[int, Member(description="What was in use before the request.")]
    requested: Annotated[int, Member(description="What the request would have added.")]


class _Request(_OnDrops, abstract=True, category="Validation and conflicts", retry=Retry.AFTER_CHANGE):
    pass


class ValidationError(
    _Request, code="validation_error", status=422, title="Validation failed",
    suggestion="Correct the field that param names.",
    examples=(Example({"param": "files.0.path"}, "files.0.path: expected a relative path."),),
):  # fmt: skip
    """A field of the request is missing, or has a value that cannot be used. The value is never repeated.

    ## Why
    Each field is checked before anything is done, and unknown ones are refused, lest a typo goes unnoticed.

    ## What to do
    Correct the field that `param` names. It is the first that is wrong: others may follow, one at a time.
    """

    param: Annotated[str, Member(description="Dotted path of the first field that is wrong.")]


class NotFound(
    _Request, code="not_found", status=404, title="Not found", standard=404,
    detail="There is nothing here, or nothing that this credential may see.",
    suggestion="Check the id. That of a drop may be stale: list the drops with GET /v1/drops.",
    examples=(Example(detail="There is no drop drop_82e1…, or none that this credential may see."),),
):  # fmt: skip
    """There is no such resource, or this credential may not see it. Which of the two is not told.

    ## Why
    A drop was taken down and its id is stale, or it belongs to somebody else; both look the same on purpose.

    ## What to do
    List what is there and take the id from the list. If it should be there, check whose credential this is.
    """


class RevisionConflict(
    _Request, code="revision_conflict", status=409, title="Revision conflict",
    detail="The drop has changed meanwhile; its revision is now {current_revision}.",
    suggestion="Read the drop again, then repeat with if_revision set to current_revision.",
    resolve=Resolve("read_again", "Read the drop again"),
    examples=(Example({"current_revision": 4}),),
):  # fmt: skip
    """Somebody changed the drop after you read it. Nothing was overwritten.

    ## Why
    `if_revision` is the revision that your change is based on, and the drop has moved on since.

    ## What to do
    Read the drop again, merge, and repeat with `if_revision` set to `current_revision`. The new number with
    the old content would undo the other change.
    """

    current_revision: Annotated[int, Member(description="The drop's revision now.")]


class Choice(msgspec.Struct, frozen=True):
    """A workspace to choose: `slug` is what to pass as `workspace`, `name` what to show to people."""

    slug: str
    name: str


class _Workspace(_OnDrops, abstract=True, category="Workspaces and teams", retry=Retry.AFTER_CHANGE):
    pass


class WorkspaceNotFound(
    _Workspace, code="workspace_not_found", status=404, title="Workspace not found",
    detail="No workspace in reach has this slug or id.",
    suggestion="List the workspaces with GET /v1/workspaces.",
    examples=(Example(detail="No workspace in reach has the slug or id pres-91d0."),),
):  # fmt: skip
    """The slug or id matches no workspace that this credential reaches.

    ## Why
    It is a typo, or you have left the team that the workspace belongs to.

    ## What to do
    List the workspaces and repeat the request with a slug from the list.
    """


class WorkspaceChoiceRequired(
    _Workspace, code="workspace_choice_required", status=409, title="Choose a workspace",
    detail="Several workspaces are in reach, and none is active.",
    suggestion="Make one of choices active with PUT /v1/workspaces/active, or pass it as workspace.",
    examples=(
        Example({"choices": [{"slug": "ada-3f2c", "name": "ada"}, {"slug": "press-91d0", "name": "Press"}]}),
    ),
):  # fmt: skip
    """The account reaches several workspaces, and the request does not say which one is meant.

    ## Why
    To publish in the wrong place can show a draft to the wrong people, so nothing is guessed or published.

    ## What to do
    Let a person pick one of `choices` and make it active. Programs better pass `workspace` each time.
    """

    choices: Annotated[list[Choice], Member(description="The workspaces in reach.")]


class WorkspaceMismatch(
    _Workspace, code="workspace_mismatch", status=409, title="Another workspace",
    detail="The drop is in another workspace than this key's.",
    suggestion="Use a drop of the key's own workspace, or a credential that reaches the other one.",
    examples=(Example(detail="The drop drop_82e1… is in another workspace than this key's."),),
):  # fmt: skip
    """The service key belongs to one workspace of the account, and the drop to another.

    ## Why
    A service key works in its own workspace only, even where its owner could reach more.

    ## What to do
    Check the drop's id. If it is right, use a credential that reaches its workspace, such as a login session.
    """


class WorkspacePinned(
    _Workspace, code="workspace_pinned", status=400, title="Workspace is pinned", retry=Retry.NEVER,
    detail="This key was pinned to its workspace when it was made.",
    suggestion="Leave workspace out, or use a delegated key.",
    examples=(Example(detail="This key was pinned to the workspace ada-3f2c when it was made."),),
):  # fmt: skip
    """A service key tried to switch to another workspace.

    ## Why
    It was pinned for good when it was made, so that a leaked key cannot be used anywhere else.

    ## What to do
    Leave `workspace` out to stay in the key's own one. To work in another, use a delegated key.
    """


class SoleOwnerOfTeam(
    _Workspace, code="sole_owner_of_team", status=409, title="Sole owner of a team", retry=Retry.AFTER_ACTION,
    detail="The account is the only owner of a team.",
    suggestion="Make another member owner, or delete the team, then repeat.",
    examples=(Example(detail="The account is the only owner of the team Press."),),
):  # fmt: skip
    """Deleting the account would leave a team without an owner. Nothing was deleted.

    ## Why
    Only owners can invite, promote and delete, so a team without one could never be managed again.

    ## What to do
    Make another member owner or delete the team, for each team that you alone own. Then repeat.
    """


FetchReason = Literal["host_not_allowed", "unreachable", "timed_out", "redirected", "bad_status", "too_large"]
"""Why a source could not be fetched. Constants, so that nothing of our network shows."""


class FetchFailure(msgspec.Struct, frozen=True):
    """A file that could not be fetched: its path in the drop, its source as given, and why."""

    path: str
    source_url: str
    reason: FetchReason


class _Upload(_OnDrops, abstract=True, category="Uploads and sources", retry=Retry.AFTER_CHANGE):
    pass


class ChecksumMismatch(
    _Upload, code="checksum_mismatch", status=422, title="Checksum mismatch",
    detail="The bytes of a file do not have the SHA-256 that the manifest gives.",
    suggestion="Upload the file again and publish with the new upload.",
    examples=(Example(detail="The bytes of logo.svg do not have the SHA-256 that the manifest gives."),),
):  # fmt: skip
    """The bytes that arrived are not those of the manifest. Nothing was published.

    ## Why
    They were damaged on the way, or the file changed between the computing of its checksum and its upload.

    ## What to do
    Compute the checksum again from what you send, upload the file once more, and publish with the new upload.
    """


class UploadExpired(
    _Upload, code="upload_expired", status=409, title="Upload expired",
    detail="A staged upload was not published in time.",
    suggestion="Upload the file again and publish with the new upload.",
    examples=(Example(detail="The upload of logo.svg was not published within an hour."),),
):  # fmt: skip
    """A staged upload was not published in time, and its bytes are gone.

    ## Why
    Staged uploads are kept for an hour; `expires_at` in the answer to the upload says until when.

    ## What to do
    Upload the file again, and publish soon with the id of the new upload. Repeating the old one cannot help.
    """


class RemoteFetchFailed(
    _Upload, code="remote_fetch_failed", status=422, title="Source could not be fetched",
    detail="At least one source_url could not be fetched.",
    suggestion="Correct the URLs in failures, or send the bytes.",
    examples=(Example({"failures": [
        {"path": "logo.svg", "source_url": "https://cdn.example/logo.svg", "reason": "bad_status"},
    ]}),),
):  # fmt: skip
    """At least one file was to be taken from a `source_url` that did not give it. Nothing was published.

    ## Why
    Sources are fetched from hosts that the operator allows, without following redirects, within limits of
    size and time. Each entry says why: `host_not_allowed`, `unreachable`, `timed_out`, `redirected`,
    `bad_status` or `too_large`.

    ## What to do
    Correct the URLs in `failures`, for instance to where a redirect ends, or send those bytes yourself.
    """

    failures: Annotated[list[FetchFailure], Member(description="The files that could not be fetched.")]


STANDARD = standard_types(drops)
"""What stands for the conditions that have no code here: 405, 413, 415, internal …"""

BadRequest, Forbidden, ContentTooLarge, UnsupportedMediaType = (
    STANDARD[status] for status in (400, 403, 413, 415)
)


def invalid(failures: Sequence[InputFailure]) -> ValidationError:
    """Names the first field that is wrong; one at a time is what this contract promises."""
    first = failures[0]
    param = first.path or first.place
    return ValidationError(f"{param}: {first.detail}", param=param)


contract = Contract(
    drops,
    dialect=dialects.PROBLEM,
    validation=invalid,
    challenge=challenge(realm="drops"),
    limit_headers="ietf",
)
