"""The Sales page beyond its headline: stages, forecasts, owners and lists say what the release says."""

from __future__ import annotations

import pytest

from dashboards.intervals import wilson

from .conftest import words


def shown(app, column: str):
    return next(frame.value for frame in app.dataframe if column in frame.value)


def test_the_stages_stand_in_their_order_and_the_whole_way_last(open_page, facts, home) -> None:
    listed = shown(open_page(home, "sales"), "count_failed")
    assert listed["stage"].tolist() == ["Qualified", "Proposal", "From creation to won"]
    won, lost, still_open = facts(
        home,
        """select count(*) filter (is_won), count(*) filter (status = 'Lost'), count(*) filter (not is_closed)
           from marts.fct_opportunities""",
    )[0]
    assert listed[["count_converted", "count_failed", "count_open"]].iloc[-1].tolist() == [won, lost, still_open]
    assert listed["share"].iloc[0] == 100
    assert listed["median_days"].tolist() == [10, 20, 20]


def test_without_stage_history_the_whole_way_is_still_told(open_page, sample_release, tmp_path, now) -> None:
    def export_without_history(con) -> None:
        con.execute("delete from marts.agg_opportunity_conversions where stage_name is not null")
        con.execute("delete from marts.agg_opportunity_forecasts")
        con.execute("""update marts.fct_opportunities
            set is_stale = null, days_without_activity = null, is_promise_kept = null, count_activities = null,
                has_open_activity = null, has_overdue_task = null""")

    sample_release(tmp_path, "plain-1", as_of_date=now.date(), published_at=now, change=export_without_history)
    app = open_page(tmp_path, "sales")
    assert shown(app, "count_failed")["stage"].tolist() == ["From creation to won"]
    said = words(app)
    assert "only the whole way is known" in said
    assert "No past forecast is known" in said
    assert "nobody knows which ones are forgotten" in said
    assert "No deal won in this window can be judged" in said
    assert "no tasks about deals, so nobody knows which ones have a next step" in said


def test_the_record_of_the_forecast_is_told_with_its_months_and_its_range(open_page, facts, home) -> None:
    app = open_page(home, "sales")
    said, won, error = facts(
        home,
        """with months as (
               select sum(expected_revenue_amount) as said, sum(won_amount) as won
               from marts.agg_opportunity_forecasts where is_over and lead_months = 0 group by origin_date)
           select sum(said)::double, sum(won)::double, (sum(abs(said - won)) / sum(won))::double from months""",
    )[0]
    verdict = next(text.value for text in app.markdown if text.value.startswith("Over 12 months it said"))
    assert f"said \\${said:,.0f}; \\${won:,.0f} was won" in verdict
    assert f"{said / won - 1:.0%} too much" in verdict
    assert f"off by {error:.0%} of what was won" in verdict
    assert "For this month it says **\\$1,200**: \\$" in verdict
    assert verdict.endswith("if it goes as in 8 of 10 of the 12 months before.")


def test_a_few_months_give_no_range(open_page, sample_release, tmp_path, now) -> None:
    def young(con) -> None:
        two_months = "(select max(origin_date) - 65 from marts.agg_opportunity_forecasts)"
        con.execute(f"delete from marts.agg_opportunity_forecasts where origin_date < {two_months}")

    sample_release(tmp_path, "young-2", as_of_date=now.date(), published_at=now, change=young)
    assert "are too few to say how near that is" in words(open_page(tmp_path, "sales"))


def test_owners_have_names_rates_and_how_sure_they_are(open_page, facts, home) -> None:
    listed = shown(open_page(home, "sales"), "activities_per_deal").set_index("owner")
    closed = "is_closed and $as_of - close_date <= 365"
    for owner_id, name in (("hubspot:o1", "Rhea Quillfeather"), ("hubspot:o2", "Ivo Larkspur")):
        won, closed_count, by_amount = facts(
            home,
            f"""select count(*) filter (is_won), count(*), (sum(amount) filter (is_won) / sum(amount))::double
                from marts.fct_opportunities where {closed} and owner_id = '{owner_id}'""",
        )[0]
        row = listed.loc[name]
        assert (row["won_count"], row["closed_count"]) == (won, closed_count)
        assert row["win_rate"] == pytest.approx(100 * won / closed_count)
        assert row["win_rate_by_amount"] == pytest.approx(100 * by_amount)
        low, high = wilson(won, closed_count)
        assert row["interval"] == f"{low:.0%} to {high:.0%}"


def test_who_may_not_see_names_sees_ids(open_page, sample_release, tmp_path, now) -> None:
    sample_release(tmp_path, "nameless-1", as_of_date=now.date(), published_at=now, with_pii=False)
    assert set(shown(open_page(tmp_path, "sales"), "activities_per_deal")["owner"]) == {"o1", "o2", "o3"}


def test_stale_deals_are_listed_by_amount(open_page, facts, home) -> None:
    app = open_page(home, "sales")
    expected = facts(
        home,
        """select opportunity_id, days_without_activity from marts.fct_opportunities where is_stale
           order by amount desc, 2 desc, 1 limit 25""",
    )
    listed = shown(app, "days_without_activity")
    assert list(zip(listed["opportunity_id"], listed["days_without_activity"], strict=True)) == expected
    still_open = facts(home, "select count(*) from marts.fct_opportunities where not is_closed")[0][0]
    assert f"of {still_open:,} open deals**" in words(app)


def test_deals_without_a_next_step_and_late_ones_are_listed_by_amount(open_page, facts, home) -> None:
    app = open_page(home, "sales")
    expected = facts(
        home,
        """select opportunity_id, case when has_overdue_task then 'Late' else 'None planned' end, forecast_category
           from marts.fct_opportunities where not is_closed and (has_overdue_task or not has_open_activity)
           order by amount desc, close_date, 1 limit 10""",
    )
    listed = shown(app, "next_step")[["opportunity_id", "next_step", "forecast_category"]]
    assert list(listed.itertuples(index=False, name=None)) == expected
    unplanned, late = facts(
        home,
        """select count(*) filter (not has_open_activity), count(*) filter (has_overdue_task)
           from marts.fct_opportunities where not is_closed""",
    )[0]
    assert unplanned > 0
    assert late > 0
    assert f"**{unplanned:,}** have no next step" in words(app)
    assert f"**{late:,}** have one that is late" in words(app)


def test_chances_of_winning_are_listed_with_their_reasons(open_page, facts, home) -> None:
    app = open_page(home, "sales")
    expected = facts(
        home,
        """select opportunity_id, round(100 * win_probability, 6) from marts.fct_opportunities join scores.deal_win
           using (opportunity_id) order by win_probability desc, 1 limit 25""",
    )
    listed = shown(app, "win_probability")
    assert list(zip(listed["opportunity_id"], listed["win_probability"].round(6), strict=True)) == expected
    assert set(listed["reasons"]) == {"Open for 12 days, open deals usually 40 (raises the chance)"}
    deals, wins, amount = facts(
        home,
        """select count(*), sum(win_probability)::double, sum(amount * win_probability)::double
           from marts.fct_opportunities join scores.deal_win using (opportunity_id)""",
    )[0]
    said = words(app)
    assert f"Of **{deals:,} open deals**, about **{wins:,.0f}** will be won" in said
    assert f"{amount:,.0f}" in said


def test_withheld_chances_are_not_shown_and_the_page_says_why(open_page, sample_release, tmp_path, now) -> None:
    def withhold(con) -> None:
        con.execute("delete from scores.deal_win")
        con.execute("""update scores.model_cards set is_published = false, verdict = 'no better than its rule of thumb'
            where score_name = 'deal_win'""")

    sample_release(tmp_path, "withheld-1", as_of_date=now.date(), published_at=now, change=withhold)
    app = open_page(tmp_path, "sales")
    assert "no better than its rule of thumb" in words(app)
    assert not [frame for frame in app.dataframe if "win_probability" in frame.value]


def test_leads_are_listed_with_the_likeliest_first(open_page, facts, home) -> None:
    listed = shown(open_page(home, "sales"), "conversion_probability")
    expected = facts(
        home,
        """select lead_source, lead_tier, round(100 * conversion_probability, 6) from scores.lead_conversion
           join marts.fct_leads using (lead_id) order by 3 desc, lead_id limit 25""",
    )
    said = zip(listed["lead_source"], listed["lead_tier"], listed["conversion_probability"].round(6), strict=True)
    assert list(said) == expected
    assert set(listed["reasons"]) == {"Leads of its channel convert 1.4 times as often as leads usually do"}


def test_promises_count_only_deals_whose_sixty_days_are_over(open_page, facts, home) -> None:
    judged, followed = facts(
        home,
        """select count(is_promise_kept), count(*) filter (not is_promise_kept)
           from marts.fct_opportunities where $as_of - close_date between 1 and 365 and is_won""",
    )[0]
    assert judged > followed > 0
    assert f"**{followed:,} of {judged:,} won deals** ended in a complaint" in words(open_page(home, "sales"))
