"""What a program that keeps numbers in binary may have done to a value before it was exported.

Stays out: any one format.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

KEPT_DIGITS = 15
"""Decimal digits that a spreadsheet, and every binary floating-point number, keeps for certain."""
RESIDUE = 1e-9
"""What binary arithmetic leaves of nothing lies below it: 0.3 − 0.1 − 0.2 is −2.8e-17. No amount is written so fine."""


def decimal_text(text: str) -> str:
    """A binary number as the amount that was meant: 0.30000000000000004 is 0.3, as every program shows it."""
    if "e-" in text.lower() and abs(float(text)) < RESIDUE:
        return "0"
    digits = sum(mark.isdigit() for mark in text.lstrip("-0."))
    return text if digits <= KEPT_DIGITS or "." not in text else format(float(text), f".{KEPT_DIGITS}g")


def id_fault(kind: str, text: str) -> str | None:
    """Why a cell cannot be trusted as an id: kind "n" (number) or "d" (date), else it is text; None when it can."""
    if kind == "n" and len(text.lstrip("-0").partition(".")[0]) > KEPT_DIGITS:
        return f"{text} is a number of more than {KEPT_DIGITS} digits, of which the last are lost; export it as text"
    if kind == "d":
        return f"{text} is a date: a spreadsheet has made it from what was typed; export it as text"
    return None


def record_text(cells: Mapping[str, str]) -> str:
    """The text of a record from the JSON text of its cells.

    A cell that cannot be trusted is given in words that are no JSON: read again, its record is not taken in until a
    person has written what belongs there.
    """
    return "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {text}" for name, text in cells.items()) + "}"


def lost_number(text: str) -> str:
    """A number that has lost digits, as a spreadsheet would show it; no id column takes it."""
    return f"{float(text):.{KEPT_DIGITS}E}"


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
