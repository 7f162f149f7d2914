"""Every SQL text of the dashboards, one module per page, as named constants with `$parameters`.

Belongs here: SQL over a release's schemas that aggregates or bounds its rows. Stays out: Streamlit and formatting.
`$as_of_date` is the first day not seen, so a window of n days is `>= $as_of_date - n`. Undefined stays null.
"""

from dashboards.queries import (
    actions,
    attribution,
    campaigns,
    churn,
    contact,
    customer,
    evidence,
    figures,
    frame,
    health,
    next_product,
    overview,
    products,
    recurring_risks,
    revenue,
    sales,
    sales_chances,
    sales_history,
    sales_leads,
    sales_lists,
    segments,
    service,
    sla,
    value,
)

__all__ = [
    "actions",
    "attribution",
    "campaigns",
    "churn",
    "contact",
    "customer",
    "evidence",
    "figures",
    "frame",
    "health",
    "next_product",
    "overview",
    "products",
    "recurring_risks",
    "revenue",
    "sales",
    "sales_chances",
    "sales_history",
    "sales_leads",
    "sales_lists",
    "segments",
    "service",
    "sla",
    "value",
]
