"""The cells of Shopify's orders export: one row per line item, order-level cells on the first row only.

Belongs here: header and rows of the file; times carry the shop's offset. Stays out: files and dirt (shopify).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.twin.baskets import WALK_IN, Orders
from orchestration.twin.catalogue import PRICE_CENTS, PRODUCTS, SKUS, VENDOR
from orchestration.twin.timeline import DAY_SECONDS, Timeline
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
_SKUS = np.array(SKUS)
_TITLES = np.array([product.name for product in PRODUCTS])


def person_cells(address: dict[str, list[str]], emails: list[str], accepts_marketing: np.ndarray) -> pl.DataFrame:
    """Cells that depend on the buyer only, one row per person and a last, blank one for walk-ins (position -1)."""
    cells = {"Email": emails, "Accepts Marketing": np.where(accepts_marketing, "yes", "no").tolist()}
    cells["Phone"] = address["Phone"]
    for kind in ("Billing", "Shipping"):
        cells |= {f"{kind} {name}": values for name, values in address.items()}
    return pl.DataFrame({name: [*values, ""] for name, values in cells.items()})


def order_rows(orders: Orders, numbers: np.ndarray, persons: pl.DataFrame, timeline: Timeline) -> pl.DataFrame:
    """One row per line of `orders` as they stood on the as-of date, named by `numbers`; `order` is their position."""
    heads = pl.concat(
        [
            _order_cells(orders, numbers, timeline),
            persons[np.where(orders.person == WALK_IN, len(persons) - 1, orders.person)],
        ],
        how="horizontal",
    )
    order, product = orders.line_order, orders.line_product
    is_first = np.r_[True, order[1:] != order[:-1]] if len(order) else np.empty(0, bool)
    lines = pl.DataFrame(
        {
            "order": order,
            "head": np.where(is_first, order, -1),
            "Name": [f"#{number}" for number in numbers[order].tolist()],
            "Lineitem quantity": orders.line_quantity,
            "Lineitem name": _TITLES[product],
            "Lineitem price": PRICE_CENTS[product] / 100,
            "Lineitem sku": _SKUS[product],
            "Lineitem fulfillment status": np.where(_is_unsent(orders, timeline)[order], "pending", "fulfilled"),
        },
        schema_overrides={"Name": pl.String},
    ).with_columns(
        pl.lit(VENDOR).alias("Vendor"),
        pl.lit("true").alias("Lineitem requires shipping"),
        pl.lit("true").alias("Lineitem taxable"),
        pl.lit(0.0).alias("Lineitem discount"),
    )
    return lines.join(
        heads.with_columns(head=pl.int_range(len(heads))), on="head", how="left", maintain_order="left"
    ).drop("head")


def _is_unsent(orders: Orders, timeline: Timeline) -> np.ndarray:
    """Orders not sent out: the last two days', and cancelled ones."""
    return (orders.day > timeline.as_of_day - 2) | orders.is_cancelled


def _order_cells(orders: Orders, numbers: np.ndarray, timeline: Timeline) -> pl.DataFrame:
    """One row per order: the cells of its first row that do not depend on the buyer."""
    is_walk_in = orders.person == WALK_IN
    is_cancelled, is_unsent = orders.is_cancelled, _is_unsent(orders, timeline)
    created = timeline.epoch(orders.day)
    sent = np.minimum(created + DAY_SECONDS + numbers * 7_919 % 43_200, timeline.as_of_epoch - 1)
    cancelled = timeline.epoch(np.where(is_cancelled, orders.cancelled_day, 0.0))
    refunded = orders.refunded_cents
    status = np.select(
        [is_cancelled, refunded >= orders.total_cents, refunded > 0],
        ["voided", "refunded", "partially_refunded"],
        "paid",
    )
    return pl.DataFrame(
        {
            "Financial Status": status,
            "Paid at": in_account_zone(created, SHOPIFY, is_cancelled),
            "Fulfillment Status": np.where(is_unsent, "unfulfilled", "fulfilled"),
            "Fulfilled at": in_account_zone(sent, SHOPIFY, is_unsent),
            "Subtotal": orders.subtotal_cents / 100,
            "Shipping": orders.shipping_cents / 100,
            "Taxes": orders.tax_cents / 100,
            "Total": orders.total_cents / 100,
            "Discount Code": np.where(orders.discount_cents > 0, "WELCOME10", ""),
            "Discount Amount": orders.discount_cents / 100,
            "Shipping Method": np.where(is_walk_in, "", "Standard"),
            "Created at": in_account_zone(created, SHOPIFY),
            "Cancelled at": in_account_zone(cancelled, SHOPIFY, ~is_cancelled),
            "Payment Method": np.where(is_walk_in, "Cash", "Shopify Payments"),
            "Payment Reference": [f"c{number * 104_729}.1" for number in numbers.tolist()],
            "Refunded Amount": refunded / 100,
            "Location": np.where(is_walk_in, "Fernhollow Mill Shop", ""),
            "Id": 5_100_000_000_000 + numbers * 32_768,
            "Source": np.where(is_walk_in, "pos", "web"),
            "Tax 1 Value": orders.tax_cents / 100,
        },
        schema_overrides={"Payment Reference": pl.String},
    ).with_columns(
        pl.lit("USD").alias("Currency"),
        pl.lit(0.0).alias("Outstanding Balance"),
        pl.lit("Low").alias("Risk Level"),
        pl.lit("Sales Tax 7%").alias("Tax 1 Name"),
    )
