"""All that is served at the moment: a site per catalog. A source that breaks keeps its last good pages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

from failwell.contract import Contract
from failwell.declare import Catalog
from failwell.exceptions import FailwellError, SourceError
from failwell.serve.site import Place, Site
from failwell.serve.source import Source

_NAME_IN_PATHS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.~-]*\Z")
_BASE_URL = re.compile(
    r"(https?://(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?)((?:/[a-z0-9_.~-]+)*)/?\Z", re.IGNORECASE
)


class Served(NamedTuple):
    """A catalog that is served: its title, how many codes it has, and where what is to be found."""

    title: str
    size: str
    addresses: Mapping[str, str]


def _codes_in_words(catalog: Catalog) -> str:
    own = len(catalog.own)
    standard = len(catalog.records) - own
    return f"{own} code{'' if own == 1 else 's'}" + (f" and {standard} standard ones" if standard else "")


class Publication:
    """Catalogs at their addresses.

    Attributes:
        sources: where they come from.
        origin: scheme, host and port of all addresses.
        root: path of the base URL, without its last slash.
        sites: by path below `root`: the empty one for the only catalog, else the catalogs' names. It is
            replaced as a whole, so whoever took it can go on with it.
    """

    def __init__(
        self, sources: Sequence[Source], base_url: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        """Loads the sources.

        Raises:
            FailwellError: if one of them cannot be loaded, two have the same name, or the base URL is none.
        """
        self.sources, self._clock = tuple(sources), clock
        self.origin, self.root = _split(base_url)
        self._loaded: dict[int, Contract] = {}
        self._broken: dict[int, str] = {}
        self._reading = Lock()
        with ThreadPoolExecutor() as pool:  # Python sources are loaded by processes of their own
            loading = [pool.submit(source.load) for source in self.sources]
        for index, loaded in enumerate(loading):
            self._loaded[index] = self._checked(index, loaded.result())
        self.sites: Mapping[str, Site] = self._placed(range(len(self.sources)), {})

    def read_again(self, sources: Sequence[Source]) -> list[str]:
        """Loads sources again after a change. Says what came of it, in a line or a message for each."""
        with self._reading:
            changed = [index for index, source in enumerate(self.sources) if source in sources]
            messages = [self._read_one(index) for index in changed]
            self.sites = self._placed(changed, self.sites)
            return messages

    def _read_one(self, index: int) -> str:
        source = self.sources[index]
        try:
            contract = self._checked(index, source.load())
        except Exception as error:  # noqa: BLE001 - whatever it is, the pages stay up and tell it
            told = str(error) if isinstance(error, FailwellError) else f"{source.name}: {error!r}"
            self._broken[index] = told
            return f"Error: {told}\nThe pages stay as they were before."
        self._loaded[index] = contract
        self._broken.pop(index, None)
        return f"Read {source.name} again: {_codes_in_words(contract.catalog)}"

    def served(self) -> Iterator[Served]:
        """What is served at the moment, and where."""
        for site in self.sites.values():
            catalog, root = site.contract.catalog, site.place.origin + site.place.prefix
            addresses = {
                "Reference": f"{root}/",
                "Mock": f"{root}/mock/{next(iter(catalog.records), 'CODE')}",
                "Document": f"{root}/catalog.json",
                "For agents": f"{root}/llms.txt",
            }
            yield Served(catalog.title, _codes_in_words(catalog), addresses)

    def _checked(self, index: int, contract: Contract) -> Contract:
        """A contract that can be served beside the others."""
        name, where = contract.catalog.name, self.sources[index].name
        if len(self.sources) > 1:
            if any(other.catalog.name == name for key, other in self._loaded.items() if key != index):
                raise SourceError(
                    f"another catalog has the name {name!r} already", code="served-twice", where=where,
                    hint="each is served under its name: give one of them another",
                )  # fmt: skip
            if not _NAME_IN_PATHS.match(name):
                raise SourceError(
                    f"the catalog's name {name!r} cannot be a part of an address", code="bad-catalog",
                    where=where, hint="begin with a letter or digit, then also - and _; or serve it alone",
                )  # fmt: skip
        return contract

    def _placed(self, changed: Sequence[int], former: Mapping[str, Site]) -> dict[str, Site]:
        """The sites of all contracts: new ones for those that changed."""
        placed: dict[str, Site] = {}
        for index, contract in self._loaded.items():
            path = f"/{contract.catalog.name}" if len(self.sources) > 1 else ""
            home = f"{self.root}/" if path else ""
            if index in changed:
                place = Place(self.origin, self.root, self.root + path, home)
                site = Site(contract, place, banner=self._broken.get(index, ""), clock=self._clock)
            else:
                site = former[path]
            placed[path] = site
        return placed


def _split(base_url: str) -> tuple[str, str]:
    """Origin and path of a base URL."""
    parts = _BASE_URL.match(base_url)
    if parts is None:
        raise SourceError(
            "no pages can be served there", code="bad-base-url", where=base_url,
            hint="give scheme, host and if need be a path: https://errors.example.com",
        )  # fmt: skip
    return parts[1], parts[2]
