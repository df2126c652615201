"""Whatever a client sends: the answer is safe."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Contract, UnknownProblem, dialects
from failwell.edge import current_exchange
from failwell.headers import find
from tests.frameworks.servers import SERVERS, Server
from tests.frameworks.shop import SECRET, contract, shop
from tests.frameworks.strict import (
    ID,
    OWN,
    PAGES,
    UNSAFE,
    Answer,
    Request,
    answer_to,
    on_every_server,
)

_UNFORESEEN = ("/unhandled", "/group", "/broken-upstream", "/middleware/error", "/upstream", "/http/500")
"""Paths whose routes fail on purpose, some of them whatever comes after."""

_SAMPLES: Mapping[str, tuple[bytes, ...]] = {
    "Accept": (b"text/html", b"text/markdown;q=1", b"*/*;q=nan", b"a/b;q=1e9," * 3000, b"\xff/\xff", b",,;;"),
    "Accept-Language": (b"de", b"de-" * 4000, b"*;q=0", b"\xe4", b"de;q=\xb2", b"en-" + b"a-" * 20),
    "Accept-Encoding": (b"gzip", b"identity;q=0", b"*;q=0"),
    "Access-Control-Request-Method": (b"POST", b"X" * 200),
    "Authorization": (b"Bearer " + SECRET.encode(), b"Basic \xff", b"Basic " + b"=" * 99, b"Digest"),
    "Content-Encoding": (b"gzip", b"br, br", b"\xff"),
    "Content-Length": (b"0", b"-1", b"1", b"9" * 20, b"1e3", b"", b"\xb2", b"5,5", b"9" * 5000),
    "Content-Type": (
        b"application/json",
        b"application/json; charset=utf-16",
        b"application/json; charset=" + b"x" * 300,
        b"application/x-www-form-urlencoded",
        b"multipart/form-data",
        b"multipart/form-data; boundary=\xff",
        b"multipart/form-data; boundary=" + b"-" * 300,
        b"text/plain",
        b"+json",
        b"/;=;,",
        b"\xff\xfe",
    ),
    "Cookie": (b"basket=" + SECRET.encode(), b"=;=;" * 3000, b'a="\\"; b', b"\xff=\xfe", b"basket=\x01"),
    "Expect": (b"100-continue",),
    "Forwarded": (b"for=\xff",),
    "Host": (b"", b"[", b"[::1", b"a b", b"\xff", b"shop.test:x", b"/@:?#", b"x" * 5000, SECRET.encode()),
    "If-Modified-Since": (b"yesterday", b"Sat, 01 Aug 0000 99:99:99 GMT"),
    "If-None-Match": (b"*", b'"' * 99, b'W/"\xff"'),
    "Origin": (b"https://shop.example", b"null", b"\xff", b"https://" + SECRET.encode()),
    "Range": (b"bytes=0-0", b"bytes=-1," * 500, b"bytes=9-1", b"items=\xff"),
    "Transfer-Encoding": (b"chunked", b"gzip, chunked"),
    "Upgrade": (b"websocket", b"h2c"),
    "X-Forwarded-For": (SECRET.encode(), b"\xff"),
    "X-Forwarded-Proto": (b"javascript", b"\xff"),
    "X-Own": (SECRET.encode(),),
    "X-Request-Id": (b"req_" + b"0" * 32, b"x" * 5000, b"\xff", SECRET.encode(), b"a\tb"),
    "X-Token": (SECRET.encode(), b"5", b"1e999", b"\xb2"),
    "traceparent": (b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01", b"00-", b"ff-" * 2000, b"\xff"),
}
_any_value = st.binary(max_size=30).map(lambda value: re.sub(rb"[\x00\r\n]", b"", value).strip())
_names = sorted(_SAMPLES)
_field = st.sampled_from(_names).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(_SAMPLES[name]) | _any_value)
)
_headers = st.lists(_field, max_size=6).map(tuple) | _field.map(lambda field: (field,) * 200)

_SEGMENTS = [
    "", ".", "..", "%2e%2e", "%2F", "%00", "%", "%zz", "%0d%0aX-Evil:1", ";a=b", "a" * 5000,
    "9" * 400, "9" * 5000, "-1", "%D9%A3", "%25s", "+",
    "%ED%A0%80", "%F0%9F%8D%B5", "evil.example", "{article}", SECRET + "-path",
]  # fmt: skip
_segment = (
    st.sampled_from(_SEGMENTS)
    | st.text(max_size=8).map(lambda text: quote_from_bytes(text.encode("utf-8", "replace"), safe=""))
    | st.binary(max_size=8).map(lambda raw: quote_from_bytes(raw, safe=""))
)  # fmt: skip
_ROUTES = [
    "/articles", "/inner/articles", "/cached/articles", "/http", "/native", "/group", "/upstream", "/inner",
    "/orders", "/login", "/plain-json", "/thread", "/unhandled", "/http-text", "/broken-upstream", "/link",
    "/constant", "/middleware/error", "/middleware/problem", "/dependency", "/odd-member", "//evil.example",
    "/http/404", "/http/405", "/http/499", "/native/1", "/articles/tea", "/", "",
]  # fmt: skip
_route = st.sampled_from(_ROUTES)  # fmt: skip
_target = st.builds(
    lambda route, rest: "/".join([route, *rest]) if route or rest else "/",
    _route,
    st.lists(_segment, max_size=3),
).map(lambda target: target if target.startswith("/") else "/" + target)
_query = st.sampled_from(
    ["", "count=1", "count=1&count=%00", "count=" + SECRET + "-query", "&&==", "%", "a[]=1&a[", "x" * 5000]
) | st.binary(max_size=20).map(lambda raw: quote_from_bytes(raw, safe="=&;%"))

_leaf = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just(SECRET + "-body")
    | st.sampled_from([10**400, "\ud800", "\x00", "a@b", "p" * 20])
)
_document = st.recursive(
    _leaf,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["email", "password", "lines", "article", "count", "", "\ud800", "__proto__"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_json = _document.map(lambda document: json.dumps(document).encode())
_BODIES = [
    b"", b"{", b"[" * 400, b"[" * 100_000, b'{"a":' * 2000, b"1e999999", b"-1e999999", b"9" * 5000, b"NaN",
    b"Infinity", b'"\\ud800"', b'{"email":"\\ud800","password":"\\ud800"}', b'{"email":"a@b","email":5}',
    b'\xef\xbb\xbf{"email":"a@b"}', '{"email":"a@b"}'.encode("utf-16"), gzip.compress(b'{"email":"a@b"}'),
    b'{"email":"a@b","lines":[{"article":"a","count":' + b"9" * 400 + b"}]}", b"\x00", b"\xff\xfe",
    b"email=" + SECRET.encode() + b"-body&email=%00", b"--\xff\r\n\r\n", b'{"email":"' + b"x" * 600 + b'"}',
]  # fmt: skip
_body = (
    st.sampled_from(_BODIES)
    | st.binary(max_size=40)
    | _json
    | st.builds(lambda whole, end: whole[:end], _json, st.integers(0, 30))
)  # fmt: skip
_METHODS = [
    "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT",
    "get",
    "Post", "QUERY", "M-SEARCH", "X" * 200, "!#$%&'*+-.^_`|~", "__init__", "__class__",
]  # fmt: skip
_method = st.sampled_from(_METHODS) | st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}", fullmatch=True)
_requests = st.builds(Request, _method, _target, _query, _headers, _body, st.booleans())


class Defect(NamedTuple):
    """A defect that is known: which requests show it, and the smallest of them."""

    servers: tuple[str, ...]
    is_it: Callable[[Request], bool]
    request: Request
    reason: str


_JSON = (("Content-Type", b"application/json"),)
DEFECTS = [
    Defect(
        ("starlette",),
        lambda request: re.search("/http/[0-9]{4301}", request.path) is not None,
        Request(target="/http/" + "9" * 5000),
        "Starlette's converter for {…:int} raises ValueError beyond 4300 digits: a 500 and not a 404",
    ),
    Defect(
        ("fastapi",),
        lambda request: request.path == "/login" and b"\\ud800" in request.body,
        Request("POST", "/login", headers=_JSON, body=b'{"email":"\\ud800","password":"x"}'),
        "failwell.fastapi: pydantic's UnicodeEncodeError for a validator's text with lone surrogates: a 500",
    ),
]


def _defects() -> list[Any]:
    return [
        pytest.param(server, defect.request, marks=pytest.mark.xfail(strict=True, reason=defect.reason))
        for defect in DEFECTS
        for server in SERVERS
        if server.name in defect.servers
    ]


_in_media_types = Contract(
    shop, dialect=dialects.PROBLEM, limit_headers="x-ratelimit", offers=("text/html", "text/markdown")
)


@cache
def app_of(make_app: Callable[..., Any], *, offers: bool = False) -> Any:
    """A server's app, in its ordinary mode. It is one and the same for all examples."""
    return make_app(_in_media_types if offers else contract)


def _may_fail(server: Server, request: Request, error: BaseException | None) -> bool:
    """Whether an internal error is right: the route raises it on purpose, or the test's app itself fails."""
    asked = request.path
    status = asked.removeprefix("/http/").rstrip("/")
    return (
        asked.startswith(_UNFORESEEN)
        or "\udc80" <= max(asked) <= "\udcff"  # no URL can be written with it; safe servers do not decode so
        or server.name in ("asgi", "wsgi")  # the app reads requests with code of its own, and as it likes
        or (status != asked and status.isdecimal() and len(status) <= 400 and int(status) not in range(600))
        or (
            asked == "/plain-json"
            and re.search("surrogates|not JSON compliant|JSON: invalid utf-8", str(error)) is not None
        )
    )  # the last: it sends back what it got, some of which can be read but not written


def check(server: Server, answer: Answer, request: Request, *, offers: bool = False) -> None:
    """What holds for every answer, whatever was asked."""
    may_fail = _may_fail(server, request, answer.error)
    assert answer.error is None or may_fail, "nothing comes out of the app"
    (request_id,) = answer.values("x-request-id")
    assert ID.fullmatch(request_id)
    assert not any(UNSAFE.search(name + value) for name, value in answer.headers)
    assert current_exchange.get() is None
    if answer.status < 400:
        return
    whole = "\n".join(f"{name}: {value}" for name, value in answer.headers) + answer.body.decode("utf-8")
    assert SECRET not in whole or "articles" in request.path, "the path is echoed on purpose there"
    assert SECRET + "-" not in whole.replace(SECRET + "-path", "")
    if request.method == "OPTIONS" and answer.values("content-type") == ["text/plain; charset=utf-8"]:
        # The framework's CORS refuses a preflight: only browsers see it, and they read only its head.
        assert answer.body.startswith(b"Disallowed CORS")
        return
    assert answer.status < 600
    assert answer.status < 500 or may_fail or (answer.status, request.path[:7]) == (503, "/http/5")
    assert len(answer.values("cache-control")) == 1
    assert len(answer.values("vary")) <= 1
    assert len(answer.values("content-type")) == 1
    if request.method == "HEAD":
        assert answer.body == b""
    else:
        assert answer.values("content-length") == [str(len(answer.body))]
        check_problem(answer, offers=offers)


def check_problem(answer: Answer, *, offers: bool) -> None:
    """It is a problem of the contract, or a page of it where pages are offered."""
    (media_type,) = answer.values("content-type")
    if offers and media_type in PAGES:
        return
    assert media_type == OWN
    problem = contract.parse(answer.status, answer.headers, answer.body)
    assert problem.status == answer.status == json.loads(answer.body)["status"]
    assert problem.request_id == find(answer.headers, "x-request-id")
    is_blank = type(problem) is UnknownProblem and problem.type == "about:blank"
    assert is_blank or shop.find(problem.code) is type(problem)


def _check_unless_known(server: Server, request: Request, *, offers: bool) -> None:
    if not any(server.name in defect.servers and defect.is_it(request) for defect in DEFECTS):
        answer = answer_to(server, app_of(server.make_app, offers=offers), request)
        check(server, answer, request, offers=offers)


@on_every_server
@given(request=_requests, offers=st.booleans())
def test_any_request_gets_a_safe_answer(server: Server, request: Request, *, offers: bool) -> None:
    _check_unless_known(server, request, offers=offers)


def _swept(server: Server, requests: list[Request]) -> None:
    """Each of the odd inputs once, for chance finds few of their pairs."""
    for place, request in enumerate(requests):
        _check_unless_known(server, request, offers=bool(place % 2))


_KNOWN = (("GET", "/articles/tea"), ("POST", "/orders"), ("POST", "/login"), ("POST", "/native/1"))


@on_every_server
def test_no_odd_header_field_breaks_an_answer(server: Server) -> None:
    fields = [(name, value) for name, values in _SAMPLES.items() for value in values]
    body = b'{"email":5}'
    _swept(server, [Request(*known, headers=(field,), body=body) for field in fields for known in _KNOWN])
    _swept(server, [Request("OPTIONS", "/orders", headers=(field,) * 50) for field in fields])


@on_every_server
def test_no_odd_body_breaks_an_answer(server: Server) -> None:
    posts = ["/orders", "/login", "/plain-json", "/native/1"]
    kind = ("Content-Type", b"application/json")
    _swept(server, [Request("POST", to, headers=(kind,), body=body) for to in posts for body in _BODIES])
    _swept(server, [Request("POST", to, body=body) for to in posts for body in _BODIES])


@on_every_server
def test_no_odd_path_breaks_an_answer(server: Server) -> None:
    targets = [f"{route}/{segment}{end}" for route in _ROUTES for segment in _SEGMENTS for end in ("", "/")]
    targets = [target for target in targets if target.startswith("/")]
    _swept(server, [Request(target=target) for target in targets])


@pytest.mark.parametrize(("server", "request_"), _defects(), ids=lambda value: getattr(value, "name", None))
def test_a_known_defect_is_mended(server: Server, request_: Request) -> None:
    check(server, answer_to(server, app_of(server.make_app), request_), request_)
