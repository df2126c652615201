"""What is used of Django by its meaning rather than its types, which it has none of."""

from __future__ import annotations

from typing import Any

from django import db
from django.db import models as _models
from django.db import transaction as _transaction

IntegrityError: Any = db.IntegrityError
F: Any = _models.F
models: Any = _models
transaction: Any = _transaction
