"""For every gate an example that it stops: the run is red, says why, and the release pointer does not move.

The audit's examples, one for each of its checks, are in tests/data_quality.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from models_ml import churn
from orchestration import last_run
from orchestration.nightly import run_nightly
from orchestration.settings import Settings

AS_OF = "2026-11-01"


def run_red(home: Path) -> str:
    """Run the night, which must fail, leave the pointer where it was, and say why where people look."""
    before = (home / "releases" / "current.json").read_bytes()
    files = sorted(path.name for path in (home / "releases").glob("*.duckdb"))
    reason = run_nightly(Settings(home), AS_OF)
    assert reason, "the poisoned night was green"
    assert (home / "releases" / "current.json").read_bytes() == before
    assert sorted(path.name for path in (home / "releases").glob("*.duckdb")) == files
    said = last_run.read(home)
    assert (said["status"], said["reason"]) == ("failed", reason)
    return reason


def test_the_gate_of_exports_stops_an_export_that_is_mostly_dirt(shop_copy: Path) -> None:
    rows = "\n".join(f"r{n},someone{n}@mail.example,not a score,,2026-10-30T10:00:00Z" for n in range(400))
    dirt = "Response ID,Email,Score,Comment,Submitted at\n" + rows + "\n"
    (shop_copy / "landing" / "nps_survey" / "nps_responses_2.csv").write_text(dirt, encoding="utf-8")
    reason = run_red(shop_copy)
    assert "nps_survey.responses" in reason
    assert "quarantine" in reason


def test_a_dbt_test_stops_a_fact_that_cannot_be(shop_copy: Path, tmp_path: Path) -> None:
    """Every order twice: a mart whose key repeats."""
    project = tmp_path / "dbt_project"
    shutil.copytree(Settings.project_dir, project, ignore=shutil.ignore_patterns("parse-*", "logs"))
    mart = project / "models" / "marts" / "fct_orders.sql"
    mart.write_text(
        "select * from ("
        + mart.read_text(encoding="utf-8")
        + ")\nunion all by name\nselect * from ("
        + mart.read_text(encoding="utf-8")
        + ")\n",
        encoding="utf-8",
    )
    before = (shop_copy / "releases" / "current.json").read_bytes()
    reason = run_nightly(Settings(shop_copy, project_dir=project), AS_OF)
    assert "key_fct_orders_order_id: Got " in reason
    assert (shop_copy / "releases" / "current.json").read_bytes() == before


@pytest.fixture
def poison_churn(monkeypatch) -> Callable[[Callable[[pl.DataFrame], pl.DataFrame]], None]:
    train, again = churn.train_and_score, churn.score_again

    def poison(change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        def trained(*arguments: object, **options: object):
            result = train(*arguments, **options)
            return replace(result, scores=change(result.scores))

        # The copy has a release, whose model may be asked again.
        monkeypatch.setattr(churn, "train_and_score", trained)
        monkeypatch.setattr(churn, "score_again", lambda *arguments: change(again(*arguments)))

    return poison


def test_the_gate_of_scores_stops_a_probability_of_two(shop_copy: Path, poison_churn) -> None:
    poison_churn(lambda scores: scores.with_columns(score=pl.lit(2.0)))
    reason = run_red(shop_copy)
    assert "churn" in reason
    assert "score" in reason


def test_publishing_alone_after_a_red_gate_is_refused(shop_copy: Path) -> None:
    """Materialising the release by hand in Dagster's UI is a run of its own, which has built nothing."""
    import dagster as dg

    from orchestration.definitions import build_defs

    before = (shop_copy / "releases" / "current.json").read_bytes()
    definitions = build_defs(Settings(shop_copy), AS_OF)
    alone = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey("release")], raise_on_error=False
    )
    assert not alone.success
    assert (shop_copy / "releases" / "current.json").read_bytes() == before
    assert os.listdir(shop_copy / "releases")
