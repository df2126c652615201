"""How an occurrence reaches a client: as the API's body, in a media type it likes better, or by redirection.

Of a redirection the code travels in the location.
"""

from __future__ import annotations

from collections.abc import Sequence

from failwell.contract.policy import Offer
from failwell.declare.catalog import Catalog
from failwell.declare.problem import Problem
from failwell.declare.record import ProblemType, Redirect
from failwell.headers import preferred
from failwell.typing import Headers
from failwell.wire.values import NO_STORE

_GAP = "{code}"
_JSON = "application/json"
_MOST_WISHES = 128
_LONGEST_WISH = 512


class Negotiation:
    """Chooses among the media types in which a contract can show an occurrence."""

    def __init__(self, media_type: str, offers: Sequence[Offer]) -> None:
        """Takes what there is to choose from.

        Args:
            media_type: the API's own, which wins wherever a client likes no other better. One that ends with
                `+json` is also what a client gets that asks for `application/json` (RFC 6839, section 3.1).
            offers: the others, the best one first.
        """
        own = (media_type, _JSON) if media_type.partition(";")[0].strip().endswith("+json") else (media_type,)
        self._media_types = (*own, *offers)
        self._offers: dict[str, Offer] = {offer: offer for offer in offers}
        self._chosen: dict[str, Offer | None] = {}

    def chosen(self, accept: str) -> Offer | None:
        """The offer that an `Accept` field likes best; None for the API's own media type.

        What was chosen is kept, as far as honest clients go: few different fields, and short ones.
        """
        try:
            return self._chosen[accept]
        except KeyError:
            pass
        chosen = self._offers.get(preferred(accept, self._media_types) or "")
        if len(accept) <= _LONGEST_WISH:
            if len(self._chosen) >= _MOST_WISHES:
                self._chosen.clear()
            self._chosen[accept] = chosen
        return chosen


def wants_json(accept: str) -> bool:
    """Whether an `Accept` field asks for JSON by name; `*/*`, as browsers and curl send it, does not."""
    return "json" in accept.lower()


def redirect_headers(record: ProblemType, redirect: Redirect) -> Headers:
    """The header fields that deliver a problem type to a browser."""
    return (("Location", redirect.location.replace(_GAP, record.code)), NO_STORE)


def redirected(catalog: Catalog, location: str) -> type[Problem] | None:
    """The problem type that a location carries; None if it carries none of the catalog's."""
    for record in catalog.records.values():  # not the classes: of a catalog in files few are ever made
        redirect = record.redirect
        if redirect is not None:
            before, _, after = redirect.location.partition(_GAP)
            start = location.find(before)
            rest = location[start + len(before) :]
            for code in record.names:
                if start >= 0 and rest.startswith(code) and _ends(rest[len(code) :], after):
                    return catalog.find(code)
    return None


def _ends(rest: str, after: str) -> bool:
    """Whether the code ends here: by the template, or by the end of a query parameter."""
    return rest.startswith(after) if after else rest[:1] in ("", "&", "#", "/", "?")
