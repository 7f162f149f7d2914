"""Topics on the page "Service": the numbers are those of the release, and it says so when there is nothing to say."""

from __future__ import annotations

import pytest

from dashboards.intervals import share_of

from .conftest import facts_of, words

ASKED = """
    select coalesce(r.topic, 'Not clear') as topic, count(*) as tickets, median(t.full_resolution_calendar_minutes),
        count(*) filter (t.csat_score = 'bad') as bad, count(t.csat_score) as rated
    from marts.fct_tickets as t left join marts.fct_ticket_topics as r using (ticket_id)
    where t.created_date >= $as_of - 90 and t.created_date < $as_of
    group by all
"""


def topics(app):
    [found] = [frame.value for frame in app.dataframe if "terms" in frame.value]
    return found.set_index("topic")


def test_each_topic_shows_its_tickets_and_bad_ratings_with_the_range_of_chance(open_page, home) -> None:
    app = open_page(home, "service")
    assert not app.exception, app.exception
    shown, rows = topics(app), facts_of(home, ASKED)
    assert {row[0] for row in rows} == set(shown.index) == {"delivery", "invoice", "Not clear"}
    total = sum(row[1] for row in rows)
    for topic, tickets, _, bad, rated in rows:
        assert shown.loc[topic, "tickets"] == tickets
        assert shown.loc[topic, "share"] == pytest.approx(100 * tickets / total)
        if rated:
            assert shown.loc[topic, "bad_share"] == pytest.approx(100 * bad / rated)
            assert shown.loc[topic, "certainty"] == share_of(bad, rated, 0)
    assert shown.index[-1] == "Not clear"
    assert shown.loc["delivery", "terms"] == "parcel, tracking, carrier"


def test_the_change_is_against_as_many_days_before_and_unknown_without_them(open_page, full_home) -> None:
    before = ASKED.replace("- 90", "- 180").replace("< $as_of", "< $as_of - 90")
    old = {row[0]: row[1] for row in facts_of(full_home, before)}
    app = open_page(full_home, "service")
    shown = topics(app)
    assert old["delivery"] > 0
    now = shown.loc["delivery", "tickets"]
    assert shown.loc["delivery", "change"] == f"{(now - old['delivery']) / old['delivery'] * 100:+.1f}%"
    app.segmented_control(key="service_window").set_value("365 days").run()
    assert topics(app)["change"].isna().all()


def test_the_page_says_how_far_topics_can_be_trusted(open_page, full_home) -> None:
    assert "of 400 labelled tickets, held back in turn, 91% were guessed right" in words(
        open_page(full_home, "service")
    )


def test_a_company_whose_helpdesk_exports_no_words_is_told_what_is_missing(open_page, empty_home) -> None:
    said = words(open_page(empty_home, "service"))
    assert "Nothing can be said yet about what tickets are about" in said
    assert "there are too few yet" in said


def test_why_topics_are_withheld_is_said(open_page, sample_release, tmp_path, now) -> None:
    def withheld(con) -> None:
        con.execute("update marts.fct_ticket_topics set topic = null, topic_confidence = null, topic_method = null")
        con.execute("delete from scores.topics")
        con.execute("update scores.model_cards set verdict = 'too little to go by' where score_name = 'ticket_topics'")

    sample_release(tmp_path, "few-1", as_of_date=now.date(), published_at=now, change=withheld)
    assert "Too little to go by." in words(open_page(tmp_path, "service"))


def test_where_nobody_can_tell_how_customers_sound_no_share_is_shown(open_page, sample_release, tmp_path, now) -> None:
    def unheard(con) -> None:
        con.execute("update marts.fct_ticket_topics set sentiment = null, sentiment_confidence = null")

    sample_release(tmp_path, "unheard-1", as_of_date=now.date(), published_at=now, change=unheard)
    assert topics(open_page(tmp_path, "service"))["negative_share"].isna().all()
