"""Pages as HTML: Jinja templates around the models. No script, no inline style, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from failwell.contract.links import is_safe_url
from failwell.exceptions import missing_extra
from failwell.publish.highlighting import code_html
from failwell.publish.pages import ProblemPage
from failwell.publish.prose import markdown_html
from failwell.publish.reference import Group, ReferencePage, slug

try:
    import jinja2
except ImportError as error:
    raise missing_extra("publish", "failwell.publish.html") from error


class Language(NamedTuple):
    """A language in which a page can be read: its tag, and the address of the page in it."""

    tag: str
    href: str
    is_chosen: bool


class Alternate(NamedTuple):
    """The same page in another form: its media type and its address."""

    media_type: str
    href: str
    title: str


class Frame(NamedTuple):
    """What stands around a page.

    Attributes:
        title: of the catalog, or of all of them.
        prefix: path under which the catalog's pages are, without its last slash.
        assets: path under which the stylesheet is, without its last slash.
        home: address of the list of catalogs; empty where there is but one.
        codes: codes, former ones too, whose mention in prose becomes a link.
        language: that links lead on to; empty where the pages have but one.
        languages: in which the page can be read, if there are several.
        alternates: the page in other forms.
        banner: what everybody has to know first; empty for nothing.
        has_mock: whether the API's problems can be tried at `prefix/mock/`.
        query: what was searched for.
        has_search: whether there is something to search: one catalog, not a list of them.
    """

    title: str
    prefix: str
    assets: str
    home: str = ""
    codes: Collection[str] = ()
    language: str = ""
    languages: Sequence[Language] = ()
    alternates: Sequence[Alternate] = ()
    banner: str = ""
    has_mock: bool = False
    query: str = ""
    has_search: bool = True

    def page(self, code: str = "", **shown: str) -> str:
        """The address of a type's page, or of the reference page with a filter's words."""
        said = {name: value for name, value in {**shown, "lang": self.language}.items() if value}
        return f"{self.prefix}/{code}" + (f"?{urlencode(said)}" if said else "")


class Listed(NamedTuple):
    """A catalog in the list of catalogs."""

    title: str
    name: str
    href: str
    size: int


def problem_html(page: ProblemPage, frame: Frame) -> str:
    """The page of a problem type."""
    return _render("problem.html", page=page, record=page.record, frame=frame)


def reference_html(page: ReferencePage, frame: Frame) -> str:
    """The reference page of a catalog, whole or with some of its codes."""
    return _render("reference.html", page=page, frame=frame)


def results_html(groups: Sequence[Group], near: Sequence[str], frame: Frame) -> str:
    """What a search found; where it found nothing, the codes that are near."""
    return _render("results.html", groups=groups, near=near, frame=frame)


def index_html(catalogs: Sequence[Listed], frame: Frame) -> str:
    """The list of several catalogs."""
    return _render("index.html", catalogs=catalogs, frame=frame)


def failure_html(title: str, text: str, near: Sequence[str], frame: Frame) -> str:
    """What a browser shows where there is no page."""
    return _render("failure.html", title=title, text=text, near=near, frame=frame)


def asset(name: str) -> bytes:
    """A file of the pages' look, such as `failwell.css`."""
    return files("failwell.publish").joinpath("assets", name).read_bytes()


# ------------------------------------------------------------------------------------------------ templates


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("failwell.publish"),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    loose = cast("Any", environment)  # what filters and tests are is not typed
    filters: dict[str, Any] = loose.filters
    filters |= {"markdown": _prose, "code": code_html, "slug": slug}
    tests: dict[str, Any] = loose.tests
    tests["safe_url"] = is_safe_url
    return environment


def _prose(text: str, frame: Frame, own: str = "") -> str:
    def link(code: str) -> str:
        return frame.page(code) if code in frame.codes and code != own else ""

    return markdown_html(text, link)
