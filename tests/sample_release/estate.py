"""The rows of one invented shop with a helpdesk, a CRM and a mailing tool; every row agrees with the others.

Belongs here: making rows as dicts per "schema.table". Stays out: table shapes (schema), publishing (the package).
"""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta

from data_quality.results import GateResult

SEGMENTS = {
    "high_value_at_risk": (
        "High value at risk",
        "Worth much, likely to leave",
        "Customer success",
        "Call within a week",
    ),
    "champions": ("Champions", "Buy often, lately and much", "Marketing", "Invite to the preview"),
    "due_to_buy": ("Due to buy", "Likely to order within 30 days", "Marketing", "Send the reminder"),
    "win_back": ("Win back", "Silent for long after several orders", "Marketing", "Send the win-back offer"),
    "new_customers": ("New customers", "First order in the last 60 days", "Marketing", "Send the welcome series"),
    "open_complaint": ("Open complaint", "Unhappy, with an open ticket", "Support", "Answer before selling"),
}
GATES = (
    GateResult("exports", "required_not_null", "shopify.orders", "error", True, "0 rows", "a value in order_name", 0),
    GateResult("exports", "quarantine_rate", "hubspot.contacts", "warn", False, "1.40 %", "at most 1 %", 14),
    GateResult("scores", "probability_in_range", "scores.churn", "error", True, "0 rows", "between 0 and 1", 0),
)
_LOADED = ("load_id", "source", "table", "file", "rows_read", "rows_loaded", "rows_quarantined", "loaded_at")
LOADS = tuple(
    {**dict(zip(_LOADED, values, strict=True)), "status": "loaded", "reason": None}
    for values in (
        ("00000000000000a1", "shopify", "orders", "orders_export_1.csv", 420, 419, 1, "2026-11-01T02:00:00"),
        ("00000000000000a2", "hubspot", "contacts", "all-contacts.csv", 1000, 986, 14, "2026-11-01T02:00:00"),
        ("00000000000000a3", "zendesk", "tickets", "tickets.ndjson", 50, 50, 0, "2026-11-01T02:00:00"),
    )
)
PRODUCTS = (
    ("p1", "Coffee beans 1 kg", 24.0),
    ("p2", "Paper filters", 6.5),
    ("p3", "Grinder", 149.0),
    ("p4", "Mug", 12.0),
)
GIVEN, FAMILY = (
    ("Ada", "Brook", "Cleo", "Devi", "Emre", "Fenn", "Gaia"),
    ("Aldertree", "Birchwood", "Cedarhill", "Dunefield"),
)
REASONS = ("Order gap is longer than usual", "Bad rating in the last quarter", "Fewer orders than a year ago")


class Estate:
    """`tables` maps "schema.table" to rows. The same arguments give the same rows."""

    def __init__(self, as_of: date, customers: int, seed: int) -> None:
        self.as_of, self.random = as_of, random.Random(seed)
        self.tables: dict[str, list[dict]] = {}
        accounts = [f"hubspot:co{number}" for number in range(1, max(2, customers // 6) + 1)]
        for number in range(1, customers + 1):
            self._customer(f"cus_{number:016x}", number, self.random.choice(accounts))
        for number, account_id in enumerate(accounts, start=1):
            self._account(account_id, number)
        self._models()
        for name, (title, description, owner, action) in SEGMENTS.items():
            definition = {"title": title, "description": description, "owner": owner, "action": action}
            self._add("seeds.segment_definitions", segment_name=name, **definition)

    def _add(self, table: str, **row: object) -> None:
        self.tables.setdefault(table, []).append(row)

    def _moment(self, days_back_from: int, days_back_to: int = 1) -> datetime:
        day = self.as_of - timedelta(days=self.random.randint(days_back_to, days_back_from))
        return datetime.combine(day, datetime.min.time()) + timedelta(minutes=self.random.randint(480, 1200))

    def _interaction(
        self,
        who: str,
        account: str,
        source: str,
        at: datetime,
        kind: str,
        channel: str,
        team: str,
        direction: str,
        record: str,
        amount: float | None = None,
        detail: str | None = None,
    ) -> None:
        number = len(self.tables.get("marts.fct_interactions", [])) + 1
        self._add(
            "marts.fct_interactions",
            interaction_id=f"int_{number:06d}",
            customer_id=who,
            account_id=account,
            source_name=source,
            occurred_at=at,
            occurred_date=at.date(),
            interaction_type=kind,
            channel=channel,
            team=team,
            direction=direction,
            record_id=record,
            amount=amount,
            detail=detail,
        )

    def _customer(self, who: str, number: int, account: str) -> None:
        name = (GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN) % len(FAMILY)])
        email = f"{name[0]}.{name[1]}{number}@mail.example".lower()
        self._add(
            "pii.pii_customers",
            customer_id=who,
            full_name=" ".join(name),
            email=email,
            phone=f"+1 555 010 {number:04d}",
        )
        days = sorted({self._moment(900, 2 + number % 200) for _ in range(self.random.randint(0, 12))})
        bought = [self._order(who, account, at, order_number) for order_number, at in enumerate(days, start=1)]
        tickets = [self._ticket(who, account) for _ in range(self.random.choice((0, 0, 1, 2)))]
        for _ in range(self.random.randint(0, 6)):
            at, campaign = self._moment(300), f"mailchimp:c{self.random.randint(1, 5)}"
            self._interaction(
                who, account, "mailchimp", at, "campaign_sent", "email", "marketing", "outbound", campaign
            )
            if self.random.random() < 0.4:
                later = at + timedelta(hours=2)
                self._interaction(
                    who, account, "mailchimp", later, "campaign_clicked", "email", "marketing", "inbound", campaign
                )
        nps = self.random.choice((None, 3, 7, 9, 10))
        if nps is not None:
            self._interaction(
                who,
                account,
                "nps_survey",
                self._moment(200),
                "survey_response",
                "survey",
                "support",
                "inbound",
                f"nps_survey:r{number}",
                None,
                f"NPS {nps}",
            )
        self._scores_and_segments(who, number, account, days, bought, tickets, nps)

    def _order(self, who: str, account: str, at: datetime, order_number: int) -> float:
        order_id = f"shopify:{1000 + len(self.tables.get('marts.fct_orders', []))}"
        lines = self.random.sample(PRODUCTS, self.random.randint(1, 3))
        quantities = [self.random.randint(1, 3) for _ in lines]
        gross = round(sum(price * n for (_, _, price), n in zip(lines, quantities, strict=True)), 2)
        refund = round(gross / 2, 2) if self.random.random() < 0.05 else 0.0
        self._add(
            "marts.fct_orders",
            order_id=order_id,
            customer_id=who,
            source_name="shopify",
            ordered_at=at,
            order_date=at.date(),
            order_type="sale",
            currency="USD",
            gross_amount=gross,
            refund_amount=refund,
            net_amount=gross - refund,
            discount_amount=0.0,
            sales_channel=self.random.choice(("web", "pos")),
            is_cancelled=False,
            is_purchase=True,
            count_lines=len(lines),
            count_units=sum(quantities),
            customer_order_number=order_number,
        )
        for (product, title, price), quantity in zip(lines, quantities, strict=True):
            self._add(
                "marts.fct_order_lines",
                order_line_id=f"{order_id}:{product}",
                order_id=order_id,
                customer_id=who,
                source_name="shopify",
                order_date=at.date(),
                product_id=f"shopify:{product}",
                product_name=title,
                quantity=quantity,
                unit_price_amount=price,
                line_amount=price * quantity,
            )
        self._interaction(who, account, "shopify", at, "order", "shop", "shop", "inbound", order_id, gross)
        return gross - refund

    def _ticket(self, who: str, account: str) -> dict:
        ticket_id, at = f"zendesk:{len(self.tables.get('marts.fct_tickets', [])) + 1}", self._moment(300)
        is_open, reply = self.random.random() < 0.2, float(self.random.randint(5, 600))
        solved = None if is_open else at + timedelta(minutes=reply * 3)
        score = None if is_open else self.random.choice((None, "good", "good", "bad"))
        replies, minutes = self.random.randint(1, 4), None if is_open else reply * 3
        row = dict(
            ticket_id=ticket_id,
            customer_id=who,
            account_id=account,
            source_name="zendesk",
            created_at=at,
            created_date=at.date(),
            updated_at=solved or at,
            status="open" if is_open else "closed",
            priority=self.random.choice(("low", "normal", "high", "urgent")),
            ticket_type="question",
            channel="email",
            category=self.random.choice(("delivery", "product", "invoice")),
            group_id="zendesk:g1",
            assignee_id=f"zendesk:a{self.random.randint(1, 4)}",
            first_reply_time_calendar_minutes=reply,
            first_resolution_calendar_minutes=minutes,
            full_resolution_calendar_minutes=minutes,
            requester_wait_time_calendar_minutes=reply,
            agent_wait_time_calendar_minutes=0.0,
            on_hold_time_calendar_minutes=0.0,
            is_one_touch_resolution=not is_open and replies == 1,
            is_two_touch_resolution=not is_open and replies == 2,
            is_multi_touch_resolution=not is_open and replies > 2,
            count_reopens=0,
            count_public_agent_comments=replies,
            count_end_user_comments=1,
            count_internal_comments=0,
            count_assignee_stations=1,
            count_group_stations=1,
            count_ticket_events=3,
            first_solved_at=solved,
            last_solved_at=solved,
            is_solved=not is_open,
            is_open=is_open,
            csat_score=score,
            is_good_satisfaction=None if score is None else score == "good",
        )
        self._add("marts.fct_tickets", **row)
        self._add("pii.pii_tickets", ticket_id=ticket_id, subject="Where is my parcel?")
        self._interaction(who, account, "zendesk", at, "ticket_created", "helpdesk", "support", "inbound", ticket_id)
        if solved:
            self._interaction(
                who, account, "zendesk", solved, "ticket_solved", "helpdesk", "support", "outbound", ticket_id
            )
        return row

    def _scores_and_segments(self, who, number, account, days, bought, tickets, nps) -> None:
        total, count = round(sum(bought), 2), len(bought)
        silent = (self.as_of - days[-1].date()).days if days else None
        gap = (days[-1] - days[0]).days / (count - 1) if count > 1 else None
        open_tickets = sum(row["is_open"] for row in tickets)
        bad = sum(row["csat_score"] == "bad" for row in tickets)
        churn = min(0.98, round(0.15 + silent / 400, 4)) if days else None
        band = None if churn is None else "Low" if churn < 1 / 3 else "High" if churn > 2 / 3 else "Medium"
        buys = [None if churn is None else round((1 - churn) * share, 4) for share in (0.4, 0.7, 1.0)]
        value = None if churn is None else round(total * (1 - churn), 2)
        due = None if churn is None or gap is None else self.as_of + timedelta(days=max(1, int(gap)))
        low, high = (None, None) if value is None else (round(value * 0.6, 2), round(value * 1.6, 2))
        tiers = (
            (None, None, None)
            if not days
            else (3 if silent < 60 else 2 if silent < 180 else 1, min(3, 1 + count // 4), min(3, 1 + int(total // 400)))
        )
        group = None if not days else "Champions" if sum(tiers) == 9 else "At risk" if tiers[0] == 1 else "Loyal"
        mine = [row for row in self.tables.get("marts.fct_interactions", []) if row["customer_id"] == who]
        moments = sorted(row["occurred_at"] for row in mine)
        month_ago = datetime.combine(self.as_of - timedelta(days=30), datetime.min.time())
        forecast = dict(
            churn_probability=churn,
            churn_band=band,
            next_purchase_probability_30d=buys[0],
            next_purchase_probability_60d=buys[1],
            next_purchase_probability_90d=buys[2],
            expected_date_of_next_order=due,
            predicted_clv_amount=value,
            predicted_clv_low=low,
            predicted_clv_high=high,
            predicted_number_of_orders=None if churn is None else round(count * (1 - churn) / 2, 2),
        )
        self._add(
            "marts.dim_customers",
            customer_id=who,
            source_names="hubspot,mailchimp,shopify",
            count_source_records=3,
            account_id=account,
            country=("US", "GB", "DE")[number % 3],
            lifecycle_stage="customer" if days else "lead",
            lead_source=("Organic search", "Referral", "Event")[number % 3],
            first_seen_at=moments[0] if moments else None,
            has_marketing_consent=number % 4 != 0,
            first_order_date=days[0].date() if days else None,
            last_order_date=days[-1].date() if days else None,
            historic_number_of_orders=count,
            historic_clv_amount=total,
            average_order_value_amount=total / count if count else None,
            average_days_between_orders=gap,
            count_tickets=len(tickets),
            count_open_tickets=open_tickets,
            count_bad_ratings=bad,
            last_ticket_at=max((row["created_at"] for row in tickets), default=None),
            last_nps_score=nps,
            count_touches_30d=sum(at >= month_ago for at in moments),
            last_interaction_at=moments[-1] if moments else None,
            rfm_recency_score=tiers[0],
            rfm_frequency_score=tiers[1],
            rfm_monetary_score=tiers[2],
            rfm_group=group,
            total_clv_amount=total + (value or 0),
            as_of_date=self.as_of,
            **forecast,
        )
        if days:
            self._score_rows(who, count, forecast)
        chosen = {
            "high_value_at_risk": (churn or 0) > 0.6 and total > 300,
            "champions": group == "Champions",
            "due_to_buy": (buys[0] or 0) > 0.25,
            "win_back": (silent or 0) > 180 and count >= 2,
            "new_customers": bool(days) and days[0].date() >= self.as_of - timedelta(days=60),
            "open_complaint": bool(open_tickets),
        }
        for name in (name for name, is_member in chosen.items() if is_member):
            self._add(
                "segments.customer_segments",
                segment_name=name,
                customer_id=who,
                as_of_date=self.as_of,
                reason=f"{SEGMENTS[name][1]}; last order {days[-1].date() if days else 'never'}",
            )

    def _score_rows(self, who: str, count: int, forecast: dict) -> None:
        churn, buys = forecast["churn_probability"], forecast["next_purchase_probability_90d"]
        common = dict(
            customer_id=who,
            as_of_date=self.as_of,
            model_version="sample-1",
            reasons=json.dumps(list(REASONS[: 1 + count % 3])),
            evidence="own" if count > 2 else "pooled",
        )
        self._add(
            "scores.churn",
            score=churn,
            low=max(0, churn - 0.1),
            high=min(1, churn + 0.1),
            **common,
            churn_probability=churn,
            churn_band=forecast["churn_band"],
            closed_form_probability=churn,
        )
        due = forecast["expected_date_of_next_order"]
        self._add(
            "scores.next_purchase",
            score=buys,
            low=max(0, buys - 0.1),
            high=min(1, buys + 0.1),
            **common,
            **{name: value for name, value in forecast.items() if name.startswith("next_purchase")},
            expected_date_of_next_order=due,
            expected_date_low=due and due - timedelta(days=7),
            expected_date_high=due and due + timedelta(days=14),
        )
        money = {name: value for name, value in forecast.items() if name.startswith("predicted")}
        orders = money["predicted_number_of_orders"]
        self._add(
            "scores.lifetime_value",
            score=money["predicted_clv_amount"],
            low=money["predicted_clv_low"],
            high=money["predicted_clv_high"],
            **common,
            **money,
            predicted_number_of_orders_low=orders * 0.5,
            predicted_number_of_orders_high=orders * 1.8,
        )

    def _account(self, account_id: str, number: int) -> None:
        people = [row for row in self.tables["marts.dim_customers"] if row["account_id"] == account_id]
        tickets = sum(row["account_id"] == account_id for row in self.tables.get("marts.fct_tickets", []))
        won, opened = 0.0, 0.0
        statuses = ("Won", "Lost", "Pipeline")[: 1 + number % 3]
        for deal, status in enumerate(statuses, start=1):
            at, amount = self._moment(400, 60), float(500 * (number + deal))
            closed = None if status == "Pipeline" else at.date() + timedelta(days=30)
            won, opened = won + amount * (status == "Won"), opened + amount * (status == "Pipeline")
            chance = {"Won": 1.0, "Lost": 0.0, "Pipeline": 0.4}[status]
            opportunity_id, stage = (
                f"hubspot:d{number}-{deal}",
                {"Pipeline": "Proposal"}.get(status, f"Closed {status}"),
            )
            who = people[0]["customer_id"] if people else None
            self._add(
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
                amount=amount,
                probability=chance,
                expected_revenue_amount=amount * chance,
                lead_source="Referral",
                created_date=at.date(),
                close_date=closed or self.as_of + timedelta(days=20 + number),
                days_to_close=30 if closed else None,
                days_since_created=(self.as_of - at.date()).days,
            )
            self._interaction(
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
        self._add(
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
            account_name=f"{FAMILY[number % len(FAMILY)]} Cafés {number}",
            created_at=self._moment(900, 800),
        )

    def _models(self) -> None:
        for name, champion, metric in (
            ("churn", "logistic", "log_loss"),
            ("next_purchase", "bgnbd", "brier"),
            ("lifetime_value", "gamma_gamma", "mae"),
        ):
            card = {"parameters": {"r": 0.24}, "data": {"customers": len(self.tables["marts.dim_customers"])}}
            self._add(
                "scores.model_cards",
                score_name=name,
                model_version="sample-1",
                champion=champion,
                is_published=True,
                verdict=f"{champion} beats the baseline in every period",
                card=json.dumps(card),
            )
            for months in (9, 6, 3):
                for candidate, is_baseline, value in (("recency_rule", True, 0.61), (champion, False, 0.48)):
                    self._add(
                        "scores.backtests",
                        score_name=name,
                        candidate=candidate,
                        is_baseline=is_baseline,
                        is_champion=not is_baseline,
                        origin_date=self.as_of - timedelta(days=30 * months),
                        metric=metric,
                        value=value + months / 1000,
                        n_customers=40 + months,
                    )
