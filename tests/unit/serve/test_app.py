"""The application: what is at which address, in which form and language, and under which header fields."""

from __future__ import annotations

import json
import logging
import re
import types
from html import escape

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from failwell import Catalog, Contract, Example, Problem, dialects
from failwell.exceptions import FailwellError
from failwell.serve import Source, serve_app
from failwell.source import read_document, to_document
from tests.unit.serve.conftest import ORIGIN, client_of
from tests.unit.serve.elements import Elements
from tests.unit.serve.library import BASE, contract

other = Catalog("archive", base="https://errors.archive.example/", title="The archive")


class Shredded(Problem, catalog=other, code="shredded", status=410, title="Shredded"):
    """Gone for good."""


class Mock(Problem, catalog=other, code="mock", status=400, title="A code like a path"):
    """There is a page for it."""


class Dotted(Problem, catalog=other, code="paper.md", status=400, title="A code like a file"):
    """There is a page for it."""


archive = Contract(other, dialect=dialects.FLAT)

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

# ---- addresses


def test_every_type_uri_opens_its_page(client: TestClient) -> None:
    document = client.get("/catalog.json").json()
    assert document["base"] == f"{ORIGIN}/"
    assert len(document["problems"]) == len(contract.catalog.records) == 26
    for problem in document["problems"]:
        page = client.get(f"{document['base']}{problem['code']}")
        assert page.status_code == 200, problem["code"]
        assert f"<h1><code>{problem['code']}</code></h1>" in page.text


def test_the_document_reads_back_as_the_contract_at_its_new_base(client: TestClient) -> None:
    read = read_document(client.get("/catalog.json").content)
    assert to_document(read) == {**to_document(contract), "base": f"{ORIGIN}/"}


def test_the_reference_page_has_its_parts_in_order(client: TestClient) -> None:
    text = client.get("/").text
    headings = [
        "<h1>The library</h1>", "How the library says", 'id="shape"', 'id="statuses"', 'id="codes"',
        'id="codes-lending"', 'id="codes-cards"', 'id="codes-other-codes"', 'id="codes-standard"',
        'id="headers"', 'id="support"',
    ]  # fmt: skip
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


@pytest.mark.parametrize(("name", "code"), [("lent", "book_lent"), ("on_hold", "reserved")])
@pytest.mark.parametrize("ending", ["", ".json", ".md", "?lang=de"])
def test_former_codes_and_aliases_lead_to_the_page_for_good(
    client: TestClient, name: str, code: str, ending: str
) -> None:
    moved = client.get(f"/{name}{ending}")
    assert (moved.status_code, moved.headers["location"]) == (308, f"/{code}{ending}")


def test_a_removed_type_has_its_page(client: TestClient) -> None:
    text = client.get("/card_lost").text
    assert "This type is removed since 2026-02-01" in text
    assert '<a href="/not_a_member?lang=en"><code>not_a_member</code></a> instead' in text
    assert "/mock/card_lost" not in text


def test_a_page_tells_all_that_is_known_of_a_type(client: TestClient) -> None:
    text = client.get("/book_lent").text
    for part in (
        f'href="{ORIGIN}/book_lent"', "Somebody else has the book.", "There is only one copy", "desk",
        '<a href="/not_a_member?lang=en"><code>not_a_member</code></a>', "Wait until it is back.", "2026-01",
        "lent</dd>", 'href="/mock/book_lent"', "How long it takes.", "bookTitle", "Retry-After",
        'href="https://library.example/rules"', "#support", 'href="/limit_reached?lang=en"', "retry later",
    ):  # fmt: skip
        assert part.lower() in text.lower(), part


def test_several_catalogs_are_each_under_their_name() -> None:
    with client_of(contract, archive) as client:
        index = client.get("/").text
        assert '<a href="/library/">The library</a>' in index
        assert '<a href="/archive/">The archive</a>' in index
        assert client.get("/library").headers["location"] == "/library/"
        assert "The library" in client.get("/library/").text
        assert client.get("/archive/catalog.json").json()["base"] == f"{ORIGIN}/archive/"
        assert client.get("/archive/shredded").status_code == 200
        assert client.get("/library/shredded").status_code == 404
        assert client.get("/library/lent").headers["location"] == "/library/book_lent"
        assert client.get("/archive/mock/shredded").json()["code"] == "shredded"
        assert client.get("/nobody/").status_code == 404
        assert client.get("/mock/shredded").status_code == 404
        assert '<a href="/">All catalogs</a>' in client.get("/library/").text
        accept = {"Accept": "application/json"}
        assert [row["name"] for row in client.get("/", headers=accept).json()] == ["library", "archive"]
        markdown = client.get("/", headers={"Accept": "text/markdown"}).text
        assert f"- [The archive]({ORIGIN}/archive/llms.txt): 3 codes" in markdown
        assert client.get("/llms.txt").text == markdown
        assert client.get("/llms.txt").headers["content-type"].startswith("text/markdown")
        assert 'type="search"' in client.get("/library/").text
        assert 'type="search"' not in client.get("/").text + client.get("/nobody/").text


@pytest.mark.parametrize("code", [
    "catalog.json", "catalog.md", "catalog.schema.json", "llms.txt", "catalog", "index", "favicon.ico",
    "mock", "failwell.css", "failwell.json",
])  # fmt: skip
def test_a_code_like_one_of_the_servers_own_files_has_its_page(code: str) -> None:
    catalog = Catalog("odd", base=BASE)
    for name in (code, "failwell"):
        types.new_class("Odd", (Problem,), {"catalog": catalog, "code": name, "status": 400, "title": name})
    with client_of(Contract(catalog, dialect=dialects.PROBLEM)) as client:
        document = client.get("/", headers={"Accept": "application/json"}).json()
        assert [problem["code"] for problem in document["problems"]] == [code, "failwell"]
        assert f"<h1><code>{code}</code></h1>" in client.get(f"/{code}").text
        assert client.get(f"/mock/{code}").json()["type"] == f"{ORIGIN}/{code}"
        sheet = Elements.of(client.get("/failwell").text).urls[0]
        assert client.get(sheet).headers["content-type"].startswith("text/css")
        for path in ("/failwell", f"/{code}"):
            for link in client.get(path).headers.get("link", "").split(", "):
                assert f"/{code}>" not in link, "it leads to another type"


def test_codes_like_paths_and_files_have_their_pages_too() -> None:
    with client_of(archive) as client:
        assert "A code like a path" in client.get("/mock").text
        assert client.get("/mock/mock").json()["code"] == "mock"
        assert "A code like a file" in client.get("/paper.md").text
        assert client.get("/paper.md").headers["content-type"].startswith("text/html")
        assert client.get("/paper.md.json").json()["code"] == "paper.md"


def test_the_base_url_may_have_a_path() -> None:
    with client_of(contract, base_url="https://docs.example/errors/") as client:
        assert client.get("/errors/catalog.json").json()["base"] == "https://docs.example/errors/"
        assert 'href="/errors/book_lent?lang=en"' in client.get("/errors/").text
        assert client.get("/errors/_/failwell.css").status_code == 200
        assert client.get("/errors/mock/book_lent").json()["type"] == "https://docs.example/errors/book_lent"
        assert client.get("/book_lent").status_code == 404
        assert client.get("/errorsbook_lent").status_code == 404
        assert client.get("/errors").headers["location"] == "/errors/"


@pytest.mark.parametrize("base_url", [
    "errors.example", "ftp://errors.example", "https://e.example/?a=b", "http://[e", "http://a b/", "http://",
    "http://user:secret@e.example", "http://e.example//a", "http://e.example/%20a", "http://e.example/ä",
    "http://e.example:port", "http://e.example\n",
])  # fmt: skip
def test_a_base_url_that_is_none_is_told(base_url: str) -> None:
    with pytest.raises(FailwellError) as told:
        client_of(contract, base_url=base_url)
    assert told.value.code == "bad-base-url"


def test_two_catalogs_of_one_name_are_told() -> None:
    with pytest.raises(FailwellError) as told:
        client_of(contract, contract)
    assert (told.value.code, told.value.where) == ("served-twice", "library")


@pytest.mark.parametrize("name", ["a/b", "..", "_", "-", "ä"])
def test_a_name_that_cannot_be_in_addresses_is_told_where_it_has_to_be(name: str) -> None:
    odd = Contract(Catalog(name, base=BASE), dialect=dialects.PROBLEM)
    with client_of(odd) as client:
        assert client.get("/").status_code == 200
    with pytest.raises(FailwellError) as told:
        client_of(contract, odd)
    assert told.value.code == "bad-catalog"


# ---- forms


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.9", "application/json"),
        ("text/markdown", "text/markdown"),
        ("text/markdown, text/html, */*", "text/markdown"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/problem+json", "application/json"),
        ("text/markdown, text/html;q=0.9, */*;q=0.1", "text/markdown"),
        ("application/*", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        ("image/png", "text/html"),
        ("nonsense", "text/html"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/book_lent"])
def test_the_form_is_what_the_reader_likes_best(
    client: TestClient, path: str, accept: str, form: str
) -> None:
    page = client.get(path, headers={"Accept": accept})
    assert page.status_code == 200
    assert page.headers["content-type"].partition(";")[0] == form
    assert "Accept" in page.headers["vary"].split(", ")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/book_lent.json", "application/json"),
        ("/book_lent.md", "text/markdown; charset=utf-8"),
        ("/catalog.json", "application/json"),
        ("/catalog.md", "text/markdown; charset=utf-8"),
        ("/llms.txt", "text/plain; charset=utf-8"),
    ],
)
def test_forms_have_addresses_of_their_own(client: TestClient, path: str, form: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (200, form)
    assert "Accept" not in page.headers.get("vary", "").split(", ")


def test_the_json_of_a_page_is_its_part_of_the_document(client: TestClient) -> None:
    parts = {part["code"]: part for part in client.get("/catalog.json").json()["problems"]}
    assert client.get("/limit_reached.json").json() == parts["limit_reached"]
    assert (
        client.get("/", headers={"Accept": "application/json"}).content == client.get("/catalog.json").content
    )


def test_each_form_names_the_others(client: TestClient) -> None:
    links = {
        path: client.get(path).headers["link"] for path in ("/book_lent", "/book_lent.md", "/catalog.json")
    }
    assert links["/book_lent"] == (
        '</book_lent.md?lang=en>; rel="alternate"; type="text/markdown", '
        '</book_lent.json>; rel="alternate"; type="application/json"'
    )
    assert '</book_lent?lang=en>; rel="alternate"; type="text/html"' in links["/book_lent.md"]
    assert '</>; rel="alternate"; type="text/html"' in links["/catalog.json"]
    assert (
        '<link rel="alternate" type="text/markdown" href="/book_lent.md?lang=en"'
        in client.get("/book_lent").text
    )


def test_the_schema_of_the_document_is_there(client: TestClient) -> None:
    schema = client.get("/catalog.schema.json")
    assert schema.headers["content-type"] == "application/schema+json"
    Draft202012Validator(schema.json()).validate(client.get("/catalog.json").json())


def test_llms_txt_instructs_agents_and_links_every_page(client: TestClient) -> None:
    text = client.get("/llms.txt").text
    assert text.startswith("# The library\n\n> ")
    for code in contract.catalog.records:
        assert f"({ORIGIN}/{code}.md)" in text
    assert f"{ORIGIN}/mock/CODE" in text
    assert "Tell problems apart by its code" in text


# ---- conditions, methods


@pytest.mark.parametrize(
    "path", ["/", "/book_lent", "/catalog.json", "/llms.txt", "/_/failwell.css", "/_/failwell.svg"]
)
def test_who_has_a_page_is_told_so(client: TestClient, path: str) -> None:
    first = client.get(path)
    etag = first.headers["etag"]
    for condition in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(path, headers={"If-None-Match": condition})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers.get("vary") == first.headers.get("vary")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_forms_and_languages_have_entity_tags_of_their_own(client: TestClient) -> None:
    asked: list[tuple[str, dict[str, str]]] = [
        ("/book_lent", {}),
        ("/book_lent", {"Accept": "application/json"}),
        ("/book_lent", {"Accept": "text/markdown"}),
        ("/book_lent?lang=de", {}),
        ("/book_lent.md?lang=de", {}),
    ]
    assert len({client.get(path, headers=headers).headers["etag"] for path, headers in asked}) == 5


def test_head_has_the_header_fields_of_get_and_no_body(client: TestClient) -> None:
    for path in ("/", "/book_lent", "/nothing"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content, head.headers) == (get.status_code, b"", get.headers)


@pytest.mark.parametrize("path", ["/", "/book_lent", "/catalog.json", "/_/failwell.css", "/nothing"])
def test_pages_can_only_be_read(client: TestClient, path: str) -> None:
    answer = client.post(path, json={"a": 1}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 405
    assert "This page can only be read" in client.post(path).text


# ---- languages


def test_the_reader_chooses_the_language(client: TestClient) -> None:
    for path, headers, language, text in (
        ("/book_lent", {}, "en", "Somebody else has the book."),
        ("/book_lent", {"Accept-Language": "de-CH, en;q=0.5"}, "de", "Jemand hat das Buch."),
        ("/book_lent", {"Accept-Language": "fr, en;q=0.5, de;q=0.1"}, "en", "Somebody else has the book."),
        ("/book_lent", {"Accept-Language": "fr"}, "en", "Somebody else has the book."),
        ("/book_lent?lang=de", {"Accept-Language": "en"}, "de", "Jemand hat das Buch."),
        ("/book_lent?lang=xx", {}, "en", "Somebody else has the book."),
        ("/book_lent.md?lang=de", {}, "de", "Warte, bis es zurück ist."),
        ("/", {"Accept-Language": "de"}, "de", "Wie die Bibliothek sagt"),
        ("/", {"Accept-Language": "de"}, "de", "Das Buch ist verliehen"),
    ):
        page = client.get(path, headers=headers)
        assert page.headers["content-language"] == language, path
        assert "Accept-Language" in page.headers["vary"]
        assert text in page.text
    german = client.get("/book_lent?lang=de").text
    assert '<a href="/book_lent?lang=en" lang="en" hreflang="en">en</a>' in german
    assert '<a href="/book_lent?lang=de" lang="de" hreflang="de" aria-current="true">de</a>' in german
    assert "Komm in 90 Sekunden wieder." in german, "the example is in the language, too"


def test_links_stay_in_the_language_that_was_chosen(client: TestClient) -> None:
    text = client.get("/book_lent?lang=de").text
    assert '<input type="hidden" name="lang" value="de">' in text
    inner = [url for url in Elements.of(text).urls if url.startswith("/") and "/mock/" not in url]
    pages = [url for url in inner if not re.search(r"\.(css|svg|json)$|lang=en$", url)]
    assert len(pages) > 10
    assert [url for url in pages if "lang=de" not in url and url != "/"] == []
    found = client.get("/", params={"q": "lent", "lang": "de"})
    assert found.headers["location"] == "/book_lent?lang=de"


def test_missing_and_stale_translations_are_marked(client: TestClient) -> None:
    stale = client.get("/limit_reached?lang=de").text
    assert "The original of this text has changed since it was translated" in stale
    missing = client.get("/room_full?lang=de")
    assert "This text is not translated into <code>de</code>" in missing.text
    assert missing.headers["content-language"] == "en"
    assert "not translated" not in client.get("/book_lent?lang=de").text
    assert "not translated" in client.get("/room_full.md?lang=de").text


def test_an_untranslated_catalog_does_not_differ_by_language() -> None:
    with client_of(archive) as client:
        page = client.get("/shredded", headers={"Accept-Language": "de"})
        assert (page.headers["vary"], page.headers["content-language"]) == ("Accept", "en")
        assert "Languages:" not in page.text
        assert "vary" not in client.get("/shredded.md").headers


# ---- search and filters


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("book_lent", "book_lent"),
        (" BOOK_LENT ", "book_lent"),
        ("book lent", "book_lent"),
        ("lent", "book_lent"),
        ("on_hold", "reserved"),
        (f"{BASE}card_lost", "card_lost"),
        (f"{ORIGIN}/card_lost", "card_lost"),
        ('{"type": "https://errors.library.example/limit_reached", "limit": 5}', "limit_reached"),
        ('{"code": "limit_reached", "status": 403}', "limit_reached"),
        ('HTTP/1.1 409 Conflict\nContent-Type: a/b\n\n{"code": "lent"}', "book_lent"),
    ],
)
def test_what_names_one_type_leads_to_its_page(client: TestClient, query: str, code: str) -> None:
    found = client.get("/", params={"q": query})
    assert (found.status_code, found.headers["location"]) == (303, f"/{code}")


def test_words_lead_to_the_types_that_have_them(client: TestClient) -> None:
    found = client.get("/", params={"q": "card friends"})
    assert found.status_code == 200
    found = client.get("/", params={"q": "card"})
    assert [code for code in contract.catalog.records if f'href="/{code}?' in found.text] == [
        "limit_reached", "not_a_member", "card_expired", "card_lost",
    ]  # fmt: skip


def test_a_search_that_finds_nothing_says_so_and_names_near_codes(client: TestClient) -> None:
    text = client.get("/", params={"q": "boook_lend"}).text
    assert "Nothing was found" in text
    assert '<a href="/book_lent?lang=en">' in text
    assert "Nothing was found" in client.get("/", params={"q": "[" * 5000}).text
    assert "Nothing was found" in client.get("/", params={"q": '{"a":' * 900}).text
    assert "Nothing was found" in client.get("/", params={"q": '{"code": 7} }{'}).text


def test_what_a_search_found_comes_in_every_form(client: TestClient) -> None:
    found = client.get("/", params={"q": "card"}, headers={"Accept": "application/json"})
    assert [part["code"] for part in found.json()] == [
        "card_expired", "card_lost", "limit_reached", "not_a_member",
    ]  # fmt: skip
    assert client.get("/", params={"q": "zzz"}, headers={"Accept": "application/json"}).json() == []
    accept = {"Accept": "text/markdown"}
    found = client.get("/", params={"q": "card"}, headers=accept)
    assert found.headers["content-type"] == "text/markdown; charset=utf-8"
    assert found.headers["vary"] == "Accept, Accept-Language"
    assert f"| [card_lost]({ORIGIN}/card_lost.md) | 403 |" in found.text
    near = client.get("/", params={"q": "boook_lend"}, headers=accept).text
    assert near == (
        "# Search\n\nNothing was found.\n\nThe nearest codes:\n\n"
        f"- [book_lent]({ORIGIN}/book_lent.md)\n"
    )  # fmt: skip


def test_a_long_query_is_no_long_heading(client: TestClient) -> None:
    text = client.get("/", params={"q": "a" * 1000}).text
    assert "<h1>Search: " + "a" * 77 + "...</h1>" in text


def test_filters_leave_what_they_admit(client: TestClient) -> None:
    def codes(query: str) -> list[str]:
        text = client.get(f"/{query}").text
        return [code for code in contract.catalog.records if f'class="name" href="/{code}?lang=en"' in text]

    assert codes("?status=409") == ["book_lent", "reserved", "conflict"]
    assert codes("?status=409&retry=later") == ["book_lent"]
    assert codes("?category=Cards") == ["not_a_member", "card_expired", "card_lost"]
    assert codes("?category=Cards&retry=never") == []
    assert len(codes("?status=1&category=x&retry=y")) == 26
    text = client.get("/?status=409").text
    assert 'href="/?status=409&amp;retry=later&amp;lang=en#codes"' in text
    assert 'aria-current="true">409 Conflict' in text
    assert "3 of 26 codes" in text


# ---- failures


def test_a_code_that_there_is_not_is_a_page_with_the_nearest_codes(client: TestClient) -> None:
    page = client.get("/book_lend")
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<a href="/book_lent?lang=en"><code>book_lent</code></a>' in page.text
    german = client.get("/book_lend", headers={"Accept-Language": "de"}).text
    assert '<a href="/book_lent?lang=de"><code>book_lent</code></a>' in german
    problem = client.get("/book_lend", headers={"Accept": "application/json"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404
    assert "book_lent" in problem.json()["detail"]


@pytest.mark.parametrize("path", ["/a/b", "/book_lent/", "/catalog", "/%00", "/..%2f", "/<script>"])
def test_what_has_no_page_is_not_found(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "<script>" not in page.text


def test_a_page_that_cannot_be_made_is_told_without_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    broken = Catalog("broken", base=BASE)

    class Unwritable(
        Problem, catalog=broken, code="unwritable", status=400, title="Unwritable",
        examples=(Example({"a": object()}),),
    ):  # fmt: skip
        """Its example has no JSON form."""

    with client_of(Contract(broken, dialect=dialects.PROBLEM)) as client, caplog.at_level(logging.ERROR):
        page = client.get("/catalog.json")
        assert page.status_code == 500
        assert "no JSON form" not in page.text
        assert page.headers["content-security-policy"] == POLICY
    assert "cannot be shown" in caplog.text


# ---- harmlessness


@pytest.mark.parametrize(
    "path",
    ["/", "/book_lent", "/card_lost", "/limit_reached?lang=de", "/?q=card", "/?status=409", "/nope", "/a/b"],
)
def test_pages_carry_the_policy_and_need_nothing_that_it_forbids(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    for forbidden in ("<script", " style=", "<style", "javascript:", " onclick", "<img", "<iframe"):
        assert forbidden not in page.text.lower()


EVIL = """<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3)' x='y"""
EVIL_MARKDOWN = f"""{EVIL}

[click](javascript:alert(4)) [click](data:text/html;base64,PHN) <javascript:alert(5)>
![p](javascript:alert(6)) [click](JAVA\tSCRIPT:alert(7)) [click](vbscript:x)
![q" onload="alert(8)](https://e.example/" onload="alert(9))

```"><script>alert(10)</script>
</code></pre><script>alert(11)</script>
```

<div onclick="alert(12)">

# <b onclick=alert(13)>

| a |
|:-:|
| <script>alert(14)</script> |
"""


def _evil() -> Contract:
    document = {
        "failwell": 1, "name": "evil", "base": BASE, "dialect": "problem", "title": EVIL,
        "about": f"{EVIL_MARKDOWN}\n\n## Support\n\n{EVIL_MARKDOWN}",
        "translations": {"de": {"about": EVIL_MARKDOWN, "problems": {"evil": {
            "title": EVIL, "prose": EVIL_MARKDOWN, "suggestion": EVIL, "message": EVIL, "detail": EVIL,
        }}}},
        "problems": [{
            "code": "evil", "status": [429, 403], "title": EVIL, "prose": EVIL_MARKDOWN, "why": EVIL_MARKDOWN,
            "what_to_do": EVIL_MARKDOWN, "category": EVIL, "retry": "later", "suggestion": EVIL,
            "owner": EVIL, "since": EVIL, "detail": EVIL, "conceal": EVIL,
            "resolve": {"action": EVIL, "message": EVIL, "url": "javascript:alert(20)",
                        "method": "POST", "endpoint": EVIL},
            "members": {"evil<script>": {"type": "string", "enum": [EVIL], "x-failwell": {
                "unit": EVIL, "description": EVIL, "name": "evil"}}},
            "headers": {"X-Evil": "<script>alert(21)</script>"},
            "examples": [{"members": {"evil<script>": EVIL}, "detail": EVIL, "name": EVIL},
                         {"members": {"evil<script>": "x"}, "status": 403, "name": 'a&b"><script>'}],
            "links": [{"title": EVIL, "url": "javascript:alert(22)"},
                      {"title": EVIL, "url": f"https://x/{EVIL}"}],
        }],
    }  # fmt: skip
    return read_document(json.dumps(document).encode())


@pytest.mark.parametrize("path", ["/", "/evil", "/evil?lang=de", "/?q=alert", "/?status=403", "/?lang=de"])
def test_prose_of_a_hostile_catalog_stays_text(path: str) -> None:
    with client_of(_evil()) as client:
        page = client.get(path)
    assert page.status_code == 200
    assert escape("<script>alert(1)</script>", quote=False) in page.text
    document = Elements.of(page.text)
    assert document.names.isdisjoint({"script", "img", "iframe", "style", "object", "b"})
    assert [name for name in document.attributes if name.startswith("on") or name == "style"] == []
    assert [url for url in document.urls if ":" in url and not url.startswith(("http", "mailto:"))] == []


def test_a_hostile_query_stays_text(client: TestClient) -> None:
    page = client.get("/", params={"q": EVIL, "lang": EVIL, "status": EVIL})
    assert Elements.of(page.text).names.isdisjoint({"script", "img"})
    assert escape(EVIL[:25], quote=False) in page.text


def test_a_hostile_message_in_the_banner_stays_text() -> None:
    loads = iter([contract])

    def load() -> Contract:
        try:
            return next(loads)
        except StopIteration:
            raise FailwellError(EVIL, code="broken", where=EVIL) from None

    source = Source("library", load)
    app = serve_app([source], base_url=ORIGIN)
    app.state.publication.read_again([source])
    with TestClient(app) as client:
        text = client.get("/book_lent").text
    assert escape("<script>alert(1)</script>", quote=False) in text
    assert Elements.of(text).names.isdisjoint({"script", "img"})


def test_it_can_be_mounted_where_its_base_url_says() -> None:
    inner = serve_app([Source("library", lambda: contract)], base_url=f"{ORIGIN}/errors")
    outer = Starlette(routes=[Mount("/errors", app=inner)])
    with TestClient(outer) as client:
        assert client.get("/errors/book_lent").status_code == 200
        assert client.get("/errors/mock/book_lent").json()["type"] == f"{ORIGIN}/errors/book_lent"
