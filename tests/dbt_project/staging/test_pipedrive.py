"""Pipedrive: records found by id, else by a name that only one bears; what was done and what became of deals."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from data_quality.contracts import load_source_tables
from orchestration.intake.intake import intake

PROJECT = Path(__file__).parents[3] / "dbt_project"
QUAY, GROUP = "pipedrive:7", "pipedrive:8"
IVA, SAM, WOLF, OLE = "pipedrive:31", "pipedrive:32", "pipedrive:33", "pipedrive:36"


@pytest.fixture
def pipedrive(exported):
    return exported("pipedrive")


def test_every_row_of_an_export_is_loaded(pipedrive) -> None:
    assert {load.file for load in pipedrive.loads if load.status != "loaded" or load.rows_quarantined} == set()
    assert sum(load.rows_loaded for load in pipedrive.loads) == 22


def test_a_custom_field_is_kept(pipedrive) -> None:
    (extra,) = pipedrive.query("select _extra from 'raw/pipedrive/deals/*/*.parquet' where id = '101'")
    assert extra == ('{"Deal - Credit score":"88"}',)


def test_people_bring_their_first_address_and_number_and_their_organisation(pipedrive) -> None:
    columns = "contact_id, email, full_name, phone, account_id, owner_id, lifecycle_stage, country"
    assert pipedrive.rows("stg_pipedrive__contacts", columns) == [
        (
            IVA,
            "iva.lund@mail.example",
            "Iva Lund",
            "+1 503 555 0199",
            QUAY,
            "pipedrive:Ana Roth",
            "Customer",
            "United States",
        ),
        # Two organisations bear the name of Sam's.
        (SAM, "sam@mail.example", "Sam Doe", None, None, "pipedrive:Ben Okoro", None, None),
        (WOLF, "wolf@mail.example", "Lone Wolf", "+44 7700 900111", None, "pipedrive:Ben Okoro", "Hot lead", None),
        ("pipedrive:34", None, "Kim Same", None, QUAY, None, None, None),
        ("pipedrive:35", None, "Kim Same", None, QUAY, None, None, None),
        # From an older export, with one column for all addresses.
        (OLE, "ole@mail.example", "Ole Dahl", "570-809-7197", QUAY, "pipedrive:Ana Roth", "Cold lead", None),
    ]


def test_an_older_export_that_lands_with_a_newer_one_changes_nothing(pipedrive) -> None:
    (iva,) = pipedrive.query(
        f"select full_name, updated_at from staging.stg_pipedrive__contacts where contact_id = '{IVA}'"
    )
    assert iva == ("Iva Lund", datetime(2026, 2, 1, 8))


def test_organisations_know_their_parent_and_their_revenue_with_its_currency(pipedrive) -> None:
    columns = "account_id, account_name, country, parent_account_id, currency, annual_revenue_amount"
    assert pipedrive.rows("stg_pipedrive__accounts", columns) == [
        ("pipedrive:10", "TWIN & CO", None, None, None, None),
        (QUAY, "Quay Mills", "United States", GROUP, "USD", Decimal(350_000_000)),
        (GROUP, "Quay Group", "Norway", None, "NOK", Decimal(9_000_000)),
        ("pipedrive:9", "Twin & Co", None, None, None, None),
    ]


def test_deals_have_status_amount_probability_and_the_day_of_the_decision(pipedrive) -> None:
    columns = "opportunity_name, status, stage_name, amount, probability, close_date, lead_source, product_name"
    assert pipedrive.rows("stg_pipedrive__opportunities", columns) == [
        ("Harbour crane", "Pipeline", "Qualified", 50_000, 0.625, date(2026, 12, 1), None, None),
        ("Old idea", "Other", "Qualified", None, None, None, None, None),
        (
            "Press line",
            "Won",
            "Negotiations Started",
            Decimal("12500.5"),
            1.0,
            date(2026, 2, 20),
            "Web visitors",
            "Press",
        ),
        ("Spares", "Lost", "Proposal Made", Decimal(900), 0.0, date(2026, 1, 20), "Manually created", None),
    ]


def test_an_amount_keeps_its_currency(pipedrive) -> None:
    currencies = dict(pipedrive.rows("stg_pipedrive__opportunities", "opportunity_name, currency"))
    assert (currencies["Harbour crane"], currencies["Press line"]) == ("EUR", "USD")


def test_deals_are_linked_by_id_and_else_by_a_name_that_only_one_bears(pipedrive) -> None:
    assert pipedrive.rows("stg_pipedrive__opportunities", "opportunity_id, account_id, contact_id") == [
        ("pipedrive:101", QUAY, IVA),
        # The export of this deal has names only.
        ("pipedrive:102", QUAY, IVA),
        ("pipedrive:103", None, SAM),
        ("pipedrive:104", None, WOLF),
    ]


def test_a_deleted_deal_is_no_deal(pipedrive) -> None:
    assert ("pipedrive:105",) not in pipedrive.rows("stg_pipedrive__opportunities", "opportunity_id")


def test_what_was_done_is_an_activity_and_what_is_planned_is_not(pipedrive) -> None:
    columns = "activity_id, activity_type, occurred_at, contact_id, account_id, opportunity_id, owner_id"
    assert pipedrive.rows("stg_pipedrive__activities", columns) == [
        # Ticked off the day after.
        (
            "pipedrive:501",
            "call",
            datetime(2026, 1, 8, 14),
            IVA,
            QUAY,
            "pipedrive:101",
            "pipedrive:Ana Roth",
        ),
        # About a deal, with nobody named; a task is done when it is ticked off.
        (
            "pipedrive:502",
            "task",
            datetime(2026, 1, 12, 16, 30),
            IVA,
            QUAY,
            "pipedrive:101",
            "pipedrive:Ana Roth",
        ),
        # Which Kim, the export does not say.
        (
            "pipedrive:504",
            "meeting",
            datetime(2026, 1, 15, 17, 20),
            None,
            QUAY,
            None,
            "pipedrive:Ben Okoro",
        ),
        # From a list, with other headers; mailed before it was planned for.
        (
            "pipedrive:505",
            "email",
            datetime(2026, 1, 16, 9, 5),
            SAM,
            "pipedrive:9",
            "pipedrive:102",
            "pipedrive:Ana Roth",
        ),
        # Notes are numbered apart from activities.
        (
            "pipedrive:note-501",
            "note",
            datetime(2026, 2, 1, 12),
            IVA,
            QUAY,
            "pipedrive:101",
            "pipedrive:Ana Roth",
        ),
    ]


def test_a_day_without_a_time_lasts_until_its_end(estate) -> None:
    meeting = {"id": "1", "type": "Meeting", "done": "Done", "due_date": date(2026, 1, 15)}
    estate.land("pipedrive.activities", [meeting | {"marked_as_done_time": datetime(2026, 1, 20, 8)}])
    assert estate.row("stg_pipedrive__activities", "occurred_at") == (datetime(2026, 1, 15, 23, 59),)


def test_only_what_people_decided_is_a_statement_on_consent(pipedrive) -> None:
    assert pipedrive.rows("stg_pipedrive__consents", "contact_id, has_marketing_consent, changed_at") == [
        (IVA, True, None),
        (SAM, False, datetime(2026, 2, 2, 8)),
    ]


def test_times_are_those_of_the_exporting_user(tmp_path, dbt_command, estate_class) -> None:
    project, home = tmp_path / "project", tmp_path / "home"
    project.mkdir()
    for file in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / file, project / file)
    shutil.copytree(PROJECT / "macros", project / "macros")
    shutil.copytree(PROJECT / "models/staging/pipedrive", project / "models/staging/pipedrive")
    shutil.copy(PROJECT / "models/staging/_canonical_columns.md", project / "models/staging")
    contract = project / "models/staging/pipedrive/_pipedrive__sources.yml"
    contract.write_text(contract.read_text().replace("timezone: UTC", "timezone: America/New_York"))
    shutil.copytree(Path(__file__).parent / "exports/pipedrive", home / "landing/pipedrive")
    tables = load_source_tables(project)
    intake(home, tables, datetime(2026, 10, 1))
    finished = dbt_command(project, home, home / "warehouse.duckdb", date(2026, 11, 1), "run")
    assert finished.success, finished.said[-4000:]
    estate = estate_class(home, home / "warehouse.duckdb", {table.name: table for table in tables})
    # Planned for two o'clock in New York.
    assert estate.rows("stg_pipedrive__activities", "occurred_at")[0] == (datetime(2026, 1, 8, 19),)
    # Won at half past eleven at night, which in UTC is the next day.
    won = "select close_date, updated_at from staging.stg_pipedrive__opportunities where status = 'Won'"
    assert estate.query(won) == [(date(2026, 2, 20), datetime(2026, 2, 21, 4, 40))]
