"""What a backtest remembers: candidates as they stood, and what they would have said until the next were trained."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml.backtest import Backtest
from models_ml.calibration import fit_band
from models_ml.splits import Fold, Split


def customers(share: float) -> pl.DataFrame:
    """A thousand, of whom a share came."""
    return pl.DataFrame({"customer_id": [str(n) for n in range(1000)], "came": np.arange(1000) < 1000 * share})


def seen(rows: pl.DataFrame) -> np.ndarray:
    return rows["came"].cast(pl.Float64).to_numpy()


def backtest(*later: float) -> Backtest:
    """Two origins at which three of ten came, as was said, and so many at later dates of the older one."""
    found, rows = Backtest(baselines=()), customers(0.3)
    for month, after in ((4, ()), (1, later)):
        fold = Fold(Split(date(2026, month, 1), (), 90), rows, rows, tuple(map(customers, after)))
        found.ask(fold, lambda asked: {"usual": np.full(len(asked), 0.3)}, lambda p: {"said": float(p.mean())})
    return found


def test_a_candidate_is_asked_about_every_date_until_the_next_origin_as_it_stood() -> None:
    said, came = backtest(0.5, 0.6).until_next("usual", seen)
    assert [each.mean() for each in said] == pytest.approx([0.3] * 4)
    assert [each.mean() for each in came] == pytest.approx([0.3, 0.3, 0.5, 0.6])


def test_metrics_and_the_choice_are_of_origins_alone() -> None:
    found = backtest(0.5, 0.6)
    assert [metrics["usual"] for metrics in found.metrics] == [{"said": pytest.approx(0.3)}] * 2
    assert len(found.losses(lambda fold, p: (p - seen(fold.test)) ** 2).by_candidate["usual"]) == 2000


def test_a_band_knows_of_bad_months_between_origins() -> None:
    calm, stormy = (fit_band(*backtest(*later).until_next("usual", seen)) for later in ((0.3, 0.3), (0.5, 0.6)))
    low, high = stormy.around(np.array([0.3]))
    assert high[0] > 0.5
    assert high[0] - low[0] > 5 * np.subtract(*calm.around(np.array([0.3]))[::-1])[0]
