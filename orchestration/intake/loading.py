"""One landed file → one Load: read, cast, set aside, reconcile, and let it appear all at once.

Belongs here: the order of these steps and the identity rows_read == rows_loaded + rows_quarantined.
Stays out: how each step works; which files there are (landing).
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl

from data_quality.contracts import SourceTable
from orchestration.intake.ahead import one_ahead
from orchestration.intake.casting import cast
from orchestration.intake.known import KnownLoads
from orchestration.intake.landing import Landed
from orchestration.intake.load import Load, Refused, load_id_of, raw_folder, read_manifest
from orchestration.intake.quarantine import QuarantinedRows, keep_heading, record_refusal
from orchestration.intake.raw import RawParts, raw_schema
from orchestration.intake.readers import batches
from orchestration.intake.readers.batch import EXTRA, ROW, Batch, SetAside
from orchestration.intake.readers.heading import heading_of
from orchestration.intake.staged_load import StagedLoad
from orchestration.intake.streams import fingerprint


class RowsDoNotReconcile(RuntimeError):
    """A defect of intake itself: rows were read that are neither loaded nor quarantined. Nothing was written."""


def take(home: Path, landed: Landed, loaded_at: datetime, known: KnownLoads) -> Load:
    """Does what is to be done with one landed file and says what it was. `loaded_at` is naive UTC.

    After a kill at any moment there is either no load or a whole one. Raises RowsDoNotReconcile, and OSError when raw
    or quarantine cannot be written; a file that cannot be read is a Load with status "refused".
    """
    if landed.waiting:
        return _load(landed, "", "", "waiting", loaded_at, landed.waiting)
    if landed.table is None or landed.refusal:
        return _refuse(home, landed, "", landed.refusal, loaded_at)
    content = ""
    try:
        with landed.open() as stream:
            content = fingerprint(stream)
            if not stream.size:
                raise Refused("is empty")
        load = _load(landed, load_id_of(landed.source, landed.table.name, content), content, "loaded", loaded_at)
        earlier = read_manifest(raw_folder(home, load.source, load.table, load.load_id))
        if earlier:
            same = f"same content as {earlier.source_file}, loaded {earlier.loaded_at:%Y-%m-%d %H:%M} UTC"
            replaced = known.replaced_by(load, landed.table)
            if replaced is None:
                return replace(load, status="already_loaded", reason=same)
            load_id = load_id_of(load.source, load.table, f"{content} after {replaced.load_id}")
            note = f"{same}: it counts anew, since {replaced.source_file} had other content after that"
            load = replace(load, load_id=load_id, warnings=[note])
        return _load_rows(home, landed, landed.table, load)
    except Refused as refusal:
        return _refuse(home, landed, content, str(refusal), loaded_at)


def _load(
    landed: Landed, load_id: str, content: str, status: str, loaded_at: datetime, reason: str | None = None
) -> Load:
    table = landed.table.name if landed.table else ""
    return Load(load_id, landed.source, table, landed.file, landed.member, content, status, loaded_at, reason=reason)


def _refuse(home: Path, landed: Landed, content: str, reason: str | None, loaded_at: datetime) -> Load:
    # A refusal belongs to the place, not to the content: what cannot be read has none.
    place = load_id_of(landed.source, landed.table.name if landed.table else "", f"{landed.file}!{landed.member}")
    return record_refusal(home, _load(landed, place, content, "refused", loaded_at, reason))


def _load_rows(home: Path, landed: Landed, table: SourceTable, load: Load) -> Load:
    warnings = list(load.warnings)
    rows_read = 0
    staged = StagedLoad.fresh(home, load.load_id)
    aside = QuarantinedRows(staged.quarantine, load.file, load.member)
    with staged, closing(aside), landed.open() as stream:
        parts = RawParts(staged.raw, table)
        for batch in one_ahead(batches(stream, table, warnings)):
            rows_read += batch.rows_read
            sort_rows(batch, table, load, parts, aside)
        if stream.sha256 != load.sha256:
            return _load(landed, "", "", "waiting", load.loaded_at, "changed while it was being read")
        parts.close()
        aside.close()
        if rows_read != parts.rows + aside.rows:
            raise RowsDoNotReconcile(
                f"{load.source}/{load.source_file}: {rows_read} rows read, "
                f"but {parts.rows} loaded and {aside.rows} quarantined"
            )
        load = replace(
            load,
            rows_read=rows_read,
            rows_loaded=parts.rows,
            rows_quarantined=aside.rows,
            warnings=warnings,
        )
        if aside.rows:
            with landed.open() as again:
                keep_heading(staged.quarantine, heading_of(again, table))
        staged.appear(load)
    return load


def sort_rows(batch: Batch, table: SourceTable, load: Load, parts: RawParts, aside: QuarantinedRows) -> None:
    """Sends each row of a batch to raw or to quarantine; `load` is the one that the rows came with."""
    casted = cast(batch.frame, table, batch.typed)
    faulty = sorted(casted.faults)
    rejected = [
        SetAside(row, "; ".join(f"{column}: {words}" for column, words in faults), text, column=faults[0][0])
        for row, text, faults in zip(
            batch.frame[ROW].gather(faulty),
            batch.texts_of(faulty),
            map(casted.faults.__getitem__, faulty),
            strict=True,
        )
    ]
    for record in sorted([*rejected, *batch.set_aside], key=lambda record: record.source_row):
        aside.add(record)
    rows = casted.frame.with_columns(
        pl.lit(load.source_file).alias("_source_file"),
        batch.frame[ROW],
        pl.lit(load.load_id).alias("_load_id"),
        pl.lit(load.loaded_at, pl.Datetime("us")).alias("_loaded_at"),
        batch.frame[EXTRA],
    ).select(list(raw_schema(table)))
    if faulty:
        rows = rows.with_row_index("_at").filter(~pl.col("_at").is_in(faulty)).drop("_at")
    parts.add(rows)
