"""Model inputs: nothing is learned on the way, and a customer's inputs do not depend on the company."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml.btyd import BetaGeo
from models_ml.closed_form import probability_no_purchase
from models_ml.design import (
    cohort_from_json,
    cohort_of,
    design_matrix,
    logit,
    silence_directions,
    usable_columns,
    with_ranks,
)

MODEL = BetaGeo(0.6, 20.0, 0.6, 4.0)


def test_a_column_that_only_names_the_date_is_not_learned_from(simulated) -> None:
    columns = usable_columns(simulated.features)
    assert "month_of_year" not in columns
    assert "last_nps_score" not in columns
    assert "customer_id" not in columns
    assert {"frequency", "orders_90d", "count_bad_ratings_365d"} <= set(columns)
    joined = simulated.features.join(simulated.labels, on=["customer_id", "as_of_date"])
    assert not {"is_churned", "future_net_amount", "days_to_next_order"} & set(usable_columns(joined))


def test_the_matrix_holds_signed_logs_ranks_and_the_closed_form() -> None:
    rows = pl.DataFrame(
        {
            "as_of_date": [date(2025, 1, 1)] * 2,
            "frequency": [0, 3],
            "recency_days": [0, 60],
            "t_days": [40, 90],
            "days_since_last_order": [41, 31],
            "total_net_amount": [-9.0, 99.0],
            "mean_gap_days": [None, 20.0],
        }
    )
    matrix = design_matrix(with_ranks(rows), ("mean_gap_days", "total_net_amount"), MODEL, 90)
    assert matrix.shape == (2, 8)
    assert np.isnan(matrix[0, 0])
    assert matrix[:, 1] == pytest.approx([-np.log(10), np.log(100)])
    assert matrix[:, 2].tolist() == [1.0, 0.5]
    silent = probability_no_purchase(MODEL, [0, 3], [0, 60], [40, 90], 90)
    assert matrix[:, 6] == pytest.approx(logit(silent))


def test_ranks_come_from_the_cohort_and_not_from_the_rows_asked_for(simulated) -> None:
    current = simulated.features.filter(pl.col("as_of_date") == simulated.as_of)
    cohort = cohort_from_json(cohort_of(current).as_json())
    assert cohort == cohort_of(current)
    together, alone = cohort.ranked(current), cohort.ranked(current[[17]])
    assert alone.equals(together[[17]])
    exact = with_ranks(current)
    for name in ("days_since_last_order_rank", "total_net_amount_rank", "frequency_rank"):
        assert np.abs((together[name] - exact[name]).to_numpy()).max() < 0.005
    # Ranked among themselves, one row would always be the first of one.
    assert with_ranks(current[[17]])["frequency_rank"].item() == 1.0
    assert alone["frequency_rank"].item() < 1.0


def test_what_fades_in_silence_speaks_against_an_order_as_silence_itself_does() -> None:
    columns = ("days_since_last_order", "fading_amount_60d", "fading_orders_14d", "orders_90d")
    assert silence_directions(columns)[: len(columns)].tolist() == [1.0, -1.0, -1.0, 0.0]
