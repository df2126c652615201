"""The settings of all Django sites in these tests: there can be only one for a process.

What differs from site to site is told to each by `django_site.make_site`.
"""

from __future__ import annotations

SECRET_KEY = "made up for tests"
ALLOWED_HOSTS = ["shop.test", "testserver"]
LOGGING_CONFIG = None
USE_I18N = False
USE_TZ = True
INSTALLED_APPS = ["rest_framework", "drf_spectacular"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.frameworks.django_urls"
FAILWELL = {"contract": "tests.frameworks.shop.contract"}
REST_FRAMEWORK: dict[str, object] = {
    "EXCEPTION_HANDLER": "failwell.django.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "tests.frameworks.drf_negotiation.Lenient",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],  # pages need templates
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Shop",
    "VERSION": "1",
    "POSTPROCESSING_HOOKS": ["failwell.django.add_problems"],
    "DISABLE_ERRORS_AND_WARNINGS": True,
}
