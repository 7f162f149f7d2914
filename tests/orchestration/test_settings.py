"""One reading of the environment, and one error that says everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.settings import SettingsError, read_settings


def test_an_empty_environment_gives_a_home_beside_the_code() -> None:
    settings = read_settings({})
    assert settings.home.name == "var"
    assert (settings.nightly_cron, settings.timezone) == ("0 2 * * *", "UTC")


def test_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    assert read_settings({"RAPPORT_HOME": "/elsewhere"}, home=tmp_path).home == tmp_path.resolve()


def test_every_wrong_variable_is_named_in_one_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    wrong = {
        "RAPPORT_HOME": str(file),
        "RAPPORT_NIGHTLY_CRON": "at two",
        "RAPPORT_TIMEZONE": "Mars/Olympus",
        "RAPPORT_DASHBOARD_PORT": "eighty",
    }
    with pytest.raises(SettingsError) as problem:
        read_settings(wrong)
    assert all(name in str(problem.value) for name in wrong)
