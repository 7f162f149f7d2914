"""Which columns tell the rows of a sample apart, and which one says when a row last changed.

Stays out: types (columns).
"""

from __future__ import annotations

from itertools import combinations

import polars as pl

from orchestration.drafting.columns import NAME_OF_AN_ID, ColumnDraft


def find_key(cells: pl.DataFrame, columns: list[ColumnDraft]) -> list[ColumnDraft]:
    """The shortest key of always filled columns, ids first; [] where no column or pair of ids tells rows apart."""
    filled = [column for column in columns if column.is_required]
    ids = [column for column in filled if NAME_OF_AN_ID.search(column.name)]
    # A description or an amount may happen to be unique in a sample; an id or the first column is meant to be.
    candidates = [[column] for column in dict.fromkeys([*ids, *filled[:1]])]
    candidates += [list(pair) for pair in combinations(ids[:8], 2)]
    height = cells.height
    return next((key for key in candidates if cells.select(c.header for c in key).n_unique() == height), [])


def find_updated_at(columns: list[ColumnDraft]) -> ColumnDraft | None:
    """The column that says when a row last changed, by its name."""
    dated = [column for column in columns if column.data_type == "timestamp"]
    return next((column for column in dated if any(word in column.name for word in ("updated", "modified"))), None)
