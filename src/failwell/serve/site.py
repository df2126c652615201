"""One catalog as it is served: its pages in every form and language, rendered once and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from failwell.contract import Contract
from failwell.declare import Retry
from failwell.headers import languages as ranges_of
from failwell.headers import lookup
from failwell.publish.html import (
    Alternate,
    Frame,
    Language,
    failure_html,
    problem_html,
    reference_html,
    results_html,
)
from failwell.publish.markdown import llms_text, problem_markdown, reference_markdown, results_markdown
from failwell.publish.pages import problem_page
from failwell.publish.reference import Filter, category_of, groups, near_codes, reference_page
from failwell.serve.search import Search
from failwell.serve.shelf import Shelf, Stored, stored
from failwell.source import to_document, to_json
from failwell.wire.dialect import Dialect
from failwell.wire.values import encode

Form = Literal["html", "json", "md"]
"""The forms of a page."""

MEDIA_TYPES: Mapping[Form, str] = {"html": "text/html", "json": "application/json", "md": "text/markdown"}
"""The media type of each form; the first is the one for who accepts everything."""

CONTENT_TYPES: Mapping[Form, str] = {
    form: name if form == "json" else f"{name}; charset=utf-8" for form, name in MEDIA_TYPES.items()
}
"""The `Content-Type` of each form."""

ASSETS = "/_"
"""Path of what pages look like; neither a code nor a catalog's name begins like that."""

_TITLES: Mapping[Form, str] = {"html": "HTML", "json": "JSON", "md": "Markdown"}
_DAY = 86_400


class Place(NamedTuple):
    """Where a catalog is served.

    Attributes:
        origin: scheme, host and port: `http://127.0.0.1:8000`.
        root: path under which everything is, without its last slash.
        prefix: path under which the catalog's pages are, without its last slash.
        home: address of the list of catalogs; empty where there is but one.
    """

    origin: str
    root: str
    prefix: str
    home: str = ""


class Asked(NamedTuple):
    """A page of a catalog.

    Attributes:
        form: its form.
        code: of the problem type; empty for the reference page.
        language: of its texts; empty where there are none, in JSON.
        shown: which codes the reference page lists.
    """

    form: Form
    code: str = ""
    language: str = ""
    shown: Filter = Filter()


class Site:
    """A catalog at its place. It never changes: when its source does, another site takes its place.

    Attributes:
        contract: with the base at which its pages are.
        place: where it is served.
        published_base: what its type URIs begin with elsewhere.
    """

    def __init__(
        self,
        contract: Contract,
        place: Place,
        *,
        banner: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Puts a catalog into its place.

        Args:
            contract: as it was loaded.
            place: where it is served.
            banner: what all its pages say first; empty for nothing.
            clock: returns the time in seconds since 1970.
        """
        self.place, self.published_base, self._clock = place, contract.base, clock
        self.contract = contract.at(f"{place.origin}{place.prefix}/")
        self._banner, self._shelf = banner, Shelf()
        records = contract.catalog.records
        self._names = frozenset(name for record in records.values() for name in record.names)
        self._others: dict[str, Contract] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which its pages can be read, the catalog's own one first."""
        catalog = self.contract.catalog
        return (catalog.language, *catalog.languages)

    @cached_property
    def search(self) -> Search:
        """Finds types in it."""
        return Search(self.contract, self.published_base)

    @cached_property
    def _filters(self) -> frozenset[str]:
        records = self.contract.catalog.records.values()
        statuses = {str(status) for record in records for status in record.statuses}
        return frozenset(statuses | set(map(category_of, records)) | {word.value for word in Retry})

    @cached_property
    def _problems(self) -> dict[str, bytes]:
        parts = to_document(self.contract)["problems"]
        return {part["code"]: msgspec.json.format(encode(part), indent=2) + b"\n" for part in parts}

    def language(self, asked: str, accept_language: str) -> str:
        """The language of a page: the one in its address, else what the reader likes best."""
        offered = self.languages
        return lookup((asked,), offered) or lookup(ranges_of(accept_language), offered) or offered[0]

    def known_filter(self, asked: Filter) -> Filter:
        """A filter less the values that no type has."""
        return Filter(*(value if value in self._filters else "" for value in asked))

    def in_dialect(self, dialect: Dialect) -> Contract:
        """The contract in another wire shape.

        Raises:
            DeclarationError: if the shape has no room for a member of the catalog.
        """
        found = self._others.get(dialect.name)
        if found is None:
            found = self._others[dialect.name] = self.contract.at("", dialect=dialect)
        return found

    def alternates(self, asked: Asked) -> tuple[Alternate, ...]:
        """The other forms of a page, in its language."""
        stem = asked.code or "catalog"
        names: Mapping[Form, str] = {"html": asked.code, "md": f"{stem}.md", "json": f"{stem}.json"}
        spoken = f"?lang={asked.language}" if asked.language and len(self.languages) > 1 else ""
        return tuple(
            Alternate(
                MEDIA_TYPES[form],
                f"{self.place.prefix}/{name}{'' if form == 'json' else spoken}",
                _TITLES[form],
            )
            for form, name in names.items()
            if form != asked.form and (form == "html" or name not in self._names)
        )

    # ------------------------------------------------------------------------------------------ pages

    def kept(self, asked: Asked) -> Stored | None:
        """A page, if it has been rendered today: examples of renamed types change with the day."""
        return self._shelf.get((int(self._clock() // _DAY), asked))

    def rendered(self, asked: Asked) -> Stored:
        """A page, rendered now; it is kept."""
        body, language = self._rendered(asked)
        spoken = (("Content-Language", language),) if language else ()
        page = stored(body, CONTENT_TYPES[asked.form], spoken)
        self._shelf.put((int(self._clock() // _DAY), asked), page)
        return page

    def _rendered(self, asked: Asked) -> tuple[bytes, str]:
        """The body of a page, and its language."""
        form, code, language, shown = asked
        if form == "json":
            return self._problems[code] if code else to_json(self.contract), ""
        frame = self._frame(code, language)
        if code:
            page = problem_page(self.contract, self.contract.catalog.types[code], language)
            text = problem_html(page, frame) if form == "html" else problem_markdown(page, self._root)
            return text.encode(), page.text_language
        whole = reference_page(self.contract, language, shown)
        text = reference_html(whole, frame) if form == "html" else reference_markdown(whole, self._root)
        return text.encode(), whole.text_language

    @cached_property
    def llms(self) -> Stored:
        """`llms.txt`."""
        text = llms_text(self.contract, reference_page(self.contract), self._root, has_mock=True)
        return stored(text.encode(), "text/plain; charset=utf-8")

    def results(self, query: str, language: str, form: Form) -> bytes:
        """What a search found. Results are not kept: there is no end to what can be asked."""
        records = self.search.records(query)
        if form == "json":
            return b"[" + b",".join(self._problems[record.code] for record in records) + b"]"
        found = groups(self.contract, records, language)
        near = () if found else self.near(query)
        if form == "md":
            return results_markdown(found, near, self._root).encode()
        frame = self._frame("", language, query)._replace(alternates=(), languages=())
        return results_html(found, near, frame).encode()

    def near(self, text: str) -> list[str]:
        """The codes that are spelt most like a text."""
        return near_codes(text, self.contract.catalog.records)

    def failure(self, title: str, text: str, near: Sequence[str], language: str) -> bytes:
        """What a browser shows where there is no page."""
        frame = self._frame("", language)._replace(alternates=(), languages=())
        return failure_html(title, text, near, frame).encode()

    @property
    def _root(self) -> str:
        return self.place.origin + self.place.prefix

    def _frame(self, code: str, language: str, query: str = "") -> Frame:
        prefix = self.place.prefix
        offered = self.languages
        languages = [Language(tag, f"{prefix}/{code}?lang={tag}", tag == language) for tag in offered]
        return Frame(
            title=self.contract.catalog.title,
            prefix=prefix,
            assets=self.place.root + ASSETS,
            home=self.place.home,
            codes=self._names,
            language=language if len(offered) > 1 else "",
            languages=languages if len(offered) > 1 else (),
            alternates=self.alternates(Asked("html", code, language)),
            banner=self._banner,
            has_mock=True,
            query=query,
        )
