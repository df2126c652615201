"""Django: one line in the settings makes a site answer with the problems of a contract, whatever goes wrong.

Django REST framework takes a second line, its exception handler.
"""

from __future__ import annotations

from failwell.django.document import add_problems, openapi, operations
from failwell.django.guards import aadmit, admit, guarded
from failwell.django.middleware import Middleware
from failwell.django.requests import body, show_limits, valid
from failwell.django.rest import exception_handler

__all__ = [
    "Middleware",
    "aadmit",
    "add_problems",
    "admit",
    "body",
    "exception_handler",
    "guarded",
    "openapi",
    "operations",
    "show_limits",
    "valid",
]
