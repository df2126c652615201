"""Code as HTML, coloured by classes: the colours are in the stylesheet."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any, cast

from failwell.exceptions import missing_extra

try:
    from pygments import highlight  # type: ignore[import-untyped]
    from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
    from pygments.lexers import find_lexer_class_by_name  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]
except ImportError as error:
    raise missing_extra("publish", "failwell.publish.highlighting") from error

_FORMATTER = cast("Any", HtmlFormatter(nowrap=True))


def code_html(source: str, language: str) -> str:
    """Code in a box that scrolls, coloured where the language is known."""
    return f'<pre class="code" tabindex="0"><code>{_coloured(source, language)}</code></pre>'


def _coloured(source: str, language: str) -> str:
    lexer = _lexer(language)  # a new one each time: some keep state, and pages are made by several threads
    coloured = escape(source) if lexer is None else str(highlight(source, lexer(stripnl=False), _FORMATTER))
    return coloured.rstrip("\n")


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    try:
        return find_lexer_class_by_name(language)
    except ClassNotFound:
        return None
