"""What is special about Django REST framework; what all servers share is in test_servers."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from django.test import override_settings

import failwell.django
from failwell import Catalog, Contract, Member, Problem, dialects, standard_types
from failwell.exceptions import FailwellError
from tests.frameworks.django_site import HERE, make_site
from tests.frameworks.shop import SECRET, LinkExpired, LoginNeeded, OutOfStock, SlowDown, contract
from tests.frameworks.test_django import ask, atomic_requests, signals, sold

ODD = f"{HERE}.to_odd_rest_views"
URLS = "tests.frameworks.drf_odd_urls"


def odd(**words: Any) -> Any:
    return make_site(contract, ODD, **words)


def test_a_site_whose_framework_would_answer_by_itself_is_refused() -> None:
    with override_settings(REST_FRAMEWORK={}), pytest.raises(FailwellError) as caught:
        odd()
    assert caught.value.code == "django-rest-handler"


def test_elsewhere_than_under_its_paths_the_framework_answers_by_itself() -> None:
    response = ask(odd(told={"paths": ["/v1/"]}), "/error/text")
    assert (response.status_code, response.json()) == (404, {"detail": "No such article."})
    assert "x-request-id" in response.headers


@pytest.mark.parametrize(
    ("kind", "status", "detail"),
    [
        ("api", 500, None),
        ("text", 404, "No such article."),
        ("list", 403, None),
        ("busy", 500, "Closed for stocktaking."),
        ("throttled", 429, None),
        ("whole", 422, "query: sold out"),
    ],
)
def test_exceptions_of_the_framework_become_problems(kind: str, status: int, detail: str | None) -> None:
    with signals() as seen:
        response = ask(odd(), f"/error/{kind}")
    assert (response.status_code, response.json().get("detail")) == (status, detail)
    assert SECRET not in response.text
    assert seen == []


def test_who_is_not_logged_in_gets_a_challenge_or_is_refused() -> None:
    missing, unknown = ask(odd(), "/guarded"), ask(odd(), "/unknown")
    assert (missing.status_code, missing.headers["www-authenticate"]) == (401, 'Basic realm="api"')
    assert (unknown.status_code, unknown.json()["code"]) == (403, "forbidden")


def test_the_seconds_to_wait_are_sent() -> None:
    response = ask(odd(), "/throttled")
    assert (response.json()["code"], response.headers["retry-after"]) == ("too_many_requests", "12")


def test_the_seconds_to_wait_stand_in_the_member_of_which_retry_after_is_made() -> None:
    catalog = Catalog("waiting", base="https://errors.waiting.example/")

    class TooMany(
        Problem,
        catalog=catalog,
        code="too_many",
        status=429,
        title="Too many",
        standard=429,
        headers={"Retry-After": "{wait}"},
    ):
        """Slow down."""

        wait: Annotated[int, Member(unit="seconds")] = 1

    standard_types(catalog)
    response = ask(make_site(Contract(catalog, dialect=dialects.PROBLEM), ODD), "/throttled")
    assert (response.json()["wait"], response.headers.get_list("retry-after")) == (12, ["12"])


def test_a_wrong_method_names_the_right_ones() -> None:
    response = ask(odd(), "/open", "DELETE")
    assert response.json()["code"] == "method_not_allowed"
    assert response.headers["allow"] == "GET, POST, HEAD, OPTIONS"


def test_neither_a_media_type_nor_an_accept_is_repeated() -> None:
    unread = ask(odd(), "/open", "POST", content=b"x", headers={"Content-Type": f"text/{SECRET}"})
    unwanted = ask(odd(), "/open", headers={"Accept": "image/webp"})
    assert (unread.status_code, unwanted.status_code) == (415, 406)
    assert SECRET not in unread.text
    assert unwanted.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("content", [b"{", b'{"email":"\xff"}', b"[" * 100_000])
def test_a_body_that_is_no_json_is_the_callers_mistake(content: bytes) -> None:
    response = ask(odd(), "/open", "POST", content=content, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["detail"]) == (400, "The body is not JSON.")


def test_a_form_that_cannot_be_read_is_the_callers_mistake() -> None:
    response = ask(odd(), "/upload", "POST", content=b"--", headers={"Content-Type": "multipart/form-data"})
    assert (response.status_code, response.json().get("detail")) == (400, None)


def test_serializers_say_what_is_wrong_and_where() -> None:
    order = {"email": SECRET, "lines": [{"article": "tea", "count": 1}, {"article": "coffee", "count": 0}]}
    response = ask(odd(), "/open", "POST", json=order)
    assert [(e["pointer"], e["in"], e["code"]) for e in response.json()["errors"]] == [
        ("/email", "body", "invalid"),
        ("/lines/1/article", "body", "max_length"),
        ("/lines/1/count", "body", "min_value"),
    ]
    assert SECRET not in response.text


def test_what_a_custom_check_says_is_shown_unless_it_repeats_what_came() -> None:
    response = ask(odd(), "/open", "POST", json={"email": "no@example.com", "lines": []})
    ((pointer, code),) = [(e["pointer"], e["code"]) for e in response.json()["errors"]]
    assert (pointer, code) == ("", "unwelcome")
    assert "no@example.com" not in response.text


def test_without_a_body_it_is_the_query_that_is_wrong() -> None:
    errors = ask(odd(), f"/search?article=tea&count={SECRET}").json()["errors"]
    assert [(e["pointer"], e["in"]) for e in errors] == [("/count", "query")]


def test_a_renderer_that_fails_is_an_unhandled_error() -> None:
    with signals() as seen:
        response = ask(odd(), "/broken")
    assert (response.json()["code"], len(seen)) == ("internal", 1)
    assert SECRET not in response.text


def test_answers_do_not_speak_of_the_views_representations() -> None:
    assert "vary" not in ask(odd(), "/error/text").headers
    assert ask(odd(), "/open").headers["vary"] == "Accept"


def test_successes_are_rendered_as_ever() -> None:
    assert ask(odd(), "/open").json() == {"name": "tea"}
    assert ask(odd(), "/open", headers={"Accept": "application/json; indent=4"}).text.count("\n") == 2


def test_transactions_of_failed_requests_are_rolled_back() -> None:
    site = odd()
    with atomic_requests():
        assert ask(site, "/write").status_code == 404
        assert sold() == 0


# ----------------------------------------------------------------------------------------- documents


def test_operations_of_views_and_view_sets_are_listed_with_their_problems() -> None:
    listed = {(one.method, one.path): one for one in failwell.django.operations(URLS)}
    problems = {key: one.problems for key, one in listed.items() if one.problems}
    assert problems == {
        ("GET", "/throttled"): (SlowDown,),
        ("POST", "/throttled"): (SlowDown,),
        ("POST", "/buy"): (OutOfStock,),
        ("POST", "/v1/orders/"): (OutOfStock,),
        ("POST", "/v1/orders/{pk}/pay/"): (LinkExpired, LoginNeeded),
    }
    assert listed["POST", "/v1/orders/{pk}/pay/"].summary == "Pay for it."
    assert listed["POST", "/v1/orders/"].name == "order-list"


def test_spectacular_shows_the_problems() -> None:
    from drf_spectacular.generators import SchemaGenerator  # noqa: PLC0415 - it reads Django's settings

    generator: Any = SchemaGenerator
    document = generator(urlconf=URLS).get_schema(request=None, public=True)
    paths = document["paths"]
    assert {"409", "500"} <= set(paths["/v1/orders/"]["post"]["responses"])
    assert {"401", "410"} <= set(paths["/v1/orders/{id}/pay/"]["post"]["responses"])
    schema = paths["/buy"]["post"]["responses"]["409"]["content"]["application/problem+json"]["schema"]
    assert schema["discriminator"]["mapping"] == {"out_of_stock": "#/components/schemas/OutOfStock"}
