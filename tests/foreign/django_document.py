"""Prints the document that drf-spectacular makes of a small Django app, in the version it is told."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

# Not by import statements: Django wants its settings before most of it is imported.
django: Any = import_module("django")
django_settings: Any = import_module("django.conf").settings
django_settings.configure(
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["rest_framework", "drf_spectacular"],
    REST_FRAMEWORK={
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.BasicAuthentication"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "UNAUTHENTICATED_USER": None,
    },
    SPECTACULAR_SETTINGS={"TITLE": "Shop", "VERSION": "1", "OAS_VERSION": sys.argv[1]},
)
django.setup()

path: Any = import_module("django.urls").path
serializers: Any = import_module("rest_framework.serializers")
response: Any = import_module("rest_framework.response").Response
view: Any = import_module("rest_framework.views").APIView
extend_schema: Any = import_module("drf_spectacular.utils").extend_schema
generator: Any = import_module("drf_spectacular.generators").SchemaGenerator


class OrderSerializer(serializers.Serializer):  # type: ignore[misc]
    count = serializers.IntegerField(min_value=1)


class Orders(view):  # type: ignore[misc]
    @extend_schema(operation_id="order", request=OrderSerializer, responses={201: OrderSerializer})
    def post(self, request: Any, article: str) -> Any:
        return response({"count": 1}, status=201)


class Articles(view):  # type: ignore[misc]
    @extend_schema(operation_id="read", responses=OrderSerializer)
    def get(self, request: Any, article: str) -> Any:
        return response({"count": 1})


PATTERNS = [
    path("articles/<str:article>/orders", Orders.as_view()),
    path("articles/<str:article>", Articles.as_view()),
]

json.dump(generator(patterns=PATTERNS).get_schema(public=True), sys.stdout)
