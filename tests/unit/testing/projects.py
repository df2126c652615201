"""Small projects of somebody else's, with an API, whose own tests are run under the plugin."""

from __future__ import annotations

ERRORS = '''
from typing import Annotated
from failwell import Catalog, Contract, Lifecycle, Member, Problem, Retry, Stage, dialects, standard_types

shop = Catalog("shop", base="https://errors.shop.example/")

class OutOfStock(Problem, catalog=shop, code="out_of_stock", status=409, title="Out of stock"):
    """Somebody else was faster."""
    left: int

class SlowDown(Problem, catalog=shop, code="slow_down", status=429, title="Slow down", retry=Retry.LATER,
               headers={"Retry-After": "{seconds}"}):
    """A limit is used up."""
    seconds: int

class Draft(Problem, catalog=shop, code="in_draft", status=400, title="Draft",
            lifecycle=Lifecycle(Stage.DRAFT)):
    """Not there yet."""

standard_types(shop)
contract = Contract(shop, dialect=dialects.PROBLEM)
'''

CALL = '''
import asyncio
import httpx

def call(app, path):
    """Sends one request to an app, whatever it is."""
    if getattr(app, "is_wsgi", False) or app.__class__.__name__ in ("Flask", "WSGIHandler", "_WSGIRecorder"):
        with httpx.Client(transport=httpx.WSGITransport(app), base_url="http://shop.test") as http:
            return http.get(path)
    async def send():
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
            return await http.get(path)
    return asyncio.run(send())
'''

STARLETTE = """
import failwell.starlette
from failwell import raises
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route
from errors import OutOfStock, SlowDown, contract

@raises(OutOfStock)
async def buy(request):
    raise OutOfStock("Gone.", left=0)

async def hidden(request):
    raise SlowDown("Wait.", seconds=7)

async def rude(request):
    return JSONResponse({"oops": True}, 400)

async def item(request):
    return JSONResponse({})

async def broken(request):
    raise RuntimeError("a bug")

@raises(OutOfStock)
async def odd(request):
    raise OutOfStock("Odd.", left="many")

def returning(status, head, body):
    async def handler(request):
        return JSONResponse(body, status, head, "application/problem+json")
    return raises(OutOfStock, SlowDown)(handler)

def problem(code, status, **more):
    return {"type": f"{contract.base}{code}", "title": "T", "status": status, "code": code, **more}

def spoiling(app):
    async def spoil(scope, receive, send):
        async def changed(message):
            if message["type"] == "http.response.start" and scope["path"] == "/header":
                fields = [field for field in message["headers"] if field[0] != b"retry-after"]
                message["headers"] = [*fields, (b"retry-after", b"8")]
            await send(message)
        await app(scope, receive, changed)
    return spoil

@raises(SlowDown)
async def header(request):
    raise SlowDown("Wait.", seconds=7)

missing = returning(429, {}, problem("slow_down", 429, seconds=1))
lacking = returning(409, {}, problem("out_of_stock", 409))
wrong = returning(409, {}, problem("out_of_stock", 409, left="two"))
more = returning(409, {}, problem("out_of_stock", 409, left=2, right=3))
status = returning(404, {}, problem("out_of_stock", 409, left=2))
unknown = returning(409, {}, problem("never_heard", 409))
typed = raises(OutOfStock)(lambda request: JSONResponse(problem("out_of_stock", 409, left=2), 409))

HANDLERS = (buy, hidden, rude, broken, odd, header, missing, lacking, wrong, more, status, typed, unknown)
NAMES = "buy hidden rude broken odd header missing lacking wrong more status typed unknown".split()
routes = [Route(f"/{name}", one, name=name) for name, one in zip(NAMES, HANDLERS)]
app = Starlette(
    routes=[*routes, Route("/items/{id:int}", item)], middleware=[Middleware(spoiling)]
)
failwell.starlette.install(app, contract)
"""

FASTAPI = """
import failwell.fastapi
from failwell import raises
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from errors import OutOfStock, SlowDown, contract

app = FastAPI()
failwell.fastapi.install(app, contract)

@app.get("/buy")
@raises(OutOfStock)
async def buy():
    raise OutOfStock("Gone.", left=0)

@app.get("/hidden")
async def hidden():
    raise SlowDown("Wait.", seconds=7)

@app.get("/rude")
def rude():
    return JSONResponse({"oops": True}, 400)

@app.get("/items/{id}")
def item(id: int):
    return {}

@app.get("/broken")
def broken():
    raise RuntimeError("a bug")
"""

LITESTAR = """
import failwell.litestar
from failwell import raises
from litestar import Litestar, Response, get
from errors import OutOfStock, SlowDown, contract

@get("/buy")
@raises(OutOfStock)
async def buy() -> None:
    raise OutOfStock("Gone.", left=0)

@get("/hidden")
async def hidden() -> None:
    raise SlowDown("Wait.", seconds=7)

@get("/rude")
async def rude() -> Response[dict[str, bool]]:
    return Response({"oops": True}, status_code=400)

@get("/items/{id:int}")
async def item(id: int, count: int) -> None: ...

@get("/broken")
async def broken() -> None:
    raise RuntimeError("a bug")

plugin = failwell.litestar.Plugin(contract)
app = Litestar([buy, hidden, rude, item, broken], plugins=[plugin], logging_config=None)
"""

FLASK = """
import failwell.flask
from failwell import raises
from flask import Flask
from errors import OutOfStock, SlowDown, contract

app = Flask(__name__)
failwell.flask.install(app, contract)

@app.get("/buy")
@raises(OutOfStock)
def buy():
    raise OutOfStock("Gone.", left=0)

@app.get("/hidden")
def hidden():
    raise SlowDown("Wait.", seconds=7)

@app.get("/rude")
def rude():
    return {"oops": True}, 400

@app.get("/items/<int:id>")
def item(id):
    return {}

@app.get("/broken")
def broken():
    raise RuntimeError("a bug")
"""

DJANGO = """
import django
from django.conf import settings
from django.urls import path
from failwell import raises
from errors import OutOfStock, SlowDown, contract

settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="s", LOGGING_CONFIG=None, DATABASES={APPS}
    MIDDLEWARE=["failwell.django.Middleware"], FAILWELL={"contract": contract},
)
django.setup()

from django.core.handlers.HANDLER import HANDLERHandler
from django.http import JsonResponse
VIEWS

app = HANDLERHandler()
app.is_wsgi = "wsgi" == "HANDLER"
"""

_DJANGO_VIEWS = """
@raises(OutOfStock)
def buy(request):
    raise OutOfStock("Gone.", left=0)

def hidden(request):
    raise SlowDown("Wait.", seconds=7)

def rude(request):
    return JsonResponse({"oops": True}, status=400)

def item(request, id):
    return JsonResponse({})

def broken(request):
    raise RuntimeError("a bug")

urlpatterns = [path(f"{view.__name__}", view, name=view.__name__) for view in (buy, hidden, rude, broken)]
urlpatterns += [path("items/<int:id>", item)]
"""

_DRF_VIEWS = """
from rest_framework.response import Response
from rest_framework.views import APIView

class Buy(APIView):
    @raises(OutOfStock)
    def get(self, request):
        raise OutOfStock("Gone.", left=0)

class Hidden(APIView):
    def get(self, request):
        raise SlowDown("Wait.", seconds=7)

class Rude(APIView):
    def get(self, request):
        return Response({"oops": True}, 400)

class Item(APIView):
    def get(self, request, id):
        return Response({})

class Broken(APIView):
    def get(self, request):
        raise RuntimeError("a bug")

urlpatterns = [
    path(view.__name__.lower(), view.as_view(), name=view.__name__.lower())
    for view in (Buy, Hidden, Rude, Broken)
]
urlpatterns += [path("items/<int:id>", Item.as_view())]
"""


def _django(handler: str, views: str = _DJANGO_VIEWS, apps: str = "{},") -> str:
    text = DJANGO.replace("django.core.handlers.HANDLER", f"django.core.handlers.{handler}")
    text = text.replace("HANDLERHandler", f"{handler.upper()}Handler").replace("HANDLER", handler)
    return text.replace("VIEWS", views).replace("{APPS}", apps)


_REST = """{}, INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={
        "EXCEPTION_HANDLER": "failwell.django.exception_handler", "UNAUTHENTICATED_USER": None,
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },"""

ASGI = """
import failwell.asgi
from errors import OutOfStock, SlowDown, contract

async def app(scope, receive, send):
    if scope["path"] == "/buy":
        raise OutOfStock("Gone.", left=0)
    if scope["path"] == "/broken":
        raise RuntimeError("a bug")
    rude = scope["path"] == "/rude"
    head = [(b"content-type", b"application/json" if rude else b"text/plain")]
    await send({"type": "http.response.start", "status": 400 if rude else 404, "headers": head})
    await send({"type": "http.response.body", "body": b'{"oops":', "more_body": True})
    await send({"type": "http.response.body", "body": b"true}"})

app = failwell.asgi.wrap(app, contract)
"""

WSGI = """
import failwell.wsgi
from errors import OutOfStock, SlowDown, contract

def app(environ, start_response):
    if environ["PATH_INFO"] == "/buy":
        raise OutOfStock("Gone.", left=0)
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("a bug")
    rude = environ["PATH_INFO"] == "/rude"
    start_response(
        "400 Bad" if rude else "404 No", [("Content-Type", "application/json" if rude else "text/plain")]
    )
    yield b'{"oops":'
    yield b"true}"

app = failwell.wsgi.wrap(app, contract, reraise=False)
"""

APPS = {
    "starlette": STARLETTE,
    "fastapi": FASTAPI,
    "litestar": LITESTAR,
    "flask": FLASK,
    "django": _django("wsgi"),
    "django_asgi": _django("asgi"),
    "drf": _django("wsgi", _DRF_VIEWS, _REST),
    "asgi": ASGI,
    "wsgi": WSGI,
}
WITHOUT_OPERATIONS = ("asgi", "wsgi")
