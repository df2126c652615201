"""What a site's settings say of its errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from failwell.contract import Contract
from failwell.django.untyped import import_string, settings
from failwell.edge import Translate
from failwell.exceptions import FailwellError, one_of
from failwell.headers import new_request_id


class Site(NamedTuple):
    """The setting `FAILWELL`.

    Attributes:
        contract: what errors look like.
        translate: makes problems of exceptions of yours or of a library; None for one that it does not know.
        make_request_id: makes request ids; tests freeze it.
        debug_pages: with `DEBUG`, show Django's technical page for unhandled errors. Never in production.
        paths: the prefixes of the paths whose errors are answered with problems; elsewhere Django's pages
            stay.
    """

    contract: Contract
    translate: Translate | None = None
    make_request_id: Callable[[], str] = new_request_id
    debug_pages: bool = False
    paths: tuple[str, ...] = ("/",)


def site_of_settings() -> Site:
    """Reads the setting `FAILWELL`. Contract and functions may be given by their dotted paths.

    Raises:
        FailwellError: if there is none, or if it says something that does not exist.
    """
    given = getattr(settings, "FAILWELL", None)
    if not isinstance(given, Mapping) or "contract" not in given:
        raise _wrong(
            "the setting FAILWELL names no contract", 'FAILWELL = {"contract": "shop.errors.contract"}'
        )
    words = dict(cast("Mapping[str, Any]", given))
    for word in words:
        if word not in Site._fields:
            raise _wrong(f"the setting FAILWELL has no {word!r}", one_of(word, Site._fields))
    for word in ("contract", "translate", "make_request_id"):
        if isinstance(words.get(word), str):
            words[word] = _found(word, words[word])
    if not isinstance(words["contract"], Contract):
        raise _wrong(f"{words['contract']!r} is no contract", "name a failwell.Contract by its dotted path")
    paths = words.pop("paths", ("/",))
    return Site(**words, paths=(paths,) if isinstance(paths, str) else tuple(paths))


def _found(word: str, path: str) -> Any:
    try:
        return import_string(path)
    except ImportError as error:
        raise _wrong(
            f"{word} names {path!r}, which cannot be imported: {error}",
            "give the dotted path of a variable in a module, for instance shop.errors.contract",
        ) from error


def _wrong(what: str, hint: str) -> FailwellError:
    return FailwellError(what, code="django-settings", where="settings.FAILWELL", hint=hint)
