"""Reading a sample of an export before anything is known about it: encoding, delimiter, header, cells as text.

Stays out: what the cells are (columns), and reading for good (orchestration.intake).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from charset_normalizer import from_bytes

DELIMITERS = ",;\t|"
SAMPLE_BYTES = 64 * 2**20
"""More of a file is not looked at: a draft is judged by `rapport sources check`, which reads all of it."""


class NotASample(ValueError):
    """A file from which no draft can be made; the message names it and says why."""


@dataclass(frozen=True)
class Sample:
    """One export: `cells` has its columns under the headers of the file, as text ("" where a cell is empty)."""

    file: Path
    format: str
    encoding: str
    delimiter: str
    cells: pl.DataFrame


def read_sample(file: Path) -> Sample:
    """Raises NotASample for a file that is empty, of an unknown kind or without a header."""
    suffixes = [suffix.lower() for suffix in file.suffixes]
    try:
        if suffixes[-1:] == [".parquet"]:
            return _tabular(file, "parquet", pl.read_parquet(file, n_rows=200_000))
        if suffixes[-1:] == [".xlsx"]:
            return _tabular(file, "xlsx", pl.read_excel(file, engine="openpyxl", infer_schema_length=0))
        with gzip.open(file) if suffixes[-1:] == [".gz"] else file.open("rb") as stream:
            content = stream.read(SAMPLE_BYTES)
    except (OSError, EOFError, pl.exceptions.PolarsError) as fault:
        raise NotASample(f"{file.name}: cannot be read: {fault}") from fault
    if not content.strip():
        raise NotASample(f"{file.name}: is empty")
    encoding = sniff_encoding(content)
    text = content.decode(encoding, "replace")
    if len(content) == SAMPLE_BYTES:
        text = text[: text.rindex("\n") + 1]
    if text.lstrip("\ufeff \r\n").startswith("{"):
        return _ndjson(file, encoding, text)
    return _delimited(file, encoding, text.removeprefix("\ufeff"))


def sniff_encoding(content: bytes) -> str:
    """The encoding of a text: by its mark, UTF-8 where every byte agrees, otherwise the most plausible one."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content[: content.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        found = from_bytes(content[: 2**20]).best()
        return found.encoding.replace("_", "-") if found else "latin-1"
    return "utf-8"


def sniff_delimiter(text: str) -> str:
    """The character that cuts the first lines into equally many cells, and into most of them."""
    lines = text.splitlines()[:200]

    def judged(delimiter: str) -> tuple[bool, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        return len(set(widths[:-1] or widths)) == 1, widths[0]

    return max(DELIMITERS, key=judged)


def snake_case(header: str) -> str:
    """The name of a column from its header: `First Name (EN)` → first_name_en; in letters of any script → col_…"""
    plain = unicodedata.normalize("NFKD", header)
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain.encode("ascii", "ignore").decode())
    name = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
    return name if re.match("[a-z]", name) else f"col_{name}".rstrip("_")


def _delimited(file: Path, encoding: str, text: str) -> Sample:
    delimiter = sniff_delimiter(text)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = [name.strip() for name in next(rows)]
    if len(header) < 2 or not all(header) or len(set(header)) < len(header):
        raise NotASample(f"{file.name}: its first line is no header: {', '.join(map(repr, header[:8]))}")
    width = len(header)
    columns = list(zip(*(row for row in rows if len(row) == width), strict=True)) or [()] * width
    cells = pl.DataFrame(dict(zip(header, columns, strict=True)), schema=dict.fromkeys(header, pl.String))
    return Sample(file, "csv", encoding, delimiter, cells)


def _ndjson(file: Path, encoding: str, text: str) -> Sample:
    try:
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as fault:
        raise NotASample(f"{file.name}: begins like JSON, but a line of it is none: {fault}") from fault
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {name: [_text(record.get(name)) for record in records] for name in names}
    return Sample(file, "ndjson", encoding, ",", pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tabular(file: Path, kind: str, frame: pl.DataFrame) -> Sample:
    if not frame.width:
        raise NotASample(f"{file.name}: has no columns")
    return Sample(file, kind, "utf-8", ",", frame.select(pl.all().cast(pl.String, strict=False).fill_null("")))
