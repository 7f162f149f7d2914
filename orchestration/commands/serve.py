"""`rapport dashboard` and `rapport dev`: start the two servers, on the loopback interface."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import typer

from orchestration.commands.options import HomeOption, console, settings_for
from orchestration.settings import REPOSITORY

BIN = Path(sys.executable).parent


def dashboard(home: HomeOption = None) -> None:
    """Open the dashboards (they see audited releases and nothing else)."""
    settings = settings_for(home)
    console.print(f"Dashboards: http://127.0.0.1:{settings.dashboard_port}  (Ctrl-C ends them)")
    command = [
        BIN / "streamlit", "run", REPOSITORY / "dashboards" / "app.py",
        "--server.port", str(settings.dashboard_port), "--server.address", "127.0.0.1",
        "--", "--home", settings.home,
    ]  # fmt: skip
    raise typer.Exit(subprocess.run(command).returncode)


def dev(home: HomeOption = None) -> None:
    """Open Dagster's UI with the nightly schedule switched on."""
    from orchestration.nightly import prepare_dagster_home

    settings = settings_for(home)
    prepare_dagster_home(settings)
    console.print(f"Dagster: http://127.0.0.1:{settings.dagster_port}  (Ctrl-C ends it)")
    command = [
        BIN / "dagster", "dev", "-m", "orchestration.definitions",
        "-h", "127.0.0.1", "-p", str(settings.dagster_port),
    ]  # fmt: skip
    environment = {**os.environ, "RAPPORT_HOME": str(settings.home)}
    raise typer.Exit(subprocess.run(command, cwd=REPOSITORY, env=environment).returncode)
