"""Fixtures that several test packages share.

Belongs here: the sample release, and what is made once for all processes that run tests; `from sample_release import …`
works in every test file below.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

# One core for each process that runs tests. DuckDB, polars and dbt would each start a thread for every core, and two
# processes' threads wait for each other longer than they work: a small night beside another takes 30 seconds, not 50.
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and hasattr(os, "sched_setaffinity"):
    _cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {_cores[int(worker.removeprefix("gw")) % len(_cores)]})

# Dagster, dbt and pandas stay imported to the end: looking through them again and again takes 3 % of all tests' time.
gc.set_threshold(50_000)

_FOLDER = Path(__file__).parent / "sample_release"
if "sample_release" not in sys.modules:
    _spec = importlib.util.spec_from_file_location(
        "sample_release", _FOLDER / "__init__.py", submodule_search_locations=[str(_FOLDER)]
    )
    sys.modules["sample_release"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["sample_release"])


@pytest.fixture(scope="session")
def sample_release():
    """The factory `build_sample_release(home, release_id=…, as_of_date=…, customers=…, …) -> Release`."""
    return sys.modules["sample_release"].build_sample_release


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole nights first: two processes then end together, instead of one waiting for the other's last night.

    Of these the ones that need the demo come last, so that it is made once while the other process is still busy.
    """
    items.sort(key=lambda item: ("e2e" not in item.path.parts, "demo" in item.fixturenames))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """`made_once(name, make)`: a folder that the first of all processes that run tests makes while the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        done = shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                (shared / name).mkdir()
                make(shared / name)
                done.touch()
        return shared / name

    return folder
