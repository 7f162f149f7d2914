"""Record ids as each vendor would number them; all arithmetic, so no table of ids is ever kept.

Belongs here: person or block number -> vendor id. Every system numbers differently, so that ids never join by chance.
Stays out: e-mail addresses (people).
"""

from __future__ import annotations

import hashlib

import numpy as np

BLOCK_STRIDE = 10_000_000
"""Room for the records of one block, so that a block's ids do not depend on the blocks before it."""


def person_ids(persons: np.ndarray) -> list[str]:
    return [f"person-{number:07d}" for number in persons.tolist()]


def hubspot_contact_ids(persons: np.ndarray) -> np.ndarray:
    return 151_000_001 + 3 * persons


def hubspot_duplicate_ids(persons: np.ndarray) -> np.ndarray:
    return 151_000_002 + 3 * persons


def hubspot_company_ids(companies: np.ndarray) -> np.ndarray:
    return 8_700_000_001 + 11 * companies


def hubspot_deal_ids(block: int, count: int) -> np.ndarray:
    return 15_200_000_001 + BLOCK_STRIDE * block + np.arange(count)


def hubspot_owner_ids(owners: np.ndarray) -> np.ndarray:
    return 44_020_001 + 19 * owners


def hubspot_user_ids(owners: np.ndarray) -> np.ndarray:
    """Owners once more: HubSpot's histories know people by another number than its records."""
    return 8_310_001 + 23 * owners


def hubspot_activity_ids(block: int, count: int) -> np.ndarray:
    return 47_000_000_001 + BLOCK_STRIDE * block + np.arange(count)


def zendesk_user_ids(persons: np.ndarray) -> np.ndarray:
    return 38_100_000_003 + 7 * persons


def zendesk_organization_ids(companies: np.ndarray) -> np.ndarray:
    return 36_500_000_001 + 13 * companies


def zendesk_ticket_ids(block: int, count: int) -> np.ndarray:
    return 1 + BLOCK_STRIDE * block + np.arange(count)


def shopify_customer_ids(persons: np.ndarray) -> np.ndarray:
    return 6_400_000_000_017 + 17 * persons


def shopify_order_numbers(block: int, count: int) -> np.ndarray:
    return 1_001 + BLOCK_STRIDE * block + np.arange(count)


def mailchimp_member_id(email: str) -> str:
    """Mailchimp's own rule: MD5 of the lower-case address."""
    return hashlib.md5(email.strip().lower().encode(), usedforsecurity=False).hexdigest()


def subscription_ids(block: int, count: int) -> list[str]:
    return [f"BOX-{BLOCK_STRIDE * block + number:06d}" for number in range(1, count + 1)]


def survey_response_ids(block: int, count: int) -> list[str]:
    return [f"NPS-{BLOCK_STRIDE * block + number:06d}" for number in range(1, count + 1)]
