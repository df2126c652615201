# Written by failwell generate python. Do not edit; change the catalog and write it again.
# ruff: noqa: D101, D205, D400, D403, D405, D410, D411, D412, D414, D415, D416, E501, E741, E742, I001
# ruff: noqa: N815, RUF001, RUF002, RUF100, S105, S108
"""The error contract of flags."""

from __future__ import annotations

from typing import Annotated

from failwell import (
    Catalog,
    Contract,
    Example,
    Member,
    Problem,
    Redirect,
    Resolve,
    Retry,
    dialects,
    standard_types,
)

flags = Catalog(
    "flags",
    base="https://errors.flags.example/",
    title="Flags: errors",
    about=(
        "Flags serves feature flags, configs and segments, and lets changes be proposed and approved\n"
        "before they go live. This page is the contract of its errors: what they look like, which there\n"
        "are, and what leads out of each. Branch on `code` alone. It is stable; everything else in a body\n"
        "is there to be shown, stored or quoted.\n\n"
        "## Shape\n\n"
        "Every error is one flat JSON object. Only redirects and 304 have no body. An email that is\n"
        "missing, for instance, is answered with status 400 and\n\n"
        "```json\n"
        "{\n"
        '  "code": "invalid_request",\n'
        '  "message": "The email is missing.",\n'
        '  "fields": {\n'
        '    "email": "has to be an email address"\n'
        "  },\n"
        '  "requestId": "req_019b2f61c3d07a52e84f1b9c6d20"\n'
        "}\n"
        "```\n\n"
        "- `code` says what kind of error it is.\n"
        "- `message` tells people what happened this time. It may change at any time, so never match it.\n"
        "- `fields` gives one message per field, by the field's dotted path. It comes with validation\n"
        "  errors, with `in_use` and with `invalid_confirmation`, and with nothing else.\n"
        "- `requestId` begins with `req_` and is made by the server. Quote it when you report an error.\n\n"
        "A few codes bring members of their own, which their entries below name. A member that does not\n"
        "apply is absent; none is ever null.\n\n"
        "## Statuses\n\n"
        "| status | meaning |\n"
        "|---|---|\n"
        "| 200 | done, with a body |\n"
        "| 201 | created |\n"
        "| 202 | the change needs approval and became a proposal, to which `Location` points |\n"
        "| 204 | done, without a body |\n"
        "| 303 | a magic link was followed; `Location` says where the browser goes next |\n"
        "| 304 | `If-None-Match` matched: what you have is current |\n"
        "| 400 | `invalid_request`, or a code that says it more closely |\n"
        "| 401 | no valid credentials |\n"
        "| 403 | valid credentials that do not permit this |\n"
        "| 404 | there is nothing, or it belongs to another organisation |\n"
        "| 409 | the request does not fit the current state |\n"
        "| 410 | an invitation, a proposal or a magic link that works once is in its final state |\n"
        "| 412 | `If-Match` is not the current `ETag` |\n"
        "| 429 | a rate limit was hit |\n"
        "| 500 | the fault is ours |\n"
        "| 503 | not possible for the moment, mostly `ruleset_not_cached` |\n\n"
        "Access to another organisation's resources is always answered with 404, never with 403: not even\n"
        "the existence of an address shows.\n\n"
        "A magic link that fails reaches a browser as a 303 to `/login?error=<code>`. A client whose\n"
        "`Accept` names JSON gets the code as a body instead, with the status that the code's entry\n"
        "gives.\n\n"
        "## Headers\n\n"
        "| header | comes with | meaning |\n"
        "|---|---|---|\n"
        "| `X-RateLimit-Limit` | each 2xx, 304 and 429 to a bearer token | requests a minute |\n"
        "| `X-RateLimit-Remaining` | the same | requests left now |\n"
        "| `X-RateLimit-Reset` | the same | whole seconds until the bucket is full again |\n"
        "| `Retry-After` | 429 | seconds to wait |\n"
        "| `WWW-Authenticate` | 401 | how to authenticate |\n"
        "| `ETag` | what can be changed conditionally | the version to send in `If-Match` |\n"
        "| `Location` | 202, 303 | the proposal, or where the browser goes next |\n\n"
        "Two buckets gate each request: that of the token, whose size is its `rateLimitPerMin`, and that\n"
        "of the organisation. The `X-RateLimit` headers show the one with less left, and on 429 the one\n"
        "that denied. Responses to sessions, and other statuses, carry none of them. A failed\n"
        "authentication takes nothing from the organisation's bucket.\n\n"
        "## Stability\n\n"
        "A published code keeps its meaning, its status and its members. It is never reused for something\n"
        "else. New codes and new members may come at any time, so treat an unknown code as its status\n"
        "says, and leave alone members that you do not know. Messages, and the texts in `fields`, may be\n"
        "reworded without notice.\n\n"
        "## UI clients\n\n"
        "Show `message` as it is, and each entry of `fields` beside its input. On the login page, read\n"
        "the code from the query parameter `error` and offer a new link where the entry says so. Do not\n"
        "offer an upgrade of rights to somebody who got a 404: for them the resource does not exist. On\n"
        "`version_drift`, show what changed before you let anybody propose again.\n\n"
        "## SDKs\n\n"
        "Dispatch on `code` and keep `requestId` on the exception. Repeat by yourself only where an entry\n"
        "says that the same request can succeed later, and wait as long as `Retry-After` says, else with\n"
        "growing pauses. Take 304 for success: the ruleset that you hold is the current one. Treat a 202\n"
        "as a change that has not happened yet, and hand on its `Location`.\n\n"
        "## Agents\n\n"
        "Do what the suggestion says once; if the same code comes again, stop and ask a person. Never\n"
        "fill in a confirmation that a person is meant to type. Do not look for another token, or for a\n"
        "way around an approval: that a person decides is the point. Ask for a magic link only when told\n"
        "to, for each one is a mail to somebody.\n\n"
        "## Support\n\n"
        "Write to [support@flags.example](mailto:support@flags.example) and quote the `requestId`; with\n"
        "it we find what happened. Never send a token or a magic link along.\n\n"
        "## Status page\n\n"
        "Outages that reach more than one organisation are announced at\n"
        "[status.flags.example](https://status.flags.example/). Look there first when 500 or 503 comes\n"
        "from several endpoints at once."
    ),
)


class InvalidRequest(
    Problem,
    catalog=flags,
    code="invalid_request",
    status=400,
    title="Invalid request",
    category="General",
    retry=Retry.AFTER_CHANGE,
    detail="The request is not valid.",
    suggestion=(
        "Correct what fields names, or what the message says where there is no fields, then send the request "
        "again."
    ),
    standard=400,
    examples=(Example({"fields": {"email": "has to be an email address"}}, detail="The email is missing."),),
):
    """The request has a form that the endpoint does not take, and nothing was changed.

    ## Why

    A field is missing, has the wrong type, or holds a word that is not among those allowed. Validation
    names every such field under `fields`, by its dotted path, for instance `rules.0.segment`. A body
    that cannot be read at all has no fields to name, so `fields` is absent then.

    ## What to do

    Show each entry of `fields` beside the input it belongs to, and send the corrected request. The same
    request will fail again.
    """

    fields: Annotated[
        dict[str, str] | None,
        Member(description="What each wrong field has to be, by the field's dotted path."),
    ] = None


class Unauthorized(
    Problem,
    catalog=flags,
    code="unauthorized",
    status=401,
    title="Not signed in",
    category="General",
    retry=Retry.AFTER_ACTION,
    detail="The request carries no valid credentials.",
    suggestion="Sign in, or send a valid token as Authorization: Bearer.",
    resolve=Resolve("sign_in", "Sign in", url="https://flags.example/login"),
    standard=401,
    examples=(Example(detail="The request carries no valid credentials."),),
):
    """The request reached an endpoint that wants to know who is calling, and could not be told.

    ## Why

    It came without a session and without a token, or with one that is wrong, revoked or over. Which of
    these it was is not told. If you are sure that you sent a token, look for a proxy or a redirect that
    dropped the `Authorization` field.

    ## What to do

    In a browser, sign in again. A program sends its token as `Authorization: Bearer` on every request.
    """


class Forbidden(
    Problem,
    catalog=flags,
    code="forbidden",
    status=403,
    title="Not permitted",
    category="General",
    retry=Retry.AFTER_ACTION,
    detail="You may not do this to this resource.",
    suggestion="Ask an owner of the organisation for access.",
    standard=403,
    examples=(Example(detail="You may not change this project."),),
):
    """The credentials are valid and the resource is in their organisation, but they do not permit this.

    ## Why

    The caller was never given access to this resource, or lost it. Where a role or a token's limits are
    the reason, a code of its own says so, for instance `insufficient_role`. Resources of other
    organisations never answer with 403: they look as if they did not exist.

    ## What to do

    Ask an owner of the organisation for access, then repeat the same request.
    """


class NotFound(
    Problem,
    catalog=flags,
    code="not_found",
    status=404,
    title="Not found",
    category="General",
    retry=Retry.AFTER_CHANGE,
    detail="There is nothing here that you can see.",
    suggestion="Check the key and the organisation in the address.",
    standard=404,
    examples=(Example(detail="There is no flag with this key that you can see."),),
):
    """There is no such resource, or it belongs to another organisation.

    ## Why

    The key has a typo, the resource was deleted, or the credentials are those of another organisation
    than the address names. The last case looks like the first two on purpose: not even the existence of
    an address shows across tenants.

    ## What to do

    Compare the key, letter by letter, with those that a list of the resources shows, and see whether
    the token is of the right organisation.
    """


class PreconditionFailed(
    Problem,
    catalog=flags,
    code="precondition_failed",
    status=412,
    title="Changed since you read it",
    category="General",
    retry=Retry.AFTER_CHANGE,
    detail="If-Match is not the current ETag of the resource.",
    suggestion="Read the resource again, and repeat the change with its new ETag in If-Match.",
    standard=412,
    examples=(Example(detail="If-Match is not the current ETag of the flag."),),
):
    """The resource is no longer in the state that `If-Match` names. Nothing was overwritten.

    ## Why

    Somebody else changed it after you read it, or a proposal was applied meanwhile.

    ## What to do

    Read the resource again and look at what changed. Then make your change on the new state and send it
    with the new `ETag` in `If-Match`. Sending the new `ETag` with the old content would undo the other
    change.
    """


class Internal(
    Problem,
    catalog=flags,
    code="internal",
    status=500,
    title="Internal error",
    category="General",
    retry=Retry.LATER,
    detail="Something failed on our side.",
    suggestion="Repeat later. If it stays, report it with the requestId.",
    standard="internal",
    examples=(Example(detail="Something failed on our side."),),
):
    """The server failed in a way that it was not prepared for.

    ## Why

    The fault is ours, and it is in our logs under the `requestId`. A request that changes something may
    have taken effect before the failure.

    ## What to do

    Read the resource before you repeat a change. Reading can be repeated at once, with a growing pause
    between attempts. If the failure stays, write to support and quote the `requestId`.
    """


class RulesetNotCached(
    Problem,
    catalog=flags,
    code="ruleset_not_cached",
    status=503,
    title="Environment has no ruleset yet",
    category="General",
    retry=Retry.AFTER_ACTION,
    detail="Nothing was written to this environment yet, so there is no ruleset to evaluate.",
    suggestion="Make the first change in this environment, then repeat the request.",
    examples=(
        Example(
            detail="Nothing was written to the environment staging yet, so there is no ruleset to evaluate.",
        ),
    ),
):
    """The environment exists, but it has no ruleset that could be served.

    ## Why

    A ruleset is built and cached when something is written to the environment. This one is brand-new,
    and nothing was written to it so far.

    ## What to do

    Create or change a flag or a config in this environment, then repeat the request. Waiting alone does
    not help.
    """


class MagicLinkInvalid(
    Problem,
    catalog=flags,
    code="magic_link_invalid",
    status=400,
    title="Magic link is not valid",
    category="Authentication",
    retry=Retry.AFTER_CHANGE,
    detail="This link is not one of ours, or part of it is missing.",
    suggestion="Ask for a new link on the login page.",
    resolve=Resolve("request_magic_link", "Ask for a new link", url="https://flags.example/login"),
    redirect=Redirect("/login?error={code}"),
    examples=(Example(detail="This link is not one of ours, or part of it is missing."),),
):
    """The token in the link is unknown or malformed, so nobody was signed in. Browsers are sent to the
    login page with this code; a client whose `Accept` names JSON gets the code as a body.

    ## Why

    Most often a mail program broke the address over two lines, or only part of it was copied.

    ## What to do

    Open the link from the mail itself. If that fails too, ask for a new one.
    """


class MagicLinkUsed(
    Problem,
    catalog=flags,
    code="magic_link_used",
    status=410,
    title="Magic link was used already",
    category="Authentication",
    retry=Retry.AFTER_ACTION,
    detail="This link was used already; each one signs in once.",
    suggestion="Ask for a new link on the login page.",
    resolve=Resolve("request_magic_link", "Ask for a new link", url="https://flags.example/login"),
    redirect=Redirect("/login?error={code}"),
    examples=(Example(detail="This link was used already; each one signs in once."),),
):
    """The token was redeemed before, and a magic link signs in once only. Browsers are sent to the login
    page with this code; a client whose `Accept` names JSON gets the code as a body.

    ## Why

    The link was opened a second time, or a mail scanner opened it before its reader did.

    ## What to do

    If you are signed in already, carry on. Otherwise ask for a new link. Where scanners open every
    link, have your mail operator exempt ours.
    """


class MagicLinkExpired(
    Problem,
    catalog=flags,
    code="magic_link_expired",
    status=410,
    title="Magic link has expired",
    category="Authentication",
    retry=Retry.AFTER_ACTION,
    detail="This link is older than 15 minutes.",
    suggestion="Ask for a new link on the login page, and open it within 15 minutes.",
    resolve=Resolve("request_magic_link", "Ask for a new link", url="https://flags.example/login"),
    redirect=Redirect("/login?error={code}"),
    examples=(Example(detail="This link is older than 15 minutes."),),
):
    """The link was genuine, but it came too late. Browsers are sent to the login page with this code; a
    client whose `Accept` names JSON gets the code as a body.

    ## Why

    A magic link is good for 15 minutes, so that an old mail is not a key to the account.

    ## What to do

    Ask for a new link and open the newest mail.
    """


class NoInvitation(
    Problem,
    catalog=flags,
    code="no_invitation",
    status=403,
    title="No invitation for this email",
    category="Authentication",
    retry=Retry.AFTER_ACTION,
    detail="There is no account and no pending invitation for this email.",
    suggestion="Ask an owner of the organisation to invite this email, then sign in again.",
    redirect=Redirect("/login?error={code}"),
    examples=(Example(detail="There is no account and no pending invitation for this email."),),
):
    """Somebody signed in by magic link with an email that this hosted instance does not know. Browsers are
    sent to the login page with this code; a client whose `Accept` names JSON gets the code as a body.

    ## Why

    On the hosted instance, people join an organisation by invitation. For this email none is pending:
    perhaps the invitation went to another address of the same person, or it has expired.

    ## What to do

    Ask an owner to invite exactly this email. After that, sign in with a new link.
    """


class AlreadyClaimed(
    Problem,
    catalog=flags,
    code="already_claimed",
    status=409,
    title="Installation is claimed already",
    category="Authentication",
    retry=Retry.NEVER,
    detail="This installation already has an organisation.",
    suggestion="Sign in instead of claiming the installation.",
    resolve=Resolve("sign_in", "Sign in", url="https://flags.example/login"),
    examples=(Example(detail="This installation already has an organisation."),),
):
    """`POST /auth/install-claim` was called on an installation where an organisation exists. Nothing was
    changed.

    ## Why

    An installation is claimed once, by whoever sets it up. After that the endpoint stays closed, or
    somebody could take the installation over.

    ## What to do

    Sign in. If you have no account here, ask an owner of the organisation for an invitation.
    """


class SlugUnavailable(
    Problem,
    catalog=flags,
    code="slug_unavailable",
    status=409,
    title="Slug is taken",
    category="Authentication",
    retry=Retry.AFTER_CHANGE,
    detail="Another organisation has this slug.",
    suggestion="Choose another slug and send the request again.",
    examples=(Example(detail="Another organisation has the slug acme."),),
):
    """The slug that was asked for belongs to another organisation. No organisation was created.

    ## Why

    A slug stands in the addresses of an organisation, at signup as well as later, so it can be given
    out only once.

    ## What to do

    Let the person choose another slug. Do not append numbers without asking: people will type this
    slug.
    """


class InsufficientRole(
    Problem,
    catalog=flags,
    code="insufficient_role",
    status=403,
    title="Role is too low",
    category="Authorisation",
    retry=Retry.AFTER_ACTION,
    detail="Your role in this organisation does not permit this.",
    suggestion="Ask an owner to raise your role, or to do it for you.",
    examples=(Example(detail="Your role in this organisation does not permit inviting members."),),
):
    """A signed-in member called an endpoint that wants a higher role in the organisation.

    ## Why

    Roles are given per organisation, so the same person may be an owner in one and less in another.
    This code speaks of sessions only; what a token may do is told by the `token_…` codes.

    ## What to do

    Ask an owner to raise your role, or to make the change for you. After that the same request
    succeeds.
    """


class ScopeDenied(
    Problem,
    catalog=flags,
    code="scope_denied",
    status=403,
    title="Token does not admit this combination",
    category="Authorisation",
    retry=Retry.AFTER_ACTION,
    detail="The token does not admit this action on this resource in this environment.",
    suggestion="Use a token whose actions, environments and resources all cover the request.",
    examples=(Example(detail="The token does not admit this action on this resource in this environment."),),
):
    """The token is valid, but what was asked for lies outside its limits in more than one way, or in a way
    that cannot be told.

    ## Why

    A token is limited by `actions`, `environments` and `resources`, and a request has to pass all of
    them. Where exactly one stands in the way, its own code says which: `token_action_denied`,
    `token_env_out_of_scope` or `token_resource_out_of_scope`.

    ## What to do

    Compare the request with the token's limits, all of them. Then use or make a token that is wide
    enough, and no wider than the job needs.
    """


class TokenActionDenied(
    Problem,
    catalog=flags,
    code="token_action_denied",
    status=403,
    title="Token lacks the action",
    category="Authorisation",
    retry=Retry.AFTER_ACTION,
    detail="The token's actions do not include this one.",
    suggestion="Use a token whose actions include the verb of this request.",
    examples=(Example(detail="The token's actions do not include write."),),
):
    """The token reaches this resource in this environment, but may not do this to it.

    ## Why

    The verb of the request is missing from the token's `actions`, and that alone stands in the way.
    Typically a token made for reading is used for a change.

    ## What to do

    Use a token whose `actions` include the verb, or make one. Then repeat the same request.
    """


class TokenEnvOutOfScope(
    Problem,
    catalog=flags,
    code="token_env_out_of_scope",
    status=403,
    title="Token does not cover the environment",
    category="Authorisation",
    retry=Retry.AFTER_ACTION,
    detail="The token's environments do not include this one.",
    suggestion="Use a token that is made for this environment.",
    examples=(Example(detail="The token's environments do not include production."),),
):
    """The token may do this to this resource, but not in this environment.

    ## Why

    The environment is missing from the token's `environments`, and that alone stands in the way. The
    usual cause is a deployment that was given the token of another stage.

    ## What to do

    See first whether the request names the environment you meant. If it does, use a token that is made
    for it.
    """


class TokenResourceOutOfScope(
    Problem,
    catalog=flags,
    code="token_resource_out_of_scope",
    status=403,
    title="Token does not cover the resource",
    category="Authorisation",
    retry=Retry.AFTER_ACTION,
    detail="The token's resources do not match this key.",
    suggestion="Use a token whose resources match this key.",
    examples=(Example(detail="The token's resources do not match the key checkout-redesign."),),
):
    """The token may do this in this environment, but not to this resource.

    ## Why

    The key of the resource matches none of the token's `resources`, and that alone stands in the way. A
    key that was chosen outside the agreed prefix is a common cause.

    ## What to do

    See first whether the key is the one you meant. If it is, use a token whose `resources` match it.
    """


class TokenIpDenied(
    Problem,
    catalog=flags,
    code="token_ip_denied",
    status=403,
    title="Address is not on the allowlist",
    category="Authorisation",
    retry=Retry.AFTER_ACTION,
    detail="The token may not be used from this address.",
    suggestion="Call from a listed address, or have this one added to the allowlist.",
    examples=(Example(detail="The token may not be used from this address."),),
):
    """The token is good, but the request came from an address from which it may not be used.

    ## Why

    An allowlist of addresses exists, and the caller's is not in it. Behind a proxy, a VPN or a cloud's
    gateway, the address that we see is theirs, and it may change.

    ## What to do

    Send the request from a listed address, or ask an owner to add the one that your traffic leaves
    from. If nobody on your side made this request, revoke the token.
    """


class TokenRateLimit(
    Problem,
    catalog=flags,
    code="token_rate_limit",
    status=429,
    title="Too many requests",
    category="Authorisation",
    retry=Retry.LATER,
    detail="Too many requests in the last minute.",
    suggestion="Wait as many seconds as Retry-After says, then repeat.",
    headers={"Retry-After": "{retry_after_seconds}"},
    standard=429,
    examples=(Example({"retry_after_seconds": 12}, detail="Too many requests in the last minute."),),
):
    """A bucket that the request has to pass is empty. The request was not carried out.

    ## Why

    Two buckets gate each request: the token's own, with `rateLimitPerMin` requests a minute, and that
    of the whole organisation. The `X-RateLimit-*` fields show the one that denied.

    ## What to do

    Wait as many seconds as `Retry-After` says, then send the same request. If it happens often, spread
    the requests out; another token does not help once the organisation's bucket is empty.
    """

    retry_after_seconds: Annotated[
        int | None,
        Member(
            unit="seconds",
            on_wire=False,
            description="Seconds until the bucket that denied admits the next request; sent as Retry-After.",
        ),
    ] = None


class ApprovalNotSupported(
    Problem,
    catalog=flags,
    code="approval_not_supported",
    status=403,
    title="Change cannot become a proposal",
    category="Authorisation",
    retry=Retry.AFTER_ACTION,
    detail="This change cannot become a proposal, and the token may only propose.",
    suggestion="Make the change in a session, or split it into parts that can be proposed.",
    examples=(
        Example(detail="A patch of metadata cannot become a proposal, and the token may only propose."),
    ),
):
    """The token requires approval, so each of its changes is turned into a proposal. This one cannot be,
    and nothing was changed.

    ## Why

    A proposal holds a change of one kind. A patch of metadata cannot become one, nor can a replacement
    of the state that mixes several dimensions.

    ## What to do

    Split a mixed replacement into one change per dimension and propose each. A patch of metadata has to
    be made by a person in a session.
    """


class LastOwnerCannotDemoteOrRemove(
    Problem,
    catalog=flags,
    code="last_owner_cannot_demote_or_remove",
    status=409,
    title="Last owner has to stay",
    category="Members",
    retry=Retry.AFTER_ACTION,
    detail="This is the last active owner of the organisation.",
    suggestion="Make another member owner first, then repeat the request.",
    examples=(Example(detail="This is the last active owner of the organisation."),),
):
    """The request would demote or remove the organisation's last active owner. Nothing was changed.

    ## Why

    Without an owner nobody could invite, raise roles or delete the organisation. Owners who are not
    active do not count.

    ## What to do

    Make another member owner. After that, the same request succeeds.
    """


class AlreadyMember(
    Problem,
    catalog=flags,
    code="already_member",
    status=409,
    title="Is a member already",
    category="Members",
    retry=Retry.AFTER_CHANGE,
    detail="This email belongs to a member of the organisation.",
    suggestion="Nothing has to be done: the person is in the organisation.",
    examples=(Example(detail="ada@mail.example belongs to a member of the organisation."),),
):
    """Somebody who is already in the organisation was invited to it. No mail was sent.

    ## Why

    The email is that of a member. Often two owners invite the same person, or a script runs for a
    second time.

    ## What to do

    Nothing: what the invitation was for is there, so scripts can take this answer as success. To give
    the person another role, change the role of the member.
    """


class InvitationPending(
    Problem,
    catalog=flags,
    code="invitation_pending",
    status=409,
    title="Invitation is pending",
    category="Members",
    retry=Retry.AFTER_CHANGE,
    detail="A fresh invitation of this email to this organisation is pending.",
    suggestion="Send the pending invitation again, or wait for it to be accepted.",
    examples=(Example(detail="A fresh invitation of ada@mail.example to this organisation is pending."),),
):
    """The email was invited to this organisation before, and that invitation is still open. No second one
    was made.

    ## Why

    There is one pending invitation per organisation and email, so that nobody has to find out which of
    two mails counts.

    ## What to do

    If the mail was lost, have the pending invitation sent again. Otherwise wait: it is accepted, or it
    expires after 7 days.
    """


class InvitationUsed(
    Problem,
    catalog=flags,
    code="invitation_used",
    status=410,
    title="Invitation was accepted already",
    category="Invitations",
    retry=Retry.AFTER_ACTION,
    detail="This invitation was accepted already.",
    suggestion="Sign in with the email that was invited.",
    resolve=Resolve("sign_in", "Sign in", url="https://flags.example/login"),
    examples=(Example(detail="This invitation was accepted already."),),
):
    """The invitation did its work before: the email that was invited has an account in the organisation.

    ## Why

    An invitation is accepted once. The link in the mail was opened again, or by somebody to whom the
    mail was passed on.

    ## What to do

    Sign in with the email that was invited. Somebody else needs an invitation of their own.
    """


class InvitationExpired(
    Problem,
    catalog=flags,
    code="invitation_expired",
    status=410,
    title="Invitation has expired",
    category="Invitations",
    retry=Retry.AFTER_ACTION,
    detail="This invitation is older than 7 days.",
    suggestion="Ask an owner of the organisation for a new invitation.",
    examples=(Example(detail="This invitation is older than 7 days."),),
):
    """The invitation was genuine, but nobody accepted it in time.

    ## Why

    Invitations are good for 7 days, so that an old mail does not open the organisation to whoever finds
    it.

    ## What to do

    Ask an owner to invite you again, and accept with the link of the newest mail.
    """


class InvitationEmailLocked(
    Problem,
    catalog=flags,
    code="invitation_email_locked",
    status=410,
    title="Email belongs to a deleted user",
    category="Invitations",
    retry=Retry.AFTER_ACTION,
    detail="The invited email belongs to a user who was deleted but not yet erased.",
    suggestion="Ask the operator to delete that user for good, then ask for a new invitation.",
    examples=(Example(detail="The invited email belongs to a user who was deleted but not yet erased."),),
):
    """The invitation cannot be accepted, for its email still belongs to a user who was deleted.

    ## Why

    Deleted users are kept for a while, and their email stays theirs, so that a deletion by mistake can
    be undone. Until the user is deleted for good, no account can be made with the same email.

    ## What to do

    Ask the operator of the instance to delete the user for good. Then have an owner invite you again,
    or use another email.
    """


class InUse(
    Problem,
    catalog=flags,
    code="in_use",
    status=409,
    title="Segment is in use",
    category="Segments",
    retry=Retry.AFTER_CHANGE,
    detail="The segment is still referred to, so it cannot be deleted.",
    suggestion="Remove the references that fields lists, then delete the segment.",
    examples=(
        Example(
            {
                "fields": {
                    "flag.checkout-redesign": "serves the segment in a rule of production",
                    "segment.beta-testers": "includes the segment",
                },
            },
            detail="The segment is still referred to, so it cannot be deleted.",
        ),
    ),
):
    """A segment was to be deleted that something else relies on. It was kept.

    ## Why

    At least one flag, config or other segment refers to it, and would change its meaning without it.
    `fields` lists them: each key is `<resourceType>.<resourceKey>`, each value says how the resource
    refers to the segment.

    ## What to do

    Go through `fields`, remove or replace each reference, and delete the segment then. Somebody may add
    a reference meanwhile, so be prepared for this answer again.
    """

    fields: Annotated[
        dict[str, str],
        Member(
            description=(
                "How each referrer refers to the segment, by the referrer's type and key: "
                "flag.checkout-redesign."
            ),
        ),
    ]


class VersionDrift(
    Problem,
    catalog=flags,
    code="version_drift",
    status=409,
    title="Environment has moved on",
    category="Proposals",
    retry=Retry.AFTER_CHANGE,
    detail="The proposal was made on version {proposed_version}, but version {live_version} is live.",
    suggestion="Make the proposal again on the live version.",
    examples=(Example({"liveVersion": 42, "proposedVersion": 40}),),
):
    """The proposal could not be applied, because the environment has changed since it was made. Nothing
    was changed.

    ## Why

    Approvers saw the change on `proposedVersion`; live is `liveVersion`. Applying it now would put
    something live that nobody approved.

    ## What to do

    Read the environment's current state and see whether the change still makes sense. If it does,
    propose it again and have the new proposal approved.
    """

    live_version: Annotated[int, Member("liveVersion", description="The environment's version now.")]
    proposed_version: Annotated[
        int,
        Member("proposedVersion", description="The version that the proposal was made on."),
    ]


class ProposalGone(
    Problem,
    catalog=flags,
    code="proposal_gone",
    status=410,
    title="Proposal is closed",
    category="Proposals",
    retry=Retry.AFTER_ACTION,
    detail="This proposal was applied or cancelled, or has expired.",
    suggestion="Look at the environment; if the change is still wanted, make a new proposal.",
    examples=(Example(detail="This proposal was applied or cancelled, or has expired."),),
):
    """A proposal was to be applied or cancelled that has reached its end already.

    ## Why

    A proposal ends once: it is applied, cancelled, or expires. Often two people act on the same one,
    and the second meets this answer.

    ## What to do

    Read the proposal and the environment to see how it ended. If the change is not live and still
    wanted, make a new proposal.
    """


class InvalidConfirmation(
    Problem,
    catalog=flags,
    code="invalid_confirmation",
    status=400,
    title="Confirmation does not match",
    category="Confirmation",
    retry=Retry.AFTER_CHANGE,
    detail="The confirmation is not the slug of the organisation.",
    suggestion="Have the person type the organisation's slug, and send it as confirm.",
    examples=(
        Example(
            {"fields": {"confirm": "has to be the slug of the organisation"}},
            detail="The confirmation is not the slug of the organisation.",
        ),
    ),
):
    """An endpoint that destroys something for good was called without the right confirmation. Nothing was
    deleted.

    ## Why

    `DELETE /orgs/{slug}` wants the slug typed once more, as `confirm`. It was missing, or is not
    exactly the slug in the address.

    ## What to do

    Ask a person to type the slug, and send what was typed. Never fill it in for them: the typing is the
    safeguard.
    """

    fields: Annotated[dict[str, str], Member(description="What the field confirm has to be.")]


standard_types(flags)
contract = Contract(
    flags,
    dialect=dialects.FLAT,
    challenge='Bearer realm="flags"',
    validation="invalid_request",
)
