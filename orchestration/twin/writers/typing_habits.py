"""How people type addresses into forms: mostly right, sometimes with capitals or stray blanks.

Belongs here: spellings of an address that mean the same mailbox. Stays out: which forms suffer from it (writers).
"""

from __future__ import annotations


def mistyped(email: str, draw: float) -> str:
    """One of four careless spellings of `email`, by a uniform draw in [0, 1)."""
    return (email.upper(), email.title(), f"{email} ", f" {email}")[int(draw * 4)]


def typed(email: str, draw: float, share: float) -> str:
    """`email` as a person types it: careless if the uniform draw lies below `share`."""
    return mistyped(email, draw / share) if draw < share else email
