"""The Contact page and what it adds to a customer's page: every number is the release's."""

from __future__ import annotations

import pytest

from dashboards.formats import plain

from .conftest import as_of, card, words


def listed(app, column: str):
    return next(frame.value for frame in app.dataframe if column in frame.value)


def test_cards_count_what_is_owed_and_who_is_left_alone(open_page, facts, home) -> None:
    app = open_page(home, "contact")
    assert not app.exception
    [(owed, overdue, quiet)] = facts(
        home,
        """select count(*), count(*) filter (due_date < $as_of), (select count(*) from segments.quiet_customers)
           from marts.fct_follow_ups""",
    )
    assert card(app, "Open follow-ups") == f"{owed:,}"
    note = next(metric.delta for metric in app.metric if metric.label == "Open follow-ups")
    assert note.startswith(f"{overdue:,} overdue")
    assert card(app, "Left alone") == f"{quiet:,}"


def test_how_often_customers_heard_from_us_is_said_in_words(open_page, facts, home) -> None:
    [(most, customers)] = facts(home, "select max(count_touches_7d), count(*) from marts.dim_customers")
    note = next(m.delta for m in open_page(home, "contact").metric if m.label == "Heard from us, 7 days")
    times = {None: "none of them", 0: "none of them", 1: "at most once each"}
    assert note == f"of {customers:,} customers, {times.get(most, f'at most {most} times each')}"


def test_surveys_come_with_n_and_interval(open_page, facts, home) -> None:
    app = open_page(home, "contact")
    columns = "score, score_low, score_high, count_answers"
    sql = f"select {columns} from marts.agg_survey_scores where survey_window_id = '{{}}'"
    [(score, low, high, n)] = facts(home, sql.format("nps last 90 days"))
    assert card(app, "NPS, 90 days") == f"{100 * score:+.0f}"
    note = next(metric.delta for metric in app.metric if metric.label == "NPS, 90 days")
    assert note == f"{100 * low:+.0f} to {100 * high:+.0f}, n = {n}"
    [(score, *_, n)] = facts(home, sql.format("csat last 90 days"))
    assert card(app, "CSAT, 90 days") == f"{100 * score:.0f}%"


def test_the_longest_overdue_comes_first_and_teams_filter(open_page, facts, full_home) -> None:
    app = open_page(full_home, "contact")
    shown = listed(app, "overdue_days")
    late = shown["overdue_days"].dropna().tolist()
    assert late == sorted(late, reverse=True)
    app.pills(key="follow_up_team").set_value(["sales"]).run()
    assert set(listed(app, "overdue_days")["team"]) == {"Sales"}


def test_told_twice_is_a_share_of_tickets_with_a_topic(open_page, facts, full_home) -> None:
    app = open_page(full_home, "contact")
    [(repeats,)] = facts(
        full_home, "select count(*) from marts.fct_repeat_stories where again_at >= $as_of - 90 and again_at < $as_of"
    )
    [(tickets,)] = facts(
        full_home,
        """select count(*) from marts.fct_tickets where category is not null and customer_id is not null
           and created_date >= $as_of - 90 and created_date < $as_of""",
    )
    assert card(app, "Had to explain again") == f"{100 * repeats / tickets:.1f}%"
    assert listed(app, "repeats")["repeats"].sum() == repeats


def test_a_company_without_helpdesk_mailings_or_surveys_is_told_so(open_page, empty_home) -> None:
    app = open_page(empty_home, "contact")
    said = words(app)
    for sentence in ("Nobody is waiting", "No NPS", "No CSAT", "No tickets with a topic", "Not enough mailings"):
        assert sentence in said, sentence
    for label in ("NPS, 90 days", "CSAT, 90 days", "Had to explain again"):
        assert card(app, label) == "–"


def test_birthdays_are_shown_to_those_who_may_see_names(open_page, sample_release, tmp_path, now) -> None:
    def born_tomorrow(con) -> None:
        con.execute("update pii.pii_customers set birth_date = null")
        con.execute("update pii.pii_customers set birth_date = date '1980-02-29' where customer_id like '%3'")

    leap = now.replace(year=2027, month=2, day=20)
    sample_release(tmp_path, "birthday-1", as_of_date=leap.date(), published_at=now, change=born_tomorrow)
    app = open_page(tmp_path, "contact")
    assert {str(day)[:10] for day in listed(app, "day")["day"]} == {"2027-02-28"}, "no 29th in 2027"
    (tmp_path / "keys" / "pii.key").unlink()
    assert "Birthdays" not in words(open_page(tmp_path, "contact"))


@pytest.fixture
def quiet(facts, full_home) -> str:
    return facts(full_home, "select min(customer_id) from segments.quiet_customers where reason like '%ticket%'")[0][0]


def test_a_customers_page_says_how_to_reach_them_and_when_not_to(open_page, facts, full_home, quiet) -> None:
    said = words(open_page(full_home, "customer", customer=quiet))
    assert "**No offers now:** has a ticket open for 12 days." in said
    [(week, month)] = facts(
        full_home,
        f"select count_touches_7d, count_touches_30d from marts.dim_customers where customer_id = '{quiet}'",
    )
    assert f"{week} times in 7 days, {month} in 30 days" in said


def test_a_customers_page_tells_the_channel_and_the_hour_with_their_chances_or_that_none_stands_out(
    open_page, facts, full_home
) -> None:
    sql = """select min(customer_id), min_by(h.reason, customer_id), min_by(hour, customer_id)
        from marts.dim_customers join scores.best_hour as h using (customer_id) where best_contact_hour is {} null"""
    [(clear, why, hour)] = facts(full_home, sql.format("not"))
    said = words(open_page(full_home, "customer", customer=clear))
    assert f"**Best channel:** email, 62% of next contacts (80% range 52% to 72%); {plain(why)}" in said
    hours = plain(f"{hour - 1:02d}:00–{hour + 2:02d}:00 (UTC)")
    assert f"**Best hour:** {hours}, 50% of next contacts (80% range 40% to 60%)" in said
    [(unclear, *_)] = facts(full_home, sql.format(""))
    said = words(open_page(full_home, "customer", customer=unclear))
    assert "**Best hour:** none stands out; likeliest" in said
    [(silent,)] = facts(full_home, "select min(customer_id) from marts.dim_customers where count_own_contacts = 0")
    said = words(open_page(full_home, "customer", customer=silent))
    assert "**Best channel:** not known, as they have not been in touch within a year" in said


def test_where_nothing_beats_what_everybody_does_every_page_says_so(open_page, facts, sample_release, tmp_path, now):
    verdict = "Own and usual names hardly more hours right than the rule of thumb."

    def withhold(con) -> None:
        con.execute("delete from scores.best_hour")
        con.execute(
            "update scores.model_cards set is_published = false, verdict = ? where score_name = 'best_hour'", [verdict]
        )
        for table in ("marts.dim_customers", "segments.next_best_actions"):
            con.execute(f"update {table} set best_contact_hour = null")

    sample_release(tmp_path, "withheld-1", as_of_date=now.date(), published_at=now, change=withhold)
    assert f"**Best hour: withheld in this release.** {verdict}" in words(open_page(tmp_path, "contact"))
    actions = open_page(tmp_path, "actions")
    assert f"Best hour is told of nobody. {verdict}" in words(actions)
    assert listed(actions, "hour")["hour"].isna().all()
    assert "Best channel is told" not in words(actions)
    [(customer,)] = facts(tmp_path, "select min(customer_id) from scores.best_channel")
    page = words(open_page(tmp_path, "customer", customer=customer))
    assert "**Best hour:** not told in this release" in page
    assert f"Best hour is told of nobody. {verdict}" in page


def test_the_contact_page_shows_how_the_best_channel_was_judged(open_page, full_home) -> None:
    said = words(open_page(full_home, "contact"))
    assert "Can best channels be trusted?" in said
    verdict = "The best channel score is published. Champion: own and usual, Brier 0.69 against 0.73."
    assert f"**Verdict:** {plain(verdict)}" in said


def test_a_customers_page_shows_what_they_were_when(open_page, full_home, quiet) -> None:
    shown = listed(open_page(full_home, "customer", customer=quiet), "state_name")
    owners = shown[shown["state_name"] == "Owner"]
    assert owners["state_value"].tolist() == ["hubspot:o2", "hubspot:o1"], "newest first"
    assert owners["valid_to"].isna().tolist() == [True, False]
    assert owners["valid_from"].iloc[0].date() < as_of(full_home)


def test_who_told_a_story_again_is_listed_with_the_desk_that_heard_it(open_page, facts, full_home) -> None:
    shown = listed(open_page(full_home, "contact"), "again_at")
    rows = facts(
        full_home,
        """select 'customer?customer=' || customer_id, topic, coalesce(team_name, again_desk, again_channel)
           from marts.fct_repeat_stories left join marts.dim_teams on team_id = again_desk
           where again_at >= $as_of - 90 and again_at < $as_of and topic is not null order by again_at desc""",
    )
    assert rows
    assert shown["customer_id"].tolist() == [row[0] for row in rows[:10]]
    assert shown["topic"].tolist() == [row[1] for row in rows[:10]]
    assert shown["again"].tolist() == [row[2].removeprefix("zendesk:") for row in rows[:10]]
