"""Random contracts, declared by class as people do, with every word and texts that are hard to carry."""

from __future__ import annotations

import keyword
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import msgspec
from hypothesis import settings
from hypothesis import strategies as st

from failwell import (
    Catalog,
    Contract,
    Dialect,
    Example,
    Lifecycle,
    Link,
    Member,
    Problem,
    Redirect,
    Resolve,
    Retry,
    Stage,
    dialects,
    standard_types,
)
from failwell.declare.problem import RESERVED
from failwell.declare.prose import ABOUT_HEADINGS, read_about, read_text
from failwell.declare.record import Translation
from failwell.wire.slots import CODE, MEMBERS, MESSAGE, REQUEST_ID, REST, STATUS

COSTLY = settings(max_examples=max(50, settings.default.max_examples // 10) if settings.default else 50)
"""Whole catalogs cost a hundred times what a body does: the soak tries a tenth as many."""


class Inner(msgspec.Struct):
    """A part of a member; its schema has a null in it, which TOML has not."""

    slug: str
    name: str | None = None


_LINES: tuple[str, ...] = (
    "Plain words.", "## ", "## Why", "##", "+++", '"""', "'''", 'a "quoted" \\ backslash\\', "```",
    "~~~ toml", "```` md", "    indented code", "\t", "", "", " ", "ends with spaces   ", "### Deeper",
    "- a list", "title = 5", "{limit}", "Ünïcödé 漢字 🙂", "\x00\x01\x7f", "\x0b\x0c\x1c\x85\u2028\u2029",
    "a\rb", "a\r\nb", "---", "# One", "x" * 3000, "\ufeff",
)  # fmt: skip
_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_LINE = st.one_of(st.sampled_from([t for t in _LINES if "\n" not in t and "\r" not in t]), _ANY_TEXT)
TEXTS = st.one_of(_ANY_TEXT, st.lists(st.sampled_from(_LINES), max_size=4).map("\n".join))
TITLES = _LINE.filter(lambda text: text.splitlines() == [text] and "{" not in text)
_SAFE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="{}"), max_size=9)


def _fenced(lines: list[str]) -> str:
    """Text in which headings and fences of other kinds stand inside a fenced block."""
    inside = [line for line in lines if not line.startswith("`" * 5)]
    return "\n".join(["Before.", "`" * 5, *inside, "`" * 5, "After."])


@st.composite
def markdown(draw: st.DrawFn) -> str:
    """A text of a page: anything but an own heading or an open fence, which are refused."""
    lines = draw(st.lists(st.sampled_from(_LINES), max_size=5))
    if draw(st.booleans()):
        return _fenced(lines)
    wrong = ("## ", "##", "```", "~~~", "````")
    return "\n".join(line for line in lines if not line.startswith(wrong))


@st.composite
def json_values(draw: st.DrawFn) -> Any:
    """Values that JSON and TOML both have."""
    plain = st.one_of(
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    )
    keys = st.one_of(_ANY_TEXT, st.sampled_from(["a.b", "a b", "", '"', "'"]))
    return draw(
        st.recursive(
            plain,
            lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
            max_leaves=5,
        )
    )


_ATTRIBUTES = st.one_of(
    st.sampled_from(
        [
            "limit",
            "used",
            "from_",
            "type_",
            "members_",
            "n1",
            "x_",
            "x__",
            "title_",
            "größe",
            "code_",
            "status_",
        ]
    ),
    st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True),
).filter(lambda name: name not in RESERVED and not keyword.iskeyword(name))
_WIRE_NAMES = st.one_of(
    st.just(""),
    st.sampled_from(
        ["a.b", "a b", "members", "type", "x-failwell", "1st", "_", "é", "teamName", "'", "n_", "#"]
    ),
)
_KINDS: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (int, (0, -1, 2**70)),
    (str, ("", "here", "é\n")),
    (float, (0.5, 1e300, -0.0)),
    (bool, (True, False)),
    (list[str], ((),)),
    (tuple[int, ...], ((), (1, 2))),
    (dict[str, int], ()),
    (Literal["a", "b"], ("a",)),
    (Annotated[int, msgspec.Meta(ge=1, description="at least one")], (1,)),
    (tuple[Inner, ...], ((),)),
    (list[list[int]], ()),
    (date, ()),
    (Any, ("x",)),
)


@st.composite
def members(draw: st.DrawFn, statuses: tuple[int, ...]) -> dict[str, Any]:
    """Annotations and defaults of a class: its namespace."""
    annotations: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    wire_names: set[str] = set()
    for name in draw(st.lists(_ATTRIBUTES, max_size=4, unique=True)):
        kind, values = draw(st.sampled_from(_KINDS))
        is_optional = draw(st.booleans())
        choices = [*values, *([None] if is_optional else [])]
        if draw(st.booleans()) and choices:
            defaults[name] = draw(st.sampled_from(choices))
        wire_name = draw(_WIRE_NAMES)
        if (wire_name or name.removesuffix("_")) in wire_names:
            continue
        wire_names.add(wire_name or name.removesuffix("_"))
        said = Member(
            wire_name,
            unit=draw(st.sampled_from(["", "bytes", '"é'])),
            exposure=draw(st.sampled_from(["public", "id", "secret"])),
            on_wire=draw(st.booleans()),
            statuses=draw(st.sampled_from([(), statuses[-1:]])),
            description=draw(TEXTS),
        )
        annotations[name] = Annotated[kind | None if is_optional else kind, said]
    return {"__annotations__": annotations, **{n: v for n, v in defaults.items() if n in annotations}}


@st.composite
def lifecycles(draw: st.DrawFn) -> Lifecycle:
    since = draw(st.dates(date(2, 1, 1), date(9990, 1, 1)))
    sunset = since + timedelta(days=draw(st.integers(90, 1000)))
    return draw(
        st.sampled_from(
            [
                Lifecycle(),
                Lifecycle(Stage.BETA),
                Lifecycle(Stage.REMOVED, since=since, replaced_by="elsewhere"),
                Lifecycle(Stage.DEPRECATED, since=since, sunset=sunset, replaced_by="elsewhere"),
            ]
        )
    )


@st.composite
def words(
    draw: st.DrawFn, statuses: tuple[int, ...], names: list[str], wire_names: list[str]
) -> dict[str, Any]:
    """Some of the words of a class line that are optional."""
    templates = [f"{{{name}}} of it" for name in names] + [f"{{{name}}}" for name in names]
    template = st.one_of(st.sampled_from(templates), _SAFE) if templates else _SAFE
    retry = st.sampled_from(list(Retry))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "category": TEXTS,
        "detail": st.one_of(template, TEXTS.filter(lambda text: not {"{", "}"} & {*text})),
        "retry": st.one_of(retry, st.fixed_dictionaries(dict.fromkeys(statuses, retry))),
        "retryable": st.booleans(),
        "suggestion": TEXTS,
        "resolve": st.builds(
            Resolve,
            st.sampled_from(["upgrade", "é \\"]),
            message=TEXTS,
            url=template,
            method=st.just("POST"),
            endpoint=template.filter(bool),
        ),
        "headers": st.dictionaries(
            st.sampled_from(["Retry-After", "Allow", "X.Y", "a'b"]), template, max_size=2
        ),
        "redirect": st.builds(Redirect, st.just("/login?error={code}"), st.integers(300, 308)),
        "lifecycle": lifecycles(),
        "since": TEXTS,
        "owner": TEXTS,
        "conceal": TEXTS,
        "examples": st.lists(
            st.builds(
                Example,
                st.dictionaries(st.sampled_from(wire_names), json_values(), max_size=2)
                if wire_names
                else st.just({}),
                TEXTS,
                st.sampled_from([0, *statuses]),
                TEXTS,
            ),
            max_size=2,
        ).map(tuple),
        "links": st.lists(st.builds(Link, TEXTS, TEXTS), max_size=2).map(tuple),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(optional)), max_size=5, unique=True))
    return {word: draw(optional[word]) for word in chosen}


@st.composite
def own_dialects(draw: st.DrawFn) -> Dialect:
    constant = st.one_of(
        _ANY_TEXT, st.sampled_from(["{CODE}", "{", "{}", "{{x}}"]), st.integers(), st.booleans()
    )
    shape = {
        "fault": {"id": CODE, "text": MESSAGE, "status": STATUS, REST: MEMBERS},
        draw(st.sampled_from(["{CODE}", "{REST}", "a.b", "é", "meta"])): draw(constant),
        "list": [{"request": REQUEST_ID, "c": draw(constant)}],
    }
    return Dialect(
        draw(st.sampled_from(["house", "problem", "é"])),
        shape,
        media_type=draw(st.sampled_from(["application/json", "application/x+json; v=1"])),
        limit_headers=draw(st.sampled_from(["none", "ietf"])),
    )


@st.composite
def translations(draw: st.DrawFn) -> Translation:
    prose = markdown()
    return Translation(
        title=draw(st.one_of(st.just(""), TITLES)),
        suggestion=draw(TEXTS),
        message=draw(TEXTS),
        prose=draw(prose.map(canonical)),
        why=draw(prose.map(canonical)),
        source=draw(st.sampled_from(["", "0123456789ab"])),
    )


def canonical(text: str) -> str:
    """Markdown as a declaration keeps it."""
    return read_text(text, where="test")


@st.composite
def abouts(draw: st.DrawFn) -> str:
    chosen = [title for title in ABOUT_HEADINGS if draw(st.booleans())]
    parts = [draw(markdown()), *(f"## {title}\n\n{draw(markdown())}" for title in chosen)]
    return canonical_about("\n\n".join(parts))


def canonical_about(text: str) -> str:
    return read_about(text, where="test")


CODES = st.one_of(
    st.sampled_from(["a.b", "not_found", "x-y", "A", "internal"]),
    st.from_regex(r"[a-z][a-z0-9_.\-]{0,8}", fullmatch=True),
).filter(lambda code: code.lower() not in ("about", "readme", "con", "prn", "aux", "nul", "elsewhere"))


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """A contract with some types, each declared by a class line."""
    catalog = Catalog(
        draw(st.sampled_from(["shop", "é \\ \" '", "a\nb"])),
        base=draw(st.sampled_from(["https://errors.shop.example/", "urn:é:", "tag:x#"])),
        title=draw(TEXTS),
        about=draw(abouts()),
        language=draw(st.sampled_from(["en", "fr-CA"])),
        deprecation_days=draw(st.sampled_from([0, 90])),
    )
    dialect = draw(
        st.one_of(st.sampled_from([dialects.CODED, dialects.FLAT, dialects.GOOGLE]), own_dialects())
    )
    codes = draw(st.lists(CODES, max_size=4, unique_by=str.lower))
    type("Elsewhere", (Problem,), {}, catalog=catalog, code="elsewhere", status=410, title="Elsewhere")
    for number, code in enumerate(codes):
        _declare(draw, catalog, dialect, code, number)
    if draw(st.booleans()):
        standard_types(catalog, naming=draw(st.sampled_from(["snake_case", "kebab-case"])))
    for language in draw(st.lists(st.sampled_from(["de", "pt-BR"]), unique=True)):
        chosen = [code for code in codes if draw(st.booleans())]
        texts = {code: draw(translations()) for code in sorted(chosen)}
        about, source = draw(st.one_of(st.just(""), abouts())), draw(st.sampled_from(["", "0123456789ab"]))
        catalog.translate(language, texts, about=about, about_source=source)
    return Contract(
        catalog,
        dialect=dialect,
        challenge=draw(st.sampled_from(["Bearer", "", 'Bearer realm="x"'])),
        limit_headers=draw(st.sampled_from([None, "ietf"])),
        unknown=draw(st.sampled_from(["by_status", "internal"])),
        request_id_header=draw(st.sampled_from(["X-Request-Id", "Trace"])),
        offers=draw(st.sampled_from([(), ("text/html",), ("text/markdown", "text/html")])),
    )


def _wire_name(hint: Any) -> str:
    said: Member = hint.__metadata__[-1]
    return said.name


def _declare(draw: st.DrawFn, catalog: Catalog, dialect: Dialect, code: str, number: int) -> None:
    statuses = tuple(draw(st.lists(st.integers(400, 599), min_size=1, max_size=3, unique=True)))
    namespace = draw(members(statuses))
    shadowing = {
        name
        for name, hint in namespace["__annotations__"].items()
        if (_wire_name(hint) or name.removesuffix("_")) in dialect.reserved
    }
    annotations = {n: hint for n, hint in namespace["__annotations__"].items() if n not in shadowing}
    defaults = {n: value for n, value in namespace.items() if n in annotations}
    names = list(annotations)
    prose = "\n\n".join([draw(markdown()), "## Why", draw(markdown()), "## What to do", draw(markdown())])
    aliases = draw(st.sampled_from([tuple[str, ...](), (f"old{number}",), (f"old{number}", f"z.{number}")]))
    wire_names = [_wire_name(hint) or name.removesuffix("_") for name, hint in annotations.items()]
    said = {"aliases": aliases, **draw(words(statuses, names, wire_names))}
    if said.get("lifecycle", Lifecycle()) == Lifecycle() and draw(st.booleans()):
        since = date(2026, 1, 1)
        said["lifecycle"] = Lifecycle(since=since, sunset=since + timedelta(days=90), former=f"was{number}")
    type(
        f"Type{number}",
        (Problem,),
        {"__annotations__": annotations, "__module__": __name__, **defaults},
        catalog=catalog,
        code=code,
        status=statuses,
        title=draw(TITLES),
        prose=prose,
        **said,
    )
