from __future__ import annotations

import time
from pathlib import Path

import pytest

from examples.identity.deployment import BACKENDS, Deployment
from examples.stage.clock import Clock
from failwell.guard import Bucket, RateLimit
from failwell.store import Memory, Redis

POSTGRES, REDIS = "postgresql+psycopg://ada:secret@db.example:5433/shop", "redis://cache.example:6379/1"


def test_by_default_a_service_needs_nothing_but_its_folder(tmp_path: Path) -> None:
    deployment = Deployment(name="browsers", folder=tmp_path, secret=b"s")
    assert deployment.database_url.render_as_string() == f"sqlite:///{tmp_path}/browsers.sqlite"
    assert isinstance(deployment.store(), Memory)
    assert deployment.outbox == tmp_path / "outbox"
    databases = deployment.django_databases()["default"]
    assert (databases["ENGINE"], databases["NAME"]) == (
        "django.db.backends.sqlite3", str(tmp_path / "browsers.sqlite"),
    )  # fmt: skip


def test_one_variable_takes_it_to_postgresql_and_redis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(BACKENDS, f"{POSTGRES} {REDIS}")
    deployment = Deployment.from_environment("browsers")
    assert deployment.database_url.render_as_string(hide_password=False) == POSTGRES
    assert isinstance(deployment.store(), Redis)
    assert deployment.django_databases()["default"] == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop", "HOST": "db.example", "PORT": "5433", "USER": "ada", "PASSWORD": "secret",
        "OPTIONS": {"options": "-c search_path=browsers"},
    }  # fmt: skip


def test_each_service_reads_variables_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BACKENDS, raising=False)
    monkeypatch.setenv("FLAGS_FOLDER", str(tmp_path / "here"))
    monkeypatch.setenv("FLAGS_SECRET", "a secret")
    monkeypatch.setenv("FLAGS_ERRORS_BASE", "http://127.0.0.1/flags/")
    deployment = Deployment.from_environment("flags")
    assert deployment == Deployment(
        name="flags", folder=tmp_path / "here", secret=b"a secret", errors_base="http://127.0.0.1/flags/"
    )
    assert deployment.folder.stat().st_mode & 0o777 == 0o700
    assert abs(deployment.now() - time.time()) < 60


def test_a_service_without_a_secret_makes_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = (Deployment.from_environment("flags").secret for _ in range(2))
    assert len(first) == 32
    assert first != second


def test_guards_go_by_the_deployments_clock(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    clock.freeze()
    deployment = Deployment(name="flags", folder=tmp_path, secret=b"s", clock=clock)
    limit = RateLimit(
        Bucket("token", 1, per="minute"), store=deployment.store(), problem=lambda _: ValueError("denied")
    )
    limit.check(token="a")
    with pytest.raises(ValueError, match="denied"):
        limit.check(token="a")
    clock.advance(60)
    limit.check(token="a")


def test_no_secret_is_shown(tmp_path: Path) -> None:
    deployment = Deployment(name="flags", folder=tmp_path, secret=b"s3cret", backends=f"{POSTGRES} {REDIS}")
    assert repr(deployment) == f"Deployment(name='flags', folder='{tmp_path}')"
