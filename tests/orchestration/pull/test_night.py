"""Pulling by command and by night: what is set up is fetched before intake, and what fails is told, not fatal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from orchestration.assets.ingest import ingest_assets
from orchestration.cli import app
from orchestration.commands.doctor import findings
from orchestration.intake.load import all_loads
from orchestration.resources import Walk
from orchestration.settings import CREDENTIALS, PROJECT_DIR, read_settings

RATING = {"id": 9, "ticket_id": 1, "score": "good", "created_at": "2026-10-01T00:00:00Z"}


@pytest.fixture
def environment(local_api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A helpdesk with one rating, set up in the environment; no other source is."""
    for name in (name for names in CREDENTIALS.values() for name in names):
        monkeypatch.delenv(name, raising=False)
    empty = {"tickets": [], "users": [], "organizations": [], "end_of_stream": True, "after_url": None}
    local_api.route("/api/v2/incremental/", lambda request: empty)
    local_api.route("/api/v2/groups.json", lambda request: {"groups": [], "meta": {"has_more": False}})
    local_api.route(
        "/api/v2/satisfaction_ratings.json",
        lambda request: {"satisfaction_ratings": [RATING], "meta": {"has_more": False}},
    )
    said = {
        "RAPPORT_HOME": str(tmp_path),
        "ZENDESK_URL": local_api.url,
        "ZENDESK_EMAIL": "ops@shop.example",
        "ZENDESK_API_TOKEN": "the-token",
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return said


def test_the_command_pulls_what_is_set_up_and_says_what_came(environment) -> None:
    ran = CliRunner().invoke(app, ["pull"])
    assert ran.exit_code == 0, ran.output
    assert "zendesk: 1 rows in 1 files" in ran.output


def test_the_command_names_what_is_not_set_for_a_source(environment, monkeypatch) -> None:
    for name in CREDENTIALS["zendesk"]:
        monkeypatch.delenv(name)
    ran = CliRunner().invoke(app, ["pull", "zendesk", "fax"])
    assert ran.exit_code == 1
    assert "set ZENDESK_URL, ZENDESK_EMAIL, ZENDESK_API_TOKEN" in ran.output
    assert "No source 'fax' is declared" in ran.output


def test_a_failed_pull_ends_the_command_with_an_error_and_the_doctor_knows(environment, local_api) -> None:
    local_api.allows = lambda request: False
    ran = CliRunner().invoke(app, ["pull", "--since", "2026-10-01"])
    assert ran.exit_code == 1
    assert "not pulled zendesk" in ran.output
    told = [words for words in findings(read_settings(), datetime.now(UTC)) if words.startswith("zendesk is stale")]
    assert len(told) == 1
    assert "never pulled whole" in told[0]


def ingest(environment: dict[str, str], tables: list[Any]) -> dg.ExecuteInProcessResult:
    walk = Walk(home=environment["RAPPORT_HOME"], project_dir=str(PROJECT_DIR))
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            [ingest_assets(tables, {"zendesk"}, read_settings())], resources={"walk": walk}, instance=instance
        )


def test_a_night_pulls_before_it_takes_in(environment, tables, tmp_path) -> None:
    assert ingest(environment, tables).success
    assert [(load.source, load.table, load.rows_loaded) for load in all_loads(tmp_path)] == [
        ("zendesk", "satisfaction_ratings", 1)
    ]


def test_a_night_goes_on_with_what_was_dropped_when_a_pull_fails(environment, local_api, tables, tmp_path) -> None:
    local_api.allows = lambda request: False
    dropped = tmp_path / "landing" / "nps_survey" / "any"
    dropped.parent.mkdir(parents=True)
    survey = next(table for table in tables if table.source == "nps_survey")
    dropped = dropped.with_name(survey.ingest.pattern.replace("*", "1"))
    dropped.write_text(",".join(column.header for column in survey.columns) + "\n")
    ran = ingest(environment, tables)
    assert ran.success
    assert [(load.source, load.status) for load in all_loads(tmp_path)] == [("nps_survey", "loaded")]
    assert "the-token" not in "".join(str(event) for event in ran.all_events)


def test_the_summary_of_a_run_says_which_source_is_stale_and_since_when(environment, local_api, monkeypatch) -> None:
    CliRunner().invoke(app, ["pull"])
    local_api.allows = lambda request: False
    CliRunner().invoke(app, ["pull"])
    monkeypatch.setattr("orchestration.nightly.run_nightly", lambda settings, as_of: None)
    monkeypatch.setattr("orchestration.summary.print_summary", lambda settings, console: None)
    said = " ".join(CliRunner().invoke(app, ["run"]).output.split())
    assert "stale zendesk is stale (last pulled whole 20" in said
    assert "the credentials are wrong or have expired" in said
