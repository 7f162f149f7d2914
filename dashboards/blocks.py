"""The building blocks of a page: metric cards, panels, paged lists, empty states.

Belongs here: how a number, a chart or a list stands on a page, phone or desk. Stays out: SQL and what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import formats
from dashboards.data import OpenRelease

PAGE_ROWS = 25
CARD_WIDTH = 160
"""Two cards side by side on a phone, six on a desk."""


@dataclass(frozen=True)
class Card:
    """One number: `value` is formatted text or None (then the card says that there is not enough history).

    `change` is shown green or red with an arrow (`is_bad_when_up` swaps the colours); `note` is shown grey below.
    """

    label: str
    value: str | None
    change: str | None = None
    note: str | None = None
    help: str | None = None
    is_bad_when_up: bool = False
    missing: str = formats.NOT_ENOUGH_HISTORY


def cards(*shown: Card) -> None:
    """A row of metric cards that wraps to the width there is."""
    grid = st.grid("auto", min_column_width=CARD_WIDTH, gap="xsmall")
    for card in shown:
        if card.value is None:
            grid.metric(card.label, "–", card.missing, help=card.help, border=True, height="stretch",
                        delta_color="off", delta_arrow="off")  # fmt: skip
        elif card.change is not None:
            grid.metric(card.label, card.value, card.change, help=card.help, border=True, height="stretch",
                        delta_color="inverse" if card.is_bad_when_up else "normal",
                        delta_description=card.note)  # fmt: skip
        else:
            grid.metric(card.label, card.value, card.note, help=card.help, border=True, height="stretch",
                        delta_color="off", delta_arrow="off")  # fmt: skip


@contextmanager
def panel(title: str, note: str | None = None) -> Iterator[None]:
    """A white box with a title and, in small grey, what exactly is shown."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"#### {title}")
        if note:
            st.caption(note)
        yield


def chart(drawn: Callable[[], alt.Chart | alt.LayerChart], frame: pd.DataFrame, alt_text: str, empty: str) -> None:
    """The chart, or the sentence `empty` when there is nothing to draw."""
    if frame.empty:
        nothing(empty)
    else:
        st.altair_chart(drawn(), alt=alt_text, width="stretch")


def nothing(words: str) -> None:
    """An empty state: what is missing and what to do next."""
    st.info(words, icon=":material/inbox:")


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
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        chosen = st.pagination(pages, key=key, max_visible_pages=5)
        first = (chosen - 1) * rows
        st.caption(f"{first + 1:,} to {min(first + rows, total):,} of {total:,}", width="content")
    return {"limit": rows, "offset": first}


def customer_column(frame: pd.DataFrame, release: OpenRelease) -> dict[str, Any]:
    """Turn `customer_id` into a link to the customer's page, with the name beside it where names may be seen."""
    names = release.names(frame["customer_id"])
    if names:
        frame.insert(1, "full_name", frame["customer_id"].map(names))
    frame["customer_id"] = "customer?customer=" + frame["customer_id"]
    columns = {"customer_id": st.column_config.LinkColumn("Customer", display_text=r"customer=(.*)$", width="medium")}
    return columns | ({"full_name": st.column_config.TextColumn("Name")} if names else {})


def money_column(label: str, release: OpenRelease, **options: Any) -> Any:
    return st.column_config.NumberColumn(label, format=formats.money_pattern(release.currency), **options)


def date_column(label: str, **options: Any) -> Any:
    return st.column_config.DateColumn(label, format="D MMM YYYY", **options)
