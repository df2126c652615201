"""Wrong declarations fail at import: each error says what is wrong, where, and how to mend it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import pytest

import failwell.declare
from failwell import (
    Catalog,
    DeclarationError,
    Example,
    Lifecycle,
    Member,
    Problem,
    Redirect,
    Resolve,
    Retry,
    Stage,
)
from failwell.declare import Translation
from tests.unit.declare.declaring import abstract, catalog, declare

Case = tuple[str, Callable[[], object], str, str, str]
SAMPLE = "tests.unit.declare.declaring.Sample"
SHARED = "tests.unit.declare.declaring.Shared"
URL = "https://errors.example/"


class Opaque:
    """A type without JSON form."""


def _twice(**second: Any) -> None:
    shared = catalog()
    declare(catalog=shared, aliases=("former",))
    declare(catalog=shared, **second)


def _life(into: Catalog | None = None, **words: Any) -> None:
    declare(catalog=into or catalog(), lifecycle=Lifecycle(**words))


def _german(texts: dict[str, Translation]) -> None:
    shared = catalog()
    declare(catalog=shared)
    shared.translate("de", texts)


_DAY = date(2027, 1, 1)
_IN_GERMAN = "Catalog('drops'), language 'de'"

CASES: list[Case] = [
    # code, declaration, what, where, how to mend it
    ("missing-word", lambda: declare(catalog=...), "needs catalog=", SAMPLE, "name the catalog"),
    ("missing-word", lambda: declare(code=...), "needs code=", SAMPLE, "add it"),
    ("missing-word", lambda: declare(status=...), "needs status=", SAMPLE, "add it"),
    ("missing-word", lambda: declare(title=""), "needs title=", SAMPLE, "abstract=True"),
    ("unknown-word", lambda: declare(colour=1), "no word 'colour'", SAMPLE, "aliases, catalog, category"),
    ("unknown-word", lambda: abstract(colour=1), "no word 'colour'", SHARED, "use one of aliases, catalog"),
    ("unknown-word", lambda: abstract(code="x"), "no word 'code'", SHARED, "use one of"),
    ("wrong-word", lambda: declare(suggestion=5), "suggestion= is int", SAMPLE, 'suggestion="…"'),
    ("wrong-word", lambda: declare(aliases="former"), "aliases= is str", SAMPLE, '("former_code",)'),
    ("wrong-word", lambda: declare(retryable="no"), "retryable= is str", SAMPLE, "True, or"),
    ("wrong-word", lambda: declare(resolve="/plan"), "resolve= is str", SAMPLE, "Resolve("),
    ("wrong-word", lambda: declare(headers=("Via",)), "headers= is tuple", SAMPLE, '{"Name"'),
    ("wrong-word", lambda: declare(redirect="/login"), "redirect= is str", SAMPLE, "Redirect("),
    ("wrong-word", lambda: declare(lifecycle="beta"), "lifecycle= is str", SAMPLE, "Lifecycle("),
    ("wrong-word", lambda: declare(examples=[Example()]), "examples= is list", SAMPLE, "Example("),
    ("wrong-word", lambda: declare(catalog="drops"), "catalog= is str", SAMPLE, "Catalog("),
    (
        "wrong-word",
        lambda: declare({"x": Annotated[int, Member(statuses=413)]}),  # type: ignore[arg-type]
        "statuses= is int",
        f"{SAMPLE}.x",
        "(413,)",
    ),
    ("wrong-word", lambda: abstract(owner=1), "owner= is int", SHARED, 'owner="…"'),
    ("bad-code", lambda: declare(code="not found"), "'not found' cannot be a code", SAMPLE, "a letter, then"),
    ("bad-code", lambda: declare(code="x" * 64), "cannot be a code", SAMPLE, "62 letters"),
    ("bad-code", lambda: declare(code="found\n"), "'found\\n' cannot be a code", SAMPLE, "a letter, then"),
    ("bad-code", lambda: declare(aliases=("a/b",)), "'a/b' cannot be a code", SAMPLE, "a letter, then"),
    ("bad-title", lambda: declare(title="No {id}"), "cannot be a title", SAMPLE, "belongs into detail"),
    ("bad-title", lambda: declare(title="a\nb"), "cannot be a title", SAMPLE, "one line"),
    ("bad-status", lambda: declare(status="404"), "status='404'", SAMPLE, "from 400 to 599"),
    ("bad-status", lambda: declare(status=200), "status=200", SAMPLE, "from 400 to 599"),
    ("bad-status", lambda: declare(status=True), "status=True", SAMPLE, "from 400 to 599"),
    ("bad-status", lambda: declare(status=(404, 404)), "status=(404, 404)", SAMPLE, "each once"),
    ("bad-status", lambda: declare(status=[404]), "status=[404]", SAMPLE, "a tuple"),
    ("bad-standard", lambda: declare(standard="outage"), "'outage'", SAMPLE, 'or "internal"'),
    ("bad-retry", lambda: declare(retry="never"), "does not fit the statuses 404", SAMPLE, "one retry word"),
    ("bad-retry", lambda: declare(retry={409: Retry.LATER}), "does not fit", SAMPLE, "one for each"),
    (
        "stray-brace",
        lambda: declare({"x": str}, detail="Only {x"),
        "'Only {x' has a brace",
        SAMPLE,
        "no other",
    ),
    ("bad-header", lambda: declare(headers={"Content-Type": "x"}), "not a type's", SAMPLE, "leave it out"),
    (
        "unknown-placeholder",
        lambda: declare({"x": str}, detail="{x.__class__}"),
        "'x.__class__', which is not a member",
        f"{SAMPLE}, detail=",
        "use one of x",
    ),
    (
        "unknown-placeholder",
        lambda: declare(headers={"Retry-After": "{wait}"}),
        "'wait'",
        f"{SAMPLE}, headers={{'Retry-After': …}}",
        "the type has no members",
    ),
    (
        "unknown-placeholder",
        lambda: declare({"id": str}, resolve=Resolve("open", url="https://a.example/{ID}")),
        "'ID'",
        f"{SAMPLE}, resolve=, url=",
        "use one of id",
    ),
    (
        "bad-resolve",
        lambda: declare(resolve=Resolve("a", method="PUT")),
        "half a call",
        SAMPLE,
        "go together",
    ),
    ("bad-resolve", lambda: declare(resolve=Resolve("")), "half a call", SAMPLE, "action= is always needed"),
    ("bad-redirect", lambda: declare(redirect=Redirect("/login")), "carry the code", SAMPLE, "for instance"),
    ("bad-redirect", lambda: declare(redirect=Redirect("/{code}", 200)), "status", SAMPLE, "status=303"),
    ("bad-header", lambda: declare(headers={"Retry After": "1"}), "'Retry After'", SAMPLE, "is a token"),
    ("bad-header", lambda: declare(headers={"Via": "a", "VIA": "b"}), "'VIA'", SAMPLE, "stands once"),
    (
        "bad-header",
        lambda: declare(headers={"Via": "a\r\nb"}),
        "cannot be the value",
        f"{SAMPLE}, headers={{'Via': …}}",
        "line breaks",
    ),
    ("bad-redirect", lambda: declare(redirect=Redirect("/{code}/{code}")), "once", SAMPLE, "for instance"),
    ("bad-redirect", lambda: declare(redirect=Redirect("/\r\n{code}")), "carry", SAMPLE, "for instance"),
    ("bad-wire-name", lambda: declare({"x": Annotated[int, Member('a"')]}), "'a\"'", f"{SAMPLE}.x", "quotes"),
    (
        "standard-removed",
        lambda: declare(standard=404, lifecycle=Lifecycle(Stage.REMOVED)),
        "cannot stand for 404",
        SAMPLE,
        "takes its place",
    ),
    ("foreign-status", lambda: declare(examples=(Example(status=409),)), "status 409", SAMPLE, "(404,)"),
    (
        "foreign-status",
        lambda: declare({"x": Annotated[int, Member(statuses=(409,))]}),
        "member x names status 409",
        SAMPLE,
        "(404,)",
    ),
    ("standard-needs-members", lambda: declare({"x": int}, standard=404), "404", SAMPLE, "a default"),
    ("unresolved-annotation", lambda: declare({"x": "Nowhere"}), "'Nowhere'", SAMPLE, "must be importable"),
    ("unresolved-annotation", lambda: declare({"x": "1 / 0"}), "division", SAMPLE, "must be importable"),
    ("reserved-member", lambda: declare({"args": int}), "already has 'args'", f"{SAMPLE}.args", "`args_: …`"),
    ("reserved-member", lambda: declare({"status": int}), "'status'", f"{SAMPLE}.status", "`status_: …`"),
    ("reserved-member", lambda: declare({"self": int}), "'self'", f"{SAMPLE}.self", "`self_: …`"),
    (
        "reserved-member",
        lambda: declare(bases=(abstract({"headers": str}),)),
        "'headers'",
        f"{SAMPLE}.headers",
        "`headers_: …`",
    ),
    ("private-member", lambda: declare({"_notes": str}), "'_notes'", f"{SAMPLE}._notes", "without the"),
    ("mutable-default", lambda: declare({"x": list}, {"x": []}), "shared by all", f"{SAMPLE}.x", "a tuple"),
    (
        "bad-exposure",
        lambda: declare({"x": Annotated[int, Member(exposure="hidden")]}),  # type: ignore[arg-type]
        "'hidden' is not an exposure",
        f"{SAMPLE}.x",
        "public, id, secret",
    ),
    ("member-without-json", lambda: declare({"x": Opaque}), "Opaque", f"{SAMPLE}.x", "a dataclass"),
    ("member-without-json", lambda: declare({"x": list[int] | set[int]}), "set[int]", f"{SAMPLE}.x", "use a"),
    ("duplicate-member", lambda: declare({"x": int, "x_": int}), "called 'x'", SAMPLE, "another name"),
    ("declared-twice", _twice, "'sample' is taken", f"{SAMPLE} in catalog 'drops'", "another"),
    ("declared-twice", lambda: _twice(code="former"), "'former' is taken", SAMPLE, "never reused"),
    ("declared-twice", lambda: _twice(code="b", aliases=("sample",)), "alias 'sample'", SAMPLE, "another"),
    ("bad-catalog", lambda: Catalog("", base=URL), "needs a name", "Catalog('')", "short identifier"),
    ("bad-catalog", lambda: Catalog("a", base="https://errors.example"), "base", "Catalog('a')", "ends with"),
    ("bad-catalog", lambda: Catalog("a", base="/errors/"), "'/errors/'", "Catalog('a')", "an absolute URI"),
    ("bad-prose", lambda: declare(prose="## Advice\nx"), "'## Advice' is not known", SAMPLE, "## Why"),
    ("bad-prose", lambda: declare(prose="## Why\nx\n## Why\ny"), "'## Why' stands twice", SAMPLE, "once"),
    ("bad-prose", lambda: declare(prose="a\n## What happened\nb"), "again under it", SAMPLE, "keep one"),
    ("bad-prose", lambda: Catalog("a", base=URL, about="## Why"), "'## Why'", "Catalog('a')", "## Shape"),
    ("bad-language", lambda: Catalog("a", base=URL, language="Deutsch!"), "'Deutsch!'", "Catalog", "pt-BR"),
    ("bad-member-name", lambda: declare({"a-b": int}), "'a-b' cannot be", f"{SAMPLE}.a-b", "in JSON is free"),
    ("bad-lifecycle", lambda: _life(since=_DAY, sunset=_DAY), "before it begins", SAMPLE, "since, sunset"),
    ("bad-lifecycle", lambda: _life(former="old"), "without a sunset", SAMPLE, "since, sunset"),
    ("bad-lifecycle", lambda: _life(former="sample", sunset=_DAY), "to itself", SAMPLE, "renamed"),
    ("bad-lifecycle", lambda: _life(replaced_by="sample"), "replaced by itself", SAMPLE, "deprecated"),
    (
        "bad-lifecycle",
        lambda: _life(stage=Stage.REMOVED, former="old", sunset=_DAY),
        "renamed and at its end",
        SAMPLE,
        "stable",
    ),
    ("bad-code", lambda: _life(former="a b", sunset=_DAY), "'a b' cannot be a code", SAMPLE, "a letter"),
    (
        "sunset-too-soon",
        lambda: _life(Catalog("drops", base=URL, deprecation_days=180), since=_DAY, sunset=date(2027, 6, 29)),
        "sunset on 2027-06-29: sooner",
        SAMPLE,
        "at least 180 days",
    ),
    (
        "sunset-too-soon",
        lambda: _life(Catalog("drops", base=URL, deprecation_days=1), stage=Stage.DEPRECATED, sunset=_DAY),
        "deprecated on a day that is not said with sunset on 2027-01-01",
        SAMPLE,
        "at least 1 days",
    ),
    ("bad-lifecycle", lambda: _life(stage="deprecated"), "a stage or a day that is none", SAMPLE, "Stage."),
    (
        "bad-lifecycle",
        lambda: _life(since="2026-11-01"),
        "a stage or a day that is none",
        SAMPLE,
        "date(2026",
    ),
    ("bad-lifecycle", lambda: _life(sunset=datetime(2027, 1, 1, tzinfo=UTC)), "a day", SAMPLE, "date(2027"),
    ("bad-code", lambda: _life(replaced_by="a b"), "'a b' cannot be a code", SAMPLE, "a letter"),
    (
        "wrong-word",
        lambda: Catalog("a", base=URL, deprecation_days=-1),
        "no notice",
        "Catalog('a')",
        "leave it",
    ),
    ("translation-of-what", lambda: _german({"other": Translation()}), "does not have", _IN_GERMAN, "after"),
    (
        "unknown-placeholder",
        lambda: _german({"sample": Translation(detail="{x}")}),
        "asks for 'x'",
        _IN_GERMAN,
        "without placeholders",
    ),
    ("bad-title", lambda: _german({"sample": Translation(title="a\nb")}), "a title", _IN_GERMAN, "one line"),
    (
        "bad-language",
        lambda: catalog().translate("", {}),
        "'' is no language",
        "Catalog('drops')",
        "RFC 5646",
    ),
    ("translated-twice", lambda: catalog().translate("EN", {}), "already", "Catalog('drops')", "at once"),
    ("bad-prose", lambda: catalog().translate("de", {}, about="## Form"), "Form", "Catalog('drops')", "##"),
]


@pytest.mark.parametrize(("code", "wrong", "what", "where", "hint"), CASES)
def test_a_wrong_declaration_says_what_where_and_how_to_mend_it(
    code: str, wrong: Callable[[], object], what: str, where: str, hint: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        wrong()
    error = caught.value
    assert error.code == code
    assert what in error.what
    assert error.where.startswith(where)
    assert hint in error.hint
    assert str(error) == f"{error.where}: {error.what}\n  To mend it: {error.hint}\n  [{code}]"


def test_every_code_of_a_declaration_error_is_in_the_table() -> None:
    assert {code for code, *_ in CASES} == _codes_in_the_source()


def _codes_in_the_source() -> set[str]:
    folder = Path(failwell.declare.__path__[0])
    calls = [
        node
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DeclarationError"
    ]
    codes = [
        k.value.value
        for c in calls
        for k in c.keywords
        if k.arg == "code" and isinstance(k.value, ast.Constant)
    ]
    assert len(codes) == len(calls)  # each call names its code, as a literal
    return {str(code) for code in codes}


def test_a_local_class_as_the_type_of_a_member_fails_clearly() -> None:
    """Annotations are text, resolved in the module; a local class is not to be found there."""

    class Local: ...

    with pytest.raises(DeclarationError, match="must be importable at the top of the module") as caught:

        class _Sample(Problem, catalog=catalog(), code="sample", status=404, title="Sample"):
            value: Local

    assert caught.value.code == "unresolved-annotation"
    assert "Local" in caught.value.what


def test_a_class_that_failed_is_not_in_the_catalog() -> None:
    """Neither its code nor its aliases are taken: mended, it can be declared again."""
    drops = catalog()
    first = declare(catalog=drops, code="first", standard=404)
    with pytest.raises(DeclarationError, match="standard=404 is taken"):
        declare(catalog=drops, code="second", aliases=("former",), standard=404)
    second = declare(catalog=drops, code="second", aliases=("former",))
    assert list(drops) == [first, second]
    assert drops.find("former") is second


def test_a_lifecycle_word_of_the_right_form_is_taken() -> None:
    assert declare(lifecycle=Lifecycle()).problem_type.lifecycle == Lifecycle()
