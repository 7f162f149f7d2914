"""Tickets at risk on the page "Service": the likeliest first, with reasons, the whole list to download."""

from __future__ import annotations

import csv
import io

from dashboards.data import open_release
from dashboards.views import service_risks

from .conftest import facts_of, words


def listed(app):
    [found] = [frame.value for frame in app.dataframe if "escalation_probability" in frame.value]
    return found


def test_open_tickets_are_listed_with_the_likeliest_first(open_page, home) -> None:
    app = open_page(home, "service")
    assert not app.exception, app.exception
    expected = facts_of(
        home,
        """select ticket_id, round(100 * escalation_probability, 6), team_name from scores.ticket_escalation
           join marts.fct_tickets using (ticket_id) join marts.dim_teams on team_id = group_id
           where is_open order by 2 desc, 1""",
    )
    found = listed(app)
    said = zip(found["ticket_id"], found["escalation_probability"].round(6), found["team"], strict=True)
    assert list(said) == expected[:10]
    assert set(found["reasons"]) == {"Waiting for us for 3 days, usually 1; Third team already"}, "not what lowers it"
    total = sum(probability for _, probability, _ in expected) / 100
    assert f"Of **{len(expected)} open tickets**, about **{total:,.0f}** will escalate." in words(app)


def test_the_download_holds_every_open_ticket_with_its_reasons(full_home, now) -> None:
    expected = facts_of(
        full_home,
        """select ticket_id, format('{:.4f}', escalation_probability) from scores.ticket_escalation
           join marts.fct_tickets using (ticket_id) where is_open order by escalation_probability desc, 1""",
    )
    text = service_risks.file_of(open_release(full_home, now), "scores.ticket_escalation").decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["ticket_id"], f"{float(row['escalation_probability']):.4f}") for row in read] == expected
    assert {row["reasons"] for row in read} == {
        "waiting for us for 3 days, usually 1 (raises the risk); third team already (raises the risk); "
        "the customer's first ticket (lowers the risk)"
    }
    assert "@" not in text
    assert "assignee_id" in read[0]


def test_a_withheld_risk_is_not_shown_and_the_page_says_why(open_page, sample_release, tmp_path, now) -> None:
    def withhold(con) -> None:
        con.execute("delete from scores.ticket_escalation")
        con.execute("""update scores.model_cards set is_published = false, verdict = 'no better than its rule of thumb'
            where score_name = 'ticket_escalation'""")

    sample_release(tmp_path, "withheld-1", as_of_date=now.date(), published_at=now, change=withhold)
    said = words(open_page(tmp_path, "service"))
    assert "Risks of tickets are withheld in this release" in said
    assert "no better than its rule of thumb" in said
    assert "Tickets at risk" not in said
