"""Pages on 25,000 customers: never more rows than a person could look at. How fast they are: `make bench`."""

from __future__ import annotations

import pytest
from sample_release.copies import a_hundredfold

from dashboards.data import OpenRelease

from .conftest import PAGES

MOST_ROWS = 2_000


@pytest.fixture(scope="module")
def large_home(tmp_path_factory, sample_release, now):
    home = tmp_path_factory.mktemp("large")
    options = {"customers": 250, "change": a_hundredfold, "with_pii": False}
    sample_release(home, "large-1", as_of_date=now.date(), published_at=now, **options)
    return home


def test_the_large_release_is_large(facts, large_home) -> None:
    assert facts(large_home, "select count(*) from marts.dim_customers") == [(25_000,)]
    assert facts(large_home, "select count(*) > 250_000 from marts.fct_interactions") == [(True,)]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_reads_few_rows_however_many_there_are(open_page, large_home, page, monkeypatch) -> None:
    read = []
    rows = OpenRelease.rows

    def counted(self, sql, **parameters):
        found = rows(self, sql, **parameters)
        read.append((len(found), sql))
        return found

    monkeypatch.setattr(OpenRelease, "rows", counted)
    app = open_page(large_home, page)
    assert not app.exception
    assert [sql for count, sql in read if count > MOST_ROWS] == []
    assert read, "nothing was read"
