"""The dashboards' entry point: `streamlit run dashboards/app.py -- --home DIR`. A picture frame: one line per page.

Belongs here: the list of pages and the command line. Stays out: what stands on a page (dashboards.views).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import streamlit as st

from dashboards.data import OpenRelease
from dashboards.frame import framed
from dashboards.views import (
    actions,
    campaigns,
    churn,
    contact,
    customer,
    health,
    next_product,
    overview,
    products,
    revenue,
    sales,
    segments,
    service,
    sla,
    value,
)

HERE = Path(__file__).parent
View = Callable[[OpenRelease], None]


def main(arguments: list[str]) -> None:
    home, now = home_from(arguments), datetime.now(UTC)

    def page(title: str, icon: str, question: str, view: View, is_first: bool = False) -> st.Page:
        body = partial(framed, title, question, view, home, now)
        return st.Page(
            body, title=title, icon=f":material/{icon}:", url_path=title.lower().replace(" ", "-"), default=is_first
        )

    st.set_page_config(page_title="Rapport", page_icon=str(HERE / "icon.svg"), layout="wide")
    st.logo(str(HERE / "logo.svg"), icon_image=str(HERE / "icon.svg"), size="large")
    st.navigation({
        "Company": [
            page("Overview", "monitoring", "How are we doing?", overview.show, is_first=True),
            page("Revenue", "payments", "What comes in, and who comes back?", revenue.show),
            page("Actions", "checklist", "Who needs us today, and for what?", actions.show),
            page("Customer", "person_search", "Who is this, what happened, what comes next?", customer.show),
            page("Products", "inventory_2", "What sells, and to how many?", products.show),
        ],
        "Marketing": [
            page("Segments", "groups", "Who should we talk to, and about what?", segments.show),
            page("Campaigns", "campaign", "Whom do mailings reach, and what comes of it?", campaigns.show),
            page("Churn", "trending_down", "Who will probably not buy in the next 90 days?", churn.show),
            page("Value", "diamond", "What will customers be worth in the next 365 days?", value.show),
            page("Next product", "redeem", "Who is due for which product, as others were?", next_product.show),
        ],
        "Teams": [
            page("Service", "support_agent", "What is waiting, and are customers happy?", service.show),
            page("SLA", "timer", "Do we keep our promises, and who does the work?", sla.show),
            page("Contact", "forum", "Who is waiting for us, and who hears too much?", contact.show),
            page("Sales", "handshake", "What is in the pipeline, and what do we win?", sales.show),
        ],
        "Operations": [
            page("Health", "health_and_safety", "Can these figures be trusted today?", health.show),
        ],
    }).run()  # fmt: skip


def home_from(arguments: list[str]) -> Path:
    """The directory that holds `releases/`, `./var` unless `--home` says otherwise."""
    parser = argparse.ArgumentParser(prog="dashboards", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("var"), help="the directory that holds releases/")
    return parser.parse_args(arguments).home


if __name__ == "__main__":
    main(sys.argv[1:])
