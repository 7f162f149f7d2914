"""The rows of one invented shop with a helpdesk, a CRM and a mailing tool; every row agrees with the others.

Belongs here: making rows as dicts per "schema.table". Stays out: table shapes (schema), publishing (the package).
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from .accounts import FAMILY, account
from .actions import actions
from .campaigns import campaigns
from .contact import contact
from .currencies import money
from .deals import deals, leads
from .desk import desk
from .items import items
from .judgements import SEGMENTS, judge, models
from .revenue import revenue
from .sequences import sequences
from .topics import topics
from .totals import totals

PRODUCTS = (
    ("p1", "Coffee beans 1 kg", 24.0),
    ("p2", "Paper filters", 6.5),
    ("p3", "Grinder", 149.0),
    ("p4", "Mug", 12.0),
)
GIVEN = ("Ada", "Brook", "Cleo", "Devi", "Emre", "Fenn", "Gaia")


class Estate:
    """`tables` maps "schema.table" to rows. The same arguments give the same rows."""

    def __init__(self, as_of: date, customers: int, seed: int) -> None:
        self.as_of, self.random = as_of, random.Random(seed)
        self.tables: dict[str, list[dict]] = {}
        accounts = [f"hubspot:co{number}" for number in range(1, max(2, customers // 6) + 1)]
        for number in range(1, customers + 1):
            self._customer(f"cus_{number:016x}", number, self.random.choice(accounts))
        for number, account_id in enumerate(accounts, start=1):
            account(self, account_id, number)
        self._products()
        desk(self, self.tables.get("marts.fct_tickets", []))
        deals(self)
        leads(self)
        campaigns(self)
        models(self)
        money(self)
        revenue(self)
        contact(self)
        sequences(self)
        topics(self)
        actions(self)
        totals(self)
        items(self)
        for name, (title, description, owner, action, aim) in SEGMENTS.items():
            definition = {"title": title, "description": description, "owner": owner, "action": action, "aim": aim}
            self.add("seeds.segment_definitions", segment_name=name, **definition)

    def add(self, table: str, **row: object) -> None:
        self.tables.setdefault(table, []).append(row)

    def moment(self, days_back_from: int, days_back_to: int = 1) -> datetime:
        day = self.as_of - timedelta(days=self.random.randint(days_back_to, days_back_from))
        return datetime.combine(day, datetime.min.time()) + timedelta(minutes=self.random.randint(480, 1200))

    def interaction(
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
        self.add(
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
        self.add(
            "pii.pii_customers",
            customer_id=who,
            full_name=" ".join(name),
            email=email,
            phone=f"+1 555 010 {number:04d}",
            birth_date=date(1980, 1, 1) + timedelta(days=97 * number) if number % 5 == 0 else None,
        )
        furthest, nearest = (50, 2) if number % 9 == 0 else (900, 2 + number % 200)
        days = sorted({self.moment(furthest, nearest) for _ in range(self.random.randint(0, 12))})
        bought = [self._order(who, account, at, order_number) for order_number, at in enumerate(days, start=1)]
        tickets = [self._ticket(who, account) for _ in range(self.random.choice((0, 0, 1, 2)))]
        for _ in range(self.random.randint(0, 6)):
            at, campaign = self.moment(300), f"mailchimp:c{self.random.randint(1, 5)}"
            self.interaction(who, account, "mailchimp", at, "campaign_sent", "email", "marketing", "outbound", campaign)
            if self.random.random() < 0.4:
                later = at + timedelta(hours=2)
                self.interaction(
                    who, account, "mailchimp", later, "campaign_clicked", "email", "marketing", "inbound", campaign
                )
        nps = self.random.choice((None, 3, 7, 9, 10))
        if nps is not None:
            self.interaction(
                who,
                account,
                "nps_survey",
                self.moment(200),
                "survey_response",
                "survey",
                "support",
                "inbound",
                f"nps_survey:r{number}",
                None,
                f"NPS {nps}",
            )
        judge(self, who, number, account, days, bought, tickets, nps)

    def _order(self, who: str, account: str, at: datetime, order_number: int) -> float:
        order_id = f"shopify:{1000 + len(self.tables.get('marts.fct_orders', []))}"
        lines = self.random.sample(PRODUCTS, self.random.randint(1, 3))
        quantities = [self.random.randint(1, 3) for _ in lines]
        gross = round(sum(price * n for (_, _, price), n in zip(lines, quantities, strict=True)), 2)
        refund = round(gross / 2, 2) if self.random.random() < 0.05 else 0.0
        self.add(
            "marts.fct_orders",
            order_id=order_id,
            customer_id=who,
            source_name="shopify",
            ordered_at=at,
            order_date=at.date(),
            order_type="sale",
            currency="USD",
            exchange_rate=1.0,
            original_gross_amount=gross,
            original_refund_amount=refund,
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
            self.add(
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
                currency="USD",
                original_line_amount=price * quantity,
                line_amount=price * quantity,
            )
        self.interaction(who, account, "shopify", at, "order", "shop", "shop", "inbound", order_id, gross)
        return gross - refund

    def _products(self) -> None:
        """Those sold, as the newest line has them, and one of the list that nobody ever bought."""
        lines = self.tables["marts.fct_order_lines"]
        for product, title, price in (*PRODUCTS, ("p5", "Kettle", 59.0)):
            product_id = f"shopify:{product}"
            days = [row["order_date"] for row in lines if row["product_id"] == product_id]
            self.add(
                "marts.dim_products",
                product_id=product_id,
                source_name="shopify",
                product_name=title,
                product_category="Coffee" if product in ("p1", "p2") else "Hardware",
                is_listed=product != "p4",
                list_price_amount=price if product != "p4" else None,
                list_price_currency="USD" if product != "p4" else None,
                last_price_amount=price if days else None,
                last_price_currency="USD" if days else None,
                first_sold_date=min(days, default=None),
                last_sold_date=max(days, default=None),
            )

    def _ticket(self, who: str, account: str) -> dict:
        ticket_id, at = f"zendesk:{len(self.tables.get('marts.fct_tickets', [])) + 1}", self.moment(300)
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
            first_reply_time_business_minutes=reply / 2,
            full_resolution_business_minutes=None if minutes is None else minutes / 2,
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
        self.add("marts.fct_tickets", **row)
        self.add("pii.pii_tickets", ticket_id=ticket_id, subject="Where is my parcel?")
        self.interaction(who, account, "zendesk", at, "ticket_created", "helpdesk", "support", "inbound", ticket_id)
        if solved:
            self.interaction(
                who, account, "zendesk", solved, "ticket_solved", "helpdesk", "support", "outbound", ticket_id
            )
        return row
