"""One reading of the environment, and one error that says everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.settings import CREDENTIALS, REPOSITORY, SettingsError, read_settings


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


ZENDESK = {
    "ZENDESK_URL": "https://shop.zendesk.example",
    "ZENDESK_EMAIL": "ops@shop.example",
    "ZENDESK_API_TOKEN": "a secret",
}


def test_a_source_whose_credentials_are_all_set_can_be_pulled() -> None:
    settings = read_settings(ZENDESK)
    assert settings.credentials == {"zendesk": ZENDESK}
    assert "a secret" not in repr(settings)


def test_half_set_credentials_name_everything_that_is_missing() -> None:
    with pytest.raises(SettingsError) as problem:
        read_settings({"ZENDESK_API_TOKEN": "a secret"})
    assert "ZENDESK_URL" in str(problem.value)
    assert "ZENDESK_EMAIL" in str(problem.value)
    assert "a secret" not in str(problem.value)


def test_a_secret_is_not_sent_in_the_clear() -> None:
    with pytest.raises(SettingsError, match=r"ZENDESK_URL='http://shop.zendesk.example' is not an https:// address"):
        read_settings(ZENDESK | {"ZENDESK_URL": "http://shop.zendesk.example"})


@pytest.mark.parametrize("file", [".env.example", "README.md"])
def test_every_name_that_is_read_is_told_to_the_reader(file: str) -> None:
    told = (REPOSITORY / file).read_text(encoding="utf-8")
    assert [name for names in CREDENTIALS.values() for name in names if name not in told] == []
