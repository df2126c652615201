"""Answers requests: finds the page, chooses form and language, and leaves the rest to site and mock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from failwell.contract import Contract
from failwell.declare import Catalog
from failwell.publish.html import Frame, Listed, asset, failure_html, index_html
from failwell.publish.reference import Filter
from failwell.publish.schema import CATALOG_SCHEMA
from failwell.serve.mock import Mock
from failwell.serve.publication import Publication
from failwell.serve.reply import PAGE_SECURITY, Reply
from failwell.serve.request import Request, request_of
from failwell.serve.shelf import Stored, stored
from failwell.serve.site import ASSETS, CONTENT_TYPES, Asked, Form, Site
from failwell.typing import Headers
from failwell.wire.dialects import PROBLEM
from failwell.wire.values import encode

_ASSETS = {"failwell.css": "text/css; charset=utf-8", "failwell.svg": "image/svg+xml"}
_REFERENCES: Mapping[str, Form | None] = {"/": None, "/catalog.json": "json", "/catalog.md": "md"}
_INDEXES: Mapping[str, Form | None] = {"/": None, "/llms.txt": "md"}
_SUFFIXES: Mapping[str, Form] = {"json": "json", "md": "md"}
_MOCK = "/mock/"
_INDEX_TITLE = "Error catalogs"
_NOTHING_THERE = "There is no such page"
_CACHED = ("Cache-Control", "no-cache")  # kept, but asked about each time: a reload shows at once
_NO_STORE = ("Cache-Control", "no-store")
_HTML = ("Content-Type", CONTENT_TYPES["html"])


class _Failure(Exception):
    """There is no page to show. What is said instead, and of which catalog."""

    def __init__(
        self, status: int, title: str, text: str, site: Site | None = None, near: Sequence[str] = ()
    ) -> None:
        super().__init__(text)
        self.status, self.title, self.text, self.site, self.near = status, title, text, site, near


class Reader:
    """The ASGI application behind `serve_app`."""

    def __init__(
        self, publication: Publication, *, clock: Callable[[], float], make_request_id: Callable[[], str]
    ) -> None:
        """Takes what it serves, and what its mock needs."""
        self._publication, self._mock = publication, Mock(clock, make_request_id)
        self._assets = {f"{ASSETS}/{name}": stored(asset(name), kind) for name, kind in _ASSETS.items()}
        self._schema = stored(CATALOG_SCHEMA.read_bytes(), "application/schema+json")
        self._own = Contract(Catalog("failwell", base=f"{publication.origin}/"), dialect=PROBLEM)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        request = request_of(scope)
        try:
            reply = await self._reply(request)
        except _Failure as failure:
            reply = self._failed(request, failure)
        except Exception:
            logging.getLogger("failwell").exception("the page %s cannot be shown", quote(request.path))
            unforeseen = _Failure(500, "This page cannot be shown", "The server's log says why.")
            reply = self._failed(request, unforeseen)
        await reply(scope, receive, send)

    # ------------------------------------------------------------------------------------------ finding

    async def _reply(self, request: Request) -> Reply:
        root = self._publication.root
        if not f"{request.path}/".startswith(f"{root}/"):
            raise _Failure(404, _NOTHING_THERE, "There is no page at this address.")
        path = request.path.removeprefix(root)
        site, below = self._site_of(path)
        if site is not None and below.startswith(_MOCK):
            out = self._mock.answer(site, below.removeprefix(_MOCK), request)
            return Reply(out.status, out.headers, out.body)
        if request.method not in ("GET", "HEAD"):
            raise _Failure(405, "This page can only be read", "Use GET or HEAD.", site)
        if path in self._assets:
            return _page(request, self._assets[path])
        if not path or (site is not None and not below):
            return _moved(f"{request.path}/")
        if site is not None:
            return await self._read(site, below, request)
        if path in _INDEXES:
            return self._index(_INDEXES[path] or request.form, request)
        raise _Failure(404, _NOTHING_THERE, "There is no page at this address.")

    def _site_of(self, path: str) -> tuple[Site | None, str]:
        """The catalog of a path, and the path below its prefix."""
        sites = self._publication.sites
        if "" in sites:
            return sites[""], path
        name, slash, below = path[1:].partition("/")
        return sites.get(f"/{name}"), slash + below

    async def _read(self, site: Site, path: str, request: Request) -> Reply:
        is_code = site.contract.catalog.find(path[1:]) is not None
        if not is_code and path in _REFERENCES:  # whatever a code looks like, its type URI opens its page
            return await self._reference(site, _REFERENCES[path], request)
        if not is_code and path == "/catalog.schema.json":
            return _page(request, self._schema)
        if not is_code and path == "/llms.txt":
            return _page(request, await run_in_threadpool(lambda: site.llms))
        return await self._problem(site, path[1:], request)

    async def _reference(self, site: Site, form: Form | None, request: Request) -> Reply:
        query = request.query.get("q", "").strip()
        if query and form is None:
            return await self._found(site, query, request)
        asked = Asked(form or request.form, language=_language(site, request), shown=_filter(site, request))
        return await self._show(site, asked, request, varies=form is None)

    async def _problem(self, site: Site, name: str, request: Request) -> Reply:
        """The page of a type. A code may have a dot in it, so it is looked up before its end is taken off."""
        catalog = site.contract.catalog
        cls, form, ending = catalog.find(name), None, ""
        if cls is None:
            stem, _, suffix = name.rpartition(".")
            form = _SUFFIXES.get(suffix)
            if form is not None:
                cls, name, ending = catalog.find(stem), stem, f".{suffix}"
        if cls is None:
            text = "There is no page at this address: the catalog has no such code."
            raise _Failure(404, _NOTHING_THERE, text, site, site.near(name))
        if name != cls.code:
            query = f"?{request.query}" if request.query else ""
            return _moved(f"{site.place.prefix}/{cls.code}{ending}{query}")
        asked = Asked(form or request.form, cls.code, _language(site, request))
        return await self._show(site, asked, request, varies=form is None)

    async def _show(self, site: Site, asked: Asked, request: Request, *, varies: bool) -> Reply:
        if asked.form == "json":
            asked = Asked("json", asked.code)
        elif asked.form == "md":
            asked = asked._replace(shown=Filter())
        page = site.kept(asked)
        if page is None:
            page = await run_in_threadpool(site.rendered, asked)
        return _page(request, page, _alternates(site, asked), _vary(site, varies=varies))

    async def _found(self, site: Site, query: str, request: Request) -> Reply:
        cls = await run_in_threadpool(site.search.one, query)
        if cls is not None:
            spoken = f"?lang={_language(site, request)}" if "lang" in request.query else ""
            location = f"{site.place.prefix}/{cls.code}{spoken}"
            return Reply(303, (("Location", location), _NO_STORE, *PAGE_SECURITY))
        form = request.form
        body = await run_in_threadpool(site.results, query, _language(site, request), form)
        media_type = ("Content-Type", CONTENT_TYPES[form])
        return Reply(200, (media_type, _NO_STORE, *_vary(site, varies=True), *PAGE_SECURITY), body)

    # ------------------------------------------------------------------------------------------ the rest

    def _index(self, form: Form, request: Request) -> Reply:
        """The list of several catalogs."""
        origin, listed = self._publication.origin, self._listed()
        if form == "html":
            body = index_html(listed, self._frame()).encode()
        elif form == "md":
            lines = [f"- [{c.title}]({origin}{c.href}llms.txt): {c.size} codes" for c in listed]
            body = "\n".join([f"# {_INDEX_TITLE}", "", *lines, ""]).encode()
        else:
            rows = [{"name": c.name, "title": c.title, "href": f"{c.href}catalog.json"} for c in listed]
            body = encode(rows)
        return _page(request, stored(body, CONTENT_TYPES[form]), (("Vary", "Accept"),))

    def _listed(self) -> list[Listed]:
        sites = self._publication.sites.values()
        catalogs = ((site.contract.catalog, f"{site.place.prefix}/") for site in sites)
        return [Listed(c.title, c.name, href, len(c.own)) for c, href in catalogs]

    def _frame(self) -> Frame:
        root = self._publication.root
        return Frame(title=_INDEX_TITLE, prefix=root, assets=root + ASSETS, has_search=False)

    def _failed(self, request: Request, failure: _Failure) -> Reply:
        """An error of the server's own: a page for browsers, a problem for everybody else."""
        if request.form == "html":
            site, near = failure.site, failure.near
            if site is not None:
                body = site.failure(failure.title, failure.text, near, _language(site, request))
            else:
                body = failure_html(failure.title, failure.text, near, self._frame()).encode()
            fields: Headers = (_HTML, _NO_STORE)
        else:
            hint = f" The nearest codes: {', '.join(failure.near)}." if failure.near else ""
            out = self._own.render(self._own.problem_for(failure.status, failure.text + hint))
            fields, body = out.headers, out.body
        allowed: Headers = (("Allow", "GET, HEAD"),) if failure.status == 405 else ()
        headers = (*fields, *allowed, ("Vary", "Accept"), *PAGE_SECURITY)
        return Reply(failure.status, headers, body)


def _page(request: Request, page: Stored, *more: Headers) -> Reply:
    """A page, or that the reader has it already."""
    headers = (*page.headers, _CACHED, *(field for fields in more for field in fields), *PAGE_SECURITY)
    if request.has(page.etag):
        return Reply(304, tuple(field for field in headers if field[0] != "Content-Type"))
    return Reply(200, headers, page.body)


def _moved(location: str) -> Reply:
    return Reply(308, (("Location", location), _CACHED, *PAGE_SECURITY))


def _language(site: Site, request: Request) -> str:
    return site.language(request.query.get("lang", ""), request.field("accept-language"))


def _filter(site: Site, request: Request) -> Filter:
    """The filter that an address asks for; values that there are not are passed over."""
    return site.known_filter(Filter(*(request.query.get(name, "") for name in Filter._fields)))


def _alternates(site: Site, asked: Asked) -> Headers:
    """`Link` to the other forms of a page (RFC 8288)."""
    others = site.alternates(asked)
    links = (f'<{other.href}>; rel="alternate"; type="{other.media_type}"' for other in others)
    return (("Link", ", ".join(links)),) if others else ()


def _vary(site: Site, *, varies: bool) -> Headers:
    """What the page at this address differs by (RFC 9110, section 12.5.5)."""
    names = [*(["Accept"] if varies else []), *(["Accept-Language"] if len(site.languages) > 1 else [])]
    return (("Vary", ", ".join(names)),) if names else ()
