"""Columns of a contract: what one cell of an export may be and how it is written.

Belongs here: the declaration of a column and the rules that make it valid.
Stays out: tables and files (contracts), reading cells (orchestration.intake).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

TYPES = ("varchar", "bigint", "double", "decimal(18,4)", "boolean", "date", "timestamp", "json")
NUMBERS = ("bigint", "double", "decimal(18,4)")
POLICIES = ("evolve", "ignore", "stop")
"""What a column that comes or goes does: evolve takes it in and says so, ignore lets it be, stop refuses the file."""
ID_NAMES = re.compile("(^|_)(id|key|sku|phone|mobile)$")
"""Names of text columns that hold ids unless `config.meta.id` says otherwise; phone numbers suffer the same fate."""
UNIT = re.compile(r"(?=.*[^.])[^\s0-9,+\-()]+")
DECIMAL_MARKS = (".", ",")
THOUSANDS_MARKS = (".", ",", " ", "'", "_")


class ContractError(ValueError):
    """A contract file is wrong; the message names file, table, column and reason."""


@dataclass(frozen=True)
class Column:
    """One declared column: `name` in raw, `header` in the export (the name itself unless said otherwise)."""

    name: str
    data_type: str
    description: str
    header: str
    is_required: bool = False
    is_pii: bool = False
    date_format: str | None = None
    """How the file writes days and moments, in strptime's directives; ISO 8601 unless said. Brackets hold what may be
    left out, ` | ` separates spellings: `%Y-%m-%d[ %H:%M] | %Y/%m/%d`."""
    accepted_values: tuple[str, ...] = ()
    minimum: float | None = None
    width: tuple[int, int] | None = None
    aliases: tuple[str, ...] = ()
    """Other headers that the export has used for this column; the first one that a file has is read."""
    missing: str = "evolve"
    """When a file lacks the column: evolve leaves it empty and warns, ignore leaves it empty, stop refuses the file.
    Without a required or key column a file is of no use: it is always refused."""
    may_lie_ahead: bool = False
    """A moment that may lie in the future, because it is a plan."""
    is_id: bool = False
    """Text that names something: what a spreadsheet may have made of it (1.23E+17, a date) is never taken for it."""

    decimal: str = "."
    thousands: str | None = None
    unit: tuple[str, ...] = ()
    """How the file writes numbers: the mark before the decimals, the one between thousands, and what may stand before
    or after a number (a currency sign, %) without being part of it."""
    values: tuple[tuple[str, str], ...] | None = None
    """Their words and ours: intake translates, and sets aside a row with a word that is neither."""
    constant: str | None = None
    """What every row has, whatever the file says; such a column is not looked for in the file."""

    @property
    def has_own_spelling(self) -> bool:
        """Whether the contract says how its text is written; dates and numbers that came typed are not written so."""
        return bool(self.date_format or self.unit or self.thousands or self.decimal != ".")

    def as_typed(self) -> Column:
        """The same column for cells that came typed: dates in ISO 8601, numbers in plain digits."""
        return replace(self, date_format=None, decimal=".", thousands=None, unit=())


def column_of(said: dict, key: tuple[str, ...], where: str) -> Column:
    """A column as YAML declares it. Raises ContractError that says, after `where`, what is wrong with it."""
    meta = said.get("config", {}).get("meta", {})
    name, data_type = said["name"], said.get("data_type")
    if data_type not in TYPES:
        raise ContractError(f"{where}.{name}: data_type {data_type!r} is not one of {', '.join(TYPES)}")
    if not said.get("description"):
        raise ContractError(f"{where}.{name}: has no description")
    if meta.get("missing", "evolve") not in POLICIES:
        raise ContractError(f"{where}.{name}: missing {meta['missing']!r} is not one of {', '.join(POLICIES)}")
    column = Column(
        name=name,
        data_type=data_type,
        description=said["description"],
        header=meta.get("header", name),
        is_required=bool(meta.get("required", False)),
        is_pii=bool(meta.get("pii", False)),
        date_format=meta.get("format"),
        accepted_values=tuple(meta.get("accepted_values", ())),
        minimum=meta.get("minimum"),
        width=tuple(meta["width"]) if "width" in meta else None,
        aliases=tuple(meta.get("aliases", ())),
        missing=meta.get("missing", "evolve"),
        may_lie_ahead=bool(meta.get("may_lie_ahead", False)),
        is_id=data_type == "varchar" and bool(meta.get("id", name in key or ID_NAMES.search(name))),
    )
    return with_writing(column, meta, f"{where}.{name}")


def with_writing(column: Column, said: dict, where: str) -> Column:
    """The column with what is said of how its cells are written: decimal, thousands, unit, values.

    Raises ContractError for marks that leave a number open to two readings, and for values that are no words.
    """
    marks = {name: said[name] for name in ("decimal", "thousands", "unit") if name in said}
    if marks and column.data_type not in NUMBERS:
        raise ContractError(f"{where}: {', '.join(marks)} is for numbers, and this is a {column.data_type}")
    decimal, thousands = marks.get("decimal", column.decimal), marks.get("thousands", column.thousands)
    if decimal not in DECIMAL_MARKS:
        raise ContractError(f"{where}: decimal {decimal!r} is not one of {_listed(DECIMAL_MARKS)}")
    if thousands is not None and thousands not in THOUSANDS_MARKS:
        raise ContractError(f"{where}: thousands {thousands!r} is not one of {_listed(THOUSANDS_MARKS)}")
    if thousands == decimal:
        raise ContractError(f"{where}: decimal and thousands are both {decimal!r}: 1{decimal}234 would be two numbers")
    unit = marks.get("unit", column.unit)
    unit = (unit,) if isinstance(unit, str) else tuple(unit)
    if not all(isinstance(sign, str) and UNIT.fullmatch(sign) for sign in unit):
        raise ContractError(f"{where}: unit {unit!r} is not a sign or word such as €, USD or %")
    values = _values(said["values"], where) if "values" in said else column.values
    return replace(column, decimal=decimal, thousands=thousands, unit=unit, values=values)


def _values(said: object, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(said, dict):
        raise ContractError(f"{where}: values is a map from their words to ours, such as {{Offen: open}}")
    for theirs, ours in said.items():
        for word in (theirs, ours):
            # YAML reads yes and no as true and false, and the word that the file holds is lost.
            if not isinstance(word, str):
                raise ContractError(f"{where}: values: write {word!r} in quotes, as the file has it")
    return tuple(said.items())


def _listed(marks: tuple[str, ...]) -> str:
    return ", ".join(map(repr, marks))
