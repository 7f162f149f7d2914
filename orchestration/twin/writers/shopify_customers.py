"""The cells of Shopify's customers export, and of the addresses that orders repeat.

Belongs here: header and rows of the file; ids and zip codes carry a leading apostrophe. Stays out: files (shopify).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.twin import identifiers, names
from orchestration.twin.baskets import WALK_IN, Orders
from orchestration.twin.people import Companies, People

CUSTOMER_COLUMNS = (
    "Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Company",
    "Default Address Address1", "Default Address Address2", "Default Address City", "Default Address Province Code",
    "Default Address Country Code", "Default Address Zip", "Default Address Phone", "Phone", "Accepts SMS Marketing",
    "Total Spent", "Total Orders", "Note", "Tax Exempt", "Tags",
)  # fmt: skip


def customer_rows(orders: Orders, people: People, companies: Companies, accepts_marketing: np.ndarray) -> pl.DataFrame:
    """One row per shopper of the block; `orders` as they stood on the as-of date."""
    counts = ~orders.is_cancelled & (orders.person != WALK_IN)
    person = orders.person[counts]
    paid = (orders.total_cents - orders.refunded_cents)[counts]
    address = addresses(people, companies)
    rows = pl.DataFrame(
        {
            "Customer ID": [f"'{number}" for number in identifiers.shopify_customer_ids(people.number).tolist()],
            "First Name": people.first_name,
            "Last Name": people.last_name,
            "Email": people.email,
            "Accepts Email Marketing": np.where(accepts_marketing, "yes", "no"),
            "Default Address Company": address["Company"],
            "Default Address Address1": address["Address1"],
            "Default Address City": address["City"],
            "Default Address Province Code": address["Province"],
            "Default Address Country Code": address["Country"],
            "Default Address Zip": address["Zip"],
            "Default Address Phone": people.phone,
            "Phone": people.phone,
            "Accepts SMS Marketing": ["no"] * len(people),
            "Total Spent": np.bincount(person, paid, minlength=len(people)) / 100,
            "Total Orders": np.bincount(person, minlength=len(people)),
            "Tax Exempt": ["no"] * len(people),
            "Tags": np.where(people.is_company, "business", ""),
        }
    )
    return rows[np.flatnonzero(people.is_shopper)]


def addresses(people: People, companies: Companies) -> dict[str, list[str]]:
    """Address cells by column name, one list over the people of the block; provinces only in the United States."""
    places = [names.CITIES[place] for place in people.city.tolist()]
    is_american = (people.country == 0).tolist()
    return {
        "Name": [f"{first} {last}" for first, last in zip(people.first_name, people.last_name, strict=True)],
        "Street": people.address,
        "Address1": people.address,
        "Company": [companies.name[firm] if firm >= 0 else "" for firm in people.company.tolist()],
        "City": [city for city, _, _ in places],
        "Zip": [f"'{code}" for code in people.zip_code],
        "Province": [code if here else "" for (_, code, _), here in zip(places, is_american, strict=True)],
        "Country": [names.COUNTRIES[country][1] for country in people.country.tolist()],
        "Phone": people.phone,
        "Province Name": [state if here else "" for (_, _, state), here in zip(places, is_american, strict=True)],
    }
