"""A segment as a CSV file that no spreadsheet can be tricked by.

Belongs here: the bytes of a download. Stays out: the query, the button, and personal data: ids and reasons only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark (spreadsheets need it), every cell quoted, formulas made inert."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def inert(cell: object) -> str:
    """The cell as text; one that a spreadsheet would run as a formula gets a leading apostrophe.

    Full-width forms and leading spaces count too, because spreadsheets strip and fold them.
    """
    text = "" if cell is None else str(cell)
    start = text.lstrip(" \u00a0\u3000\ufeff")[:1]
    if start in FORMULA_STARTS or start in "＝＋－＠":
        return f"'{text}" if start else text
    return text
