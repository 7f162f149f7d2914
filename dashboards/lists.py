"""Tables: their kinds of columns, links to customers, and going through them page by page.

Belongs here: how rows stand on a page. Stays out: SQL, and which columns a page shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import formats
from dashboards.data import OpenRelease

PAGE_ROWS = 25


def table(frame: pd.DataFrame, columns: Mapping[str, Any], alt_text: str) -> None:
    """A table of exactly `columns`, in their order, unknown values as a dash."""
    st.dataframe(
        frame,
        column_config=dict(columns),
        column_order=list(columns),
        hide_index=True,
        width="stretch",
        placeholder="–",
        alt=alt_text,
        height="content",
    )


def paged(total: int, key: str, rows: int = PAGE_ROWS) -> dict[str, int]:
    """The page chosen below a list, as the `limit` and `offset` of its query; no control when one page is enough."""
    pages = max(1, -(-total // rows))
    if pages == 1:
        return {"limit": rows, "offset": 0}
    chosen = st.pagination(pages, key=key, max_visible_pages=5)
    first = (chosen - 1) * rows
    st.caption(f"{first + 1:,} to {min(first + rows, total):,} of {total:,}")
    return {"limit": rows, "offset": first}


def customer_column(frame: pd.DataFrame, release: OpenRelease) -> dict[str, Any]:
    """Turn `customer_id` into a link to the customer's page, with the name beside it where names may be seen."""
    names = release.names(frame["customer_id"])
    if names:
        frame.insert(1, "full_name", frame["customer_id"].map(names))
    frame["customer_id"] = "customer?customer=" + frame["customer_id"]
    columns = {"customer_id": st.column_config.LinkColumn("Customer", display_text=r"customer=(.*)$", width=160)}
    return columns | ({"full_name": st.column_config.TextColumn("Name")} if names else {})


def money_column(label: str, release: OpenRelease, **options: Any) -> Any:
    return st.column_config.NumberColumn(label, format=formats.money_pattern(release.currency), **options)


def as_percent(frame: pd.DataFrame, *shares: str) -> pd.DataFrame:
    """Shares in [0, 1] as whole percents, for columns with the pattern `%.0f%%`."""
    return frame.assign(**{share: frame[share].astype("float64") * 100 for share in shares})


def percent_column(label: str, **options: Any) -> Any:
    """For columns that went through `as_percent`."""
    return st.column_config.NumberColumn(label, format="%.0f%%", **options)


def date_column(label: str, **options: Any) -> Any:
    return st.column_config.DateColumn(label, format="D MMM YYYY", **options)
