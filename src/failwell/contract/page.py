"""An occurrence as a page for browsers: complete in itself, without script, harmless whatever it tells."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape

from failwell.contract.account import Constants, Shown, Told
from failwell.contract.links import is_safe_url
from failwell.declare.record import Resolve
from failwell.typing import Headers

_STYLE = (
    ":root{color-scheme:light dark;--paper:#fff;--raised:#f5f6f8;--line:#d8dce3;--ink:#1c2129;--soft:#545d6b;"
    "--accent:#0b5cad}"
    "@media(prefers-color-scheme:dark){:root{--paper:#14171c;--raised:#1d2229;--line:#363d48;--ink:#e4e7ec;"
    "--soft:#a5aebb;--accent:#82b8f5}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:anywhere;"
    'font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}'
    "main{max-width:42rem;margin:0 auto;padding:clamp(1.5rem,8vh,6rem) 1.25rem 3rem}"
    "h1{font-size:clamp(1.5rem,1.2rem + 1.5vw,2.1rem);line-height:1.25;margin:0 0 1rem;text-wrap:balance}"
    "h2{font-size:1.1rem;line-height:1.25;margin:2rem 0 .5rem}"
    "p{margin:0 0 .75rem}"
    ".status{color:var(--soft);font-variant-numeric:tabular-nums;margin:0 0 .25rem}"
    ".lead{font-size:1.1rem}"
    "a{color:var(--accent);text-underline-offset:.15em}"
    "a:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}"
    "dl{display:grid;grid-template-columns:fit-content(40%) 1fr;gap:.35rem 1.25rem;margin:0 0 1.5rem;"
    "padding:1rem;background:var(--raised);border:1px solid var(--line);border-radius:6px}"
    "dt{color:var(--soft)}dd{margin:0;min-width:0}"
    "code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em}"
    "ul{margin:0;padding-inline-start:1.1rem}"
    "@media(max-width:28rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}"
    "dd:last-child{margin-bottom:0}}"
)
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()

_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

PAGE_SECURITY: Headers = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
"""With the page: nothing but its own style is loaded or run, and no other page shows or learns of it."""

_HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
)


class HtmlPage:
    """A type with one status as a page, in one language; the constant parts are written once."""

    content_type = "text/html; charset=utf-8"

    def __init__(self, constants: Constants) -> None:
        """Writes the constant parts."""
        labels, title = constants.labels, escape(constants.title)
        # The words around the texts may be of another language than these.
        is_same = labels.language == constants.language.partition("-")[0].lower()
        self._spoken = "" if is_same else f' lang="{labels.language}"'
        self._begin = (
            f'<!DOCTYPE html>\n<html lang="{escape(constants.language)}">\n<head>{_HEAD}'
            f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n<main>\n"
            f'<p class="status"{self._spoken}>{escape(labels.status)} {constants.status}</p>\n'
            f'<h1 dir="auto">{title}</h1>\n'
        )
        self._help = self._heading(labels.what_to_do) + _paragraph(constants.suggestion)
        self._details = f"{self._heading(labels.details)}<dl>\n"
        self._code = self._fact(labels.code, constants.code)
        self._request_id = labels.request_id
        about = f'<p{self._spoken}><a href="{escape(constants.page)}">{escape(labels.about)}</a></p>\n'
        self._end = f"</dl>\n{about if constants.page else ''}</main>\n</body>\n</html>\n"

    def body(self, told: Told) -> bytes:
        """The page of an occurrence."""
        parts = [self._begin, _paragraph(told.detail, "lead"), self._help]
        if told.resolve is not None:
            parts.append(_way_out(told.resolve))
        parts.append(f"<p{self._spoken}>{escape(told.retry)}</p>\n")
        parts += [self._details, *map(_entry, told.members), self._code]
        if told.request_id:
            parts.append(self._fact(self._request_id, told.request_id))
        parts.append(self._end)
        return "".join(parts).encode()

    def _heading(self, text: str) -> str:
        return f"<h2{self._spoken}>{escape(text)}</h2>\n"

    def _fact(self, label: str, value: str) -> str:
        return f"<dt{self._spoken}>{escape(label)}</dt><dd><code>{escape(value)}</code></dd>\n"


def _paragraph(text: str, kind: str = "") -> str:
    said = f' class="{kind}"' if kind else ""
    return f'<p{said} dir="auto">{escape(text)}</p>\n' if text else ""


def _way_out(resolve: Resolve) -> str:
    """What a person follows. A URL that may not be followed is shown as text."""
    text = escape(resolve.message or resolve.action or resolve.url)
    if is_safe_url(resolve.url):
        return f'<p dir="auto"><a href="{escape(resolve.url)}">{text}</a></p>\n'
    return f'<p dir="auto">{text}{": " if resolve.url else ""}{escape(resolve.url)}</p>\n'


def _entry(member: Shown) -> str:
    """A member in the list of details. Its value may be written in any direction."""
    return (
        f'<dt><code>{escape(member.name)}</code></dt><dd dir="auto">{"".join(_values(member.lines))}</dd>\n'
    )


def _values(lines: tuple[str, ...]) -> Iterator[str]:
    if len(lines) == 1:
        yield escape(lines[0])
        return
    yield "<ul>"
    for line in lines:
        yield f"<li>{escape(line)}</li>"
    yield "</ul>"
