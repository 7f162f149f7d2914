"""Taking quarantined rows in after all: mended by hand, or unchanged after their contract was mended.

A replayed row goes into raw as the row of the file and load that it first came with, so that whatever decides between
rows (the newest load, the latest snapshot, all lines of one order) decides as if it had been right from the start. It
comes in a load of its own with the durability of any other. A row that is still wrong stays in quarantine, with the
new reason. Stays out: reading what a person mended (mended_rows), what is open (waiting_rows).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import polars as pl

from data_quality.contracts import SourceTable
from orchestration.intake.casting import check_formats
from orchestration.intake.decoding import TextLines
from orchestration.intake.load import Load, Refused, all_manifests, load_id_of
from orchestration.intake.loading import RowsDoNotReconcile, sort_rows
from orchestration.intake.quarantine import QuarantinedRows
from orchestration.intake.quoting import join_records
from orchestration.intake.raw import RawParts
from orchestration.intake.readers import READERS
from orchestration.intake.readers.batch import ROW, Batch, SetAside
from orchestration.intake.readers.heading import MARK
from orchestration.intake.staged_load import StagedLoad
from orchestration.intake.streams import GuardedStream
from orchestration.intake.waiting_rows import WaitingRow, heading_kept, waiting_rows

NOT_DECLARED = "its table is declared no more"
LINE_END = "\r\n"


@dataclass(frozen=True)
class Replayed:
    """What became of the rows of one table: rows_read == rows_loaded + the number of `still_wrong`."""

    source: str
    table: str
    rows_read: int
    rows_loaded: int
    still_wrong: list[WaitingRow]


@dataclass
class _Rejected:
    """Takes what sort_rows sets aside."""

    records: list[SetAside] = field(default_factory=list)

    def add(self, record: SetAside) -> None:
        self.records.append(record)


def replay(
    home: Path,
    tables: list[SourceTable],
    loaded_at: datetime,
    mended: Mapping[tuple[str, int], str] | None = None,
    file: str = "",
) -> list[Replayed]:
    """Reads quarantined rows again, against today's contracts: the mended ones (text by load_id and row), or all.

    `file` is the name under which the mended rows came. Places that are not open in quarantine are passed over; the
    caller knows them by `waiting_rows`. Each table is one load that appears whole or not at all. The caller holds the
    lock. Raises ContractError for a date format that cannot be read, before anything is touched.
    """
    check_formats(tables)
    moment = loaded_at.astimezone(UTC).replace(tzinfo=None) if loaded_at.tzinfo else loaded_at
    declared = {(table.source, table.name): table for table in tables}
    origins = {load.load_id: load for load in all_manifests(home) if load.status == "loaded"}
    chosen = (row for row in waiting_rows(home) if mended is None or row.place in mended)
    done = []
    for key, rows in groupby(chosen, key=lambda row: (row.source, row.table)):
        texts = [(row, (mended or {}).get(row.place, row.text)) for row in rows]
        if key in declared:
            done.append(_replay_table(home, declared[key], texts, origins, moment, file))
        else:
            done.append(Replayed(*key, len(texts), 0, [replace(row, reason=NOT_DECLARED) for row, _ in texts]))
    return done


def _replay_table(
    home: Path,
    table: SourceTable,
    texts: list[tuple[WaitingRow, str]],
    origins: Mapping[str, Load],
    moment: datetime,
    file: str,
) -> Replayed:
    content = json.dumps([(*row.place, text) for row, text in texts]).encode()
    # The moment is part of the identity: the same text may be read again after the next change of the contract.
    load_id = load_id_of(table.source, table.name, f"{hashlib.sha256(content).hexdigest()} at {moment.isoformat()}")
    staged = StagedLoad.fresh(home, load_id)
    aside = QuarantinedRows(staged.quarantine, file, None)
    still_wrong: list[WaitingRow] = []
    loaded: dict[str, int] = {}
    with staged, closing(aside):
        parts = RawParts(staged.raw, table)
        for origin_id, group in groupby(texts, key=lambda one: one[0].load_id):
            origin, rows = origins[origin_id], list(group)
            aside.came_with(origin.file, origin.member, origin_id)
            rejected = _read(home, table, origin, rows, parts)
            loaded[origin_id] = len(rows) - len(rejected)
            before = {row.row: row for row, _ in rows}
            for record in rejected:
                row = before[record.source_row]
                text = row.text if record.text == _as_read(row.text, table) else record.text
                tried = replace(row, column=record.column, reason=record.reason, text=text)
                still_wrong.append(tried)
                if tried != row:
                    aside.add(record)
        parts.close()
        aside.close()
        result = Replayed(table.source, table.name, len(texts), parts.rows, still_wrong)
        if parts.rows != sum(loaded.values()) or result.rows_read != result.rows_loaded + len(still_wrong):
            raise RowsDoNotReconcile(f"replay of {table.source}.{table.name}: {loaded} of {len(texts)} rows")
        if parts.rows or aside.rows:
            staged.appear(
                Load(
                    load_id,
                    table.source,
                    table.name,
                    file,
                    None,
                    hashlib.sha256(content).hexdigest(),
                    "replayed",
                    moment,
                    rows_read=parts.rows + aside.rows,
                    rows_loaded=parts.rows,
                    rows_quarantined=aside.rows,
                    replays={origin: rows for origin, rows in loaded.items() if rows},
                )
            )
    return result


def _read(
    home: Path, table: SourceTable, origin: Load, rows: list[tuple[WaitingRow, str]], parts: RawParts
) -> list[SetAside]:
    """Puts the rows of one load that can be read now into `parts`; returns the others."""
    kept = heading_kept(home, origin) or ""
    encoding = "utf-8" if kept.startswith(MARK) else table.ingest.encoding
    rejected = _Rejected()
    whole: list[tuple[int, str]] = []
    for row, text in rows:
        if row.original is not None and _as_read(text, table) == _as_read(row.text, table):
            # Nobody has mended it: its text only shows the bytes. Today's contract may name the right encoding.
            try:
                text = row.original.decode(encoding) if table.ingest.format in READERS else None
            except UnicodeDecodeError:
                text = None
            if text is None:
                rejected.add(SetAside(row.row, row.reason, row.text, row.column, row.original))
                continue
        text = _as_read(text, table)
        fault = _why_not_one_record(text, table)
        if fault:
            rejected.add(SetAside(row.row, fault, text))
        else:
            whole.append((row.row, text))
    for batch, numbers in _batches(table, _heading(table, kept), whole, rejected):
        frame = batch.frame.with_columns(pl.Series(ROW, [numbers[at - 1] for at in batch.frame[ROW]], dtype=pl.Int64))
        unread = [replace(record, source_row=numbers[record.source_row - 1]) for record in batch.set_aside]
        sort_rows(replace(batch, frame=frame, set_aside=unread), table, origin, parts, rejected)
    return rejected.records


def _batches(
    table: SourceTable, heading: str | None, whole: list[tuple[int, str]], rejected: _Rejected
) -> Iterator[tuple[Batch, list[int]]]:
    """Batches of the records (row, text) together with the rows they stand for; what no reader takes is rejected."""
    if not whole:
        return
    content = "\n".join([*([heading] if heading is not None else []), *(text for _, text in whole), ""])
    lines = TextLines(GuardedStream(io.BytesIO(content.encode()), None), "utf-8")
    warnings: list[str] = []
    try:
        # All at once: a reader may refuse a file at its very end.
        read = list(READERS[_format_of_rows(table)](lines, table, warnings))
    except Refused as refusal:
        if len(whole) == 1 or heading is not None:
            rejected.records += [SetAside(row, f"its file {refusal}", text) for row, text in whole]
        else:
            for one in whole:
                yield from _batches(table, heading, [one], rejected)
    else:
        yield from ((batch, [row for row, _ in whole]) for batch in read)


def _heading(table: SourceTable, kept: str) -> str | None:
    if table.ingest.format == "csv":
        return kept.removeprefix(MARK)
    if table.ingest.format == "fixed_width":
        return " ".join(column.header for column in table.columns)
    return None


def _format_of_rows(table: SourceTable) -> str:
    """How a single quarantined row is written: what does not come as text is shown as JSON objects."""
    return table.ingest.format if table.ingest.format in ("csv", "fixed_width") else "ndjson"


def _as_read(text: str, table: SourceTable) -> str:
    """The text without the line end that it came with; a JSON object on several lines in one line."""
    text = text.rstrip(LINE_END)
    if _format_of_rows(table) == "ndjson" and "\n" in text:
        try:
            json.loads(text)  # refuses line breaks within strings, so that those between members can go
        except (ValueError, RecursionError):
            return text
        return text.replace("\r", " ").replace("\n", " ")
    return text


def _why_not_one_record(text: str, table: SourceTable) -> str | None:
    """A mended row must stay one row; otherwise it could shift or swallow those after it."""
    if not text.strip():
        return "is empty: a row can be mended, not removed"
    lines = text.split("\n")
    if _format_of_rows(table) != "csv":
        return None if len(lines) == 1 else f"is {len(lines)} lines, and stands for one row"
    records, broken, _ = join_records(lines, table.ingest.delimiter, "\n", is_end=True)
    if broken:
        return next(iter(broken.values()))
    return None if len(records) == 1 else f"is {len(records)} rows, and stands for one"
