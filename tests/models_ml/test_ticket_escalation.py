"""Ticket escalation: the same walk as deals, on tickets of which teams passed through and a customer's past decide."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_ml import ticket_escalation
from models_ml.result import SCORE_SCHEMAS, ScoreResult

AS_OF, HORIZON = date(2026, 11, 1), 14


def hazard(rows: pl.DataFrame) -> np.ndarray:
    """Escalations a day: more with each team passed through and each earlier escalation of its customer."""
    teams, earlier = (rows[name].to_numpy() for name in ("count_teams", "count_earlier_escalations"))
    return 0.004 * np.exp(0.8 * (teams - 1) + 0.7 * earlier)


def simulated_tickets(tickets: int = 7000) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tickets of half a year, seen weekly, open for ten days on average, that escalate with the hazard above."""
    rng = np.random.default_rng(4)
    facts = pl.DataFrame(
        {
            "ticket_id": [f"desk:{number}" for number in range(tickets)],
            "count_teams": 1 + rng.poisson(0.6, tickets),
            "count_earlier_escalations": rng.poisson(0.3, tickets),
            "count_earlier_tickets": rng.integers(3, 9, tickets),
            "priority_level": rng.integers(1, 5, tickets),
            "count_changes": rng.integers(1, 9, tickets),
        }
    )
    came = rng.integers(0, 182, tickets)
    ends, escalates = came + 1 + rng.exponential(10, tickets), came + 1 + rng.exponential(1 / hazard(facts))
    rows, outcomes = [], []
    for step in range(24):
        today = 182 - 7 * step
        of = np.flatnonzero((came < today) & (np.minimum(ends, escalates) >= today))
        waited = np.minimum(today - came[of], 1 + rng.integers(0, 5, len(of)))
        dated = facts[of].with_columns(
            pl.lit(AS_OF - timedelta(days=7 * step)).alias("as_of_date"),
            pl.Series("days_since_created", today - came[of]),
            pl.Series("days_waiting_for_us", waited),
        )
        rows.append(dated)
        if 7 * step >= HORIZON:
            happens = (escalates[of] < today + HORIZON) & (escalates[of] <= ends[of] + HORIZON)
            outcomes.append(
                dated.select(
                    "ticket_id",
                    "as_of_date",
                    pl.lit(HORIZON, pl.Int64).alias("horizon_days"),
                    pl.Series("is_escalated", happens),
                )
            )
    return pl.concat(rows), pl.concat(outcomes)


@pytest.fixture(scope="module")
def tickets() -> tuple[pl.DataFrame, pl.DataFrame]:
    return simulated_tickets()


@pytest.fixture(scope="module")
def result(tickets) -> ScoreResult:
    return ticket_escalation.train_and_score(*tickets, AS_OF)


def test_the_true_risk_of_every_ticket_is_recovered_to_a_few_points(tickets, result: ScoreResult) -> None:
    assert result.card["is_published"], result.card["verdict"]
    assert result.scores.schema == SCORE_SCHEMAS["ticket_escalation"]
    now = tickets[0].filter(pl.col("as_of_date") == AS_OF).join(result.scores, on="ticket_id")
    truth = 1 - np.exp(-HORIZON * hazard(now))
    off = now["score"].to_numpy() - truth
    assert abs(off.mean()) < 0.03
    assert np.abs(off).mean() < 0.5 * np.abs(truth - truth.mean()).mean(), "twice as near as the usual share of all"


def test_it_beats_what_the_requesters_history_alone_says(result: ScoreResult) -> None:
    means = result.card["mean_metrics"]
    ours, rule = means[result.card["champion"]], means["usual share by the requester's history"]
    assert ours["auc"] > rule["auc"] + 0.05
    assert ours["log_loss"] < rule["log_loss"]
    assert result.backtests["origin_date"].n_unique() == 4


def test_reasons_are_what_an_agent_would_say(result: ScoreResult) -> None:
    worst = json.loads(result.scores.sort("score", descending=True)["reasons"][0])
    said = " | ".join(worst)
    assert "team already (raises the risk)" in said
    assert "other tickets escalated (raises the risk)" in said


@pytest.mark.parametrize(
    ("theme", "row", "typical", "said"),
    [
        ("waiting", {"days_waiting_for_us": 3}, {"days_waiting_for_us": 1}, "waiting for us for 3 days, usually 1"),
        ("waiting", {"days_waiting_for_us": 0}, {"days_waiting_for_us": 1}, "we wait for the customer's answer"),
        ("teams", {"count_teams": 3}, {}, "third team already"),
        ("teams", {"count_teams": 0}, {}, "no team has it yet"),
        ("agents", {"count_agents": 12}, {}, "12 agents already"),
        ("before", {"count_escalations": 1}, {}, "reopened, raised or rated bad once before"),
        ("replies", {"count_replies": 0}, {}, "not answered yet"),
        ("replies", {"count_replies": 2, "hours_to_first_reply": 72.0}, {}, "answered 2 times, first after 3 days"),
        ("team", {"team_lift": 2.14}, {}, "tickets of its team escalate 2.1 times as often as usual"),
        ("team", {"team_lift": 1.01}, {}, "tickets of its team escalate about as often as usual"),
        (
            "requester",
            {"count_earlier_tickets": 2, "count_earlier_escalations": 0},
            {},
            "none of the customer's 2 other tickets escalated",
        ),
        (
            "requester",
            {"count_earlier_tickets": 1, "count_earlier_escalations": 1},
            {},
            "the customer's other ticket escalated",
        ),
        ("requester", {"count_earlier_tickets": 0, "count_earlier_escalations": 0}, {}, "the customer's first ticket"),
        ("requester", {}, {}, None),
        ("priority", {"priority_level": 4}, {}, "priority urgent"),
    ],
)
def test_each_fact_has_its_words(theme: str, row: dict, typical: dict, said: str | None) -> None:
    [found] = [each for each in ticket_escalation.THEMES if each.name == theme]
    assert found.say(row, typical, False) == said


def test_a_helpdesk_in_which_nothing_goes_by_what_is_known_gets_words_and_no_number(tickets) -> None:
    features, labels = tickets
    shuffled = labels.with_columns(pl.col("is_escalated").shuffle(seed=1).over("as_of_date"))
    result = ticket_escalation.train_and_score(features, shuffled, AS_OF)
    assert result.scores.is_empty()
    assert result.card["verdict"].startswith("The ticket escalation score is withheld: ")


def test_a_company_without_tickets_gets_an_empty_table_and_a_word(tickets) -> None:
    features, labels = (frame.clear() for frame in tickets)
    result = ticket_escalation.train_and_score(features, labels, AS_OF)
    assert result.scores.schema == SCORE_SCHEMAS["ticket_escalation"]
    assert result.card["verdict"] == (
        "The ticket escalation score is withheld. There is no open ticket, or none has ever come to an end."
    )
