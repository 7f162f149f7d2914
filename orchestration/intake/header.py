"""Matching the columns a file has with the columns its contract declares: by name, never by position.

Products change the case of their headers between versions and tools (`Id` and `ID`), so a name that differs from a
declared one in nothing else is that column.

Stays out: reading the header line (readers), judging cells (casting).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from data_quality.contracts import Column, SourceTable
from orchestration.intake.load import Refused


@dataclass(frozen=True)
class Header:
    """`positions`: raw column → place in the record (missing optional columns are absent); `extra`: name → place."""

    width: int
    positions: dict[str, int]
    extra: dict[str, int]


def match_header(names: list[str], table: SourceTable, warnings: list[str]) -> Header:
    """Matches the header line of a file; appends a warning per missing optional and per undeclared column.

    Raises Refused when a name appears twice, when no declared column is there (the header itself is missing), and
    when a required or key column is missing.
    """
    names = [name.strip() for name in names]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise Refused(f"its header has {quoted(twice)} more than once")
    names = in_declared_case(names, table)
    compare(names, table, warnings)
    places = {name: place for place, name in enumerate(names)}
    declared = {column.header for column in table.columns}
    return Header(
        width=len(names),
        positions={column.name: places[column.header] for column in table.columns if column.header in places},
        extra={name: place for name, place in places.items() if name not in declared},
    )


def in_declared_case(names: list[str], table: SourceTable) -> list[str]:
    """The names of a file, in the spelling of the contract where only case differs and nothing else could be meant."""
    written = Counter(name.casefold() for name in names)
    declared: dict[str, list[str]] = {}
    for column in table.columns:
        declared.setdefault(column.header.casefold(), []).append(column.header)

    def in_case(name: str) -> str:
        meant = declared.get(name.casefold(), [])
        return meant[0] if len(meant) == 1 and written[name.casefold()] == 1 else name

    return [in_case(name) for name in names]


def compare(names: list[str], table: SourceTable, warnings: list[str]) -> None:
    """Compares the column names that a file has with the declared ones. Raises Refused as `match_header` does."""
    present = set(names)
    declared = {column.header for column in table.columns}
    missing = [column for column in table.columns if column.header not in present]
    needed = [column.header for column in missing if is_needed(column, table)]
    if needed or not declared & present:
        lacking = needed or [column.header for column in missing]
        raise Refused(f"lacks the column{'s' * (len(lacking) > 1)} {quoted(lacking)}; it has {quoted(names)}")
    warnings += [f"column {column.header!r} is missing; {column.name} is empty" for column in missing]
    warnings += [f"column {name!r} is not declared; it is kept in _extra" for name in names if name not in declared]


def is_needed(column: Column, table: SourceTable) -> bool:
    """Whether a file without this column is of no use."""
    return column.is_required or column.name in table.ingest.key


def quoted(names: list[str], most: int = 100) -> str:
    """Names for a sentence: 'a', 'b', 'c'. A first line that is not a header can hold anything, so it is cut."""
    shown = [repr(name if len(name) <= most else name[:most] + "…") for name in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "") or "none"
