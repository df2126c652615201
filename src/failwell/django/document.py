"""The operations of a site's URLconf with the problems that `@raises` declares, and documents of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any, NamedTuple, cast

from failwell.contract import Contract
from failwell.django.site import site_of_settings
from failwell.django.untyped import RegexPattern, URLPattern, get_resolver, normalize_regex
from failwell.operations import Operation, raised_by
from failwell.publish.openapi import to_openapi, with_problems

_CONVERTED = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
_UNNAMED = re.compile(r"%\((\w+)\)s")
_AUTOMATIC = frozenset({"HEAD", "OPTIONS"})
_POLICIES = ("authentication_classes", "permission_classes", "throttle_classes")


class _View(NamedTuple):
    """A view and where it stands."""

    path: str
    name: str
    callback: Any


def operations(urlconf: Any = None) -> tuple[Operation, ...]:
    """The site's operations, with the problems that `@raises` declares.

    It may stand on views, on classes of views and their methods, on the actions of view sets, and on classes
    of permissions, throttles and authentication and their methods. A function that does not say its methods,
    by `require_http_methods` and the like, counts as GET.

    Args:
        urlconf: a module or its name, or a list of routes; by default the setting `ROOT_URLCONF`.
    """
    if isinstance(urlconf, list):
        urlconf = tuple(cast("list[object]", urlconf))  # Django keeps resolvers by what they are made of
    return tuple(
        _operation(view, method, handler)
        for view in _views(get_resolver(urlconf), "/", "")
        for method, handler in sorted(_handlers(view.callback).items())
        if method not in _AUTOMATIC
    )


def _views(resolver: Any, prefix: str, namespace: str) -> Iterator[_View]:
    for one in resolver.url_patterns:
        part = _template(one.pattern)
        if part is None:
            continue
        path = prefix + part
        if isinstance(one, URLPattern):
            if not path.rstrip("/").endswith(".{format}"):  # REST framework's other address of a view
                name = one.name or getattr(one.callback, "__name__", type(one.callback).__name__)
                yield _View(path, namespace + name, one.callback)
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _views(one, path, inner)


def _template(pattern: Any) -> str | None:
    """A route's template, with parameters in braces; None for an expression that has several."""
    if not isinstance(pattern, RegexPattern):
        return _CONVERTED.sub(r"{\1}", str(pattern))  # a route, or the prefix of a language
    (template, _), *others = normalize_regex(str(pattern))
    return None if others else _UNNAMED.sub(r"{\1}", template)


def _handlers(callback: Any) -> dict[str, Any]:
    """The methods that a view answers, and what answers each."""
    cls = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    actions: Mapping[str, str] | None = getattr(callback, "actions", None)
    if actions is not None:
        return {method.upper(): getattr(cls, action) for method, action in actions.items()}
    if cls is not None:
        names = [name for name in cls.http_method_names if hasattr(cls, name)]
        return {name.upper(): getattr(cls, name) for name in names}
    return dict.fromkeys(_required_methods(callback), callback)


def _required_methods(view: Any) -> list[str]:
    """The methods that `require_http_methods` lets through: it tells them nobody, but it has them."""
    while view is not None:
        if isinstance(view, FunctionType) and "request_method_list" in view.__code__.co_freevars:
            place = view.__code__.co_freevars.index("request_method_list")
            return list((view.__closure__ or ())[place].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return ["GET"]


def _operation(view: _View, method: str, handler: Any) -> Operation:
    callback = view.callback
    cls = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    told = (handler, _viewed(handler), callback, cls)
    summary = next(filter(None, (getattr(one, "__doc__", None) for one in told)), "")
    return Operation(
        method=method,
        path=view.path,
        problems=raised_by(*told, *_policies(callback, cls, handler)),
        name=view.name,
        summary=summary.strip().partition("\n")[0],
    )


def _viewed(handler: Any) -> Any:
    """The function under REST framework's `@api_view`."""
    cells = getattr(handler, "__closure__", None) or ()
    return next((cell.cell_contents for cell in cells if isinstance(cell.cell_contents, FunctionType)), None)


def _policies(callback: Any, cls: Any, handler: Any) -> Iterator[Any]:
    """The classes that REST framework asks before a view, and their methods."""
    own: Mapping[str, Any] = {**getattr(callback, "initkwargs", {}), **getattr(handler, "kwargs", {})}
    for policy in _POLICIES:
        for asked in own.get(policy, getattr(cls, policy, ())):
            for name in ("authenticate", "has_permission", "has_object_permission", "allow_request"):
                yield getattr(asked, name, None)
            yield asked


def openapi(contract: Contract, *, title: str, version: str, urlconf: Any = None) -> Mapping[str, Any]:
    """An OpenAPI 3.1 document of the site's operations with their problems; see `operations`."""
    return to_openapi(contract, operations(urlconf), title=title, version=version)


def add_problems(result: Mapping[str, Any], generator: Any, request: Any, public: Any) -> Mapping[str, Any]:  # noqa: ARG001 - the signature of such hooks
    """For `SPECTACULAR_SETTINGS["POSTPROCESSING_HOOKS"]`: has drf-spectacular's document show the problems.

    The contract is that of the setting `FAILWELL`.
    """
    return with_problems(result, site_of_settings().contract, operations(generator.urlconf))
