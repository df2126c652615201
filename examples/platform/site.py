"""Django's settings, which are one for a process; what differs between two services is put in place by `app`.

There is no DATABASES: each app brings its own to its requests. There is no SECRET_KEY: Django signs nothing
here, for sessions and mailed tokens are kept as digests under the deployment's secret.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.log import CallbackFilter

ROOT_URLCONF = "examples.platform.urls"

DJANGO: dict[str, Any] = {
    "ROOT_URLCONF": ROOT_URLCONF,
    "INSTALLED_APPS": ["examples.platform"],
    "ALLOWED_HOSTS": ["platform.example", "127.0.0.1", "localhost"],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "failwell.django.Middleware",  # the last
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).with_name("templates")],
        }
    ],
    "APPEND_SLASH": False,
    "USE_I18N": False,
    "USE_TZ": True,
    "LOGGING": {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"unforeseen": {"()": CallbackFilter, "callback": lambda record: bool(record.exc_info)}},
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["unforeseen"]}},
        "loggers": {"django": {"handlers": ["console"], "level": "ERROR"}},
    },
}


def set_up() -> None:
    """Gives this process the settings.

    Raises:
        ImproperlyConfigured: if another site has given it others.
    """
    if not settings.configured:
        settings.configure(**DJANGO)
        django.setup()
    elif settings.ROOT_URLCONF != ROOT_URLCONF:
        raise ImproperlyConfigured("this process belongs to another site of Django's")
