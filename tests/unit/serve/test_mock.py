"""The mock: every problem as the API would send it, asked for by path or by preference."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Annotated, Any

import pytest
from starlette.testclient import TestClient

from failwell import Catalog, Contract, Dialect, Example, Member, Problem, Retry, dialects
from failwell.serve import Source, serve_app
from failwell.wire import CODE
from failwell.wire.dialects import BUILT_IN
from tests.unit.serve.conftest import ORIGIN, Clock, client_of
from tests.unit.serve.library import BookLent, LimitReached, contract

JSON = {"Accept": "application/json"}

calls = Catalog("calls", base="https://errors.calls.example/")


class Constant(
    Problem, catalog=calls, code="constant", status=503, title="Constant", headers={"Retry-After": "20"}
): ...


class Dated(
    Problem, catalog=calls, code="dated", status=503, title="Dated", headers={"Retry-After": "{when}"},
    examples=(Example({"when": "Fri, 20 Nov 2026 12:00:00 GMT"}),),
):  # fmt: skip
    when: Annotated[str, Member(on_wire=False)]


class Telling(
    Problem, catalog=calls, code="telling", status=429, title="Telling", retry=Retry.LATER,
    detail="Wait {pause} seconds.", headers={"Retry-After": "{pause}"},
    examples=(Example({"pause": 3}), Example({"pause": 8}, name="long", detail="Wait a while.")),
):  # fmt: skip
    pause: float


class Named(Problem, catalog=calls, code="named", status=400, title="Named"):
    suggestion_: Annotated[str, Member("suggestion2")]


class Faulty(
    Problem, catalog=calls, code="faulty", status=409, title="Faulty", examples=(Example({"left": "many"}),)
):
    left: int


@pytest.fixture
def calling(clock: Clock) -> Iterator[TestClient]:
    with client_of(Contract(calls, dialect=dialects.FLAT), clock=clock) as client:
        yield client


# ---- what is asked for


def test_every_code_answers_as_the_contract_renders_it(client: TestClient) -> None:
    for code, record in contract.catalog.records.items():
        answer = client.get(f"/mock/{code}", headers=JSON)
        if record.lifecycle.stage == "removed":
            assert answer.status_code == 404
            continue
        assert answer.status_code == record.statuses[0]
        assert answer.headers["content-type"] == "application/problem+json"
        read = contract.parse(answer.status_code, answer.headers, answer.content)
        assert type(read) is contract.catalog.types[code], code
        assert read.request_id == answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_any_method_is_answered(client: TestClient, method: str) -> None:
    answer = client.request(method, "/mock/book_lent", content=b"what was sent" * 10_000)
    assert (answer.status_code, answer.json()["code"]) == (409, "book_lent")
    assert "what was sent" not in answer.text


def test_head_has_the_header_fields_without_the_body(client: TestClient) -> None:
    head = client.head("/mock/book_lent")
    assert (head.status_code, head.content) == (409, b"")
    assert int(head.headers["content-length"]) > 100


def test_request_ids_differ(client: TestClient) -> None:
    assert [client.get("/mock/room_full").headers["x-request-id"] for _ in range(2)] == ["req_1", "req_2"]


@pytest.mark.anyio
async def test_a_body_is_not_waited_for() -> None:
    app = serve_app([Source("library", lambda: contract)], base_url=ORIGIN)
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        pytest.fail("the body was read")

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/mock/book_lent", "query_string": b"", "headers": []}
    await app(scope, receive, send)
    assert sent[0]["status"] == 409


def test_status_and_example_are_chosen_by_the_address(client: TestClient) -> None:
    def limit(query: str) -> tuple[int, int, str | None]:
        answer = client.get(f"/mock/limit_reached{query}")
        return answer.status_code, answer.json()["limit"], answer.json().get("detail")

    assert limit("") == (413, 5, None)
    assert limit("?status=413") == (413, 5, None)
    assert limit("?status=403") == (403, 9, "Even for friends of the house.")
    assert limit("?example=friend") == (403, 9, "Even for friends of the house.")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "/mock/limit_reached?status=500",
            "limit_reached does not come with that status. Ask for 413 or 403.",
        ),
        ("/mock/limit_reached?status=abc", "Ask for 413 or 403."),
        ("/mock/limit_reached?example=foe", "limit_reached has no such example. Ask for friend."),
        ("/mock/book_lent?example=x", "It has no named examples."),
        (
            "/mock/book_lent?dialect=klingon",
            "There is no such dialect. Ask for one of problem, problem-type,",
        ),
        (
            "/mock/limit_reached?example=friend&status=413",
            "The example friend of limit_reached comes with 403 only.",
        ),
    ],
)
def test_what_there_is_not_is_a_bad_request_that_says_what_there_is(
    client: TestClient, path: str, text: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert text in answer.json()["detail"]


@pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: str(dialect.name))
def test_every_built_in_dialect_can_be_asked_for(client: TestClient, dialect: Dialect) -> None:
    answer = client.get(f"/mock/book_lent?dialect={dialect.name}")
    assert answer.headers["content-type"] == dialect.media_type
    spoken = Contract(contract.catalog, dialect=dialect, base=f"{ORIGIN}/")
    read = spoken.parse(answer.status_code, answer.headers, answer.content)
    assert isinstance(read, BookLent)


def test_a_dialect_without_room_for_a_member_is_told() -> None:
    catalog = Catalog("odd", base="https://errors.odd.example/")

    class Messy(Problem, catalog=catalog, code="messy", status=400, title="Messy"):
        message: str

    with client_of(Contract(catalog, dialect=dialects.PROBLEM)) as client:
        answer = client.get("/mock/messy?dialect=flat")
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
    assert "cannot be said in the dialect flat" in answer.json()["detail"]


def test_an_example_that_does_not_fit_is_a_failure_of_the_server(calling: TestClient) -> None:
    answer = calling.get("/mock/faulty")
    assert (answer.status_code, answer.json()["code"]) == (500, "http_500")
    assert "There is no example to answer with" in answer.json()["message"]


def test_former_codes_answer_as_the_api_does(client: TestClient, clock: Clock) -> None:
    for name in ("on_hold", "reserved"):
        answer = client.get(f"/mock/{name}")
        assert (answer.json()["code"], answer.headers["deprecation"]) == ("on_hold", "@1772323200")
    clock.now += 365 * 86_400
    assert client.get("/mock/on_hold").json()["code"] == "reserved"


def test_a_removed_type_is_not_found_and_what_comes_instead_is_told(client: TestClient) -> None:
    answer = client.get("/mock/card_lost")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"] == (
        "The type card_lost is removed: the API no longer sends it. Ask for not_a_member instead."
    )


def test_browsers_are_redirected_where_the_api_redirects_them(client: TestClient) -> None:
    answer = client.get("/mock/not_a_member", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?error=not_a_member")
    answer = client.get("/mock/not_a_member", headers=JSON)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_texts_come_in_the_language_of_the_reader(client: TestClient) -> None:
    answer = client.get("/mock/book_lent", headers={"Accept-Language": "de"})
    assert answer.json()["title"] == "Das Buch ist verliehen"
    assert answer.json()["detail"] == "Komm in 90 Sekunden wieder."


# ---- Prefer


def test_a_preference_asks_on_any_other_path(client: TestClient) -> None:
    for field in ("problem=limit_reached; status=403", 'wait=5, problem="limit_reached";status="403"'):
        answer = client.put("/mock/v1/books/7?x=1", headers={"Prefer": field})
        assert (answer.status_code, answer.json()["code"]) == (403, "limit_reached")
        assert answer.headers["preference-applied"] == "problem=limit_reached"


def test_the_query_of_a_preferred_answer_is_the_apis_own(client: TestClient) -> None:
    prefer = {"Prefer": "problem=limit_reached; example=friend; dialect=flat"}
    answer = client.get("/mock/v1/books?status=open&example=all", headers=prefer)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/json")
    answer = client.get("/mock/v1/books?dialect=flat&status=413", headers={"Prefer": "problem=book_lent"})
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/json")


def test_a_path_that_names_a_code_wins_over_a_preference(client: TestClient) -> None:
    answer = client.get("/mock/book_lent", headers={"Prefer": "problem=limit_reached"})
    assert answer.json()["code"] == "book_lent"
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/mock/", {}),
        ("/mock/v1/books", {}),
        ("/mock/v1/books", {"Prefer": "wait=10"}),
        ("/mock/v1/books", {"Prefer": "problem=nobody_knows"}),
    ],
)
def test_without_a_known_code_the_answer_tells_how_to_ask(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    detail = answer.json()["detail"]
    assert (
        "Ask for /mock/CODE, or send `Prefer: problem=CODE`, with one of: book_lent, limit_reached" in detail
    )
    assert "card_lost" not in detail
    assert "preference-applied" not in answer.headers


def test_the_nearest_codes_come_first(client: TestClient) -> None:
    detail = client.get("/mock/card_expierd<b>").json()["detail"]
    assert "with one of: card_expired, " in detail
    assert "expierd" not in detail


def test_a_catalog_without_a_type_for_404_answers_with_the_bare_status(calling: TestClient) -> None:
    answer = calling.get("/mock/nothing")
    assert answer.status_code == 404
    assert "Ask for /mock/CODE" in answer.json()["message"]


# ---- Retry-After


def test_retry_after_counts_down_and_starts_again(client: TestClient, clock: Clock) -> None:
    def wait() -> tuple[str, int, str]:
        answer = client.get("/mock/book_lent")
        return answer.headers["retry-after"], answer.json()["wait"], answer.json()["detail"]

    assert wait() == ("90", 90, "Come back in 90 seconds.")
    clock.now += 30
    assert wait() == ("60", 60, "Come back in 60 seconds.")
    clock.now += 59.5
    assert wait() == ("1", 1, "Come back in 1 seconds.")
    clock.now += 0.5
    assert wait() == ("90", 90, "Come back in 90 seconds.")
    clock.now += 10_000
    assert wait() == ("90", 90, "Come back in 90 seconds.")


def test_a_clock_that_is_set_back_starts_it_again(client: TestClient, clock: Clock) -> None:
    assert client.get("/mock/book_lent").headers["retry-after"] == "90"
    clock.now -= 3600
    assert client.get("/mock/book_lent").headers["retry-after"] == "90"


def test_a_wait_that_occurrences_bring_themselves_has_a_usual_length(
    client: TestClient, clock: Clock
) -> None:
    assert client.get("/mock/room_full").headers["retry-after"] == "30"
    clock.now += 10
    assert client.get("/mock/room_full").headers["retry-after"] == "20"


def test_waits_of_every_kind_count_down(calling: TestClient, clock: Clock) -> None:
    assert calling.get("/mock/telling").json()["message"] == "Wait 3.0 seconds."
    clock.now += 1
    assert calling.get("/mock/constant").headers["retry-after"] == "20"
    telling = calling.get("/mock/telling")
    assert (telling.headers["retry-after"], telling.json()["pause"]) == ("2.0", 2.0)
    long = calling.get("/mock/telling?example=long")
    assert (long.headers["retry-after"], long.json()["message"]) == ("8.0", "Wait a while.")
    assert calling.get("/mock/dated").headers["retry-after"] == "Fri, 20 Nov 2026 12:00:00 GMT"
    clock.now += 1
    assert calling.get("/mock/constant").headers["retry-after"] == "19"


# ---- catalogs that somebody else wrote


@pytest.mark.parametrize(
    ("media_type", "policy"),
    [("application/json; charset=utf-8", None), ("a/b+json", None), ("text/html; x=/json", "sandbox")],
)
def test_a_response_that_is_a_page_runs_no_script(media_type: str, policy: str | None) -> None:
    dialect = Dialect("odd", {"code": CODE}, media_type=media_type)
    with client_of(Contract(calls, dialect=dialect)) as client:
        assert client.get("/mock/constant").headers.get("content-security-policy") == policy


# ---- pages from elsewhere


def test_pages_from_elsewhere_may_read_everything(client: TestClient) -> None:
    answer = client.get("/mock/book_lent", headers={"Origin": "https://app.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == "Retry-After, X-Request-Id"
    preferred = client.get("/mock/v1", headers={"Origin": "null", "Prefer": "problem=book_lent"})
    assert "Preference-Applied" in preferred.headers["access-control-expose-headers"]


def test_without_an_origin_nothing_is_said_of_it(client: TestClient) -> None:
    assert [name for name in client.get("/mock/book_lent").headers if name.startswith("access-control")] == []


def test_a_preflight_request_is_answered(client: TestClient) -> None:
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,prefer",
    }
    answer = client.options("/mock/book_lent", headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers
    assert answer.headers["access-control-allow-methods"] == "PATCH"
    assert answer.headers["access-control-allow-headers"] == "authorization,prefer"


def test_named_examples_keep_to_their_members() -> None:
    assert LimitReached.problem_type.examples[1].name == "friend"
    with client_of(contract) as client:
        assert "shelves" not in client.get("/mock/limit_reached?example=friend").json()
