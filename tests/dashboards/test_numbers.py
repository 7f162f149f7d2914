"""The numbers on the pages equal plain SQL on the release, written here a second time and in another way."""

from __future__ import annotations

import pytest

from dashboards import formats

from .conftest import card, number, words


def only(rows: list[tuple]):
    assert len(rows) == 1
    return rows[0][0] if len(rows[0]) == 1 else rows[0]


def test_overview(open_page, facts, home) -> None:
    app = open_page(home, "overview")
    assert card(app, "Customers") == f"{only(facts(home, 'select count(*) from marts.dim_customers')):,}"
    kept = "from marts.fct_orders where is_cancelled is false and date_diff('day', order_date, $as_of) <= "
    for days in (30, 90):
        revenue = only(facts(home, f"select sum(gross_amount) - sum(refund_amount) {kept} {days}"))
        assert number(card(app, f"Revenue, {days} days")) == pytest.approx(float(revenue), abs=0.5)
    orders = only(facts(home, f"select count(*) {kept} 30 and order_type = 'sale'"))
    assert card(app, "Orders, 30 days") == f"{orders:,}"
    active = only(facts(home, "select count(*) from marts.dim_customers where $as_of - last_order_date <= 90"))
    assert number(card(app, "Active customers, 90 days")) == pytest.approx(active, abs=2)
    assert card(app, "Open tickets") == f"{only(facts(home, 'select sum(is_open::int) from marts.fct_tickets'))}"
    good, bad = only(
        facts(
            home,
            """select count(*) filter (csat_score = 'good'), count(*) filter (csat_score = 'bad')
               from marts.fct_tickets where $as_of - created_date <= 90""",
        )
    )
    assert card(app, "CSAT, 90 days") == f"{100 * good / (good + bad):.1f}%"
    at_risk = only(facts(home, "select sum(predicted_clv_amount) from marts.dim_customers where churn_band = 'High'"))
    assert number(card(app, "Value at risk")) == pytest.approx(float(at_risk), abs=0.5)


def test_a_cancelled_order_and_a_refund_change_the_revenue(open_page, facts, full_home) -> None:
    naive = only(facts(full_home, "select sum(gross_amount) from marts.fct_orders where $as_of - order_date <= 90"))
    assert number(card(open_page(full_home, "overview"), "Revenue, 90 days")) < float(naive) - 20


def test_overview_change_is_against_the_window_before(open_page, facts, home) -> None:
    app = open_page(home, "overview")
    now, before = only(
        facts(
            home,
            """select sum(net_amount) filter ($as_of - order_date <= 90),
                      sum(net_amount) filter ($as_of - order_date > 90 and $as_of - order_date <= 180)
               from marts.fct_orders where is_cancelled is false""",
        )
    )
    shown = next(metric for metric in app.metric if metric.label == "Revenue, 90 days")
    assert shown.delta == f"{100 * (float(now) / float(before) - 1):+.1f}%"


def test_churn(open_page, facts, home) -> None:
    app = open_page(home, "churn")
    for band, sql in (("High", "p > 2/3"), ("Medium", "p between 1/3 and 2/3"), ("Low", "p < 1/3")):
        count = only(facts(home, f"select count(*) from (select churn_probability as p from scores.churn) where {sql}"))
        assert card(app, f"{band} risk") == f"{count:,}"
    expected = only(facts(home, "select avg(churn_probability) * count(*) from scores.churn"))
    assert card(app, "Expected to leave") == f"{round(expected):,}"
    listed = next(frame.value for frame in app.dataframe if "churn_probability" in frame.value)
    riskiest = facts(
        home,
        """select c.customer_id, c.historic_clv_amount::double, s.churn_probability * 100
           from scores.churn s join marts.dim_customers c using (customer_id)
           where s.churn_band = 'High' order by 2 desc, 3 desc, 1 limit 25""",
    )
    assert [row.split("=")[1] for row in listed["customer_id"]] == [row[0] for row in riskiest]
    assert listed["historic_clv_amount"].tolist() == pytest.approx([row[1] for row in riskiest])
    assert listed["churn_probability"].tolist() == pytest.approx([row[2] for row in riskiest])
    assert listed["reasons"].str.len().min() > 0


def test_churn_backtest_table_holds_every_candidate_at_every_origin(open_page, facts, full_home) -> None:
    app = open_page(full_home, "churn")
    shown = next(frame.value for frame in app.dataframe if "role" in frame.value)
    assert shown["role"].tolist() == ["Champion", "Baseline"]
    for candidate, origin, value in facts(
        full_home, "select candidate, origin_date, value from release.backtests where score_name = 'churn'"
    ):
        assert shown.set_index("candidate").loc[candidate, formats.day(origin)] == value
    means = facts(
        full_home, "select avg(value) from release.backtests where score_name = 'churn' group by is_champion order by 1"
    )
    assert shown["mean"].tolist() == pytest.approx([row[0] for row in means])


def test_value(open_page, facts, home) -> None:
    app = open_page(home, "value")
    amounts = sorted(
        (row[0] for row in facts(home, "select predicted_clv_amount from scores.lifetime_value")), reverse=True
    )
    assert number(card(app, "Next 365 days, predicted")) == pytest.approx(sum(amounts), abs=0.5)
    [(lifetime,)] = facts(home, "select sum(discounted_lifetime_value_amount) from scores.lifetime_value")
    assert number(card(app, "Lifetime value, discounted")) == pytest.approx(lifetime, abs=0.5)
    note = next(metric.delta for metric in app.metric if metric.label == "Lifetime value, discounted")
    assert note == "91% beyond the time observed"
    bring = next(frame.value for frame in app.dataframe if "revenue_range" in frame.value)
    assert bring["title"].iloc[0] == "All customers"
    [(soon,)] = facts(home, "select sum(predicted_clv_90d_amount) from scores.lifetime_value")
    assert bring["revenue"].iloc[0] == pytest.approx(soon)
    ends = [number(end) for end in bring["revenue_range"].iloc[0].split(" to ")]
    assert ends == pytest.approx([soon * 0.75, soon * 1.4], abs=0.5)
    assert "82% came within the interval" in words(app)
    best = amounts[: -(-len(amounts) // 10)]
    assert card(app, "Share of the best tenth") == f"{100 * sum(best) / sum(amounts):.1f}%"
    middle = len(amounts) // 2
    median = amounts[middle] if len(amounts) % 2 else (amounts[middle] + amounts[middle - 1]) / 2
    assert number(card(app, "Median per customer")) == pytest.approx(median, abs=0.5)
    for days in (30, 60, 90):
        chances = facts(home, f"select next_purchase_probability_{days}d from scores.next_purchase")
        assert card(app, f"Will order within {days} days") == f"{round(sum(row[0] for row in chances)):,}"


def test_campaigns(open_page, facts, home) -> None:
    app = open_page(home, "campaigns")
    year = "from marts.dim_campaigns where $as_of - sent_at::date <= 365"
    sent, delivered, clicked, ordered, over = only(
        facts(
            home,
            f"""select sum(count_sent), sum(count_delivered), sum(count_clicked), sum(count_ordered),
                       sum(count_sent_long_ago) {year}""",
        )
    )
    assert card(app, "Sent") == f"{sent:,}"
    assert card(app, "Clicked") == f"{100 * clicked / delivered:.1f}%"
    assert card(app, "Ordered in 30 days") == f"{100 * ordered / over:.1f}%"
    note = next(metric.delta for metric in app.metric if metric.label == "Clicked")
    assert note.endswith(f"of {delivered:,}")
    low, high = (float(end.strip().split("%")[0]) for end in note.split(" to "))
    assert low < 100 * clicked / delivered < high


def test_campaigns_share_the_same_revenue_in_every_model(open_page, facts, home) -> None:
    app = open_page(home, "campaigns")
    attributed = only(
        facts(
            home,
            """select sum(revenue_amount * linear_weight) from marts.fct_attributed_revenue
               where is_attributed and $as_of - converted_date <= 365""",
        )
    )
    said = f"${float(attributed):,.0f} of "
    assert len(app.selectbox(key="attribution_model").options) == 9
    for model in ("linear", "first_touch", "last_touch"):
        app.selectbox(key="attribution_model").set_value(model).run()
        assert said in words(app).replace("\\", "")
        shown = next(frame.value for frame in app.dataframe if "return_on_cost" in frame.value)
        assert shown["amount"].sum() == pytest.approx(float(attributed))
        costed = shown.set_index("campaign").loc["Letter 3"]
        assert costed["return_on_cost"] == pytest.approx(costed["amount"] / 120)


def test_campaigns_by_person_and_by_list(open_page, facts, full_home) -> None:
    app = open_page(full_home, "campaigns")
    app.segmented_control(key="campaigns_by").set_value("List").run()
    shown = next(frame.value for frame in app.dataframe if "ordered_share" in frame.value)
    lists = facts(full_home, "select list_name, sum(count_sent) from marts.dim_campaigns group by 1")
    assert dict(zip(shown["name"], shown["sent"], strict=True)) == dict(lists)
    app.segmented_control(key="campaigns_by").set_value("Person").run()
    shown = next(frame.value for frame in app.dataframe if "answered" in frame.value)
    most = facts(
        full_home,
        """select count(*) filter (is_clicked) from marts.fct_campaign_touches
           group by customer_id order by 1 desc limit 25""",
    )
    assert shown["answered"].tolist() == [row[0] for row in most]


def test_campaigns_say_what_is_decided_and_what_is_not(open_page, home) -> None:
    app = open_page(home, "campaigns")
    versions = next(frame.value for frame in app.dataframe if "variant" in frame.value)
    assert versions["verdict"].tolist() == ["Better"] * 3
    assert versions["difference"].tolist()[0] == "+25.0 (+11.5 to +37.3)"
    left_out = next(frame.value for frame in app.dataframe if "left_out" in frame.value)
    assert set(left_out["verdict"]) == {"Not decided"}
    assert sorted(left_out["before"]) == ["Alike", "Alike", "Not alike (+1.0)"]


def test_service(open_page, facts, home) -> None:
    app = open_page(home, "service")
    recent = "from marts.fct_tickets where $as_of - created_date <= 90"
    assert card(app, "New tickets") == f"{only(facts(home, f'select count(*) {recent}')):,}"
    for label, column in (
        ("First reply, median", "first_reply_time_calendar_minutes"),
        ("Resolution, median", "full_resolution_calendar_minutes"),
    ):
        minutes = sorted(row[0] for row in facts(home, f"select {column} {recent} and {column} is not null"))
        middle = len(minutes) // 2
        median = minutes[middle] if len(minutes) % 2 else (minutes[middle] + minutes[middle - 1]) / 2
        assert card(app, label) == formats.duration(median)
    rated, good = only(facts(home, f"select count(csat_score), sum((csat_score = 'good')::int) {recent}"))
    assert card(app, "CSAT") == f"{100 * good / rated:.1f}%"
    solved = only(facts(home, f"select count(*) {recent} and is_solved"))
    note = next(metric.delta for metric in app.metric if metric.label == "CSAT")
    assert note == f"n = {rated}, {100 * rated / solved:.0f}% answered"


def test_service_window_and_comparison_follow_the_choice(open_page, facts, full_home) -> None:
    app = open_page(full_home, "service")
    app.segmented_control(key="service_window").set_value("365 days").run()
    app.segmented_control(key="service_by").set_value("Priority").run()
    by_priority = facts(
        full_home,
        """select priority, count(*) from marts.fct_tickets where $as_of - created_date <= 365
           group by 1 order by 2 desc, 1""",
    )
    shown = next(frame.value for frame in app.dataframe if "first_reply_p90" in frame.value)
    assert list(zip(shown["name"], shown["tickets"], strict=True)) == by_priority
    assert card(app, "New tickets") == f"{sum(count for _, count in by_priority):,}"


def test_backlog_counts_tickets_open_at_the_end_of_a_day(facts, full_home, now) -> None:
    from dashboards.data import open_release
    from dashboards.queries import service

    release = open_release(full_home, now)
    backlog = release.rows(service.BACKLOG, days=90, as_of_date=release.as_of_date)
    for back in (1, 40, 90):
        by_hand = only(
            facts(
                full_home,
                f"""select count(*) from marts.fct_tickets where created_date <= $as_of - {back}
                    and (is_open or last_solved_at::date > $as_of - {back})""",
            )
        )
        assert backlog["open_tickets"].iloc[-back] == by_hand
    assert len(backlog) == 90


def test_sla(open_page, facts, full_home) -> None:
    app = open_page(full_home, "sla")
    kept, broken = only(
        facts(
            full_home,
            """select count(*) filter (is_sla_met), count(*) filter (not is_sla_met) from marts.fct_sla_events
               where sla_decided_at >= $as_of - 90 and sla_decided_at < $as_of""",
        )
    )
    assert card(app, "Promises kept") == f"{100 * kept / (kept + broken):.1f}%"
    waiting = only(facts(full_home, "select count(*) from marts.fct_tickets where is_open"))
    assert card(app, "Due within a day") == f"{waiting}"
    assert card(app, "Broken and open") == "0"
    half = "select median(first_reply_time_business_minutes) from marts.fct_tickets where $as_of - created_date <= 90"
    assert card(app, "First reply, median") == formats.duration(only(facts(full_home, half)))
    by_priority = facts(
        full_home,
        """select priority_applied, count(*) from marts.fct_sla_events
           where is_sla_met is not null and sla_decided_at >= $as_of - 90 and sla_decided_at < $as_of group by 1""",
    )
    shown = next(frame.value for frame in app.dataframe if "certainty" in frame.value)
    assert dict(zip(shown["priority"], shown["decided"], strict=True)) == dict(by_priority)
    solved = only(
        facts(
            full_home,
            "select count(*) from marts.fct_tickets where last_solved_at >= $as_of - 90 and last_solved_at < $as_of",
        )
    )
    teams, agents = (frame.value for frame in app.dataframe if "solved" in frame.value)
    assert teams["solved"].sum() == agents["solved"].sum() == solved
    assert list(teams["name"]) == ["Returns"]
    assert all(name.endswith(" Desk") for name in agents["name"]), "this server may see names"
    agreement = next(frame.value for frame in app.dataframe if "figure" in frame.value).set_index("figure")
    assert agreement.loc["Reopens", "agree"] == 100
    assert agreement.loc["Agent wait", "why"] == f"still running {waiting}"


def test_a_server_that_may_not_see_names_shows_numbers_of_agents(open_page, sample_release, tmp_path, now) -> None:
    sample_release(tmp_path, "no-names-1", as_of_date=now.date(), published_at=now, with_pii=False)
    _, agents = (frame.value for frame in open_page(tmp_path, "sla").dataframe if "solved" in frame.value)
    assert {name[0] for name in agents["name"]} == {"a"}


def test_sales(open_page, facts, home) -> None:
    app = open_page(home, "sales")
    opportunities = "from marts.fct_opportunities where"
    for label, column in (("Open pipeline", "amount"), ("Expected revenue", "amount * probability")):
        amount = only(facts(home, f"select sum({column}) {opportunities} not is_closed"))
        assert number(card(app, label)) == pytest.approx(float(amount), abs=0.5)
    closed = f"{opportunities} is_closed and $as_of - close_date <= 365"
    won, lost, won_amount, amount, cycle = only(
        facts(
            home,
            f"""select count(*) filter (is_won), count(*) filter (not is_won), sum(amount) filter (is_won),
                       sum(amount), avg(days_to_close) filter (is_won) {closed}""",
        )
    )
    assert card(app, "Win rate by count") == f"{100 * won / (won + lost):.1f}%"
    assert card(app, "Win rate by amount") == f"{100 * float(won_amount) / float(amount):.1f}%"
    assert number(card(app, "Won")) == pytest.approx(float(won_amount), abs=0.5)
    still_open = only(facts(home, f"select count(*) {opportunities} not is_closed"))
    velocity = still_open * won / (won + lost) * (float(won_amount) / won) / cycle
    assert number(card(app, "Velocity").removesuffix(" a day")) == pytest.approx(velocity, abs=0.5)


def test_win_rate_and_velocity_are_unknown_when_nothing_closed(open_page, sample_release, tmp_path, now) -> None:
    def nothing_closed(con) -> None:
        con.execute("delete from marts.fct_opportunities where is_closed")

    sample_release(tmp_path, "open-1", as_of_date=now.date(), published_at=now, change=nothing_closed)
    app = open_page(tmp_path, "sales")
    for label in ("Win rate by count", "Win rate by amount", "Won", "Velocity"):
        assert card(app, label) == "–"
    assert card(app, "Open pipeline") != "–"


def test_segments(open_page, facts, home) -> None:
    app = open_page(home, "segments")
    sizes = dict(facts(home, "select segment_name, count(*) from segments.customer_segments group by 1"))
    for name in ("champions", "win_back", "high_value_at_risk"):
        app.selectbox(key="segment").set_value(name).run()
        assert card(app, "Members") == f"{sizes.get(name, 0):,}"
        if not sizes.get(name):
            assert card(app, "Revenue, to come") == "–"
            continue
        sums = facts(
            home,
            f"""select sum(s.predicted_clv_90d_amount) from segments.customer_segments as m
            join scores.lifetime_value as s using (customer_id) where m.segment_name = '{name}'""",
        )
        assert number(card(app, "Revenue, next 90 days")) == pytest.approx(only(sums), abs=0.5)
        listed = next((frame.value for frame in app.dataframe if "reason" in frame.value), None)
        assert len(listed) == min(sizes[name], 25)


def test_health(open_page, facts, home) -> None:
    app = open_page(home, "health")
    read, loaded, quarantined = only(
        facts(home, "select sum(rows_read), sum(rows_loaded), sum(rows_quarantined) from release.loads")
    )
    assert read == loaded + quarantined
    assert card(app, "Rows read") == f"{read:,}"
    assert card(app, "Quarantined rows") == f"{quarantined:,}"
    assert card(app, "Rows accounted for") == "All"
    checks = next(frame.value for frame in app.dataframe if "check_name" in frame.value)
    assert len(checks) == only(facts(home, "select count(*) from release.gate_reports"))
    assert checks["result"].iloc[0] == "! Warning"
    assert set(checks["result"].iloc[1:]) == {"✓ Passed"}
    counts = next(frame.value for frame in app.dataframe if "row_count" in frame.value)
    in_release = dict(facts(home, "select table_schema || '.' || table_name, row_count from release.row_counts"))
    assert (
        dict(zip(counts["table_schema"] + "." + counts["table_name"], counts["row_count"], strict=True)) == in_release
    )


def test_health_notices_a_file_that_does_not_reconcile(open_page, sample_release, tmp_path, now) -> None:
    from sample_release.doors import LOADS

    short = {**LOADS[0], "rows_loaded": LOADS[0]["rows_loaded"] - 5}
    sample_release(tmp_path, "short-1", as_of_date=now.date(), published_at=now, loads=(short, *LOADS[1:]))
    app = open_page(tmp_path, "health")
    assert card(app, "Rows accounted for") == "Not all"
