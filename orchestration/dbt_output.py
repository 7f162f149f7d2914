"""What a person sees of dbt's hundreds of lines: how far it is, and every line that is not well.

Stays out: the full log, which dbt itself keeps in the run's folder.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

DONE = re.compile(r"(\d+) of (\d+) (OK|PASS|WARN|FAIL|ERROR|SKIP)")
EVERY = 50


class DbtOutput(io.TextIOBase):
    """A stand-in for standard output that counts dbt's results and passes on what needs attention."""

    def __init__(self, say: Callable[[str], None], warn: Callable[[str], None]) -> None:
        self._say, self._warn, self._done = say, warn, 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        for line in text.splitlines():
            found = DONE.search(line)
            if found:
                self._done += 1
                if self._done % EVERY == 0:
                    self._say(f"{self._done} of {found[2]} models and tests")
                if found[3] in ("WARN", "FAIL", "ERROR"):
                    self._warn(re.sub(r"\x1b\[\d*m", "", line).strip(". "))
        return len(text)
