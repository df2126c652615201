"""Which representation the shop's views on Django REST framework choose."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation


class Lenient(DefaultContentNegotiation):  # type: ignore[misc]
    """Chooses as usual, but refuses nobody: REST framework would answer 406 before any view is asked."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type
