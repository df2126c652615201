"""Prints what is found in fixtures, as `found.txt` has it: `python -m tests.check title-changed ...`.

With `--write` it writes the files. Read what it wrote before you keep it: the files are the test.
"""

from __future__ import annotations

import sys

from tests.check.fixtures import fixture, lines, report_of

if __name__ == "__main__":
    for name in (one for one in sys.argv[1:] if one != "--write"):
        found = "".join(f"{line}\n" for line in lines(report_of(fixture(name))))
        if "--write" in sys.argv:
            fixture(name).found.write_text(found, "utf-8")
        sys.stdout.write(found)
