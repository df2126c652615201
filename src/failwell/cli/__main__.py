"""`python -m failwell.cli`."""

from __future__ import annotations

import sys

from failwell.cli import main

if __name__ == "__main__":
    sys.exit(main())
