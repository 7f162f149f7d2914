"""The building blocks of a page: metric cards, panels, charts in them, empty states.

Belongs here: how a number or a chart stands on a page, phone or desk. Stays out: SQL, tables (dashboards.lists).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import formats

NO_COMPARISON = "No earlier window yet"
CARD_WIDTH, CARDS_A_ROW = 150, 6
"""Two cards side by side on a phone, up to six on a desk; more than six stand in two even rows."""


@dataclass(frozen=True)
class Card:
    """One number: `value` is formatted text or None (then the card says that there is not enough history).

    `note` is shown grey below. A card that is compared `against` something shows its `change` instead, green or red
    with an arrow (`is_bad_when_up` swaps the colours).
    """

    label: str
    value: str | None
    note: str | None = None
    change: str | None = None
    against: str | None = None
    help: str | None = None
    is_bad_when_up: bool = False
    missing: str = formats.NOT_ENOUGH_HISTORY


def cards(*shown: Card) -> None:
    """A row of metric cards that wraps to the width there is."""
    rows = -(-len(shown) // CARDS_A_ROW)
    grid = st.grid(-(-len(shown) // rows), min_column_width=CARD_WIDTH, gap="xsmall")
    for card in shown:
        if card.value is None:
            grid.metric(card.label, "–", card.missing, help=card.help, border=True, height="stretch",
                        delta_color="off", delta_arrow="off")  # fmt: skip
        elif card.change is not None:
            grid.metric(card.label, card.value, card.change, help=card.help, border=True, height="stretch",
                        delta_color="inverse" if card.is_bad_when_up else "normal",
                        delta_description=card.against)  # fmt: skip
        else:
            note = NO_COMPARISON if card.against else card.note
            grid.metric(card.label, card.value, note, help=card.help, border=True, height="stretch",
                        delta_color="off", delta_arrow="off")  # fmt: skip


@contextmanager
def panel(title: str, note: str | None = None) -> Iterator[None]:
    """A white box with a title and, in small grey, what exactly is shown."""
    with st.container(border=True, height="stretch", gap="xsmall", key=f"panel-{title}"):
        st.markdown(f"### {title}")
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
