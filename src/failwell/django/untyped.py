"""What is used of Django, which has no types: they end here, and `Any` begins."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from failwell.exceptions import missing_extra

try:
    from asgiref import sync
    from django import conf, http
    from django.core import exceptions, signals
    from django.core.handlers import asgi, base, exception
    from django.http import multipartparser, request, response
    from django.urls import resolvers
    from django.utils import log, module_loading, regex_helper
    from django.views import View as _View
except ImportError as error:
    raise missing_extra("django", "failwell.django") from error

settings: Any = conf.settings
import_string: Any = module_loading.import_string

BaseHandler: Any = base.BaseHandler
ASGIHandler: Any = asgi.ASGIHandler
FileResponse: Any = http.FileResponse
HttpResponse: Any = http.HttpResponse
ResponseHeaders: Any = response.ResponseHeaders
SimpleCookie: Any = http.SimpleCookie
Http404: Any = http.Http404
BadRequest: Any = exceptions.BadRequest
MultiPartParserError: Any = multipartparser.MultiPartParserError
PermissionDenied: Any = exceptions.PermissionDenied
RawPostDataException: Any = request.RawPostDataException
RequestAborted: Any = exceptions.RequestAborted
RequestDataTooBig: Any = exceptions.RequestDataTooBig
SuspiciousOperation: Any = exceptions.SuspiciousOperation
TooManyFieldsSent: Any = exceptions.TooManyFieldsSent
TooManyFilesSent: Any = exceptions.TooManyFilesSent
UnreadablePostError: Any = request.UnreadablePostError
ValidationError: Any = exceptions.ValidationError

got_request_exception: Any = signals.got_request_exception
log_response: Any = log.log_response
response_for_exception: Any = exception.response_for_exception

iscoroutinefunction: Any = sync.iscoroutinefunction
markcoroutinefunction: Any = sync.markcoroutinefunction
sync_to_async: Any = sync.sync_to_async

View: Any = _View
get_resolver: Any = resolvers.get_resolver
URLPattern: Any = resolvers.URLPattern
RegexPattern: Any = resolvers.RegexPattern
RoutePattern: Any = resolvers.RoutePattern
normalize_regex: Any = regex_helper.normalize


@cache
def rest_framework(module: str) -> Any:
    """A module of Django REST framework, for those who have it: nothing here imports it before."""
    return importlib.import_module(f"rest_framework.{module}")
