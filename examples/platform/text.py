"""Text that people give: one line, without control characters, which not every database takes."""

from __future__ import annotations

from typing import Annotated

import msgspec

LINE = r"^[^\x00-\x1f\x7f]+\Z"

Name = Annotated[str, msgspec.Meta(max_length=60, pattern=LINE)]
Image = Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)]
