"""The sample's accounts and their deals. Stays out: people and what they did (estate), past of the deals (deals)."""

from __future__ import annotations

from datetime import timedelta

FAMILY = ("Aldertree", "Birchwood", "Cedarhill", "Dunefield")


def account(estate, account_id: str, number: int) -> None:
    people = [row for row in estate.tables["marts.dim_customers"] if row["account_id"] == account_id]
    tickets = sum(row["account_id"] == account_id for row in estate.tables.get("marts.fct_tickets", []))
    won, opened = 0.0, 0.0
    statuses = ("Won", "Lost", "Pipeline")[: 1 + number % 3]
    for deal, status in enumerate(statuses, start=1):
        at, amount = estate.moment(400, 60), float(500 * (number + deal))
        closed = None if status == "Pipeline" else at.date() + timedelta(days=30)
        won, opened = won + amount * (status == "Won"), opened + amount * (status == "Pipeline")
        chance = {"Won": 1.0, "Lost": 0.0, "Pipeline": 0.4}[status]
        opportunity_id, stage = (
            f"hubspot:d{number}-{deal}",
            {"Pipeline": "Proposal"}.get(status, f"Closed {status}"),
        )
        who = people[0]["customer_id"] if people else None
        estate.add(
            "marts.fct_opportunities",
            opportunity_id=opportunity_id,
            customer_id=who,
            account_id=account_id,
            owner_id=f"hubspot:o{number % 3 + 1}",
            source_name="hubspot",
            product_name="Office plan",
            pipeline_name="Sales",
            stage_name=stage,
            status=status,
            is_won=status == "Won",
            is_closed=closed is not None,
            currency="USD",
            exchange_rate=1.0,
            original_amount=amount,
            amount=amount,
            probability=chance,
            expected_revenue_amount=amount * chance,
            lead_source="Referral",
            created_date=at.date(),
            close_date=closed or estate.as_of + timedelta(days=20 + number),
            days_to_close=30 if closed else None,
            days_since_created=(estate.as_of - at.date()).days,
            count_activities=2,
            last_activity_at=at,
            days_without_activity=None if closed else (estate.as_of - at.date()).days,
            is_stale=None if closed else (estate.as_of - at.date()).days >= 90,
            forecast_category=None if closed else ("Commit", "Best case", "Pipeline")[number % 3],
            has_open_activity=number % 2 == 0,
            has_overdue_task=number % 4 == 0,
            is_promise_kept=at.minute % 3 > 0 if status == "Won" else None,
        )
        estate.interaction(
            who,
            account_id,
            "hubspot",
            at,
            "opportunity_created",
            "crm",
            "sales",
            "internal",
            opportunity_id,
            amount,
            stage,
        )
    estate.add(
        "marts.dim_accounts",
        account_id=account_id,
        source_name="hubspot",
        industry="Hospitality",
        country="US",
        owner_id=f"hubspot:o{number % 3 + 1}",
        count_employees=10 * number,
        annual_revenue_amount=1e5 * number,
        count_customers=len(people),
        count_opportunities=len(statuses),
        count_won_opportunities=1,
        won_amount=won,
        open_amount=opened,
        count_tickets=tickets,
        count_open_tickets=0,
        count_rated_tickets=0,
        historic_number_of_orders=sum(row["historic_number_of_orders"] for row in people),
        historic_clv_amount=sum(row["historic_clv_amount"] for row in people),
        count_touches_30d=sum(row["count_touches_30d"] for row in people),
        account_name=f"{FAMILY[number % len(FAMILY)]} Cafés {number}",
        created_at=estate.moment(900, 800),
    )
