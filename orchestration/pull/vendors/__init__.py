"""The systems that can be pulled: one file each, endpoints as data, one line below."""

from __future__ import annotations

from orchestration.pull.vendors.hubspot import HUBSPOT
from orchestration.pull.vendors.mailchimp import MAILCHIMP
from orchestration.pull.vendors.salesforce import SALESFORCE
from orchestration.pull.vendors.shopify import SHOPIFY
from orchestration.pull.vendors.zendesk import ZENDESK

VENDORS = {vendor.source: vendor for vendor in (HUBSPOT, MAILCHIMP, SALESFORCE, SHOPIFY, ZENDESK)}
