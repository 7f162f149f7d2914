"""Shopify: orders (one row per line item, order-level cells on the first only) and customers.

Belongs here: the two files, their headers and quirks (leading apostrophes, offsets in timestamps).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin import identifiers, names
from orchestration.twin.baskets import WALK_IN, Orders
from orchestration.twin.catalogue import PRICE_CENTS, PRODUCTS, SKUS, VENDOR
from orchestration.twin.dirt import LATE, Dirt, Spoiling, spoil
from orchestration.twin.lives import Lives
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import Companies, People
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.export_file import ExportFile
from orchestration.twin.writers.instants import SHOPIFY, in_account_zone

ORDER_COLUMNS = (
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing",
    "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method",
    "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price", "Lineitem sku",
    "Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status", "Billing Name", "Billing Street",
    "Billing Address1", "Billing Address2", "Billing Company", "Billing City", "Billing Zip", "Billing Province",
    "Billing Country", "Billing Phone", "Shipping Name", "Shipping Street", "Shipping Address1", "Shipping Address2",
    "Shipping Company", "Shipping City", "Shipping Zip", "Shipping Province", "Shipping Country", "Shipping Phone",
    "Notes", "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference", "Refunded Amount", "Vendor",
    "Outstanding Balance", "Employee", "Location", "Device ID", "Id", "Tags", "Risk Level", "Source",
    "Lineitem discount", "Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value", "Tax 3 Name", "Tax 3 Value",
    "Tax 4 Name", "Tax 4 Value", "Tax 5 Name", "Tax 5 Value", "Phone", "Receipt Number", "Duties",
    "Billing Province Name", "Shipping Province Name", "Payment ID", "Payment Terms Name", "Next Payment Due At",
    "Payment References",
)  # fmt: skip
CUSTOMER_COLUMNS = (
    "Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Company",
    "Default Address Address1", "Default Address Address2", "Default Address City", "Default Address Province Code",
    "Default Address Country Code", "Default Address Zip", "Default Address Phone", "Phone", "Accepts SMS Marketing",
    "Total Spent", "Total Orders", "Note", "Tax Exempt", "Tags",
)  # fmt: skip
LINE_COLUMNS = ("Name", "Vendor", *(name for name in ORDER_COLUMNS if name.startswith("Lineitem ")))
"""Cells that every row of an order carries; all others stand on its first row only."""

_SPOILING = Spoiling(
    id_column="Name",
    id_prefix="#",
    cells=(
        ("Total", "letter_in_number", "1O4.50"),
        ("Created at", "impossible_date", "2025-02-30 10:15:00 -0500"),
        ("Lineitem quantity", "letter_in_number", "two"),
    ),
    must_have="Total",
)


class ShopifyWriter:
    """Streams blocks into `orders_export_<n>.csv` (one file a block), one late file, and `customers_export.csv`."""

    def __init__(self, landing: Path, timeline: Timeline, parameters: Parameters) -> None:
        self._landing, self._timeline, self._parameters = landing, timeline, parameters
        self._customers = ExportFile(landing, "shopify/customers_export.csv", CUSTOMER_COLUMNS)
        self._late = ExportFile(landing, "shopify/orders_export_late.csv", ORDER_COLUMNS)
        self._order_rows = 0

    def write(
        self, block: int, orders: Orders, people: People, companies: Companies, lives: Lives, rng: np.random.Generator
    ) -> list[Dirt]:
        """Export the orders before the as-of date and the customers who placed them."""
        seen = int(np.searchsorted(orders.day, self._timeline.as_of_day))
        lines = self._order_lines(block, orders, seen, people, companies)
        is_late = (rng.random(seen) < self._parameters.late_order_share) & (
            orders.day[:seen] < self._timeline.as_of_day - 60
        )
        on_time = lines.filter(~pl.Series(is_late[lines["order"].to_numpy()])).drop("order")
        late = lines.filter(pl.Series(is_late[lines["order"].to_numpy()])).drop("order")

        file = ExportFile(self._landing, f"shopify/orders_export_{block + 1}.csv", ORDER_COLUMNS)
        full = on_time.select(
            [pl.col(c) if c in on_time.columns else pl.lit(None, pl.String).alias(c) for c in ORDER_COLUMNS]
        )
        dirt = file.append(full, spoil(full, _SPOILING, block, self._parameters, rng))
        file.close()
        self._order_rows += file.rows

        first_row = self._late.rows
        self._late.append(late)
        for offset, (name, total) in enumerate(late.select("Name", "Total").iter_rows()):
            if total is not None:
                detail = "an order that an earlier export should have held"
                dirt.append(Dirt(self._late.name, first_row + offset + 1, name, "late_order", detail, LATE))
        self._customers.append(_customer_rows(orders, seen, people, companies, self._timeline))
        return dirt

    def close(self) -> dict[str, int]:
        """Close all files; data rows by table."""
        self._late.close()
        self._customers.close()
        return {"shopify.orders": self._order_rows + self._late.rows, "shopify.customers": self._customers.rows}

    def _order_lines(self, block: int, orders: Orders, seen: int, people: People, companies: Companies) -> pl.DataFrame:
        lines = int(np.searchsorted(orders.line_order, seen))
        order, product = orders.line_order[:lines], orders.line_product[:lines]
        skus, titles = np.array(SKUS), np.array([item.name for item in PRODUCTS])
        head = _order_cells(block, orders, seen, people, companies, self._timeline)
        is_first = np.r_[True, order[1:] != order[:-1]] if lines else np.empty(0, bool)
        row_of_head = np.where(is_first, order, -1)
        frame = head.with_row_index("order").select(pl.col("order").cast(pl.Int64), pl.exclude("order"))
        cells = pl.DataFrame(
            {
                "head": row_of_head,
                "order": order,
                "Name": head["Name"].gather(order),
                "Vendor": pl.Series([VENDOR]).new_from_index(0, lines),
                "Lineitem quantity": orders.line_quantity[:lines],
                "Lineitem name": titles[product],
                "Lineitem price": PRICE_CENTS[product] / 100,
                "Lineitem sku": skus[product],
            }
        ).with_columns(
            pl.lit("true").alias("Lineitem requires shipping"),
            pl.lit("true").alias("Lineitem taxable"),
            pl.lit(0.0).alias("Lineitem discount"),
            pl.Series(
                "Lineitem fulfillment status",
                np.array(["fulfilled", "pending"])[_is_open(orders, self._timeline)[order]],
            ),
        )
        return cells.join(
            frame.drop("Name").rename({"order": "head"}), on="head", how="left", maintain_order="left"
        ).drop("head")


def _is_open(orders: Orders, timeline: Timeline) -> np.ndarray:
    """Orders not yet sent: the last two days', and cancelled ones."""
    return ((orders.day > timeline.as_of_day - 2) | (orders.cancelled_day < timeline.as_of_day)).astype(np.int64)


def _order_cells(
    block: int, orders: Orders, seen: int, people: People, companies: Companies, timeline: Timeline
) -> pl.DataFrame:
    """One row per order: the cells of its first line."""
    person = orders.person[:seen]
    is_walk_in = person == WALK_IN
    refunded, cancelled = seen_amounts(orders, timeline)
    refunded, cancelled = refunded[:seen], cancelled[:seen]
    total = orders.total_cents[:seen]
    created = timeline.epoch(orders.day[:seen])
    number = identifiers.shopify_order_numbers(block, seen)
    status = np.select(
        [cancelled, refunded >= total, refunded > 0], ["voided", "refunded", "partially_refunded"], "paid"
    )
    is_open = _is_open(orders, timeline)[:seen] == 1
    fulfilled = np.minimum(created + 86_400 + (number * 7_919) % 43_200, timeline.as_of_epoch - 1)

    def of_person(values: list[str] | np.ndarray) -> pl.Series:
        column = pl.Series(list(values), dtype=pl.String)
        picked = column.gather(np.where(is_walk_in, 0, person)) if len(column) else column
        return picked.set(pl.Series(is_walk_in), None)

    address = _addresses(people, companies)
    cells = {
        "Name": "#" + pl.Series(number).cast(pl.String),
        "Email": of_person(people.email),
        "Financial Status": pl.Series(status),
        "Paid at": in_account_zone(created, SHOPIFY, cancelled),
        "Fulfillment Status": pl.Series(np.where(is_open, "unfulfilled", "fulfilled")),
        "Fulfilled at": in_account_zone(fulfilled, SHOPIFY, is_open),
        "Accepts Marketing": of_person(np.where(np.isfinite(people.mailchimp_day), "yes", "no")),
        "Currency": pl.Series(["USD"]).new_from_index(0, seen),
        "Subtotal": pl.Series(orders.subtotal_cents[:seen] / 100),
        "Shipping": pl.Series(orders.shipping_cents[:seen] / 100),
        "Taxes": pl.Series(orders.tax_cents[:seen] / 100),
        "Total": pl.Series(total / 100),
        "Discount Code": pl.Series(["WELCOME10"])
        .new_from_index(0, seen)
        .set(pl.Series(~orders.discount_code[:seen]), None),
        "Discount Amount": pl.Series(orders.discount_cents[:seen] / 100),
        "Shipping Method": pl.Series(["Standard"]).new_from_index(0, seen).set(pl.Series(is_walk_in), None),
        "Created at": in_account_zone(created, SHOPIFY),
        "Cancelled at": in_account_zone(
            timeline.epoch(np.where(cancelled, orders.cancelled_day[:seen], 0.0)), SHOPIFY, ~cancelled
        ),
        "Payment Method": pl.Series(np.where(is_walk_in, "Cash", "Shopify Payments")),
        "Payment Reference": "c" + pl.Series(number * 104_729).cast(pl.String) + ".1",
        "Refunded Amount": pl.Series(refunded / 100),
        "Outstanding Balance": pl.Series(np.zeros(seen)),
        "Location": pl.Series(["Fernhollow Mill Shop"]).new_from_index(0, seen).set(pl.Series(~is_walk_in), None),
        "Id": pl.Series(5_100_000_000_000 + number * 32_768),
        "Risk Level": pl.Series(["Low"]).new_from_index(0, seen),
        "Source": pl.Series(np.where(is_walk_in, "pos", "web")),
        "Tax 1 Name": pl.Series(["Sales Tax 7%"]).new_from_index(0, seen),
        "Tax 1 Value": pl.Series(orders.tax_cents[:seen] / 100),
        "Phone": of_person(people.phone),
    }
    for kind in ("Billing", "Shipping"):
        for name, values in address.items():
            cells[f"{kind} {name}"] = of_person(values)
    return pl.DataFrame(cells)


def _addresses(people: People, companies: Companies) -> dict[str, list[str | None]]:
    """Address cells per person; provinces only inside the United States, zips with Shopify's apostrophe."""
    city, country = people.city.tolist(), people.country.tolist()
    return {
        "Name": [f"{first} {last}" for first, last in zip(people.first_name, people.last_name, strict=True)],
        "Street": people.address,
        "Address1": people.address,
        "Company": [companies.name[firm] if firm >= 0 else None for firm in people.company.tolist()],
        "City": [names.CITIES[place][0] for place in city],
        "Zip": [f"'{code}" for code in people.zip_code],
        "Province": [names.CITIES[place][1] if land == 0 else None for place, land in zip(city, country, strict=True)],
        "Country": [names.COUNTRIES[land][1] for land in country],
        "Phone": people.phone,
        "Province Name": [
            names.CITIES[place][2] if land == 0 else None for place, land in zip(city, country, strict=True)
        ],
    }


def seen_amounts(orders: Orders, timeline: Timeline) -> tuple[np.ndarray, np.ndarray]:
    """(refunded cents, is cancelled) as far as they are known before the as-of date."""
    refunded = np.where(orders.refunded_day < timeline.as_of_day, orders.refunded_cents, 0)
    return refunded, orders.cancelled_day < timeline.as_of_day


def _customer_rows(orders: Orders, seen: int, people: People, companies: Companies, timeline: Timeline) -> pl.DataFrame:
    refunded, cancelled = seen_amounts(orders, timeline)
    counts = ~cancelled[:seen] & (orders.person[:seen] != WALK_IN)
    person = orders.person[:seen][counts]
    count = np.bincount(person, minlength=len(people))
    spent = np.bincount(person, (orders.total_cents - refunded)[:seen][counts], minlength=len(people))
    known = np.flatnonzero(people.is_shopper)
    address = _addresses(people, companies)
    frame = pl.DataFrame(
        {
            "Customer ID": "'" + pl.Series(identifiers.shopify_customer_ids(people.number)).cast(pl.String),
            "First Name": people.first_name,
            "Last Name": people.last_name,
            "Email": people.email,
            "Accepts Email Marketing": np.where(np.isfinite(people.mailchimp_day), "yes", "no"),
            "Default Address Company": address["Company"],
            "Default Address Address1": address["Address1"],
            "Default Address City": address["City"],
            "Default Address Province Code": address["Province"],
            "Default Address Country Code": address["Country"],
            "Default Address Zip": address["Zip"],
            "Default Address Phone": people.phone,
            "Phone": people.phone,
            "Accepts SMS Marketing": np.full(len(people), "no"),
            "Total Spent": np.rint(spent) / 100,
            "Total Orders": count,
            "Tax Exempt": np.full(len(people), "no"),
            "Tags": ["business" if firm else None for firm in people.is_company.tolist()],
        },
        schema_overrides={"Default Address Company": pl.String, "Tags": pl.String},
    )
    return frame[known]
