"""The seams of one site: what answers errors at each layer of middleware, and stamps all responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from failwell.answers import Answered, Refused
from failwell.django.answer import Answer, Answers, Given, clean, is_page, lasting, take_over
from failwell.django.document import operations
from failwell.django.rest import SEAM
from failwell.django.site import Site
from failwell.django.stream import awatch, watch
from failwell.django.translation import settle, translated
from failwell.django.untyped import (
    got_request_exception,
    log_response,
    response_for_exception,
    settings,
    sync_to_async,
)
from failwell.django.watching import ashown, end_with, shown
from failwell.edge import (
    CONTRACT,
    EXCHANGE,
    Exchange,
    Replier,
    current_exchange,
    first_of,
    forget_traceback,
    limit_fields,
    note_request,
    sure_id,
)
from failwell.edge.head import shows_limits
from failwell.edge.watch import Watch
from failwell.edge.witness import Site as WatchedSite
from failwell.edge.witness import tell_response, whom_to_tell

Layer = Callable[[Any], Any]
"""Takes a request and returns a response: a middleware, or what runs the views."""
AsyncLayer = Callable[[Any], Awaitable[Any]]

_READ = (b"accept", b"accept-language", b"traceparent")


class Seam:
    """Answers the errors of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.contract = contract = site.contract
        self._replier = Replier(contract, first_of(site.translate, partial(translated, contract)))
        self._make = Answers(contract.request_id_header).answer
        self._shows_pages = site.debug_pages and settings.DEBUG
        self._tell = whom_to_tell(WatchedSite(contract, operations))
        self._id_name = contract.request_id_header
        self._make_request_id = sure_id(site.make_request_id)
        self._id_field = self._id_name.lower().encode("latin-1")
        self._read = [
            ("HTTP_" + name.decode("latin-1").upper().replace("-", "_"), name)
            for name in (*_READ, self._id_field)
        ]

    # ------------------------------------------------------------------------------ layers of middleware

    def guarded(self, layer: Layer) -> Layer:
        """A layer whose errors are answered, in the place of Django's wrapper that makes pages of them."""

        def respond(request: Any) -> Any:
            try:
                response = layer(request)
                return response if response.status_code < 400 else self.checked(request, response)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong
                return self.answer(request, error)

        return respond

    def aguarded(self, layer: AsyncLayer) -> AsyncLayer:
        """The same for an asynchronous layer."""

        async def respond(request: Any) -> Any:
            try:
                response = await layer(request)
                return response if response.status_code < 400 else self.checked(request, response)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong
                return await self.aanswer(request, error)

        return respond

    def innermost(self, views: Layer) -> Layer:
        """The layer in which the views run, with an eye on streams."""

        def respond(request: Any) -> Any:
            try:
                response = views(request)
                if response.streaming:
                    watch(response, request.META[EXCHANGE])
                return response if response.status_code < 400 else self.checked(request, response)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong
                return self.answer(request, error)

        return respond

    def ainnermost(self, views: AsyncLayer) -> AsyncLayer:
        """The same for ASGI."""

        async def respond(request: Any) -> Any:
            try:
                response = await views(request)
                if response.streaming:
                    await awatch(response, request.META[EXCHANGE])
                return response if response.status_code < 400 else self.checked(request, response)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong
                return await self.aanswer(request, error)

        return respond

    def checked(self, request: Any, response: Any) -> Any:
        """An error response, or the problem in the place of one that Django made without an exception."""
        if response.__class__ in (Answer, Given) or not self.answers(request) or not is_page(response):
            return response
        if self._shows_pages and response.content:  # it may be the technical page
            return response
        problem = self.contract.problem_for(response.status_code, None, lasting(response))
        answer = self.foreseen(request, problem)
        take_over(answer, response)
        return answer

    # ---------------------------------------------------------------------------------- the whole stack

    def stamped(self, stack: Layer) -> Layer:
        """The whole stack: around each request there is an exchange, on each response its id."""

        def respond(request: Any) -> Any:
            exchange = self._begin(request)
            token = current_exchange.set(exchange)
            try:
                response = stack(request)
                if exchange.watch is not None:
                    response = self._shown(request, response, exchange.watch)
            except BaseException:
                if exchange.watch is not None:
                    exchange.watch.over()
                raise
            finally:
                current_exchange.reset(token)
            return self._stamp(response, exchange)

        tell = self._tell
        if tell is None:
            return respond

        def told(request: Any) -> Any:
            response = respond(request)
            if self.answers(request):
                tell_response(tell, request, response)
            return response

        return told

    def astamped(self, stack: AsyncLayer) -> AsyncLayer:
        """The same for ASGI."""

        async def respond(request: Any) -> Any:
            exchange = self._begin(request)
            token = current_exchange.set(exchange)
            try:
                response = await stack(request)
                if exchange.watch is not None:
                    response = await self._ashown(request, response, exchange.watch)
            except BaseException:
                if exchange.watch is not None:
                    await exchange.watch.aover()
                raise
            finally:
                current_exchange.reset(token)
            return self._stamp(response, exchange)

        tell = self._tell
        if tell is None:
            return respond

        async def told(request: Any) -> Any:
            response = await respond(request)
            if self.answers(request):
                tell_response(tell, request, response)
            return response

        return told

    def _shown(self, request: Any, response: Any, watch: Watch) -> Any:
        """A response after it was shown to the guards that wait for it; a stream may fail meanwhile."""
        end_with(request, response, watch)
        try:
            return shown(response, watch, self._id_name)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong
            answer = self.answer(request, error)
            take_over(answer, response)
            return answer

    async def _ashown(self, request: Any, response: Any, watch: Watch) -> Any:
        """The same for ASGI."""
        end_with(request, response, watch)
        try:
            return await ashown(response, watch, self._id_name)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong
            answer = await self.aanswer(request, error)
            take_over(answer, response)
            return answer

    def _begin(self, request: Any) -> Exchange:
        meta = request.META
        exchange: Exchange | None = meta.get(EXCHANGE) or getattr(request, "scope", meta).get(EXCHANGE)
        if exchange is None:  # else the site is mounted in an app that has made one, and shares its id
            fields = [
                (name, meta[key].encode("latin-1", "replace")) for key, name in self._read if key in meta
            ]
            exchange = Exchange(self._make_request_id(), fields, self._id_field)
        meta[EXCHANGE], meta[CONTRACT], meta[SEAM] = exchange, self.contract, self
        return exchange

    def _stamp(self, response: Any, exchange: Exchange) -> Any:
        if response.__class__ is Answer:
            clean(response)
        else:
            exchange.head = None  # if there was one, middleware has put a response of its own in its place
            response.headers[self._id_name] = exchange.request_id
        if exchange.limits and shows_limits(response.status_code):
            for name, value in limit_fields(self.contract, exchange.limits):
                response.headers[name] = value
            exchange.limits = ()  # where the site is mounted in an app that would show them, too
        return response

    # ------------------------------------------------------------------------------------------- errors

    def answers(self, request: Any, error: Exception | None = None) -> bool:
        """Whether errors of a request's path are answered with problems. What guards say is everywhere."""
        return isinstance(error, (Refused, Answered)) or request.path_info.startswith(self._site.paths)

    def foreseen(self, request: Any, error: Exception) -> Any:
        """The response that an error means; None if nobody foresaw it."""
        exchange: Exchange = request.META[EXCHANGE]
        if isinstance(error, Answered):
            forget_traceback(error)
            return Given(*self._replier.answer(error, exchange))
        status, fields, body, unforeseen = self._replier.reply(error, exchange)
        if unforeseen:
            return None
        answer = self._make(status, fields, body, request.method, exchange)
        settle(request, error, answer)
        forget_traceback(error)
        return answer

    def answer(self, request: Any, error: Exception) -> Any:
        """The response to an error, whatever it is. To be called where the error is being handled."""
        answer = self.foreseen(request, error) if self.answers(request, error) else None
        return self._unforeseen(request, error) if answer is None else answer

    async def aanswer(self, request: Any, error: Exception) -> Any:
        """The same for ASGI. What nobody foresaw goes to a thread, as those who are told of it may block."""
        answer = self.foreseen(request, error) if self.answers(request, error) else None
        if answer is None:
            answer = await sync_to_async(self._unforeseen, thread_sensitive=False)(request, error)
        return answer

    def _unforeseen(self, request: Any, error: Exception) -> Any:
        """Tells everybody, as Django does: the signal for error trackers and test clients, then the log."""
        exchange: Exchange = request.META[EXCHANGE]
        note_request(error, exchange.request_id)
        if self._shows_pages or not self.answers(request):
            return response_for_exception(request, error)
        got_request_exception.send(sender=None, request=request)
        if settings.DEBUG_PROPAGATE_EXCEPTIONS:
            raise error
        status, fields, body, _ = self._replier.reply(error, exchange)
        answer = self._make(status, fields, body, request.method, exchange)
        reason = answer.reason_phrase
        log_response("%s: %s", reason, request.path, response=answer, request=request, exception=error)
        return answer

    def refused(self, response: Any, scope: Any) -> Any:
        """The answer for ASGI where Django could not even make a request of what came."""
        if not scope["path"].startswith(self._site.paths):
            return response
        exchange: Exchange = scope.get(EXCHANGE) or Exchange(self._make_request_id())
        problem = self.contract.problem_for(response.status_code)
        status, fields, body, _ = self._replier.reply(problem, exchange)
        return self._make(status, fields, body, scope["method"], exchange)
