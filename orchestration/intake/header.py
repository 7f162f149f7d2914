"""Matching the columns a file has with the columns its contract declares: by name, never by position.

Products change the case of their headers between versions and tools (`Id` and `ID`), so a name that differs from a
declared one in nothing else is that column.

Belongs here: aliases, and what the contract says of columns that come and go (`new_columns`, `missing`).
Stays out: reading the header line (readers), judging cells (casting).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from data_quality.contracts import Column, SourceTable
from orchestration.intake.load import Refused


@dataclass(frozen=True)
class Header:
    """`positions`: raw column → place in the record (missing columns are absent); `extra`: name → place."""

    width: int
    positions: dict[str, int]
    extra: dict[str, int]


def match_header(names: list[str], table: SourceTable, warnings: list[str]) -> Header:
    """Matches the header line of a file; appends a warning for whatever is not as declared.

    An undeclared name that stands there again is told apart by a number ("Note", "Note (2)"). Raises Refused when a
    name that is read stands there twice, since either may be meant; when no declared column is there (the header
    itself is missing); and when the contract says stop to a column that is missing or new.
    """
    names = in_declared_case([name.strip() for name in names], table)
    renamed = aliases_in(names, table)
    meant = table.headers.union(renamed)
    twice = [name for name, count in Counter(names).items() if count > 1 and name in meant]
    if twice:
        raise Refused(f"its header has {quoted(twice)} more than once")
    names = [renamed.get(name, name) for name in _told_apart(names, table)]
    compare(names, table, warnings, renamed)
    places = {name: place for place, name in enumerate(names)}
    positions = {column.name: places[column.header] for column in table.columns if column.header in places}
    if list(positions.values()) != sorted(positions.values()):
        warnings.append("its columns stand in another order than declared; they are read by name")
    return Header(len(names), positions, {name: places[name] for name in kept_names(names, table)})


def in_declared_case(names: list[str], table: SourceTable) -> list[str]:
    """The names of a file, in the spelling of the contract where only case differs and nothing else could be meant."""
    written = Counter(name.casefold() for name in names)
    declared: dict[str, list[str]] = {}
    for name in (*table.headers, *(alias for column in table.columns_with_aliases for alias in column.aliases)):
        declared.setdefault(name.casefold(), []).append(name)

    def in_case(name: str) -> str:
        meant = declared.get(name.casefold(), [])
        return meant[0] if len(meant) == 1 and written[name.casefold()] == 1 else name

    return [in_case(name) for name in names]


def aliases_in(names: Collection[str], table: SourceTable) -> dict[str, str]:
    """Alias → header, for the declared columns that are there under an alias only; the first alias named counts."""
    found = {}
    for column in table.columns_with_aliases:
        if column.header not in names:
            found |= {alias: column.header for alias in [a for a in column.aliases if a in names][:1]}
    return found


def kept_names(names: Collection[str], table: SourceTable) -> list[str]:
    """The undeclared ones of these names whose cells are kept in `_extra`."""
    if table.ingest.new_columns == "ignore":
        return []
    return [name for name in names if name not in table.headers]


def compare(
    names: list[str], table: SourceTable, warnings: list[str], renamed: Mapping[str, str] | None = None
) -> None:
    """Compares the names that a file has (aliases replaced by headers) with the contract. Raises Refused as above."""
    present = set(names)
    missing = [column for column in table.columns if column.header not in present and column.constant is None]
    needed = [column.header for column in missing if is_needed(column, table)]
    if needed or not table.headers & present:
        lacking = needed or [column.header for column in missing]
        raise Refused(f"lacks the column{'s' * (len(lacking) > 1)} {quoted(lacking)}; it has {quoted(names)}")
    new = [name for name in names if name not in table.headers]
    policy = table.ingest.new_columns
    if new and policy == "stop":
        raise Refused(f"has the undeclared column{'s' * (len(new) > 1)} {quoted(new)}; the contract says to stop then")
    warnings += [f"column {header!r} is called {alias!r} here" for alias, header in (renamed or {}).items()]
    warnings += [
        f"column {column.header!r} is missing; {column.name} is empty"
        for column in missing
        if column.missing == "evolve"
    ]
    fate = "is kept in _extra" if policy == "evolve" else "is left out, as the contract says"
    warnings += [f"column {name!r} is not declared; it {fate}" for name in new]


def is_needed(column: Column, table: SourceTable) -> bool:
    """Whether a file without this column is refused."""
    return column.is_required or column.missing == "stop" or column.name in table.ingest.key


def _told_apart(names: list[str], table: SourceTable) -> Iterator[str]:
    """The names, a repeated one with the next number that no other column has."""
    taken = table.headers.union(names, *(column.aliases for column in table.columns_with_aliases))
    seen = set()
    for name in names:
        told, number = name, 1
        while told in seen or (number > 1 and told in taken):
            number += 1
            told = f"{name} ({number})"
        seen.add(told)
        yield told


def quoted(names: list[str], most: int = 100) -> str:
    """Names for a sentence: 'a', 'b', 'c'. A first line that is not a header can hold anything, so it is cut."""
    shown = [repr(name if len(name) <= most else name[:most] + "…") for name in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "") or "none"
