"""What a program that keeps numbers in binary may have done to a value before it was exported.

Stays out: any one format.
"""

from __future__ import annotations

KEPT_DIGITS = 15
"""Decimal digits that a spreadsheet, and every binary floating-point number, keeps for certain."""


def decimal_text(text: str) -> str:
    """A binary number as the amount that was meant: 0.30000000000000004 is 0.3, as every program shows it."""
    digits = sum(mark.isdigit() for mark in text.lstrip("-0."))
    return text if digits <= KEPT_DIGITS or "." not in text else format(float(text), f".{KEPT_DIGITS}g")


def id_fault(kind: str, text: str) -> str | None:
    """Why a cell cannot be trusted as an id: kind "n" (number) or "d" (date), else it is text; None when it can."""
    if kind == "n" and len(text.lstrip("-0").partition(".")[0]) > KEPT_DIGITS:
        return f"{text} is a number of more than {KEPT_DIGITS} digits, of which the last are lost; export it as text"
    if kind == "d":
        return f"{text} is a date: a spreadsheet has made it from what was typed; export it as text"
    return None


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
