"""`Problem`: one occurrence of a problem type, an exception on the server and again in the client."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Protocol, Unpack, dataclass_transform, overload

from failwell.declare.declaration import Words, check_shared_words, problem_type, retry_as_told
from failwell.declare.members import MemberSet, read_members
from failwell.declare.prose import read_prose
from failwell.declare.record import ProblemType, Resolve, Retry, Stage
from failwell.declare.template import Template
from failwell.exceptions import DeclarationError
from failwell.typing import Headers

_LONGEST_STR = 200


class TakesProblems(Protocol):
    """What a class line needs of the catalog it names."""

    @property
    def name(self) -> str:
        """The catalog's name."""
        ...

    def add(self, problem: type[Problem]) -> None:
        """Takes a declared class in, or raises `DeclarationError`."""
        ...


def _field(*, default: Any, kw_only: bool = True, init: bool = True) -> Any:
    """Field specifier (PEP 681) of the fields that every problem has; for type checkers only."""
    del kw_only, init
    return default


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(_field,))
class _Declared(Exception):
    """Carries the transform: PEP 681 does not count the decorated class's own annotations as fields."""


class Problem(_Declared):
    """One occurrence of a problem type. Subclass it to declare a type; raise the subclass to report one.

    The class line holds the type's words (see `ProblemType` for each), annotations are its members, the
    docstring is its prose. `abstract=True` makes a shared base whose words its children inherit.

    Attributes:
        detail: what happened this time, for people.
        status: the HTTP status; by default the type's first.
        headers: header fields to send beside those that the type declares, or those of a response.
        request_id: of the response that carried the problem; None until one did.
        unreadable: members of a response that could not be read, by wire name, with the reason. Their
            attributes are None.
        extra: members of a response that this declaration does not know, by wire name.
    """

    detail: str | None = _field(default=None, kw_only=False)
    status: int = _field(default=0)
    headers: Headers = _field(default=())
    request_id: str | None = _field(default=None, init=False)
    unreadable: Mapping[str, str] = _field(default={}, init=False)
    extra: Mapping[str, Any] = _field(default={}, init=False)

    problem_type: ClassVar[ProblemType]
    code: ClassVar[str]
    title: ClassVar[str]
    suggestion: ClassVar[str]
    member_set: ClassVar[MemberSet]
    _first_status: ClassVar[int]
    _detail_template: ClassVar[Template | None] = None
    _inherited: ClassVar[Mapping[str, Any]] = {}
    _fills_gap: ClassVar[bool] = False
    __match_args__ = ("detail",)

    @overload
    def __init_subclass__(
        cls,
        *,
        code: str,
        status: int | tuple[int, ...],
        title: str,
        catalog: TakesProblems = ...,
        **words: Unpack[Words],
    ) -> None: ...
    @overload
    def __init_subclass__(
        cls,
        *,
        abstract: Literal[True],
        status: int | tuple[int, ...] = ...,
        catalog: TakesProblems = ...,
        **words: Unpack[Words],
    ) -> None: ...
    def __init_subclass__(cls, *, abstract: bool = False, **words: Any) -> None:
        super().__init_subclass__()
        where = f"{cls.__module__}.{cls.__qualname__}"
        words = {**cls._inherited, **words}
        if abstract:
            check_shared_words(words, where=where)
            cls._inherited = words
            return
        catalog = _catalog(words.pop("catalog", None), where)
        members = read_members(cls, Problem, RESERVED, where=where)
        prose = read_prose(words.pop("prose", None) or inspect.cleandoc(cls.__doc__ or ""), where=where)
        record = problem_type(words, members.records, prose, where=where, fills_gap=cls._fills_gap)
        cls._become(record, members)
        catalog.add(cls)

    @classmethod
    def _become(cls, record: ProblemType, members: MemberSet) -> None:
        """Makes the class that of a record."""
        cls.problem_type, cls.member_set = record, members
        cls.code, cls.title, cls.suggestion = record.code, record.title, record.suggestion
        cls._first_status = record.statuses[0]
        cls._detail_template = Template(record.detail) if record.detail else None
        if record.lifecycle.stage is Stage.REMOVED:
            cls.__init__ = _tombstone  # type: ignore[method-assign]

    def __init__(
        self, detail: str | None = None, *, status: int | None = None, headers: Headers = (), **members: Any
    ) -> None:
        try:
            declared = self.member_set
        except AttributeError:
            raise TypeError(f"{type(self).__name__} is abstract: raise a type declared from it") from None
        if len(members) != declared.count or not declared.known.issuperset(
            members
        ):  # the usual case, cheaply
            if not declared.needed <= members.keys() <= declared.known:
                raise TypeError(_wrong_members(type(self), members))
            members = {**declared.defaults, **members}
        if status is None:
            status = self._first_status
        elif status not in self.problem_type.statuses:
            statuses = self.problem_type.statuses
            raise TypeError(f"{type(self).__name__}: status={status} is not among the declared {statuses}")
        if detail is None and self._detail_template is not None:
            detail = _filled(self._detail_template, members)
        members["detail"] = detail
        members["status"] = status
        members["headers"] = headers
        members["request_id"] = None
        self.__dict__ = members

    @property
    def retry(self) -> Retry:
        """What the caller can do to succeed; what a response said counts more than the record."""
        return retry_as_told(self.problem_type.retry_at(self.status), self.__dict__.get("_retryable"))

    @property
    def retryable(self) -> bool:
        """Whether the identical request can succeed; what a response said counts more than the record."""
        said: bool | None = self.__dict__.get("_retryable")
        return self.problem_type.is_retryable(self.status) if said is None else said

    @property
    def resolve(self) -> Resolve | None:
        """The way out for programs, its URI templates filled; None where the type has none."""
        return self.__dict__.get("_resolve") or expanded(self.problem_type.resolve, self.__dict__)

    def members(self) -> dict[str, Any]:
        """The members that its response carries, by wire name. Those without value are absent."""
        state = self.__dict__
        declared = self.problem_type.wire_members(state["status"])
        values = {m.wire_name: state[m.name] for m in declared if state.get(m.name) is not None}
        return {**state.get("extra", {}), **values}

    def __str__(self) -> str:
        return str(self.detail or self.title)[:_LONGEST_STR]

    def __repr__(self) -> str:
        """What was said, for developers; secret members are hidden, for this text goes into logs."""
        if "status" not in self.__dict__:  # tracebacks show an object whose arguments were refused
            return f"{type(self).__name__}(…)"
        secret = {m.wire_name for m in self.problem_type.members if m.exposure == "secret"}
        members = {name: ... if name in secret else value for name, value in self.members().items()}
        said = ", ".join(f"{name}={value!r}" for name, value in {"status": self.status, **members}.items())
        return f"{type(self).__name__}({self.detail!r}, {said})"

    def __eq__(self, other: object) -> bool:
        """Equality is about what was said, not when or to whom: no request id, headers or cause."""
        if not isinstance(other, Problem) or type(other) is not type(self):
            return NotImplemented
        return self._said() == other._said()

    def _said(self) -> tuple[object, ...]:
        return self.code, self.detail, self.status, self.members()

    def __hash__(self) -> int:
        return hash((type(self), self.code, self.detail, self.status))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles by state: the default would call the class with positional arguments only."""
        return revive, (type(self), self.__dict__)

    @property
    def __notes__(self) -> list[str]:  # type: ignore[override]
        """Lines under the message in a traceback: the way out and the request id, made only when printed."""
        notes = [f"Suggestion: {self.suggestion}"] if self.suggestion else []
        if self.request_id:
            notes.append(f"Request id: {self.request_id}")
        return [*notes, *self.__dict__.get("_notes", ())]

    def add_note(self, note: str) -> None:
        """Adds a line under the message in a traceback, as for any exception."""
        self.__dict__["_notes"] = (*self.__dict__.get("_notes", ()), note)  # a new one: copies share the old


def revive(cls: type[Problem], state: Mapping[str, Any]) -> Problem:
    """Makes a problem from its state without the checks of raising: for pickle, copies and the wire."""
    problem = cls.__new__(cls)
    problem.__dict__ = dict(state)
    return problem


def expanded(resolve: Resolve | None, values: Mapping[str, object]) -> Resolve | None:
    """Fills the URI templates of a way out (RFC 6570, level 1). A part that lacks a value is left out."""
    if resolve is None or "{" not in resolve.url + resolve.endpoint:
        return resolve
    from urllib.parse import quote  # noqa: PLC0415 - only templates need it, and it is heavy to import

    def fill(source: str) -> str:
        return Template(source).fill(values, lambda text: quote(text, safe="")) or ""

    endpoint = fill(resolve.endpoint)
    return Resolve(
        resolve.action, resolve.message, fill(resolve.url), resolve.method if endpoint else "", endpoint
    )


def _filled(template: Template, members: Mapping[str, Any]) -> str | None:
    try:
        return template.fill(members)
    except Exception:  # noqa: BLE001 - a member's __str__ must not hide the problem that is being raised
        return None


def _tombstone(self: Problem, *_: object, **__: object) -> None:
    """Stands for the constructor of removed types. Those that an older server sends are still revived."""
    successor = self.problem_type.lifecycle.replaced_by
    mend = f"raise the type with the code {successor!r} instead" if successor else "raise another type"
    raise TypeError(f"{type(self).__name__} was removed from the contract: {mend}")


RESERVED = frozenset(
    {"self", "type", *Problem.__annotations__, *(name for name in dir(Problem) if not name.startswith("_"))}
)
"""Names that every problem has already, so that no member can have them."""


def _catalog(given: Any, where: str) -> TakesProblems:
    if given is None:
        raise DeclarationError(
            "a problem type needs catalog=",
            code="missing-word",
            where=where,
            hint="name the catalog it belongs to, or say abstract=True if it is a shared base",
        )
    if not hasattr(given, "add"):
        raise DeclarationError(
            f"catalog= is {type(given).__name__}",
            code="wrong-word",
            where=where,
            hint='write catalog=shop, after shop = Catalog("shop", base="https://…/")',
        )
    catalog: TakesProblems = given
    return catalog


def _wrong_members(cls: type[Problem], given: Mapping[str, object]) -> str:
    declared = cls.member_set
    missing, unknown = sorted(declared.needed - given.keys()), sorted(given.keys() - declared.known)
    parts = [f"lacks {', '.join(missing)}"] if missing else []
    parts += [f"has no {', '.join(unknown)}"] if unknown else []
    names = ", ".join(member.name for member in declared.records) or "none"
    return f"{cls.__name__}() {'; '.join(parts)}. Its members: {names}"
