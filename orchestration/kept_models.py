"""What readers have of each score: the models behind the current release, which tonight may score again.

Belongs here: reading cards, backtests and artifacts back. Stays out: whether they will do (models_ml.retraining).

Only what has been published counts: a run that was killed leaves models behind that nobody has seen.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import duckdb
import polars as pl

from data_quality.release import connect, current_release
from models_ml import registry
from models_ml.result import BACKTEST_SCHEMA
from models_ml.retraining import Kept


def models_folder(home: Path) -> Path:
    """Where artifacts lie, in a folder for each model version."""
    return home / "models"


def kept_models(home: Path, scores: Collection[str]) -> dict[str, Kept]:
    """By score, those of which the current release has a published model whose artifacts are still there."""
    release = current_release(home)
    if release is None:
        return {}
    kept = {}
    with connect(release) as readers_have:
        cards = readers_have.execute("select card from scores.model_cards where is_published").fetchall()
        for card in (json.loads(card) for (card,) in cards):
            name = card["score_name"]
            if name not in scores:
                continue
            try:
                artifacts = registry.load(models_folder(home) / card["model_version"])
            except registry.ArtifactError:
                continue
            kept[name] = Kept(card, _backtests(readers_have, name), artifacts)
    return kept


def _backtests(release: duckdb.DuckDBPyConnection, score: str) -> pl.DataFrame:
    found = release.execute("select * from scores.backtests where score_name = ?", [score]).pl()
    return found.select(BACKTEST_SCHEMA.names()).cast(BACKTEST_SCHEMA)
