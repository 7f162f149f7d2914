"""What every score table begins with: whom it is about, by which model, the score, its interval, reasons and evidence.

Belongs here: these columns, and what counts as evidence of customers. Stays out: what a score adds to them (its own
file), types and order (result.py).
"""

from __future__ import annotations

import numpy as np
import polars as pl

EVIDENCE = pl.when(pl.col("frequency") > 0).then(pl.lit("own")).otherwise(pl.lit("pooled"))
EVIDENCE_IN_WORDS = "own: the customer has bought on two days or more; pooled: bought once, so the population speaks"


def beginning(
    version: str,
    score: np.ndarray,
    interval: tuple[np.ndarray, np.ndarray],
    reasons: list[str],
    *,
    key: str = "customer_id",
    evidence: pl.Expr | pl.Series = EVIDENCE,
) -> list[str | pl.Expr | pl.Series]:
    """To select from the scored rows; arrays and `reasons` hold one value each, in their order."""
    low, high = interval
    return [
        key,
        "as_of_date",
        pl.lit(version).alias("model_version"),
        pl.Series("score", score),
        pl.Series("low", low),
        pl.Series("high", high),
        pl.Series("reasons", reasons, dtype=pl.String),
        evidence.alias("evidence"),
    ]
