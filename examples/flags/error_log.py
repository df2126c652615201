"""Where errors that nobody foresaw are written to, with the id of their request."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from litestar.logging.config import BaseLoggingConfig


class ErrorLog(BaseLoggingConfig):
    """A log of the app's own: there may be several apps in a process.

    Args:
        path: the file, which is made with the first error.
    """

    log_exceptions = "always"
    traceback_line_limit = -1

    def __init__(self, path: Path) -> None:
        self._handler = logging.FileHandler(path, encoding="utf-8", delay=True)
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self._logger = logging.Logger("flags")  # noqa: LOG001 - it is no one else's
        self._logger.addHandler(self._handler)
        self.exception_logging_handler = self._write
        self.disable_stack_trace = set()

    def _write(self, logger: Any, scope: Any, lines: list[str]) -> None:
        logger.error("%s %s\n%s", scope["method"], scope["path"], "".join(lines))

    def configure(self) -> Any:
        """Gives Litestar its logger."""
        return lambda _name=None: self._logger

    @staticmethod
    def set_level(logger: Any, level: int) -> None:
        """Sets what is logged at all."""
        logger.setLevel(level)

    def close(self) -> None:
        """Closes the file."""
        self._handler.close()
