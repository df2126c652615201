"""Who is shown the limits of logging in, and that nobody else is."""

from __future__ import annotations

from examples.drops.scenarios import User
from examples.drops.world import World
from tests.contracts.refusals import refusal

FIELDS = {"ratelimit", "ratelimit-policy"}


def _shown(world: World) -> tuple[str, str]:
    """What the last response says of the limits, and of where the caller stands."""
    headers = world.responses[-1].headers
    return headers["ratelimit-policy"], headers["ratelimit"]


def test_asking_for_a_code_and_logging_in_show_both_buckets(frozen: World) -> None:
    email = frozen.new_email()
    frozen.client().post("/v1/login/codes", json={"email": email})
    assert _shown(frozen) == ('"email";q=5;w=600, "network";q=300;w=60', '"email";r=4, "network";r=299')
    login = {"email": email, "code": frozen.mailed_code(email)}
    frozen.client().post("/v1/login", json=login)
    assert _shown(frozen)[1] == '"email";r=3, "network";r=298'


def test_a_denial_shows_the_bucket_that_denied(frozen: World) -> None:
    email = frozen.new_email()
    for _ in range(5):
        frozen.client().post("/v1/login/codes", json={"email": email})
    caught = refusal(lambda: frozen.client().post("/v1/login/codes", json={"email": email}))
    assert caught.code == "rate_limit_exceeded"
    assert _shown(frozen) == ('"email";q=5;w=600', '"email";r=0;t=120')
    assert frozen.responses[-1].headers["retry-after"] == "120"


def test_no_other_status_and_no_other_operation_shows_any(world: World) -> None:
    email, user = world.new_email(), User(world)
    world.client().post("/v1/login/codes", json={"email": email})
    wrong = f"{(int(world.mailed_code(email)) + 1) % 1_000_000:06}"
    begun = len(world.responses)
    refused = {
        401: lambda: world.client().post("/v1/login", json={"email": email, "code": wrong}),
        403: lambda: user.publish(domain="press.example"),
        404: lambda: user.call("GET", "/v1/drops/drop_0"),
        405: lambda: world.client().delete("/v1/login"),
        422: lambda: world.client().post("/v1/login", json={"email": email}),
    }
    for status, ask in refused.items():
        assert refusal(ask).status == status
    assert user.publish()
    assert all(not FIELDS & response.headers.keys() for response in world.responses[begun:])
    assert all("retry-after" not in response.headers for response in world.responses[begun:])
