"""The rules of the house that a reader relies on, held against the tree as it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("orchestration", "models_ml", "data_quality", "dashboards")
MODULES = sorted(path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def calls_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_is_and_fits_on_a_few_screens(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)), f"{name(path)} has no module docstring"
    assert len(source.splitlines()) <= 300, f"{name(path)} has outgrown its name"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_one_door_for_each_heavy_library(path: Path) -> None:
    where = name(path)
    doors = {
        "dagster": lambda: (
            where.startswith("orchestration/")
            and not where.startswith(("orchestration/intake", "orchestration/delivery", "orchestration/twin"))
        ),
        "streamlit": lambda: where.startswith("dashboards/"),
        "lifetimes": lambda: where == "models_ml/second_opinion.py",
        "great_expectations": lambda: where == "data_quality/gate.py",
        "duckdb": lambda: not where.startswith("models_ml/"),
        "pickle": lambda: False,
        "joblib": lambda: False,
    }
    for module in imports_of(path):
        may = doors.get(module.split(".")[0], lambda: True)
        assert may(), f"{where} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_settings_reads_the_environment_and_only_orchestration_reads_the_clock(path: Path) -> None:
    where = name(path)
    used = set(calls_of(path))
    reads_environment = used & {"os.environ", "os.getenv"}
    # resources and nightly hand names to child processes; the commands hand them to the servers they start.
    may_touch = {"orchestration/settings.py", "orchestration/resources.py", "orchestration/nightly.py"}
    if where not in may_touch and not where.startswith("orchestration/commands/"):
        assert not reads_environment, f"{where} touches the environment"
    if where.startswith(("models_ml/", "data_quality/", "orchestration/intake/", "orchestration/twin/")):
        assert not used & {"datetime.now", "datetime.utcnow", "date.today", "time.time"}, f"{where} reads the clock"


def test_the_rules_notice_a_module_that_breaks_them(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import pickle, os\nfrom datetime import datetime\nx = os.environ\ny = datetime.now()\n")
    assert "pickle" in set(imports_of(bad))
    assert {"os.environ", "datetime.now"} <= set(calls_of(bad))
    assert ast.get_docstring(ast.parse(bad.read_text())) is None


def test_the_lock_pins_every_package_with_hashes_and_names_no_address() -> None:
    lines = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert len(pins) > 100
    assert all("==" in pin for pin in pins)
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)
    assert not [line for line in lines if re.search(r"https?://|--index-url|--find-links", line)]
