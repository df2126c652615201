"""The error contract: the problem types in the reference's order, and standard types for the gaps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from failwell import Catalog, Contract, Example, Link, Member, Problem, Resolve, Retry, standard_types
from failwell.headers import challenge
from failwell.typing import InputFailure
from failwell.wire import dialects

browsers = Catalog(
    "browsers",
    base="https://errors.driftstack.dev/",
    title="Hosted browser sessions: errors",
    about=Path(__file__).with_name("about.md").read_text(encoding="utf-8"),
    deprecation_days=180,
)

INVALID_TOKEN = {"WWW-Authenticate": challenge(realm="browsers", error="invalid_token")}  # RFC 6750, 3.1
MODEL_KEY, MODEL_SETTINGS = "/v1/account/me/byok-anthropic-key", "/v1/account/me/bundled-llm-settings"


class _Request(Problem, abstract=True, catalog=browsers, category="Requests"): ...


class BadRequest(
    _Request, code="bad-request", status=400, title="Bad request", standard=400,
    detail="The request breaks a rule of the endpoint.", suggestion="Correct the field that detail names.",
    examples=(Example(detail="capacity: has to be greater than 0."),),
):  # fmt: skip
    """The request is well formed, but a value breaks a rule: a capacity of 0, or a URL that is none.

    ## Why
    Such rules hold between values and the state behind them, so a schema cannot state them.

    ## What to do
    Correct the field that `detail` names. The same request will fail again."""


class ValidationFailed(
    _Request, code="validation-failed", status=400, title="Validation failed", standard=422,
    detail="A field does not fit its schema.", suggestion="Correct the fields that detail lists.",
    examples=(Example(detail="viewport.width: has to be int; timeout_ms: is required."),),
):  # fmt: skip
    """The body or the parameters do not fit the endpoint's schema. Nothing was done.

    ## Why
    A field is missing, is not known, or has a value of another type or form.

    ## What to do
    Correct each field that `detail` lists. It says what values have to be, and never repeats those sent."""


class _Account(Problem, abstract=True, catalog=browsers, category="Accounts and keys"): ...


class Unauthorized(
    _Account, code="unauthorized", status=401, title="Authentication required", standard=401,
    detail="The request carries no Authorization header that can be read.",
    suggestion="Send Authorization: Bearer ds_live_… with every request.",
    examples=(Example(detail="The Authorization header does not begin with Bearer."),),
):  # fmt: skip
    """The request has no `Authorization` header, or one that cannot be read.

    ## Why
    The API keeps no login from one request to the next: each has to carry the key.

    ## What to do
    Send `Authorization: Bearer ds_live_…`. If you did, look for a proxy or a redirect that drops it."""


class InvalidKey(
    _Account, code="invalid-key", status=401, title="Unknown API key", headers=INVALID_TOKEN,
    detail="The API key is not known.", suggestion="Compare your secret manager with the dashboard.",
    examples=(Example(detail="The API key does not begin with ds_live_."),),
):  # fmt: skip
    """The key has the wrong prefix, or it is not one of ours.

    ## Why
    Mostly it was cut when it was copied, or it belongs to another service.

    ## What to do
    Compare what your secret manager holds with the dashboard: the prefix first, then the end."""


class RevokedKey(
    _Account, code="revoked-key", status=401, title="API key revoked", headers=INVALID_TOKEN,
    detail="The API key was revoked.", suggestion="Mint a new key in the dashboard.",
    examples=(Example(detail="The API key was revoked on 2026-11-03."),),
):  # fmt: skip
    """The key was revoked by hand, or the daily clean-up retired it after its rotation's grace.

    ## Why
    A revoked key never works again, so that a leaked copy is worth nothing.

    ## What to do
    Mint a new key in the dashboard and replace the old one wherever it is kept."""


class ExpiredKey(
    _Account, code="expired-key", status=401, title="API key expired", headers=INVALID_TOKEN,
    detail="The API key is past its expires_at.", suggestion="Use the key that the rotation made.",
    examples=(Example(detail="The API key expired at 2026-11-20T09:30:00Z, 24 hours after its rotation."),),
):  # fmt: skip
    """The key is past its `expires_at`. Once the daily clean-up has retired it, the answer is `revoked-key`.

    ## Why
    A rotation makes a new key at once and lets the old one work for 24 more hours.

    ## What to do
    Move to the key that the rotation made. Something still uses the old one: find it by this error."""


class InvalidAuthToken(
    _Account, code="invalid-auth-token", status=401, title="Link no longer valid",
    detail="The token is malformed, used or expired.", suggestion="Ask for a new link in the dashboard.",
    examples=(Example(detail="The password-reset token has expired."),),
):  # fmt: skip
    """The token of a signup, password-reset or magic link is malformed, was used, or has expired.

    ## Why
    Each link works once and for a short time. Some mail programs open links before their reader does.

    ## What to do
    Ask for a new link in the dashboard and open only the newest one."""


class EmailNotVerified(
    _Account, code="email-not-verified", status=401, title="Email not verified",
    detail="The email address of this account is not verified yet.",
    suggestion="Follow the link in the signup email, or have it sent again at /verify-email.",
    resolve=Resolve("verify_email", "Send the email again", url="/verify-email"), examples=(Example(),),
):  # fmt: skip
    """The password is right, but nobody has followed the link of the signup email yet.

    ## Why
    An address counts only once its owner has confirmed it. With a wrong password this is never said.

    ## What to do
    Follow the link, then log in again. If the email does not come, have it sent again at `/verify-email`."""


class InvalidCredentials(
    _Account, code="invalid-credentials", status=401, title="Wrong email or password",
    retry=Retry.AFTER_CHANGE, conceal="accounts", examples=(Example(),),
    detail="The email address or the password is wrong.", suggestion="Check both; never try in a loop.",
):  # fmt: skip
    """The password is wrong, or there is no such account. Which of the two is not told.

    ## Why
    An answer that differed would tell strangers who has an account here.

    ## What to do
    Have a person check both and enter them again. A program must stop: repeated guesses run into limits."""


class _Permission(Problem, abstract=True, catalog=browsers, category="Permissions"): ...


class Forbidden(
    _Permission, code="forbidden", status=403, title="Not permitted", standard=403,
    detail="The key lacks the scope that this needs.",
    suggestion="Mint a key with the scope.", links=(Link("API keys", "/docs/api-keys"),),
    examples=(Example(detail="The key lacks the scope sessions:write."),),
):  # fmt: skip
    """The key is valid, but it was made without the scope that this endpoint needs.

    ## Why
    A key can do only what it was minted for, and it never gains a scope later.

    ## What to do
    Mint a key with the scope and use it here. Keep the small one for the work that it was made for."""


class MfaStepUpRequired(
    _Permission, code="mfa-step-up-required", status=403, title="Fresh confirmation required",
    detail="This endpoint wants a fresh MFA confirmation.",
    suggestion="Confirm with six digits at POST /v1/auth/mfa/step-up, then send the original request again.",
    resolve=Resolve("step_up", "Confirm with six digits", method="POST", endpoint="/v1/auth/mfa/step-up"),
    examples=(Example({"requires_mfa_step_up": True}, detail="Closing the account wants a confirmation."),),
):  # fmt: skip
    """The endpoint wants a second factor confirmed just now; there is none, or it was too long ago.

    ## Why
    What it does is hard to undo, so a login from this morning is not enough.

    ## What to do
    Ask the person for six digits and send them to the step-up endpoint. Then repeat the request unchanged."""

    requires_mfa_step_up: Annotated[Literal[True], Member(description="Always true.")] = True


class LegalAcceptanceRequired(
    _Permission, code="legal-acceptance-required", status=403, title="New terms to accept",
    detail="The current terms or privacy policy are not accepted yet.",
    suggestion="Accept them at POST /v1/account/legal/accept with the current revision id.",
    resolve=Resolve("accept_legal", "Read and accept", method="POST", endpoint="/v1/account/legal/accept"),
    examples=(Example(detail="Revision 2026-11-01 of the terms is not accepted yet."),),
):  # fmt: skip
    """A new revision of the terms or of the privacy policy is in force, and the account has not accepted it.

    ## Why
    The agreement has to be current before the account is used any further.

    ## What to do
    Let a person read the revision, then accept it by its id. A program must not agree on its own."""


class _Resource(Problem, abstract=True, catalog=browsers, category="Resources and limits"): ...


class NotFound(
    _Resource, code="not-found", status=404, title="Not found", standard=404, conceal="resources",
    detail="There is nothing here that you may see.", suggestion="Check the id.", examples=(Example(),),
):  # fmt: skip
    """There is no resource with this id, or the account may not see it. Which of the two is not told.

    ## Why
    What belongs to another account looks exactly like what never was; else ids could be probed.

    ## What to do
    Check the id, and that the key is of the account which owns the resource."""


class Conflict(
    _Resource, code="conflict", status=409, title="Conflict with the current state", standard=409,
    suggestion="See detail; often a fresh resource is the way out.",
    examples=(Example(detail="The Idempotency-Key was used before with another body."),),
):  # fmt: skip
    """The request does not fit the state of what is there. Nothing was done.

    ## Why
    A duplicate, the sticky tombstone of something deleted, or an idempotency key with another body.

    ## What to do
    `detail` says which it is. Often the simplest way out is a fresh resource, with a key of its own."""


class ConcurrencyLimit(
    _Resource, code="concurrency-limit", status=429, title="Too many concurrent sessions",
    detail="{current_sessions} sessions are running; the tier allows {limit}.",
    suggestion="Wait for a session to end, or upgrade.", links=(Link("Concurrency", "/docs/concurrency"),),
    examples=(Example({"current_sessions": 5, "limit": 5}),),
):  # fmt: skip
    """As many sessions are running as the tier allows at one time. No new one was started.

    ## Why
    Each session holds a browser of its own for as long as it lives, idle ones too.

    ## What to do
    End a session, or wait for one to end, and repeat the request. If this happens often, upgrade the tier."""

    current_sessions: Annotated[int, Member(unit="sessions", description="Sessions that were running.")]
    limit: Annotated[int, Member(unit="sessions", description="Sessions that the tier allows at one time.")]


class TierLimit(
    _Resource, code="tier-limit", status=429, title="Tier limit reached", retry=Retry.AFTER_ACTION,
    detail="The tier allows no more of these.", suggestion="Upgrade the tier, or delete some.",
    examples=(Example(detail="The tier solo_manual allows 3 profiles, and there are 3."),),
):  # fmt: skip
    """The account has as many profiles, API keys or other resources as its tier allows.

    ## Why
    Unlike sessions, these do not end by themselves. Waiting does not help.

    ## What to do
    Delete what is no longer needed, or upgrade the tier. Then repeat the request."""


class RateLimited(
    _Resource, code="rate-limited", status=429, title="Too Many Requests",
    detail="The bucket is empty. Try again in {retry_after_seconds} seconds.",
    suggestion="Wait as long as Retry-After says, then repeat.",
    headers={"Retry-After": "{retry_after_seconds}"}, links=(Link("Rate limits", "/docs/rate-limits"),),
    examples=(Example({"retry_after_seconds": 12}, detail=
        "The bucket sessions:create of the tier solo_manual is empty. Try again in 12 seconds."),),
):  # fmt: skip
    """A bucket is empty. `detail` names it and the account's tier.

    ## Why
    Each request takes from a bucket that fills steadily, and lately they came faster than that.

    ## What to do
    Wait as told, then repeat. Spread the work so that the bucket never runs dry; trying early is in vain."""

    retry_after_seconds: Annotated[int, Member(unit="seconds", description="The wait, as in Retry-After.")]


class _Session(Problem, abstract=True, catalog=browsers, category="Sessions and platform"): ...


class SessionDestroyed(
    _Session, code="session-destroyed", status=410, title="Session destroyed",
    detail="The session was destroyed.", suggestion="Create a new session.", examples=(Example(),),
):  # fmt: skip
    """The session was there once and has been destroyed. Its browser and its pages are gone.

    ## Why
    Sessions end when they are told to or when their time is up, and none comes back.

    ## What to do
    Create a new session and begin again there."""


class SessionTimeout(
    _Session, code="session-timeout", status=504, title="Operation timed out", retry=Retry.AFTER_CHANGE,
    detail="The operation ran past its timeout.", suggestion="Give it longer, or mend the slow page.",
    examples=(Example(detail="The selector #checkout did not appear within 30000 ms."),),
):  # fmt: skip
    """An operation that waits, such as for a selector, ran past its timeout. The session is still there.

    ## Why
    The page was slower than expected, or what was waited for never comes.

    ## What to do
    Look at the page first. A longer timeout is right where the work takes long; else mend what is slow."""


class Internal(
    _Session, code="internal", status=500, title="Internal error", standard="internal",
    detail="Something failed on our side.", examples=(Example(),),
    suggestion="Repeat with exponential backoff; if it stays, write to support with the request id.",
):  # fmt: skip
    """Something failed here in a way that nobody foresaw. The cause is in our logs, under the request id.

    ## Why
    The fault is ours, not the request's. The request may still have been carried out in part.

    ## What to do
    If the request is idempotent or carries an `Idempotency-Key`, repeat it with exponential backoff. If the
    error stays, write to support and quote the request id."""


class DriverError(
    _Session, code="driver-error", status=502, title="Browser driver failed",
    suggestion="Try again; it often passes.", examples=(Example(detail="Target closed while loading."),),
):  # fmt: skip
    """The browser's driver failed and said how; `detail` carries its cause.

    ## Why
    A page crashed, a tab closed at the wrong moment, or the browser could not keep up.

    ## What to do
    Try again after a moment. If one page fails each time, `detail` shows where to look."""


class DriverNotIntegrated(
    _Session, code="driver-not-integrated", status=503, title="Driver path not wired", retry=Retry.NEVER,
    detail="This driver path is not wired.", suggestion="Write to support if a documented path led here.",
    examples=(Example(detail="The driver path for PDF export is not wired."),),
):  # fmt: skip
    """The endpoint exists, but no browser driver is behind it.

    ## Why
    The path was never wired. Despite its status, this does not pass with time.

    ## What to do
    Do without it. If the documentation sent you here, write to support: then it is our mistake."""


class FeatureUnavailable(
    _Session, code="feature-unavailable", status=503, title="Feature switched off", retry=Retry.NEVER,
    detail="This feature is switched off.", suggestion="Ask the operator to add what it depends on.",
    examples=(Example(detail="There is no bucket for avatar uploads in this deployment."),),
):  # fmt: skip
    """The feature was switched off when the service was deployed: avatars, say, need a storage bucket.

    ## Why
    Something that the feature depends on is not there, and no request can add it.

    ## What to do
    Hide the feature, and ask the operator to add the dependency. Retrying does not help."""


class _Agent(
    Problem, abstract=True, catalog=browsers, category="Agents and pair mode", retry=Retry.AFTER_ACTION
): ...


class ByokAnthropicRequired(
    _Agent, code="byok-anthropic-required", status=502, title="Model key required",
    detail="The account has no model key, and the request brings none.", examples=(Example(),),
    suggestion=f"Store a key with PUT {MODEL_KEY}, or send x-byok-anthropic-api-key with each request.",
    resolve=Resolve("store_model_key", "Add a key", method="PUT", endpoint=MODEL_KEY),
):  # fmt: skip
    """A message to the agent needs a model key, and neither the account nor the request has one.

    ## Why
    This deployment has no model of its own to fall back on, so the key has to be yours.

    ## What to do
    Store a key once for the account, or send it in the header each time. Then send the message again."""


class BundledLlmBudgetExhausted(
    _Agent, code="bundled-llm-budget-exhausted", status=402, title="Model budget used up",
    detail="This month's budget for the bundled model is used up.", examples=(Example(),),
    suggestion="Raise the cap, wait for the next calendar month, or use a key of your own.",
    resolve=Resolve("raise_cap", "Raise the cap", method="PATCH", endpoint=MODEL_SETTINGS),
):  # fmt: skip
    """This month the bundled model has cost as much as the account's soft cap allows: 20 USD unless changed.

    ## Why
    The cap keeps an agent that runs on from making a large bill.

    ## What to do
    Raise the cap, or wait for the new calendar month, which resets it. Or use a key of your own: where there
    is one, it always wins over the bundled model."""


class BundledLlmConsentRequired(
    _Agent, code="bundled-llm-consent-required", status=402, title="Consent to the bundled model required",
    detail="The account has not consented to the bundled model.", examples=(Example(),),
    suggestion=f"Set bundled_llm_consent to true with PATCH {MODEL_SETTINGS}.",
    resolve=Resolve("consent", "Use the bundled model", method="PATCH", endpoint=MODEL_SETTINGS),
):  # fmt: skip
    """This deployment has a bundled model, but the account has not consented to using it.

    ## Why
    It is apart from `byok-anthropic-required` because consent takes one click, and a key of your own more.

    ## What to do
    Offer one button that sends `bundled_llm_consent: true`. A program must not consent on its own."""


class PairModeConflict(
    _Agent, code="pair-mode-conflict", status=409, title="Another client is taking over",
    detail="{winner_client_id} is taking over.", examples=(Example({"winner_client_id": "client_7f3a"}),),
    suggestion="Read the session again, and try only when the winner lets go.",
):  # fmt: skip
    """Two clients asked to take over the session at the same moment, and the other one won.

    ## Why
    The lock is set once, atomically, and frees itself after a while if its holder vanishes.

    ## What to do
    Show who is taking over and read the session again. Ask for it only when the winner has let go."""

    winner_client_id: Annotated[str, Member(description="Who is taking over, for dashboards to name.")]


class PairModeInvalidTransition(
    _Agent, code="pair-mode-invalid-transition", status=409, title="Transition not possible",
    detail="{transition} is not possible from {from_}.", suggestion="Read the state and resolve it first.",
    examples=(Example({"from": "agent", "transition": "handback"}),),
):  # fmt: skip
    """Pair mode does not allow this step from where the session is, such as a handback before any takeover.

    ## Why
    Either the client's picture of the session is out of date, or its steps come in the wrong order.

    ## What to do
    Read the session's state and take the step that is missing. Then repeat this one if it is still wanted."""

    from_: Annotated[str, Member(description="The state in which the session is.")]
    transition: Annotated[str, Member(description="The step that was refused.")]


class EmailAlreadyRegistered(
    _Account, code="email-already-registered", status=409, title="Email already registered",
    retry=Retry.NEVER, resolve=Resolve("log_in", "Log in", url="/login"), examples=(Example(),),
    detail="There is an account with this email address.", suggestion="Log in, or reset the password.",
):  # fmt: skip
    """Somebody signed up with an email address that has an account. No second account was made.

    ## Why
    By contract this reveals that an account exists. So that nobody probes, the endpoint is rate-limited.

    ## What to do
    Log in at `/login`, or have the password reset there. Signing up again will never work."""


standard_types(browsers, naming="kebab-case")


def invalid(failures: Sequence[InputFailure]) -> ValidationFailed:
    """Lists every field that does not fit; the values are never repeated."""
    listed = "; ".join(f"{failure.path or failure.place}: {failure.detail}" for failure in failures)
    return ValidationFailed(f"{listed}." if listed else None)


def oauth_problem(error: str, detail: str | None = None) -> Problem:
    """The problem for an error of the token endpoint (RFC 6749, 5.2). One way only: no error is read back."""
    problem = Unauthorized if error in ("invalid_client", "unauthorized_client") else BadRequest
    return problem(detail or f"OAuth error: {error}.")


contract = Contract(
    browsers,
    dialect=dialects.PROBLEM_TYPE,
    unknown="internal",
    validation=invalid,
    challenge=challenge(realm="browsers"),
)
