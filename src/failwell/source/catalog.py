"""The catalog that stands behind a contract which was read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, cast

from failwell.declare import Catalog


class ReadCatalog(Catalog):
    """A catalog from files or a document.

    It stands in no module of its own, so it pickles by reference to the variable that holds it, or that
    holds its contract: `contract = load_contract("errors")` at the top of a module is enough.
    """

    _reference: tuple[str, str] = ("", "")

    def __reduce__(self) -> str:
        """Pickles by reference. The variable is looked for in all modules once, and then known."""
        module, variable = self._reference
        if self._name_in(module, variable) is None:
            module, variable = self._found()
        self._reference, self.__module__ = (module, variable), module
        return str(self._name_in(module, variable))

    def _found(self) -> tuple[str, str]:
        for module, variable in _variables():
            if self._name_in(module, variable) is not None:
                return module, variable
        raise TypeError(
            f"{self!r} is pickled by reference, so it, or its contract, has to be a variable at the top of a "
            "module"
        )

    def _name_in(self, module: str, variable: str) -> str | None:
        """What a variable of a module calls this catalog; None if it holds neither it nor its contract."""
        value = _state(sys.modules.get(module)).get(variable)
        if value is self:
            return variable
        return f"{variable}.catalog" if _state(value).get("catalog") is self else None


def _variables() -> Iterator[tuple[str, str]]:
    for name, module in list(sys.modules.items()):
        yield from ((name, variable) for variable in list(_state(module)))


def _state(value: object) -> Mapping[str, Any]:
    """What an object has of its own. Not getattr: modules hold objects whose attributes run code."""
    try:
        return cast("Mapping[str, Any]", vars(value))
    except Exception:  # noqa: BLE001 - it has no state, or is a proxy, such as Flask's, for what is not there now
        return {}
