"""Parquet: typed columns, written as plain text and then cast against the contract like every other format.

The original text of a row is a JSON object of its cells. One row group is open at a time, and of it a batch of rows.

Belongs here: what every type looks like as text. Stays out: types of the contract (casting).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data_quality.contracts import SourceTable
from orchestration.intake.header import Header, match_header
from orchestration.intake.load import Refused
from orchestration.intake.readers.batch import EXTRA, ROW, TEXT, Batch, SetAside, text_schema
from orchestration.intake.readers.typed_cells import decimal_text, id_fault, lost_number, record_text
from orchestration.intake.streams import GuardedStream, refuse_bombs

BATCH_ROWS = 20_000
LARGEST_BATCH = 2**30
"""Bytes of text in one batch: a long text that a column repeats is stored once, and unpacks to any size."""
WRITTEN = (pl.String, pl.Binary, pl.Categorical)
EXACT = 2**53
"""Whole numbers up to here are exact in a float column (which is what other tools make of integers with gaps)."""


def read(stream: GuardedStream, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """Batches of records. Set aside: bytes that are no text, an id that was stored as a float and lost digits.

    Raises Refused for what is no Parquet file, is damaged, is built to exhaust memory, or lacks columns.
    """
    with tempfile.NamedTemporaryFile(prefix="rapport-", suffix=".parquet") as spooled:
        while block := stream.read():
            spooled.write(block)
        spooled.flush()
        try:
            yield from _batches(spooled.name, stream.size, table, warnings)
        except (pa.ArrowException, OSError) as fault:
            raise Refused(f"cannot be read as Parquet: {' '.join(str(fault).split())[:300]}") from fault


def _batches(path: str, size: int, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    schema = pq.read_schema(path)
    texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    with pq.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True) as file:
        groups = [file.metadata.row_group(number).total_byte_size for number in range(file.metadata.num_row_groups)]
        refuse_bombs(sum(groups), size)
        header = match_header(schema.names, table, warnings)
        # For the original text: names may stand twice where nothing reads them.
        names = [
            f"{name} ({place})" if name in schema.names[:place] else name for place, name in enumerate(schema.names)
        ]
        row = 1
        for group in range(len(groups)):
            for batch in file.iter_batches(BATCH_ROWS, row_groups=[group]):
                _refuse_long_repeats(batch)
                frame = pl.DataFrame(pl.from_arrow(batch.rename_columns([str(place) for place in range(header.width)])))
                yield _batch(frame, row, header, names, table)
                row += batch.num_rows


def _refuse_long_repeats(batch: pa.RecordBatch) -> None:
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            lengths = pc.binary_length(column.dictionary)
            if (pc.sum(pc.take(lengths, column.indices)).as_py() or 0) > LARGEST_BATCH:
                raise Refused(f"unpacks to more than {LARGEST_BATCH >> 30} GiB of text in {batch.num_rows} rows")


def _batch(frame: pl.DataFrame, first_row: int, header: Header, names: list[str], table: SourceTable) -> Batch:
    """A batch from the cells of a frame whose columns are numbered "0", "1", …"""
    faults: dict[int, SetAside] = {}
    texts = {place: _as_text(frame[place]) for place in frame.columns}
    shown = [
        (texts[place] if frame[place].dtype == pl.Binary else frame[place]).alias(name)
        for place, name in zip(frame.columns, names, strict=True)
    ]
    original = pl.DataFrame(shown).select(pl.struct(pl.all()).struct.json_encode()).to_series().alias(TEXT)
    columns = {}
    for column in table.columns:
        place = str(header.positions[column.name]) if column.name in header.positions else None
        if place is None:
            columns[column.name] = pl.Series(column.name, [None] * frame.height, dtype=pl.String)
            continue
        cells = texts[place]
        if column.data_type == "decimal(18,4)" and frame[place].dtype.is_float():
            cells = cells.map_elements(decimal_text, return_dtype=pl.String)
        columns[column.name] = cells.alias(column.name)
        if column.is_id:
            for at, shown_cell, reason in _id_faults(frame[place], cells):
                text = _with_cell(original[at], names[int(place)], shown_cell)
                faults[at] = SetAside(first_row + at, f"{column.name}: {reason}", text, column.name)
    for place, name in zip(frame.columns, names, strict=True):
        for at in (frame[place].is_not_null() & texts[place].is_null()).arg_true():
            reason = f"{name}: holds bytes that are not utf-8"
            faults[at] = SetAside(first_row + at, reason, original[at], original=frame[place][at])
    extra = [texts[str(place)].alias(name) for name, place in header.extra.items()]
    beside = pl.struct(extra).struct.json_encode() if extra else pl.lit(None, dtype=pl.String)
    rows = pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64).alias(ROW)
    complete = pl.DataFrame([original, *columns.values()]).with_columns(rows, beside.alias(EXTRA))
    kept = complete.select(list(text_schema(table)))
    typed = {
        column.name: pl.repeat(frame[str(header.positions[column.name])].dtype not in WRITTEN, frame.height, eager=True)
        for column in table.columns
        if column.has_own_spelling and column.name in header.positions
    }
    if faults:
        is_good = ~pl.int_range(frame.height, eager=True).is_in(list(faults))
        kept = kept.filter(is_good)
        typed = {name: flags.filter(is_good) for name, flags in typed.items()}
    return Batch(kept, list(faults.values()), typed=typed)


def _as_text(cells: pl.Series) -> pl.Series:
    """The cells as plain text; bytes that spell none are null."""
    kind = cells.dtype
    if kind == pl.Binary:
        return pl.Series(map(_decoded, cells), dtype=pl.String)
    if kind.is_float():
        is_whole = (cells == cells.floor()) & (cells.abs() < EXACT)
        whole = cells.cast(pl.Int64, strict=False).cast(pl.String)
        return pl.select(pl.when(is_whole).then(whole).otherwise(cells.cast(pl.String))).to_series()
    if kind.is_nested():
        wrapped = cells.alias("").to_frame().select(pl.struct(pl.all()).struct.json_encode()).to_series()
        inside = wrapped.str.strip_prefix('{"":').str.head(-1)
        return pl.select(pl.when(cells.is_not_null()).then(inside)).to_series()
    if kind.is_temporal():
        return cells.dt.to_string("iso")
    return cells.cast(pl.String)


def _decoded(cell: bytes | None) -> str | None:
    try:
        return None if cell is None else cell.decode()
    except UnicodeDecodeError:
        return None


def _id_faults(cells: pl.Series, texts: pl.Series) -> Iterator[tuple[int, str, str]]:
    """(position, the cell as no id column takes it, why it is no id)."""
    if cells.dtype.is_temporal():
        for at in cells.is_not_null().arg_true():
            yield at, f"date {texts[at]}", id_fault("d", texts[at]) or ""
    elif cells.dtype.is_float():
        for at in (cells.abs() >= EXACT).fill_null(False).arg_true():
            number = str(int(cells[at]))
            yield at, lost_number(number), id_fault("n", number) or ""


def _with_cell(record: str, name: str, text: str) -> str:
    cells = {key: json.dumps(value, ensure_ascii=False) for key, value in json.loads(record).items()}
    return record_text(cells | {name: text})
