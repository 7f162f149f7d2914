"""Options that several commands share, and the way every command ends when the user can mend something."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from data_quality.release import Release, current_release
from orchestration.settings import Settings, SettingsError, read_settings

console = Console()

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Where everything mutable lives (default: RAPPORT_HOME or ./var).")
]


def settings_for(home: Path | None) -> Settings:
    """Settings, or a clear end of the command when the environment is wrong."""
    try:
        return read_settings(home=home)
    except SettingsError as problem:
        stop(str(problem))


def stop(message: str, code: int = 1) -> NoReturn:
    """End the command with words on standard error."""
    typer.secho(message, err=True, fg="red")
    raise typer.Exit(code)


def release_of(settings: Settings) -> Release:
    """The current release, or a clear end when nothing has been published yet."""
    release = current_release(settings.home)
    if release is None:
        stop(f"No release in {settings.home} yet: put exports into landing/ and call `rapport run`, or `rapport demo`.")
    return release
