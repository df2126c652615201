"""Prose as HTML: Markdown without raw HTML, safe to show whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from failwell.contract.links import is_safe_url
from failwell.exceptions import missing_extra
from failwell.publish.highlighting import code_html
from failwell.publish.reference import slug

try:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict
except ImportError as error:
    raise missing_extra("publish", "failwell.publish.prose") from error

_KNOWN_ALIGNMENTS = ("left", "right", "center")


def markdown_html(text: str, link: Callable[[str], str] = lambda _: "") -> str:
    """Markdown as HTML that is safe to show, whoever wrote it.

    Raw HTML is shown as text, images become links, and headings begin at the third level.

    Args:
        text: Markdown (CommonMark, with tables).
        link: the address of what stands in backticks, for instance of a code; empty for no link.
    """
    environment: dict[str, Any] = {"link": link, "slugs": set()}
    return str(_markdown().render(text, environment))


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.validateLink = is_safe_url  # type: ignore[method-assign]
    markdown.core.ruler.push("failwell", _mended)
    rules: Mapping[str, Any] = {
        "fence": _fence, "code_block": _fence, "image": _image,
        "table_open": _table_open, "table_close": _table_close,
    }  # fmt: skip
    for name, rule in rules.items():
        markdown.add_render_rule(name, rule)
    return markdown


def _mended(state: StateCore) -> None:
    """Fits the parts of a text into the page: levels and names of headings, alignment, links to codes."""
    for position, token in enumerate(state.tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = max(token.tag, "h3")
        if token.type == "heading_open":
            token.attrSet("id", _free_slug(state.tokens[position + 1].content, state.env["slugs"]))
        if token.type in ("th_open", "td_open"):
            _align_by_class(token)
        if token.children:
            token.children = _linked(token.children, state.env["link"])


def _free_slug(heading: str, used: set[str]) -> str:
    """A name for a heading's place, which no section of the page has."""
    name = wanted = f"on-{slug(heading)}"
    number = 2
    while name in used:
        name, number = f"{wanted}-{number}", number + 1
    used.add(name)
    return name


def _align_by_class(token: Token) -> None:
    """The policy of the pages forbids styles in the text; markdown-it writes alignment as one."""
    style = str(token.attrs.pop("style", ""))
    side = style.removeprefix("text-align:").strip()
    if side in _KNOWN_ALIGNMENTS:
        token.attrSet("class", f"to-{side}")


def _linked(tokens: list[Token], link: Callable[[str], str]) -> list[Token]:
    """Puts links around codes of the catalog, but not into links."""
    linked: list[Token] = []
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        href = link(token.content) if token.type == "code_inline" and not depth else ""
        if href:
            linked += [Token("link_open", "a", 1, {"href": href}), token, Token("link_close", "a", -1)]
        else:
            linked.append(token)
    return linked


def _fence(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType) -> str:
    token = tokens[index]
    language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
    return code_html(token.content.rstrip("\n"), language) + "\n"


def _image(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType) -> str:
    """A link: the pages show nothing from elsewhere."""
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    return f'<a href="{escape(source)}">{escape(token.content or source)}</a>'


def _table_open(*_: Any) -> str:
    return '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"
