"""From the JSON Schema of a member to the annotation of a typed class, with the classes it is made of."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, Union, cast, get_args, get_origin
from uuid import UUID

import msgspec

from failwell.declare.annotations import admits_none, json_schema
from failwell.declare.record import JsonSchema
from failwell.exceptions import DeclarationError
from failwell.publish.python_text import (
    LINE,
    Expression,
    call,
    docstring,
    flat,
    laid_out,
    literal,
    sequence,
    width,
)

_PLAIN: Mapping[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}
_FORMATS: Mapping[str, type] = {
    "date": date, "uuid": UUID, "duration": timedelta, "decimal": Decimal,
    "date-time": datetime, "time": time,
}  # fmt: skip
_MODULES: Mapping[Any, str] = {
    date: "datetime", datetime: "datetime", time: "datetime", timedelta: "datetime",
    Decimal: "decimal", UUID: "uuid", msgspec.UnsetType: "msgspec",
}  # fmt: skip
_LIMITS = {
    "minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of", "minLength": "min_length", "maxLength": "max_length", "pattern": "pattern",
    "minItems": "min_length", "maxItems": "max_length",
    "minProperties": "min_length", "maxProperties": "max_length",
    "title": "title", "description": "description",
}  # fmt: skip
"""Keywords of JSON Schema, and the words of `msgspec.Meta` that say the same."""

_OF_STRUCTS = {"title", "description", "type", "properties", "required", "additionalProperties"}
_LONGEST_LITERAL = 60
_LONGEST = 90
_BEGIN_OF_DEFAULT = len(" = -1234567890123456789")
_WORD = re.compile(r"[^\W_]+")


class Typed(NamedTuple):
    """An annotation: its source, and the same as an object, to compute what schema it has."""

    source: str
    hint: Any

    def takes(self, value: Any) -> bool:
        """Whether type checkers take a value for a default."""
        try:
            msgspec.convert(value, self.hint, strict=True)
        except ValueError:
            return False
        return True


class Scope:
    """The names of a module that is being written: what it imports, and what it defines.

    Attributes:
        imports: the imported names by module, each with the name it has here.
    """

    def __init__(self, members: Iterable[str]) -> None:
        """Makes an empty one.

        Args:
            members: the names that stand in classes, where they would hide what annotations mean.
        """
        self._hiding = frozenset(members)
        self._defined: set[str] = set()
        self.imports: dict[str, dict[str, str]] = {}

    def use(self, module: str, name: str) -> str:
        """Imports a name; the answer is what it is called here."""
        here = name
        while here in self._hiding:
            here += "_"
        if module != "builtins" or here != name:
            self.imports.setdefault(module, {})[name] = here
        return here

    def define(self, wanted: str, suffix: str = "") -> str:
        """A name for something defined here, as near to the wanted one as is free."""
        name = f"{wanted}{suffix}" if is_taken(wanted) else wanted
        number = 1
        while name in self._defined or name in self._hiding or is_taken(name):
            number += 1
            name = f"{wanted}{number}"
        self._defined.add(name)
        return name


class TypeWriter:
    """Writes annotations, and collects the definitions that they need.

    Attributes:
        aliases: source, by name, of the literals that are too long to stand in a class.
        structs: source, by name, of the nested objects, those that others need first.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._known: dict[bytes, Typed] = {}
        self.aliases: dict[str, str] = {}
        self.structs: dict[str, str] = {}

    def member(self, schema: JsonSchema, *, required: bool, owner: str, as_text: bool = False) -> Typed:
        """The annotation of a member, without None.

        Args:
            schema: of the values.
            required: whether None is not among them.
            owner: what a definition that it needs is called.
            as_text: whether strings stay strings, whatever their format: templates put them in as they are.
        """
        typed = _Schemas(self, owner, as_text=as_text).typed(schema)
        if admits_none(typed.hint):  # a union with null, or any value
            return self.plain(object) if required else self.any()
        return typed

    def plain(self, kind: type) -> Typed:
        """A type that is imported, or built in."""
        return Typed(self._scope.use(_MODULES.get(kind, "builtins"), kind.__name__), kind)

    def any(self) -> Typed:
        """Any value."""
        return Typed(self._scope.use("typing", "Any"), Any)

    def annotated(self, typed: Typed, words: Mapping[str, Any]) -> Typed:
        """A type with what `msgspec.Meta` says of it."""
        meta = call(self._scope.use("msgspec", "Meta"), **{w: literal(value) for w, value in words.items()})
        source = f"{self._scope.use('typing', 'Annotated')}[{typed.source}, {flat(meta)}]"
        return Typed(source, Annotated[typed.hint, msgspec.Meta(**words)])

    def union(self, options: Iterable[Typed]) -> Typed:
        """One of several types; any, where the types overlap."""
        known = {typed.source: typed for typed in options}
        types = [typed for source, typed in known.items() if source != "None"]
        if any(typed.hint is Any or (len(types) > 1 and is_literal(typed.hint)) for typed in types):
            return self.any()
        ordered = [*types, *([known["None"]] if "None" in known else [])]
        hints = tuple(typed.hint for typed in ordered)
        return Typed(" | ".join(typed.source for typed in ordered), Union[hints])  # noqa: UP007 - known at run time only

    def within(self, container: type, *inner: Typed) -> Typed:
        """A list or a dictionary."""
        outer, generic = self.plain(container), cast("Any", container)
        sources = ", ".join(typed.source for typed in inner)
        return Typed(f"{outer.source}[{sources}]", generic[tuple(typed.hint for typed in inner)])

    def as_tuple(self, typed: Typed) -> Typed:
        """A list as a tuple of any length, which can be a default."""
        inner = typed.source.removeprefix(self.plain(list).source)[1:-1]
        generic: Any = tuple
        return Typed(f"{self.plain(tuple).source}[{inner}, ...]", generic[get_args(typed.hint)[0], ...])

    def one_of(self, values: list[Any], owner: str) -> Typed:
        """One of several values; many of them get a name."""
        special: Any = Literal
        hint = special[tuple(values)]
        opening = f"{self._scope.use('typing', 'Literal')}["
        listed = sequence(map(literal, values), "[]")._replace(opening=opening)
        if width(flat(listed)) <= _LONGEST_LITERAL:
            return Typed(flat(listed), hint)
        key = msgspec.json.encode(values)
        if key not in self._known:
            name = self._scope.define(owner)
            lead = f"{name} = "
            self.aliases[name] = lead + laid_out(listed, column=len(lead), indent=0)
            self._known[key] = Typed(name, hint)
        return self._known[key]

    def struct(self, schema: JsonSchema, *, as_text: bool) -> Typed | None:
        """A nested object with a title as a class; None if no class says the same."""
        key = msgspec.json.encode([schema, as_text], order="sorted")
        if key not in self._known:
            title = cast("str", schema["title"])
            fields = [
                _Field(self, name, schema, camel_case(title), as_text=as_text)
                for name in schema["properties"]
            ]
            if len({field.name for field in fields}) < len(fields):
                return None
            self._known[key] = self._define(self._scope.define(camel_case(title)), schema, fields)
        return self._known[key]

    def _define(self, name: str, schema: JsonSchema, fields: list[_Field]) -> Typed:
        is_optional = [field.is_optional for field in fields]
        words: dict[str, bool] = {"frozen": True}
        words |= {"kw_only": True} if is_optional != sorted(is_optional) else {}
        words |= {"forbid_unknown_fields": True} if schema.get("additionalProperties") is False else {}
        text = docstring(schema.get("description", ""))
        namespace = {"__doc__": schema["description"]} if text else {}
        listed = [(field.name, field.typed.hint, field.default) for field in fields]
        hint = msgspec.defstruct(name, listed, namespace=namespace, **words)  # type: ignore[arg-type]
        base = self._scope.use("msgspec", "Struct")
        head = f"class {name}({base}, {', '.join(f'{word}={value}' for word, value in words.items())}):"
        lines = [self._field_line(field) for field in fields]
        body = [*([text] if text else []), "\n".join(lines)] if lines else [text or "    pass"]
        self.structs[name] = "\n".join([head, "\n\n".join(body)])
        return Typed(name, hint)

    def _field_line(self, field: _Field) -> str:
        written = field.written_default(self._scope)
        line = f"    {field.name}: {field.typed.source}"
        if not written:
            return line
        return f"{line} = {laid_out(written, column=width(line) + 3, indent=4)}"


class _Field:
    """A field of a nested object: its name, its type, and its default.

    Attributes:
        name: of the attribute.
        typed: the annotation.
        is_optional: whether an object can come without it.
    """

    def __init__(
        self, writer: TypeWriter, key: str, schema: JsonSchema, owner: str, *, as_text: bool
    ) -> None:
        part: JsonSchema = dict(schema["properties"][key])
        self.name = attribute_name(key)
        self._key = key if key != self.name else None
        self.is_optional = key not in schema.get("required", ())
        value = part.pop("default", msgspec.UNSET) if self.is_optional else msgspec.NODEFAULT
        self._factory: Any = list if value == [] else dict if value == {} else None
        is_shared = isinstance(value, list | dict)
        self._value: Any = value if not is_shared else msgspec.NODEFAULT if self._factory else msgspec.UNSET
        self.typed = _Schemas(writer, f"{owner}{camel_case(key)}", as_text=as_text).typed(part)
        if self._value is msgspec.UNSET:
            self.typed = writer.union([self.typed, writer.plain(msgspec.UnsetType)])
        has_default = self._value not in (msgspec.UNSET, msgspec.NODEFAULT)
        if not fits_a_line(self.name, self.typed.source) or (
            has_default and not self.typed.takes(self._value)
        ):
            self.typed = writer.any()

    @property
    def default(self) -> Any:
        """What `msgspec.defstruct` takes for a default."""
        if self._factory:
            return msgspec.field(name=self._key, default_factory=self._factory)
        return msgspec.field(name=self._key, default=self._value)

    def written_default(self, scope: Scope) -> Expression | None:
        """The default as it stands in a class; None where there is none."""
        words: dict[str, Expression] = {"name": literal(self._key)} if self._key else {}
        if self._factory:
            words["default_factory"] = scope.use("builtins", self._factory.__name__)
        elif self._value is msgspec.UNSET:
            words["default"] = scope.use("msgspec", "UNSET")
        elif self._value is not msgspec.NODEFAULT:
            words["default"] = literal(self._value)
        return (
            words.get("default")
            if words.keys() <= {"default"}
            else call(scope.use("msgspec", "field"), **words)
        )


class _Schemas:
    """Reads schemas as types. What a type cannot say is left out; the whole is compared in the end."""

    def __init__(self, writer: TypeWriter, owner: str, *, as_text: bool) -> None:
        self._writer, self._owner, self._as_text = writer, owner, as_text

    def typed(self, schema: object) -> Typed:
        """The nearest type that takes all values of the schema and can be decoded."""
        for candidate in self._candidates(cast("JsonSchema", schema) if isinstance(schema, dict) else {}):
            if width(candidate.source) <= _LONGEST and _is_decodable(candidate.hint):
                return candidate
        return self._writer.any()

    def _candidates(self, schema: JsonSchema) -> Iterator[Typed]:
        try:
            bare = self._bare(schema)
            if bare is not None:
                yield self._limited(bare, schema)
        except (TypeError, ValueError, OverflowError):  # a limit that msgspec does not take
            pass
        kind = schema.get("type")
        if isinstance(kind, str) and kind in _PLAIN:
            yield self._writer.plain(_PLAIN[kind])
        elif kind == "array":
            yield self._writer.within(list, self._writer.any())
        elif kind == "object":
            yield self._writer.within(dict, self._writer.plain(str), self._writer.any())

    def _bare(self, schema: JsonSchema) -> Typed | None:
        """The type without its limits; None if there is none."""
        values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
        if values:
            is_plain = all(type(value) in (str, int, bool) for value in values)
            return self._writer.one_of(values, self._owner) if is_plain else None
        if "anyOf" in schema:
            return self._writer.union(map(self._option, schema["anyOf"]))
        kind = schema.get("type")
        reads = {"string": self._string, "array": self._array, "object": self._object}
        if kind in reads:
            return reads[kind](schema)
        return self._writer.plain(_PLAIN[kind]) if isinstance(kind, str) and kind in _PLAIN else None

    def _option(self, schema: object) -> Typed:
        return Typed("None", None) if schema == {"type": "null"} else self.typed(schema)

    def _string(self, schema: JsonSchema) -> Typed:
        kind = (
            bytes
            if schema.get("contentEncoding") == "base64"
            else _FORMATS.get(schema.get("format", ""), str)
        )
        plain = self._writer.plain(str if self._as_text else kind)
        with_zone = plain.hint in (datetime, time)  # those without one have no format
        return self._writer.annotated(plain, {"tz": True}) if with_zone else plain

    def _array(self, schema: JsonSchema) -> Typed:
        return self._writer.within(list, self.typed(schema.get("items")))

    def _object(self, schema: JsonSchema) -> Typed | None:
        title, others = schema.get("title"), schema.get("additionalProperties", {})
        if "properties" not in schema:
            return self._writer.within(dict, self._writer.plain(str), self.typed(others))
        is_said = _OF_STRUCTS.issuperset(schema) and ("additionalProperties" not in schema or others is False)
        is_named = isinstance(title, str) and title.isidentifier() and not title.startswith("_")
        return self._writer.struct(schema, as_text=self._as_text) if is_said and is_named else None

    def _limited(self, typed: Typed, schema: JsonSchema) -> Typed:
        words = {_LIMITS[word]: value for word, value in schema.items() if word in _LIMITS}
        if isinstance(typed.hint, type) and issubclass(typed.hint, msgspec.Struct):
            words = {}  # its title is its name, and its description the docstring
        return self._writer.annotated(typed, words) if words else typed


def says(hint: Any, schema: JsonSchema) -> bool:
    """Whether an annotation has this very schema."""
    try:
        return json_schema(hint, where="") == schema
    except DeclarationError:
        return False


def fits_a_line(name: str, annotation: str) -> bool:
    """Whether a name and its annotation stand on one line of a class, with the beginning of a default."""
    return width(f"    {name}: {annotation}") + _BEGIN_OF_DEFAULT <= LINE


def is_literal(hint: Any) -> bool:
    """Whether a type is one of several values, with or without what `msgspec.Meta` says of it."""
    return get_origin(get_args(hint)[0] if get_origin(hint) is Annotated else hint) is Literal


def is_taken(name: str) -> bool:
    """Whether a module should not define the name: the language, or what is imported, has it."""
    return keyword.iskeyword(name) or hasattr(builtins, name) or name in _IMPORTED


_IMPORTED = {
    "annotations", "Annotated", "Any", "ClassVar", "Literal", "Meta", "Struct", "UNSET", "UnsetType",
    "field", "convert", "date", "datetime", "time", "timedelta", "Decimal", "UUID", "Catalog",
    "Contract", "Dialect", "Example", "Lifecycle", "Link", "Member", "Problem", "Redirect", "Resolve",
    "Retry", "Stage", "dialects", "standard_types", "failwell", "msgspec", "contract",
}  # fmt: skip


def attribute_name(key: str) -> str:
    """A name in JSON as the name of an attribute."""
    name = re.sub(r"\W", "_", key).lstrip("_") or "member"
    name = f"n{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) or not name.isidentifier() else name


def camel_case(text: str) -> str:
    """A code, or the name of a member, as the name of a class: `QuotaExceeded` for `quota_exceeded`."""
    words = _WORD.findall(text)
    return "".join(word.capitalize() if word.isupper() else word[0].upper() + word[1:] for word in words)


def _is_decodable(hint: Any) -> bool:
    try:
        msgspec.json.Decoder(hint)
    except (TypeError, ValueError, NotImplementedError):
        return False
    return True
