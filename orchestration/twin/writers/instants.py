"""Instants as text, the way each vendor prints them.

Belongs here: formats and time zones of exports. Stays out: what the instants mean.
"""

from __future__ import annotations

import numpy as np
import polars as pl

ACCOUNT_ZONE = "America/New_York"
"""Time zone of the generated company's accounts."""


def in_account_zone(epoch: np.ndarray | pl.Series, pattern: str, missing: np.ndarray | None = None) -> pl.Series:
    """UTC seconds as local text (strftime `pattern`); null where `missing`."""
    text = _instants(epoch).dt.convert_time_zone(ACCOUNT_ZONE).dt.strftime(pattern)
    return _blanked(text, missing)


def in_utc(epoch: np.ndarray | pl.Series, pattern: str, missing: np.ndarray | None = None) -> pl.Series:
    """UTC seconds as UTC text (strftime `pattern`); null where `missing`."""
    return _blanked(_instants(epoch).dt.strftime(pattern), missing)


HUBSPOT = "%Y-%m-%d %H:%M"
SHOPIFY = "%Y-%m-%d %H:%M:%S %z"
MAILCHIMP = "%Y-%m-%d %H:%M:%S"
ISO = "%Y-%m-%dT%H:%M:%SZ"
ISO_MILLISECONDS = "%Y-%m-%dT%H:%M:%S.000Z"


def _instants(epoch: np.ndarray | pl.Series) -> pl.Series:
    seconds = pl.Series(epoch, dtype=pl.Int64)
    return pl.from_epoch(seconds, time_unit="s").dt.replace_time_zone("UTC")


def _blanked(text: pl.Series, missing: np.ndarray | None) -> pl.Series:
    return text if missing is None else text.set(pl.Series(missing), None)
