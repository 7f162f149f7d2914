"""Fixtures that several test packages share.

Belongs here: the sample release; `from sample_release import …` works in every test file below.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

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
