"""How long each page takes on 25,000 customers, beside the same page on 250: `make bench`.

Both are rendered by the real app with cold caches, in turn, and each one's best counts: a busy machine slows both.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from streamlit.components.v2 import manifest_scanner

import tests.conftest  # noqa: F401  (makes `sample_release` importable)

# isort: split
from sample_release import build_sample_release
from sample_release.copies import a_hundredfold

from tests.dashboards.conftest import PAGES, cold_app

CUSTOMERS, RUNS = 250, 3


def render(home: Path, page: str) -> float:
    """Seconds of one cold rendering."""
    sys.argv = ["app.py", "--home", str(home)]
    app = cold_app(page)
    started = time.perf_counter()
    app.run()
    seconds = time.perf_counter() - started
    assert not app.exception, app.exception
    return seconds


def main() -> None:
    now = datetime.now(UTC)
    # AppTest looks through every installed package for components at each run; a server does it once, at its start.
    manifest_scanner.scan_component_manifests = list
    with tempfile.TemporaryDirectory() as folder:
        homes = {name: Path(folder) / name for name in ("small", "large")}
        for name, home in homes.items():
            change = {"change": a_hundredfold} if name == "large" else {}
            build_sample_release(
                home, name, as_of_date=now.date(), published_at=now, customers=CUSTOMERS, with_pii=False, **change
            )
        for page in PAGES:
            taken = [{name: render(home, page) for name, home in homes.items()} for _ in range(RUNS)]
            small, large = (min(run[name] for run in taken) for name in ("small", "large"))
            print(f"{page:13} {large:5.2f} s of 25,000 customers (asked: 1.00), {large / small:4.1f} times that of 250")


if __name__ == "__main__":
    main()
