"""Real exports that nobody here wrote, from landing to release, with totals known from elsewhere."""

from __future__ import annotations

from decimal import Decimal

EVERY_DOOR = "select sum(rows_read)::bigint, sum(rows_loaded)::bigint, sum(rows_quarantined)::bigint from release.loads"


def test_cdnow_every_purchase_arrives_and_the_money_adds_up(cdnow, ask) -> None:
    home, said = cdnow
    assert ask(home, EVERY_DOOR) == [(69_659, 69_659, 0)]
    assert "69,659" in said
    assert ask(home, "select count(*), sum(net_amount) from marts.fct_orders") == [(69_659, Decimal("2500315.6300"))]
    assert ask(home, "select count(*) from marts.dim_customers") == [(23_570,)]


def test_cdnow_scores_beat_their_rule_of_thumb_and_say_by_how_much(cdnow, ask) -> None:
    home, _ = cdnow
    published = dict(ask(home, "select score_name, is_published from scores.model_cards"))
    assert published["churn"], ask(home, "select verdict from scores.model_cards where score_name = 'churn'")
    [(champion, rule_of_thumb)] = ask(
        home,
        """select avg(value) filter (where is_champion), avg(value) filter (where is_baseline)
           from scores.backtests where score_name = 'churn' and metric = 'brier'""",
    )
    assert champion < rule_of_thumb
    # 68 customers only ever took something for nothing; a score needs a purchase.
    buyers = "select count(*) from marts.dim_customers where historic_number_of_orders > 0"
    assert ask(home, buyers) == [(23_502,)]
    assert ask(home, "select count(*), count(distinct customer_id) from scores.churn") == [(23_502, 23_502)]
    assert ask(
        home, "select count(*) from scores.churn where not (0 <= low and low <= score and score <= high and high <= 1)"
    ) == [(0,)]


def test_service_desk_every_event_ticket_caller_and_deal_is_there(service_desk, ask) -> None:
    home, _ = service_desk
    loads = dict(ask(home, "select table_name, rows_loaded from release.loads where status = 'loaded'"))
    assert loads["incident_log"] == 141_712
    assert ask(home, "select count(*), sum(count_ticket_events)::bigint from marts.fct_tickets") == [(24_918, 141_712)]
    assert ask(home, "select count(*) from marts.fct_opportunities") == [(8_800,)]
    assert ask(home, "select count(*) from marts.dim_accounts") == [(85,)]


def test_service_desk_has_no_purchases_and_no_open_ticket_so_only_deals_have_a_score(service_desk, ask) -> None:
    home, said = service_desk
    assert ask(home, "select score_name from scores.model_cards where is_published") == [("deal_win",)]
    assert "The ticket escalation score is withheld. There is no open ticket" in " ".join(said.split())
    assert ask(home, "select count(*) from scores.churn") == [(0,)]
