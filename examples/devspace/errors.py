# Written by failwell generate python. Do not edit; change the catalog and write it again.
# ruff: noqa: D101, D205, D400, D403, D405, D410, D411, D412, D414, D415, D416, E501, E741, E742, I001
# ruff: noqa: N815, RUF001, RUF002, RUF100, S105, S108
"""The error contract of devspace."""

from __future__ import annotations

from typing import Annotated

from failwell import Catalog, Contract, Example, Member, Problem, Resolve, Retry, dialects, standard_types

devspace = Catalog(
    "devspace",
    base="https://errors.devspace.example/",
    title="Devspace: errors",
    about=(
        "Devspace keeps the work of a project in one place and can have parts of it written by AI. It\n"
        "answers errors on two surfaces: the product's own routes, which people use in a session, and the\n"
        "public API, which programs use with an API key. Both give the same small object. The codes are\n"
        "broad on purpose, yet each says enough to act on: retry, mend the input, sign in anew, or back\n"
        "off.\n\n"
        "## Shape\n\n"
        "An error is a status and a coded object. A key without the scope that an endpoint wants, for\n"
        "instance, is answered with status 403 and\n\n"
        "```json\n"
        "{\n"
        '  "error": "insufficient_scope",\n'
        '  "message": "The key lacks the scope documents:write.",\n'
        '  "required_scope": "documents:write"\n'
        "}\n"
        "```\n\n"
        "- `error` is the code, the one thing to branch on.\n"
        "- `message` is a text for people. It may change at any time.\n"
        "- `required_scope` comes with `insufficient_scope` only; no other code has a member of its own.\n\n"
        "A member that does not apply is absent, never null. Nothing internal is ever in a body: no\n"
        "query, no stack trace, no name of a table or a host.\n\n"
        "## Statuses\n\n"
        "| status | meaning |\n"
        "|---|---|\n"
        "| 400 | the input is not valid |\n"
        "| 401 | not signed in, or no usable API key |\n"
        "| 403 | signed in, but this is not permitted, or the plan or a lock forbids it |\n"
        "| 404 | there is nothing, or it is not in your organisation |\n"
        "| 409 | the request does not fit the current state |\n"
        "| 429 | the key's minute is used up |\n"
        "| 500 | the fault is ours |\n\n"
        "Most codes have one status. `plan_limit` and `locked` have two, and the status tells which kind\n"
        "of limit or lock it is. `not_found` and `forbidden` are the codes met most in normal operation.\n\n"
        "## Headers\n\n"
        "| header | comes with | meaning |\n"
        "|---|---|---|\n"
        "| `X-Request-Id` | every response | the id under which we find the request |\n"
        "| `Retry-After` | `rate_limited` | seconds until the key may be used again |\n"
        "| `WWW-Authenticate` | 401 | how to authenticate |\n\n"
        "Each key may send about 120 requests a minute.\n\n"
        "## Stability\n\n"
        "Codes are stable: a published one keeps its meaning and its statuses, and is never reused.\n"
        "Messages may change without notice. New codes may come at any time, so treat an unknown one as\n"
        "its status says.\n\n"
        "## UI clients\n\n"
        "Say in your own words what the person can do next; the code tells you which way out to offer.\n"
        "Send a 401 to the sign-in page and bring the person back afterwards. On `plan_limit` offer the\n"
        "plans, on `locked` say that somebody else is editing. For a 500 show a short apology and the\n"
        "request id, and nothing else.\n\n"
        "## SDKs\n\n"
        "Raise one exception per code and keep the request id on it. Handle 401, 403 and 429 explicitly:\n"
        "ask for another credential, hand the refusal on, and wait as long as `Retry-After` says. Retry a\n"
        "500 with care: few times, with growing pauses, and a request that writes only after a look at\n"
        "whether it took effect.\n\n"
        "## Agents\n\n"
        "Retry only what the code's entry calls retryable. On 401 or 403 stop and ask a person; trying\n"
        "other credentials looks like an attack. A caller that keeps getting them is misconfigured or\n"
        "probing, and we notice. On `ai_failed`, repeat the generation once, then report it.\n\n"
        "## Support\n\n"
        "Server errors are logged for diagnosis. Write to\n"
        "[support@devspace.example](mailto:support@devspace.example) and quote the value of\n"
        "`X-Request-Id`; never send an API key along.\n\n"
        "## Status page\n\n"
        "Disturbances that reach more than one organisation are announced at\n"
        "[status.devspace.example](https://status.devspace.example/)."
    ),
)


class Unauthorized(
    Problem,
    catalog=devspace,
    code="unauthorized",
    status=401,
    title="Not signed in",
    category="Routes",
    retry=Retry.AFTER_ACTION,
    detail="You are not signed in.",
    suggestion="Sign in, then repeat the request.",
    standard=401,
    examples=(Example(detail="You are not signed in."),),
):
    """A route of the product was called without a session that is still good.

    ## Why

    Nobody has signed in on this device, or the session has ended. Calls of the public API get
    `invalid_api_key` instead.

    ## What to do

    Have the person sign in, then repeat the request. Keep what they had typed meanwhile.
    """


class Forbidden(
    Problem,
    catalog=devspace,
    code="forbidden",
    status=403,
    title="Not permitted",
    category="Routes",
    retry=Retry.AFTER_ACTION,
    detail="You may not do this.",
    suggestion="Ask somebody who administers the organisation for access.",
    standard=403,
    examples=(Example(detail="You may not delete this project."),),
):
    """You are signed in, and the resource is in your organisation, but you may not do this to it.

    ## Why

    Your role, or your place in the project, does not permit the action. What is not in your
    organisation at all answers with `not_found`.

    ## What to do

    Ask an administrator for access, or to do it for you. A client should hide the action from then on
    instead of repeating it.
    """


class NotFound(
    Problem,
    catalog=devspace,
    code="not_found",
    status=404,
    title="Not found",
    category="Routes",
    retry=Retry.AFTER_CHANGE,
    detail="There is nothing here, or it is not in your organisation.",
    suggestion="Check the id, and that the right organisation is active.",
    standard=404,
    examples=(Example(detail="There is nothing here, or it is not in your organisation."),),
):
    """What was asked for does not exist, or it is not in the caller's organisation. Which of the two is
    not told.

    ## Why

    Links to deleted things are the most frequent cause. A link that was made in another organisation is
    the next.

    ## What to do

    Switch to the organisation that the link came from, if you belong to it, and check the id. If it
    stays away, take the thing for deleted.
    """


class BadRequest(
    Problem,
    catalog=devspace,
    code="bad_request",
    status=400,
    title="Invalid input",
    category="Routes",
    retry=Retry.AFTER_CHANGE,
    detail="The input is not valid.",
    suggestion="Correct the input as the message says, then send it again.",
    standard=400,
    examples=(Example(detail="The name of a project has at most 80 characters."),),
):
    """The input cannot be used as it is, and nothing was saved.

    ## Why

    A field is missing, has the wrong type, or holds a value out of bounds. The message says what was
    expected; it never repeats what was sent.

    ## What to do

    Correct the input and send it again. The same input fails each time.
    """


class InvalidState(
    Problem,
    catalog=devspace,
    code="invalid_state",
    status=409,
    title="Not possible in this state",
    category="Routes",
    retry=Retry.AFTER_ACTION,
    detail="This is not possible in the current state.",
    suggestion="Bring the resource into a state that permits the action, then repeat it.",
    examples=(Example(detail="An archived project cannot be changed."),),
):
    """The action is a valid one, but not for the resource as it stands now. Nothing was changed.

    ## Why

    Some actions need a certain state: what is archived cannot be edited, what is still running cannot
    be deleted. If the action itself asks for a step that does not exist, the answer is
    `bad_transition`.

    ## What to do

    Read the resource and do what comes first, for instance restore it. After that the same request
    succeeds.
    """


class BadTransition(
    Problem,
    catalog=devspace,
    code="bad_transition",
    status=409,
    title="No such step",
    category="Routes",
    retry=Retry.AFTER_CHANGE,
    detail="There is no step from the current state to the one that was asked for.",
    suggestion="Read the resource, and ask for a state that follows the current one.",
    examples=(Example(detail="There is no step from done to in review."),),
):
    """The request would move something to a state that cannot follow its current one. It stays where it
    is.

    ## Why

    States follow each other by a fixed plan, and this step is not in it. Often the screen still shows
    an older state, because somebody else moved the thing on.

    ## What to do

    Read the current state, and offer only the steps that lead on from it. Where the target is further
    away, take the steps between one by one.
    """


class PlanLimit(
    Problem,
    catalog=devspace,
    code="plan_limit",
    status=(403, 409),
    title="Plan limit",
    category="Routes",
    retry=Retry.AFTER_ACTION,
    detail="The plan does not allow this.",
    suggestion="Upgrade the plan, or remove what you no longer need where a count is used up.",
    resolve=Resolve("upgrade_plan", "See the plans", url="https://devspace.example/billing"),
    examples=(
        Example(detail="The plan does not include AI generation.", status=403, name="feature"),
        Example(detail="The plan allows 3 projects, and 3 exist.", status=409, name="count"),
    ),
):
    """The organisation's plan stands in the way, and nothing was changed.

    ## Why

    With 403 the plan lacks the feature altogether. With 409 it has the feature, but a count is used up,
    for instance that of projects.

    ## What to do

    Upgrade the plan; then the same request succeeds. With 409 it is also enough to remove something
    that counts.
    """


class Locked(
    Problem,
    catalog=devspace,
    code="locked",
    status=(403, 409),
    title="Locked",
    category="Routes",
    retry={403: Retry.AFTER_ACTION, 409: Retry.LATER},
    detail="This is locked.",
    suggestion=(
        "With 409, try again when the other editor is done; with 403, ask an administrator to unlock it."
    ),
    examples=(
        Example(detail="An administrator has locked this document.", status=403, name="administrator"),
        Example(detail="Somebody else is editing this document.", status=409, name="editor"),
    ),
):
    """A lock keeps the resource from being changed, and your change was not saved.

    ## Why

    With 403 an administrator has locked it on purpose. With 409 another editor holds it, and lets go
    when they are done.

    ## What to do

    With 409, keep the change and try again after a while. With 403 waiting does not help: ask an
    administrator to unlock it.
    """


class QueryFailed(
    Problem,
    catalog=devspace,
    code="query_failed",
    status=500,
    title="Reading failed",
    category="Routes",
    retry=Retry.LATER,
    detail="The data could not be read.",
    suggestion="Repeat in a moment. If it stays, report it with the request id.",
    examples=(Example(detail="The data could not be read."),),
):
    """The database could not answer a question that the request needed. Nothing was changed.

    ## Why

    The cause lies with us and is in our logs. It is not told here.

    ## What to do

    Repeat the request with growing pauses, for reading changes nothing. If it goes on for minutes,
    report it with the value of `X-Request-Id`.
    """


class CreateFailed(
    Problem,
    catalog=devspace,
    code="create_failed",
    status=500,
    title="Creating failed",
    category="Routes",
    retry=Retry.LATER,
    detail="This could not be created.",
    suggestion="Look whether it is there; if not, create it again in a moment.",
    examples=(Example(detail="This could not be created."),),
):
    """Something new was to be stored, and the database did not confirm it.

    ## Why

    The cause lies with us and is in our logs. In rare cases the entry was stored and only the
    confirmation was lost.

    ## What to do

    List what is there before you repeat, or you may end up with two of the same. If it fails again,
    report it with the value of `X-Request-Id`.
    """


class UpdateFailed(
    Problem,
    catalog=devspace,
    code="update_failed",
    status=500,
    title="Saving failed",
    category="Routes",
    retry=Retry.LATER,
    detail="The change could not be saved.",
    suggestion="Keep the change, and save it again in a moment.",
    examples=(Example(detail="The change could not be saved."),),
):
    """A change to something that exists was not confirmed by the database.

    ## Why

    The cause lies with us and is in our logs. The earlier version is still there, unless only the
    confirmation was lost.

    ## What to do

    Keep what the person has typed and save it again after a pause. Read the resource first if others
    may have changed it meanwhile.
    """


class DeleteFailed(
    Problem,
    catalog=devspace,
    code="delete_failed",
    status=500,
    title="Deleting failed",
    category="Routes",
    retry=Retry.LATER,
    detail="This could not be deleted.",
    suggestion="Repeat in a moment; not_found then means that it is gone.",
    examples=(Example(detail="This could not be deleted."),),
):
    """Something was to be deleted, and the database did not confirm it.

    ## Why

    The cause lies with us and is in our logs.

    ## What to do

    Delete it again after a pause; doing so twice does no harm. If the answer is `not_found` then, the
    first attempt had worked after all.
    """


class AiFailed(
    Problem,
    catalog=devspace,
    code="ai_failed",
    status=500,
    title="AI generation failed",
    category="Routes",
    retry=Retry.LATER,
    detail="The text could not be generated.",
    suggestion="Try again in a moment. What you had is unchanged.",
    examples=(Example(detail="The text could not be generated."),),
):
    """The AI did not give a result that could be used. What was there before is unchanged.

    ## Why

    Generation takes several systems, and one of them failed or took too long. Which one is in our logs,
    not in the answer.

    ## What to do

    Try again after a moment. If it fails again, ask for less at once, and report the failure with the
    value of `X-Request-Id`.
    """


class InvalidApiKey(
    Problem,
    catalog=devspace,
    code="invalid_api_key",
    status=401,
    title="Invalid API key",
    category="Public API",
    retry=Retry.AFTER_ACTION,
    detail="The request carries no valid API key.",
    suggestion=(
        "Send a valid key as Authorization: Bearer; make a new one if yours may be expired or revoked."
    ),
    resolve=Resolve("create_api_key", "Make a new key", url="https://devspace.example/settings/api-keys"),
    examples=(Example(detail="The request carries no valid API key."),),
):
    """The public API was called without a key that it accepts.

    ## Why

    The key is absent, wrong, expired or revoked. The answer is the same for all four, so that nobody
    learns from it which keys exist or existed.

    ## What to do

    Compare the key that your program sends with the list of keys in the settings, its expiry included.
    If it is not there, make a new one. Do not repeat the request unchanged: callers that keep doing so
    are noticed.
    """


class InsufficientScope(
    Problem,
    catalog=devspace,
    code="insufficient_scope",
    status=403,
    title="Scope is missing",
    category="Public API",
    retry=Retry.AFTER_ACTION,
    detail="The key lacks the scope {required_scope}.",
    suggestion="Use a key that has the scope which required_scope names.",
    examples=(Example({"required_scope": "documents:write"}),),
):
    """The key is valid, but it was made for less than this endpoint wants.

    ## Why

    Each endpoint of the public API wants one scope, and the key does not have it. `required_scope`
    names it.

    ## What to do

    Have somebody who may do so make a key with that scope, and use it for this job. Give a key no more
    scopes than its job needs.
    """

    required_scope: Annotated[str, Member(description="The scope that the key would need.")]


class RateLimited(
    Problem,
    catalog=devspace,
    code="rate_limited",
    status=429,
    title="Too many requests",
    category="Public API",
    retry=Retry.LATER,
    detail="The key has used up its requests for this minute.",
    suggestion="Wait as many seconds as Retry-After says, then repeat.",
    headers={"Retry-After": "{retry_after_seconds}"},
    standard=429,
    examples=(
        Example({"retry_after_seconds": 20}, detail="The key has used up its requests for this minute."),
    ),
):
    """The key has sent more requests than a minute allows. This one was not carried out.

    ## Why

    Each key has about 120 requests a minute. Programs that share a key share its minute as well.

    ## What to do

    Wait as many seconds as `Retry-After` says, then repeat the same request. Spread requests out, or
    give each program a key of its own.
    """

    retry_after_seconds: Annotated[
        int | None,
        Member(
            unit="seconds",
            on_wire=False,
            description="Seconds until the key may be used again; sent as Retry-After.",
        ),
    ] = None


standard_types(devspace)
contract = Contract(
    devspace,
    dialect=dialects.CODED,
    challenge='Bearer realm="devspace"',
    validation="bad_request",
)
