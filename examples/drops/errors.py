"""The error contract: 22 problem types in the reference's order, and standard types for the gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from failwell import Catalog, Contract, Example, Member, Problem, Resolve, Retry, dialects, standard_types
from failwell.headers import challenge
from failwell.typing import InputFailure

ABOUT = """\
Every error is an `application/problem+json` document (RFC 9457). Branch on `code`; show `detail` and
`suggestion` to people as they are; quote `request_id` when you write to support. The `type` opens the page
of the error.

**Retrying.** `retryable` says whether the *identical* request can succeed. When it is false, stop: the
suggestion says what has to happen first. When it is true, wait as long as `Retry-After` says, else back off.

**For agents.** Do what the suggestion says at most once per error, then ask a person. Never ask for new login
codes in a loop: each one is a mail to somebody.

**Stability.** Codes, statuses and members stay as they are; new codes and new members may come.
"""

drops = Catalog("drops", base="https://errors.drops.example/", title="Drops: errors", about=ABOUT)

INVALID_TOKEN = {"WWW-Authenticate": challenge(realm="drops", error="invalid_token")}  # RFC 6750, section 3.1
LOG_IN = Resolve("log_in", "Log in", method="POST", endpoint="/v1/login")
UPGRADE = Resolve(
    "upgrade_plan", "Upgrade", url="https://drops.example/billing", method="PUT", endpoint="/v1/plan"
)


# ---------------------------------------------------------------------------- authentication


class _Authentication(
    Problem, abstract=True, catalog=drops, category="Authentication", retry=Retry.AFTER_ACTION
):
    pass


class AuthenticationRequired(
    _Authentication, code="authentication_required", status=401, title="Authentication required",
    standard=401,
    detail="The request carries no Bearer credential.",
    suggestion="Send Authorization: Bearer with an API key (sk_…) or an access token (at_…).",
):  # fmt: skip
    """The request came without a credential, or it went missing on the way.

    Proxies and redirects to another host drop the `Authorization` field; look there first if you did send it.
    """


class InvalidApiKey(
    _Authentication, code="invalid_api_key", status=401, title="Invalid API key",
    detail="The API key is not known, or was revoked.",
    suggestion="Make a new key in the console, or with POST /v1/api-keys.",
    resolve=Resolve("create_api_key", "Create a key", method="POST", endpoint="/v1/api-keys"),
    headers=INVALID_TOKEN,
):  # fmt: skip
    """The `sk_…` key is not one of ours, or somebody revoked it. Which of the two is not told.

    Keys do not expire, so a key that worked yesterday was revoked. Replace it wherever it is kept.
    """


class InvalidSession(
    _Authentication, code="invalid_session", status=401, title="Invalid session",
    detail="The login session is over.",
    suggestion="Log in again.",
    resolve=LOG_IN,
    headers=INVALID_TOKEN,
):  # fmt: skip
    """The `at_…` access token has expired, or its session has ended. Log in again and repeat the request."""


class OtpExpired(
    _Authentication, code="otp_expired", status=401, title="No active login code", retryable=True,
    detail="There is no active login code for this address.",
    suggestion="Ask for a new code with POST /v1/login/codes, then log in with it.",
    resolve=Resolve("request_login_code", "Send a new code", method="POST", endpoint="/v1/login/codes"),
):  # fmt: skip
    """No code is active for the address: none was asked for, it was used already, or ten minutes are over.

    It is safe to ask for a new code without asking the user, once. The request itself was fine.
    """


class OtpInvalid(
    _Authentication, code="otp_invalid", status=401, title="Wrong login code", retry=Retry.AFTER_CHANGE,
    detail="This is not the login code that was sent.",
    suggestion="Check the digits and enter the code again. The code that was sent is still good.",
):  # fmt: skip
    """A code is active for the address, but not the one that was entered.

    Let the user type again. Never send a new code by yourself here: each typo would become a mail.
    """


class RateLimitExceeded(
    _Authentication, code="rate_limit_exceeded", status=429, title="Too many attempts", retry=Retry.LATER,
    standard=429,
    detail="Too many attempts.",
    suggestion="Wait as long as Retry-After says, then repeat.",
    headers={"Retry-After": "{retry_after_seconds}"},
    examples=(Example(detail="Too many attempts to log in with this address."),),
):  # fmt: skip
    """Too many attempts in a short time. A code has six digits, so guessing has to be slow.

    `Retry-After` gives the seconds until the next attempt is admitted. Attempts before that cost nothing.
    """

    retry_after_seconds: Annotated[int | None, Member(on_wire=False, unit="seconds")] = None


class StepUpRequired(
    _Authentication, code="step_up_required", status=403, title="Recent login required",
    detail="This cannot be undone, so it wants a login of the last five minutes.",
    suggestion="Log in again, then repeat the request with the new access token.",
    resolve=LOG_IN,
):  # fmt: skip
    """What was asked for cannot be undone, and the login is older than five minutes, or there is only a key.

    Nothing was changed. Have the user log in again and repeat the request with the fresh access token.
    """


# ---------------------------------------------------------------------------- permissions


class _Permission(Problem, abstract=True, catalog=drops, category="Permissions"):
    pass


class InsufficientScope(
    _Permission, code="insufficient_scope", status=403, title="Insufficient scope", retry=Retry.AFTER_ACTION,
    detail="The credential lacks the scope {scope}.",
    suggestion=(
        "Log in again, or make a key with the scope: "
        "--scope team (CLI), apiKeys.create({ scopes: ['team'] }) (SDK)."
    ),
    headers={"WWW-Authenticate": challenge(realm="drops", error="insufficient_scope", scope="{scope}")},
    examples=(Example(detail="The credential lacks the scope team."),),
):  # fmt: skip
    """The credential is good, but was made for less: a key that may only publish calls a team operation.

    Keys never gain scopes. Make another one, or use a login session, which has them all.
    """

    scope: Annotated[str, Member(on_wire=False)]


class ServiceCannotMintDelegated(
    _Permission, code="service_cannot_mint_delegated", status=403,
    title="Service keys cannot make account-wide keys", retry=Retry.NEVER,
    detail="A service key can only make keys for its own workspace.",
    suggestion="Use a delegated key or a login session, or name the key's own workspace.",
):  # fmt: skip
    """A service key, which is pinned to one workspace, asked for a key to the whole account.

    That would widen its own reach, so it is refused for good. Name the workspace, or use another credential.
    """


# ---------------------------------------------------------------------------- plans and quotas


class _Plan(
    Problem,
    abstract=True,
    catalog=drops,
    category="Plans and quotas",
    retry=Retry.AFTER_ACTION,
    resolve=UPGRADE,
):
    pass


class FeatureNotInPlan(
    _Plan, code="feature_not_in_plan", status=403, title="Feature not in plan",
    detail="The plan does not have this feature; {required_plan} does.",
    suggestion="Upgrade at upgrade_url, or leave the feature out.",
    examples=(Example({"required_plan": "pro", "upgrade_url": "https://drops.example/billing"}),),
):  # fmt: skip
    """The request uses a feature, such as a custom domain, that the workspace's plan does not have."""

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
    """A limit of the plan was hit. With 413 it is storage, of one drop or of all; with 403 it is team seats.

    Storage counts in bytes, seats in people. Nothing was stored; what was there is untouched.
    """

    limit: Annotated[int, Member(description="What the plan allows.")]
    used: Annotated[int, Member(description="What was in use before the request.")]
    requested: Annotated[int, Member(description="What the request would have added.")]


# ---------------------------------------------------------------------------- validation, conflicts


class _Request(
    Problem, abstract=True, catalog=drops, category="Validation and conflicts", retry=Retry.AFTER_CHANGE
):
    pass


class ValidationError(
    _Request, code="validation_error", status=422, title="Validation failed",
    suggestion="Correct the field that param names.",
    examples=(Example({"param": "files.0.path"}, detail="files.0.path: expected a relative path."),),
):  # fmt: skip
    """A field of the request is missing, or has a value that cannot be used. The value is never repeated."""

    param: Annotated[str, Member(description="Dotted path of the first field that is wrong.")]


class NotFound(
    _Request, code="not_found", status=404, title="Not found", standard=404,
    detail="There is nothing here, or nothing that this credential may see.",
    suggestion="Check the id. That of a drop may be stale: list the drops with GET /v1/drops.",
):  # fmt: skip
    """There is no such resource, or this credential may not see it. Which of the two is not told."""


class RevisionConflict(
    _Request, code="revision_conflict", status=409, title="Revision conflict",
    detail="The drop has changed meanwhile; its revision is now {current_revision}.",
    suggestion="Read the drop again, then repeat with if_revision set to current_revision.",
    resolve=Resolve("read_again", "Read the drop again"),
    examples=(Example({"current_revision": 4}),),
):  # fmt: skip
    """Somebody changed the drop after you read it. Nothing was overwritten.

    Read it again before you repeat: sending the new number with the old content would undo the other change.
    """

    current_revision: Annotated[int, Member(description="The drop's revision now.")]


# ---------------------------------------------------------------------------- workspaces and teams


class Choice(msgspec.Struct, frozen=True):
    """A workspace to choose.

    Attributes:
        slug: what to pass as `workspace`.
        name: what to show to people.
    """

    slug: str
    name: str


class _Workspace(
    Problem, abstract=True, catalog=drops, category="Workspaces and teams", retry=Retry.AFTER_CHANGE
):
    pass


class WorkspaceNotFound(
    _Workspace, code="workspace_not_found", status=404, title="Workspace not found",
    detail="No workspace in reach has this slug or id.",
    suggestion="List the workspaces with GET /v1/workspaces.",
):  # fmt: skip
    """The slug or id matches no workspace that this credential reaches: a typo, or you left its team."""


class WorkspaceChoiceRequired(
    _Workspace, code="workspace_choice_required", status=409, title="Choose a workspace",
    detail="Several workspaces are in reach, and none is active.",
    suggestion="Make one of choices active with PUT /v1/workspaces/active, or pass it as workspace.",
    examples=(
        Example({"choices": [{"slug": "ada-3f2c", "name": "ada"}, {"slug": "press-91d0", "name": "Press"}]}),
    ),
):  # fmt: skip
    """The account reaches several workspaces, and the request does not say which one is meant.

    Nothing was published. Programs should let a person choose, and then pass `workspace` each time.
    """

    choices: Annotated[list[Choice], Member(description="The workspaces in reach.")]


class WorkspaceMismatch(
    _Workspace, code="workspace_mismatch", status=409, title="Another workspace",
    detail="The drop is in another workspace than this key's.",
    suggestion="Use a drop of the key's own workspace, or a credential that reaches the other one.",
):  # fmt: skip
    """The service key belongs to one workspace of the account, and the drop to another."""


class WorkspacePinned(
    _Workspace, code="workspace_pinned", status=400, title="Workspace is pinned", retry=Retry.NEVER,
    detail="This key was pinned to its workspace when it was made.",
    suggestion="Leave workspace out, or use a delegated key.",
):  # fmt: skip
    """A service key tried to switch to another workspace. It is pinned for good: that is what it is for."""


class SoleOwnerOfTeam(
    _Workspace, code="sole_owner_of_team", status=409, title="Sole owner of a team", retry=Retry.AFTER_ACTION,
    detail="The account is the only owner of a team.",
    suggestion="Make another member owner, or delete the team, then repeat.",
):  # fmt: skip
    """Deleting the account would leave a team without an owner. Nothing was deleted."""


# ---------------------------------------------------------------------------- uploads, references

FetchReason = Literal["host_not_allowed", "unreachable", "timed_out", "redirected", "bad_status", "too_large"]
"""Why a source could not be fetched. Constants, so that nothing of our network shows."""


class FetchFailure(msgspec.Struct, frozen=True):
    """A file that could not be fetched: its path in the drop, its source as given, and why."""

    path: str
    source_url: str
    reason: FetchReason


class _Upload(
    Problem, abstract=True, catalog=drops, category="Uploads and sources", retry=Retry.AFTER_CHANGE
):
    pass


class ChecksumMismatch(
    _Upload, code="checksum_mismatch", status=422, title="Checksum mismatch",
    detail="The bytes of a file do not have the SHA-256 that the manifest gives.",
    suggestion="Upload the file again and publish with the new upload.",
):  # fmt: skip
    """The bytes that arrived are not those of the manifest: damaged on the way, or another file."""


class UploadExpired(
    _Upload, code="upload_expired", status=409, title="Upload expired",
    detail="A staged upload was not published in time.",
    suggestion="Upload the file again and publish with the new upload.",
):  # fmt: skip
    """Staged uploads are kept for an hour. This one was not published by then, and its bytes are gone."""


class RemoteFetchFailed(
    _Upload, code="remote_fetch_failed", status=422, title="Source could not be fetched",
    detail="At least one source_url could not be fetched.",
    suggestion="Correct the URLs in failures, or send the bytes.",
    examples=(Example({"failures": [
        {"path": "logo.svg", "source_url": "https://cdn.example/logo.svg", "reason": "bad_status"},
    ]}),),
):  # fmt: skip
    """At least one file was to be taken from a `source_url` that did not give it. Nothing was published.

    Sources are fetched from hosts that the operator allows, without following redirects, within limits of
    size and time. Each entry says why: `host_not_allowed`, `unreachable`, `timed_out`, `redirected`,
    `bad_status` or `too_large`.
    """

    failures: Annotated[list[FetchFailure], Member(description="The files that could not be fetched.")]


# ---------------------------------------------------------------------------- the contract

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


def contract_at(base: str = "") -> Contract:
    """The contract, with type URIs that open where the reference is served."""
    return Contract(
        drops,
        dialect=dialects.PROBLEM,
        base=base,
        validation=invalid,
        challenge=challenge(realm="drops"),
        limit_headers="ietf",
    )


contract = contract_at()
