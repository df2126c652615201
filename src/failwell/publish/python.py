"""A contract as a Python module of typed classes: `failwell generate python`.

For teams whose catalog is a folder of files or a document, and whose servers and clients are in Python: type
checkers and editors then know each type and its members. Importing the module gives records equal to those
it was written from. Two things stay behind, for they are no part of a class: translations, which are read
from the folder, and the function `validation=` of a contract, which is code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, cast, get_origin

import msgspec

from failwell.contract import Contract
from failwell.contract.policy import Policy
from failwell.declare import Catalog, Lifecycle, MemberType, ProblemType, Stage, standard_types
from failwell.declare.prose import read_prose
from failwell.declare.record import JsonSchema
from failwell.declare.standard import Naming
from failwell.declare.template import Template
from failwell.exceptions import DeclarationError, EncodingError
from failwell.publish.python_text import (
    Expression,
    Group,
    Quoted,
    call,
    docstring,
    exploded,
    laid_out,
    literal,
    mapping,
    quoted,
    sequence,
    width,
)
from failwell.publish.python_types import (
    Scope,
    Typed,
    TypeWriter,
    attribute_name,
    camel_case,
    fits_a_line,
    is_taken,
    says,
)
from failwell.wire import slots
from failwell.wire.dialect import Dialect, is_list, is_object
from failwell.wire.dialects import BUILT_IN
from failwell.wire.values import decode, encode

GENERATED = "# Written by failwell generate python."
"""How a generated module begins."""

_HEAD = f"""\
{GENERATED} Do not edit; change the catalog and write it again.
# ruff: noqa: D101, D205, D400, D403, D405, D410, D411, D412, D414, D415, D416, E501, E741, E742, I001
# ruff: noqa: N815, RUF001, RUF002, RUF100, S105, S108
"""
"""The rules of ruff are about names and prose, which are the catalog's, and about the order of imports."""

_NAMINGS: tuple[Naming, ...] = ("snake_case", "kebab-case")
_SIMPLE_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def to_python(contract: Contract) -> str:
    """Writes the module. The same contract gives the same text, which `ruff format` leaves as it is.

    Raises:
        EncodingError: if an example or a default has no JSON form, a default is an object, which class lines
            do not take, or prose has headings that docstrings cannot have.
    """
    return _Module(contract).source()


class _Module:
    """Writes the parts of one module."""

    def __init__(self, contract: Contract) -> None:
        self._contract, self._catalog = contract, contract.catalog
        records = tuple(contract.catalog.records.values())
        self._gaps = [record for record in records if record.fills_gap]
        self._naming = _naming(records)
        self._written = [record for record in records if not (self._naming and record.fills_gap)]
        self._scope = Scope(_names_in_classes(self._written))
        self._types = TypeWriter(self._scope)
        self._variable = _variable(contract.catalog.name)
        self._scope.define(self._variable)
        self._names = [self._scope.define(camel_case(record.code), "Problem") for record in self._written]

    def source(self) -> str:
        """The whole text."""
        catalog = self._catalog_lines()
        classes = [self._class(record, name) for record, name in zip(self._written, self._names, strict=True)]
        last = "\n".join(filter(None, [self._standard(), self._contract_line()]))
        used = _names_used("\n".join([catalog, *classes, last]))
        structs = _needed(self._types.structs, used)
        aliases = _needed(self._types.aliases, used)
        title = self._catalog.name if _SIMPLE_NAME.match(self._catalog.name) else "this API"
        head = f'{_HEAD}"""The error contract of {title}."""\n\nfrom __future__ import annotations'
        top = "\n\n".join([head, *self._imports(used), catalog, *aliases])
        return "\n\n\n".join([top, *structs, *classes, last]) + "\n"

    # ------------------------------------------------------------------------------------ catalog, contract

    def _catalog_lines(self) -> str:
        catalog = self._catalog
        plain = Catalog(catalog.name, base=catalog.base)
        words = {name: getattr(catalog, name) for name in ("title", "about", "language", "deprecation_days")}
        said = {name: literal(value) for name, value in words.items() if value != getattr(plain, name)}
        made = call(self._use("Catalog"), Quoted(catalog.name), base=Quoted(catalog.base), **said)
        return _assigned(self._variable, made)

    def _standard(self) -> str:
        if not self._naming:
            return ""
        words = {"naming": Quoted(self._naming)} if self._naming != _NAMINGS[0] else {}
        return laid_out(call(self._use("standard_types"), self._variable, **words), column=0, indent=0)

    def _contract_line(self) -> str:
        contract, usual = self._contract, Policy()
        policy = {
            word: value
            for word, value in msgspec.structs.asdict(contract.policy).items()
            if value != getattr(usual, word)
        }
        words = {"base": contract.base} if contract.base != self._catalog.base else {}
        said = {word: literal(value) for word, value in (words | policy).items()}
        dialect = self._dialect(contract.dialect)
        made = call(self._use("Contract"), self._variable, dialect=dialect, **said)
        return _assigned("contract", made)

    def _dialect(self, dialect: Dialect) -> Expression:
        if any(dialect is built_in for built_in in BUILT_IN):
            return f"{self._use('dialects')}.{dialect.name.upper().replace('-', '_')}"
        plain = Dialect(dialect.name, dialect.shape)
        words = {name: getattr(dialect, name) for name in ("media_type", "limit_headers")}
        said = {name: literal(value) for name, value in words.items() if value != getattr(plain, name)}
        return call(self._use("Dialect"), Quoted(dialect.name), self._shape(dialect.shape), **said)

    def _shape(self, shape: Any) -> Expression:
        if isinstance(shape, slots.Slot):
            return self._scope.use("failwell.wire", shape.name)
        if is_object(shape):
            return mapping((self._key(key), self._shape(part)) for key, part in shape.items())
        if is_list(shape):
            return sequence(map(self._shape, shape), "()" if isinstance(shape, tuple) else "[]")
        return literal(shape)

    def _key(self, key: Any) -> str:
        return quoted(key) if isinstance(key, str) else self._scope.use("failwell.wire", key.name)

    # ------------------------------------------------------------------------------------------- classes

    def _class(self, record: ProblemType, name: str) -> str:
        text = _prose(record)
        shown = docstring(text)
        words = dict(self._words(record))
        if text and shown is None:
            words["prose"] = Quoted(text)
        parts = (("", self._use("Problem")), ("catalog=", self._variable))
        listed = (*parts, *((f"{word}=", value) for word, value in words.items()))
        head = exploded(Group(f"class {name}(", listed, "):"), indent=0)
        lines = [self._member(record, member, name) for member in record.members]
        if record.fills_gap:
            lines.insert(
                0, f"    _fills_gap: {self._scope.use('typing', 'ClassVar')}[{self._builtin('bool')}] = True"
            )
        body = [*([shown] if shown else []), *(["\n".join(lines)] if lines else [])]
        return f"{head}\n" + ("\n\n".join(body) or "    pass")

    def _words(self, record: ProblemType) -> Iterator[tuple[str, Expression]]:
        """The words of the class line, without those that are at their default."""
        yield "code", Quoted(record.code)
        yield "status", literal(record.statuses if record.statuses[1:] else record.statuses[0])
        yield "title", Quoted(record.title)
        yield from self._texts(record, "category")
        yield "retry", self._retry(record)
        if record.retryable is not None:
            yield "retryable", literal(record.retryable)
        yield from self._texts(record, "detail", "suggestion")
        if record.resolve is not None:
            yield "resolve", self._struct(record.resolve, "action", "message")
        yield from self._delivery(record)
        if record.lifecycle != Lifecycle():
            yield "lifecycle", self._struct(record.lifecycle, "stage")
        yield from self._texts(record, "since", "owner", "conceal")
        if record.standard is not None:
            yield "standard", literal(record.standard)
        yield from self._parts(record)

    def _texts(self, record: ProblemType, *words: str) -> Iterator[tuple[str, Expression]]:
        yield from ((word, Quoted(getattr(record, word))) for word in words if getattr(record, word))

    def _delivery(self, record: ProblemType) -> Iterator[tuple[str, Expression]]:
        if record.headers:
            rules = ((quoted(rule.name), Quoted(rule.template)) for rule in record.headers)
            yield "headers", mapping(rules)
        if record.redirect is not None:
            yield "redirect", self._struct(record.redirect, "location")
        if record.aliases:
            yield "aliases", literal(record.aliases)

    def _parts(self, record: ProblemType) -> Iterator[tuple[str, Expression]]:
        if record.examples:
            yield "examples", sequence(self._struct(example, "members") for example in record.examples)
        if record.links:
            yield "links", sequence(self._struct(link, "title", "url") for link in record.links)

    def _retry(self, record: ProblemType) -> Expression:
        words = {status: f"{self._use('Retry')}.{record.retry_at(status).name}" for status in record.statuses}
        if len(set(words.values())) == 1:
            return words[record.statuses[0]]
        return mapping((str(status), word) for status, word in words.items())

    def _struct(self, part: msgspec.Struct, *positional: str) -> Expression:
        """A part of a record as a call, without the fields that are at their default."""
        first: list[Expression] = []
        words: dict[str, Expression] = {}
        for field in msgspec.structs.fields(part):
            value = getattr(part, field.name)
            usual = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
            if value == usual and field.name != "stage":
                continue
            if field.name in positional and not words and len(first) == positional.index(field.name):
                first.append(self._value(value))
            else:
                words[field.name] = self._value(value)
        return call(self._use(type(part).__name__), *first, **words)

    def _value(self, value: Any) -> Expression:
        if isinstance(value, Stage):
            return f"{self._use('Stage')}.{value.name}"
        if isinstance(value, date):
            return f"{self._scope.use('datetime', 'date')}({value.year}, {value.month}, {value.day})"
        return literal(_as_json(value, "an example") if isinstance(value, Mapping) else value)

    # ------------------------------------------------------------------------------------------- members

    def _member(self, record: ProblemType, member: MemberType, owner: str) -> str:
        default: Any = member.default
        as_text = member.name in _in_templates(record) or isinstance(default, str)
        typed = self._types.member(
            member.schema, required=member.required, owner=owner + camel_case(member.name), as_text=as_text
        )
        if default.__class__ is tuple and get_origin(typed.hint) is list:
            typed = self._types.as_tuple(typed)
        name = _attribute(member)
        said = dict(self._said(member, name, typed))
        takes_default = default is None or default is msgspec.UNSET or typed.takes(default)
        if not takes_default or not (said or fits_a_line(name, f"{typed.source} | None")):
            typed = self._types.member({}, required=member.required, owner=owner)
            said = dict(self._said(member, name, typed))  # its schema
        source = typed.source if member.required or typed.hint is Any else f"{typed.source} | None"
        annotation = self._annotated(source, said) if said else source
        return self._member_line(name, annotation, member, typed)

    def _annotated(self, source: str, said: dict[str, Expression]) -> Group:
        name = said.pop("name", None)
        made = call(self._use("Member"), *([name] if name is not None else []), **said)
        return Group(f"{self._scope.use('typing', 'Annotated')}[", (("", source), ("", made)), "]")

    def _member_line(self, name: str, annotation: Expression, member: MemberType, typed: Typed) -> str:
        lead = f"    {name}: "
        if member.default is msgspec.UNSET:
            return lead + laid_out(annotation, column=width(lead), indent=4)
        default = self._default(member, typed)
        written = laid_out(annotation, column=width(lead), indent=4, tail=3 + width(_first_line(default)))
        last = written.rpartition("\n")[2] if "\n" in written else lead + written
        value = laid_out(default, column=width(last) + 3, indent=4)
        fits = member.default is not None or not member.required or typed.hint is object
        return f"{lead}{written} = {value}" + ("" if fits else "  # type: ignore[assignment]")

    def _default(self, member: MemberType, typed: Typed) -> Expression:
        value, plain = member.default, _as_json(member.default, f"the default of {member.name!r}")
        if isinstance(value, Mapping):
            raise EncodingError(
                f"the default of {member.name!r} is an object, which occurrences would share",
                code="default-not-for-classes", hint="leave the default out, or make it a list",
            )  # fmt: skip
        if plain == value or isinstance(value, tuple):
            return literal(value)
        return call(self._scope.use("msgspec", "convert"), literal(plain), typed.source)

    def _said(self, member: MemberType, name: str, typed: Typed) -> Iterator[tuple[str, Expression]]:
        """The words of `Member(…)` that the annotation alone does not say."""
        if member.wire_name != name.removesuffix("_"):
            yield "name", Quoted(member.wire_name)
        if member.unit:
            yield "unit", Quoted(member.unit)
        if member.exposure != "public":
            yield "exposure", Quoted(member.exposure)
        if not member.on_wire:
            yield "on_wire", "False"
        if member.statuses:
            yield "statuses", literal(member.statuses)
        if member.description:
            yield "description", Quoted(member.description)
        if not says(typed.hint, member.schema):
            yield "schema", literal(_as_json(member.schema, f"the schema of {member.name!r}"))

    # ------------------------------------------------------------------------------------------- names

    def _use(self, name: str) -> str:
        return self._scope.use("failwell", name)

    def _builtin(self, name: str) -> str:
        return self._scope.use("builtins", name)

    def _imports(self, used: set[str]) -> Iterator[str]:
        """The sections of imports: the standard library, then the others."""
        lines: dict[bool, list[str]] = {False: [], True: []}
        for module, names in sorted(self._scope.imports.items()):
            needed = {name: here for name, here in names.items() if here in used}
            if needed:
                lines[module.partition(".")[0] in _OTHERS].append(_import(module, needed))
        return map("\n".join, filter(None, lines.values()))


_OTHERS = ("failwell", "msgspec")


def _import(module: str, names: Mapping[str, str]) -> str:
    order = sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    listed = [name if names[name] == name else f"{name} as {names[name]}" for name in order]
    line = f"from {module} import {', '.join(listed)}"
    if width(line) <= 110:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in listed) + ")"


def _names_used(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _needed(definitions: Mapping[str, str], used: set[str]) -> list[str]:
    """The definitions that others use, whose names are added to those used; later ones use earlier ones."""
    needed: list[str] = []
    for name, source in reversed(list(definitions.items())):
        if name in used:
            used |= _names_used(source)
            needed.insert(0, source)
    return needed


def _assigned(variable: str, value: Expression) -> str:
    lead = f"{variable} = "
    return lead + laid_out(value, column=len(lead), indent=0)


def _first_line(expression: Expression) -> str:
    return laid_out(expression, column=0, indent=0).partition("\n")[0]


def _variable(name: str) -> str:
    wanted = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return wanted if _SIMPLE_NAME.match(wanted) and not is_taken(wanted) else "catalog"


def _naming(records: Iterable[ProblemType]) -> Naming | None:
    """How the standard types of a catalog are named; None if it has none, or others than a call makes."""
    known = tuple(records)
    own = [record for record in known if not record.fills_gap]
    gaps = [record for record in known if record.fills_gap]
    taken = {name for record in own for name in record.names}
    stood_for = {record.standard for record in own}
    for naming in _NAMINGS if gaps else ():
        scratch = Catalog("scratch", base="scratch:")
        standard_types(scratch, naming=naming)
        made = scratch.records.values()
        if gaps == [r for r in made if r.code not in taken and r.standard not in stood_for]:
            return naming
    return None


def _names_in_classes(records: Iterable[ProblemType]) -> Iterator[str]:
    for record in records:
        for member in record.members:
            yield _attribute(member)
            yield from _names_in(member.schema)


def _names_in(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        fields = cast("JsonSchema", schema)
        properties = fields.get("properties")
        if isinstance(properties, dict):
            yield from map(attribute_name, cast("JsonSchema", properties))
        for part in fields.values():
            yield from _names_in(part)
    elif isinstance(schema, list):
        for part in cast("list[object]", schema):
            yield from _names_in(part)


def _attribute(member: MemberType) -> str:
    """The attribute's name. One that the language has for itself gets an underscore."""
    return member.name if attribute_name(member.name) == member.name else attribute_name(member.name)


def _in_templates(record: ProblemType) -> frozenset[str]:
    resolve = record.resolve
    sources = [record.detail, *(rule.template for rule in record.headers)]
    sources += [resolve.url, resolve.endpoint] if resolve else []
    return frozenset(name for source in sources for name in Template(source).names)


def _prose(record: ProblemType) -> str:
    """The text of a docstring.

    Raises:
        EncodingError: if it has headings or fences that would be read as something else.
    """
    texts = [record.prose, record.why, record.what_to_do]
    titled = zip(("", "## Why\n\n", "## What to do\n\n"), texts, strict=True)
    whole = "\n\n".join(title + text for title, text in titled if text)
    where = f"problem type {record.code!r}"
    try:
        comes_back = list(read_prose(whole, where=where)) == texts
    except DeclarationError:
        comes_back = False
    if not comes_back:
        raise EncodingError(
            "its prose cannot stand in a docstring", code="prose-not-for-classes", where=where,
            hint="close the fenced blocks in it, and begin its own headings with ###",
        )  # fmt: skip
    return whole


def _as_json(value: Any, what: str) -> Any:
    if _is_json(value):
        return value
    try:
        return decode(encode(value))
    except Exception as error:
        raise EncodingError(
            f"{what} has no JSON form", code="value-without-json",
            hint="use values in examples and defaults that msgspec or pydantic can encode",
        ) from error  # fmt: skip


def _is_json(value: object) -> bool:
    """Whether it stands as it is, also where it has texts that no JSON can carry (lone surrogates)."""
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value)
        return all(type(key) is str and _is_json(item) for key, item in entries.items())
    if isinstance(value, list):
        return all(map(_is_json, cast("list[object]", value)))
    return value is None or type(value) in (str, int, float, bool)
