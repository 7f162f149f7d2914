"""Pages on 25,000 customers: rendered within a second, and never more rows than a person could look at."""

from __future__ import annotations

import time

import pytest

from dashboards.data import OpenRelease

from .conftest import PAGES

CUSTOMERS, COPIES = 250, 100
LIMIT_SECONDS = 1.0
MOST_ROWS = 2_000


def _copied(con) -> None:
    """Every customer and what belongs to them, a hundred times under new ids."""
    ids = {
        "marts.dim_customers": [],
        "marts.fct_orders": ["order_id"],
        "marts.fct_tickets": ["ticket_id"],
        "marts.fct_interactions": ["interaction_id"],
        "scores.churn": [],
        "scores.next_purchase": [],
        "scores.lifetime_value": [],
        "segments.customer_segments": [],
        "pii.pii_customers": [],
    }
    for table, keys in ids.items():
        renamed = ", ".join(f"{column} || '-' || copy as {column}" for column in ["customer_id", *keys])
        con.execute(
            f"insert into {table} by name select t.* replace ({renamed}) from {table} t, range(1, {COPIES}) c(copy)"
        )


@pytest.fixture(scope="module")
def large_home(tmp_path_factory, sample_release, now):
    home = tmp_path_factory.mktemp("large")
    sample_release(
        home, "large-1", as_of_date=now.date(), published_at=now, customers=CUSTOMERS, change=_copied, with_pii=False
    )
    return home


def test_the_large_release_is_large(facts, large_home) -> None:
    assert facts(large_home, "select count(*) from marts.dim_customers") == [(25_000,)]
    assert facts(large_home, "select count(*) > 250_000 from marts.fct_interactions") == [(True,)]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_renders_within_a_second_and_reads_few_rows(open_page, large_home, page, monkeypatch) -> None:
    read = []
    rows = OpenRelease.rows

    def counted(self, sql, **parameters):
        found = rows(self, sql, **parameters)
        read.append((len(found), sql))
        return found

    monkeypatch.setattr(OpenRelease, "rows", counted)
    seconds = []
    for _ in range(3):  # cold caches each time; the best of three, because the machine is shared
        started = time.perf_counter()
        app = open_page(large_home, page)
        seconds.append(time.perf_counter() - started)
        assert not app.exception
        if seconds[-1] < LIMIT_SECONDS:
            break
    assert min(seconds) < LIMIT_SECONDS, seconds
    assert max(count for count, _ in read) <= MOST_ROWS if read else True
    whole = [sql for count, sql in read if count > MOST_ROWS]
    assert not whole
