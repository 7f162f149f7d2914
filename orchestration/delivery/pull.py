"""Pull: one segment of a release as one file for a person.

Belongs here: CSV, Parquet and XLSX of the members. Stays out: the ledger; a pull changes nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import xlsxwriter

from data_quality.release import Release
from orchestration.delivery.cells import write_csv
from orchestration.delivery.members import members_of

FORMATS = ("csv", "parquet", "xlsx")
XLSX_ROWS = 1_048_575
"""Rows that a worksheet holds below its header."""
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def pull(release: Release, home: Path, segment: str, file_format: str, path: Path) -> int:
    """Write the members of a segment to `path` (mode 0600, replaced whole); returns the number of rows.

    Columns: customer_id, reason and, where `keys/pii.key` opens the personal file, email, full_name and phone.
    Raises SegmentNotFound (a LookupError), or ValueError for an unknown format or more rows than a worksheet holds.
    """
    if file_format not in FORMATS:
        raise ValueError(f"format {file_format!r} is not one of {', '.join(FORMATS)}")
    members = members_of(release, home, segment)
    if file_format == "xlsx" and members.height > XLSX_ROWS:
        raise ValueError(f"segment {segment!r}: {members.height} rows do not fit a worksheet; use csv or parquet")
    path = Path(path)
    partial = path.with_name(f".{path.name}.partial")
    mask = os.umask(0o077)
    try:
        partial.unlink(missing_ok=True)
        if file_format == "csv":
            write_csv(partial, members.columns, members.iter_rows())
        elif file_format == "parquet":
            members.write_parquet(partial)
        else:
            _write_xlsx(partial, members)
        os.replace(partial, path)
    finally:
        os.umask(mask)
        partial.unlink(missing_ok=True)
    return members.height


def _write_xlsx(path: Path, members: pl.DataFrame) -> None:
    with xlsxwriter.Workbook(str(path), AS_TEXT) as workbook:
        members.write_excel(workbook, worksheet="members")
