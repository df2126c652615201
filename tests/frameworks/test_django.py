"""What is special about the adapter for Django; what all servers share is in test_servers."""

from __future__ import annotations

import gzip
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.core.signals import got_request_exception
from django.db import connection
from django.http import HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path as route
from django.utils.log import CallbackFilter

import failwell.django
import failwell.wsgi
from failwell import Contract, dialects
from failwell.edge import current_exchange
from failwell.exceptions import FailwellError
from tests.frameworks import django_odd_urls
from tests.frameworks.django_site import HERE, make_site
from tests.frameworks.shop import SECRET, OutOfStock, SlowDown, contract, shop

ODD = f"{HERE}.to_odd_views"
OURS = "failwell.django.Middleware"
flat = Contract(shop, dialect=dialects.FLAT)


def ask(site: Any, path: str, method: str = "GET", **words: Any) -> httpx.Response:
    with httpx.Client(transport=httpx.WSGITransport(app=site), base_url="http://shop.test") as http:
        return http.request(method, path, **words)


async def aask(site: Any, path: str, method: str = "GET", **words: Any) -> httpx.Response:
    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        return await http.request(method, path, **words)


def odd(*middleware: str, **words: Any) -> Any:
    return make_site(contract, *middleware, ODD, **words)


@contextmanager
def signals() -> Iterator[list[Any]]:
    """What error trackers get to see."""
    seen: list[Any] = []

    def see(request: Any, **_: Any) -> None:
        seen.append((request, sys.exc_info()[1]))

    got_request_exception.connect(see)
    try:
        yield seen
    finally:
        got_request_exception.disconnect(see)


# ------------------------------------------------------------------------------------------ settings


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"FAILWELL": None}, "django-settings"),
        ({"FAILWELL": {}}, "django-settings"),
        ({"FAILWELL": {"contract": contract, "debugpages": True}}, "django-settings"),
        ({"FAILWELL": {"contract": "tests.frameworks.shop.shop"}}, "django-settings"),
        ({"FAILWELL": {"contract": "tests.frameworks.shop.kontract"}}, "django-settings"),
        ({"FAILWELL": {"contract": "tests.framework.shop.contract"}}, "django-settings"),
        ({"MIDDLEWARE": [OURS, ODD]}, "install-order"),
    ],
)
def test_wrong_settings_say_what_is_wrong(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(FailwellError) as caught:
        make_site(contract, **settings)
    assert caught.value.code == code


def test_contract_and_functions_may_be_named() -> None:
    names = {
        "contract": "tests.frameworks.shop.contract",
        "make_request_id": "tests.frameworks.test_django.one_id",
    }
    response = ask(odd(FAILWELL=names), "/nowhere")
    assert (response.json()["code"], response.headers["x-request-id"]) == ("not_found", "req_1")


def one_id() -> str:
    return "req_1"


def test_translate_makes_problems_of_exceptions_of_yours() -> None:
    site = odd(
        told={"translate": lambda error: contract.problem_for(503) if "password" in str(error) else None}
    )
    assert ask(site, "/unhandled").status_code == 503


def test_several_sites_with_contracts_of_their_own_live_in_one_process() -> None:
    sites = [odd(), make_site(flat, ODD)]
    types = [ask(site, "/nowhere").headers["content-type"] for site in (*sites, *sites)]
    assert types == ["application/problem+json", "application/json"] * 2


def test_elsewhere_than_under_its_paths_the_pages_of_the_site_stay(caplog: pytest.LogCaptureFixture) -> None:
    site = odd(told={"paths": ["/error/", "/api/"]})
    inside, page, failed = (ask(site, path) for path in ("/error/text", "/site/page", "/site/unhandled"))
    assert inside.json()["code"] == "forbidden"
    assert [one.headers["content-type"] for one in (page, failed)] == ["text/html; charset=utf-8"] * 2
    assert (page.status_code, failed.status_code) == (403, 500)
    assert len({one.headers["x-request-id"] for one in (inside, page, failed)}) == 3
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert failed.headers["x-request-id"] in logging.Formatter().format(record)


@pytest.mark.anyio
async def test_elsewhere_than_under_its_paths_the_pages_stay_over_asgi() -> None:
    site = odd(told={"paths": "/api"}, is_async=True)
    page, failed = [await aask(site, path) for path in ("/site/page", "/site/unhandled")]
    assert [one.headers["content-type"] for one in (page, failed)] == ["text/html; charset=utf-8"] * 2


def test_technical_pages_are_shown_only_where_they_are_asked_for() -> None:
    shown = ask(odd(debug=True, told={"debug_pages": True}), "/unhandled")
    production = ask(odd(told={"debug_pages": True}), "/unhandled")
    assert SECRET in shown.text
    assert production.json()["code"] == "internal"


# ---------------------------------------------------------------------------------- errors are seen


def test_the_test_client_raises_unhandled_errors_with_the_request_id() -> None:
    with override_settings(MIDDLEWARE=[ODD, OURS]), pytest.raises(RuntimeError) as caught:
        Client().get("/unhandled")
    (note,) = caught.value.__notes__
    assert re.fullmatch(r"Request id: req_[0-9a-f]{32}", note)


def test_the_test_client_gets_problems_as_answers() -> None:
    with override_settings(MIDDLEWARE=[ODD, OURS]):
        refused: Any = Client().get("/error/text")
        failed: Any = Client(raise_request_exception=False).get("/unhandled")
    assert (refused.json()["code"], refused.json()["detail"]) == ("forbidden", "Members only.")
    assert failed.json()["code"] == "internal"


@pytest.mark.anyio
async def test_the_asynchronous_test_client_does_so_too() -> None:
    with override_settings(MIDDLEWARE=[ODD, OURS]):
        refused: Any = await AsyncClient().get("/error/text")
        with pytest.raises(RuntimeError):
            await AsyncClient().get("/unhandled")
    assert refused.json()["code"] == "forbidden"


def test_error_trackers_get_the_signal_once_and_not_for_problems() -> None:
    with signals() as seen:
        failed = ask(odd(f"{HERE}.allow_the_shop"), "/unhandled")
        ask(odd(), "/error/text")
    ((request, error),) = seen
    assert (request.path, type(error)) == ("/unhandled", RuntimeError)
    assert failed.headers["x-request-id"] in error.__notes__[0]


@pytest.mark.anyio
async def test_error_trackers_get_the_signal_over_asgi() -> None:
    with signals() as seen:
        await aask(odd(f"{HERE}.allow_the_shop", is_async=True), "/unhandled")
    assert [type(error) for _, error in seen] == [RuntimeError]


def test_django_logs_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/nowhere", "/unhandled", "/error/suspicious"):
        ask(odd(), path)
    logged = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert logged == [
        ("django.request", "WARNING", "Not Found: /nowhere"),
        ("django.request", "ERROR", "Internal Server Error: /unhandled"),
        ("django.security.SuspiciousOperation", "ERROR", SECRET),
    ]


def busy(request: Any) -> HttpResponse:
    """A view that has foreseen its failure."""
    raise contract.problem_for(503, "Come back later.")


_BUSY = (route("busy", busy), route("unhandled", django_odd_urls.unhandled))


def to_busy_view(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware that takes the place of a setting."""

    def answer(request: Any) -> Any:
        request.urlconf = _BUSY
        return get_response(request)

    return answer


def test_problems_of_500_and_more_are_errors_in_djangos_log_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    site = make_site(contract, f"{__name__}.to_busy_view")
    unforeseen = CallbackFilter(lambda record: record.exc_info or record.levelname != "ERROR")
    logger = logging.getLogger("django.request")
    assert ask(site, "/busy").json()["detail"] == "Come back later."
    logger.addFilter(unforeseen)
    try:
        ask(site, "/busy")
        ask(site, "/unhandled")
    finally:
        logger.removeFilter(unforeseen)
    assert [(record.getMessage(), record.exc_info is None) for record in caplog.records] == [
        ("Service Unavailable: /busy", True),
        ("Internal Server Error: /unhandled", False),
    ]


def test_errors_pass_on_to_the_server_where_the_settings_say_so() -> None:
    with override_settings(DEBUG_PROPAGATE_EXCEPTIONS=True), pytest.raises(RuntimeError) as caught:
        ask(odd(f"{HERE}.allow_the_shop"), "/unhandled")
    assert len(caught.value.__notes__) == 1
    assert current_exchange.get() is None


# ------------------------------------------------------------------------------ errors of Django's own


@pytest.mark.parametrize(
    ("kind", "status", "detail"),
    [
        ("row", 404, None),
        ("text", 403, "Members only."),
        ("bad", 400, "Which one?"),
        ("suspicious", 400, None),
        ("model", 422, "title: is not valid"),
    ],
)
def test_exceptions_of_django_become_problems(kind: str, status: int, detail: str | None) -> None:
    response = ask(odd(), f"/error/{kind}")
    assert (response.status_code, response.json().get("detail")) == (status, detail)
    assert SECRET not in response.text


def test_a_foreign_host_is_refused_without_repeating_it(caplog: pytest.LogCaptureFixture) -> None:
    site = odd("django.middleware.common.CommonMiddleware")
    response = ask(site, "/numbers", headers={"Host": "evil.example"})
    assert response.json()["code"] == "bad_request"
    assert "evil" not in response.text
    assert [record.name for record in caplog.records] == ["django.security.DisallowedHost"]


def test_a_refused_user_agent_is_a_problem() -> None:
    site = odd("django.middleware.common.CommonMiddleware", DISALLOWED_USER_AGENTS=[re.compile("^Crawler")])
    with override_settings(DISALLOWED_USER_AGENTS=[re.compile("^Crawler")]):
        response = ask(site, "/numbers", headers={"User-Agent": "Crawler/1"})
    assert response.json()["code"] == "forbidden"


@pytest.mark.parametrize(
    ("limits", "status"),
    [({"DATA_UPLOAD_MAX_MEMORY_SIZE": 5}, 413), ({"DATA_UPLOAD_MAX_NUMBER_FIELDS": 1}, 400)],
)
def test_forms_that_are_too_large_are_problems(limits: dict[str, int], status: int) -> None:
    site = odd()
    with override_settings(**limits):
        response = ask(site, "/form", "POST", data={"a": SECRET, "b": "2"})
    assert response.status_code == response.json()["status"] == status
    assert SECRET not in response.text


def test_a_form_that_cannot_be_read_is_a_problem() -> None:
    response = ask(odd(), "/form", "POST", content=b"--", headers={"Content-Type": "multipart/form-data"})
    assert response.json()["code"] == "bad_request"


def test_the_failure_page_of_csrf_checks_becomes_a_problem() -> None:
    site = odd("django.middleware.csrf.CsrfViewMiddleware")
    for debug in (False, True):
        with override_settings(DEBUG=debug):
            response = ask(site, "/form", "POST", data={"a": "1"})
        assert (response.status_code, response.json()["code"]) == (403, "forbidden")


def test_a_wrong_method_is_a_problem_with_all_that_are_right() -> None:
    response = ask(odd(), "/only-get", "POST")
    assert (response.json()["code"], response.headers["allow"]) == ("method_not_allowed", "GET")


def test_a_failed_precondition_is_a_problem() -> None:
    response = ask(odd(), "/conditional", "PUT", headers={"If-Match": '"two"'})
    assert (response.status_code, response.json()["status"]) == (412, 412)
    assert "etag" not in response.headers


def test_a_view_without_a_response_is_an_unhandled_error() -> None:
    assert ask(odd(), "/no-response").json()["code"] == "internal"


def test_what_a_view_has_written_stays_and_what_it_has_left_empty_becomes_a_problem() -> None:
    page, empty = ask(odd(), "/own-page"), ask(odd(), "/empty")
    assert (page.status_code, page.text) == (404, "<h1>Nothing here</h1>")
    assert (empty.json()["code"], empty.headers["x-own"], empty.cookies["visited"]) == (
        "forbidden",
        "kept",
        "yes",
    )
    assert "etag" not in empty.headers


@pytest.mark.anyio
async def test_a_query_that_is_no_utf_8_is_a_problem_over_asgi() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"a=\xff", "headers": []}
    await odd(is_async=True)(scope, receive, send)
    fields = dict(sent[0]["headers"])
    assert json.loads(sent[1]["body"])["request_id"].encode() == fields[b"X-Request-Id"]
    assert sent[0]["status"] == 400


# --------------------------------------------------------------------------------------- middleware


def test_answers_may_be_compressed() -> None:
    response = ask(
        odd("django.middleware.gzip.GZipMiddleware"), "/error/model", headers={"Accept-Encoding": "gzip"}
    )
    assert response.headers["content-encoding"] == "gzip"
    assert response.json()["status"] == 422  # httpx has read it, so the length is right as well
    assert gzip.compress(response.content)


@pytest.mark.anyio
async def test_middleware_keeps_its_own_answers_to_exceptions() -> None:
    over_wsgi = ask(make_site(contract, f"{HERE}.OwnAnswers"), "/articles/tea")
    over_asgi = await aask(make_site(contract, f"{HERE}.OwnAnswers", is_async=True), "/articles/tea")
    assert [one.json() for one in (over_wsgi, over_asgi)] == [{"own": True}] * 2
    assert ask(make_site(contract, f"{HERE}.OwnAnswers"), "/thread").json()["code"] == "slow_down"


@pytest.mark.anyio
async def test_middleware_for_wsgi_works_over_asgi() -> None:
    site = make_site(contract, f"{HERE}.allow_the_shop", f"{HERE}.OnlySync", is_async=True)
    for path in ("/articles/tea", "/unhandled", "/nowhere"):
        response = await aask(site, path)
        assert response.cookies["seen"] == "yes"
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        assert response.json()["request_id"] == response.headers["x-request-id"]


def test_a_site_in_a_wrapped_app_shares_the_request_id_and_keeps_its_contract() -> None:
    app = failwell.wsgi.wrap(odd(), flat)
    response = ask(app, "/error/text")
    assert response.headers.get_list("x-request-id") == [response.json()["request_id"]]
    assert response.headers["content-type"] == "application/problem+json"


def test_transactions_of_failed_requests_are_rolled_back() -> None:
    site = odd()
    with atomic_requests():
        assert ask(site, "/write").status_code == 409
        assert sold() == 0


@contextmanager
def atomic_requests() -> Iterator[None]:
    """A database, with a transaction around each request."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE sold (count INTEGER)")
    connection.settings_dict["ATOMIC_REQUESTS"] = True
    try:
        yield
    finally:
        connection.settings_dict["ATOMIC_REQUESTS"] = False
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE sold")
        connection.close()


def sold() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sold")
        count: int = cursor.fetchone()[0]
    return count


# ------------------------------------------------------------------------------------------- streams


@pytest.mark.anyio
@pytest.mark.parametrize(("path", "body"), [("/numbers", "012"), ("/nothing", "")])
async def test_streams_that_do_not_fail_arrive_whole(path: str, body: str) -> None:
    assert ask(odd(), path).text == body


@pytest.mark.anyio
async def test_asynchronous_streams_that_do_not_fail_arrive_whole() -> None:
    assert (await aask(odd(is_async=True), "/anumbers")).text == "012"


@pytest.mark.anyio
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # Django's, about the site
async def test_a_synchronous_stream_is_answered_over_asgi_too() -> None:
    site = make_site(contract, f"{HERE}.to_async_views", is_async=True)
    response = await aask(site, "/sync-early")
    assert (response.status_code, response.json()["detail"]) == (409, "Early.")


def test_files_are_left_to_the_server() -> None:
    response = ask(odd(), "/file")
    assert b"Views with which Django goes wrong" in response.content
    assert "x-request-id" in response.headers


def test_the_head_of_an_event_stream_does_not_wait() -> None:
    with pytest.raises(OutOfStock) as caught:
        ask(odd(), "/events")
    assert "Request id: req_" in caught.value.__notes__[0]


# ---------------------------------------------------------------------------------------- documents


def test_operations_are_listed_with_the_problems_that_they_declare() -> None:
    listed = [
        (one.method, one.path, one.name, one.problems, one.summary)
        for one in failwell.django.operations(tuple(django_odd_urls.orders))
    ]
    assert listed == [
        ("GET", "/orders/", "orders", (SlowDown,), "All orders."),
        ("POST", "/orders/", "orders", (), "Order something."),
        ("GET", "/orders/{number}", "one_order", (OutOfStock,), "One order."),
        ("GET", "/orders/{number}/lines/{line}", "line", (OutOfStock,), "One order."),
        ("GET", "/shops/{shop}/orders", "shops:orders", (SlowDown,), "All orders."),
        ("POST", "/shops/{shop}/orders", "shops:orders", (), "Order something."),
    ]


def test_routes_may_be_given_as_a_list() -> None:
    listed = failwell.django.operations(urlconf=[*django_odd_urls.orders])
    assert listed == failwell.django.operations(tuple(django_odd_urls.orders)) != ()
    document = failwell.django.openapi(contract, title="Shop", version="1", urlconf=[*django_odd_urls.orders])
    assert set(document["paths"]) == {one.path for one in listed}


def test_a_document_shows_the_problems() -> None:
    document = failwell.django.openapi(contract, title="Shop", version="1")
    responses = document["paths"]["/articles/{article}"]["get"]["responses"]
    assert {"409", "429", "500"} <= set(responses)


# ------------------------------------------------------------------------------- what is built upon


def test_a_response_of_django_has_no_other_parts_of_its_own_than_answers_know() -> None:
    """Answers share all else with others of their type."""
    shared = {
        name for name, value in vars(HttpResponse()).items() if not isinstance(value, str | int | bool | None)
    }
    assert shared == {"headers", "cookies", "_resource_closers", "_container"}
