"""Cells that a spreadsheet shows as text and never runs.

Belongs here: what makes a CSV cell dangerous, and writing CSV without such cells. Stays out: which rows are written.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

STARTS_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""First characters that spreadsheets take for a formula, their full-width twins, and the blanks that hide one."""
TELEPHONE_NUMBER = re.compile(r"\+[0-9][0-9 ]*")
_SKIPPED = " \t\r\n\v\f\0\ufeff\u200b\u00a0"


def inert(cell: object) -> str:
    """The text of a cell, with an apostrophe in front where a spreadsheet would calculate it; None is an empty cell.

    A telephone number (a plus sign, digits, blanks) calculates nothing, and mailing tools need it as it is.
    """
    text = "" if cell is None else str(cell)
    if TELEPHONE_NUMBER.fullmatch(text):
        return text
    starts = {text[:1], text.lstrip(_SKIPPED)[:1]}
    return f"'{text}" if starts & STARTS_A_FORMULA else text


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """UTF-8 CSV with a header line and inert cells."""
    # Lines end as RFC 4180 says: only then does the writer quote a lone carriage return, which would split a row.
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([inert(cell) for cell in row] for row in rows)
