from __future__ import annotations

import csv
import stat

import openpyxl
import polars as pl
import pytest

from data_quality.release import current_release
from orchestration.delivery.pull import XLSX_ROWS, pull

HEADER = ["customer_id", "reason", "email", "full_name", "phone"]
PAYLOADS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example")', "http://x.example", "1234567890123456789")


def read(path, file_format) -> list[list[str]]:
    if file_format == "csv":
        with path.open(encoding="utf-8", newline="") as handle:
            return list(csv.reader(handle))
    if file_format == "parquet":
        frame = pl.read_parquet(path)
        return [frame.columns, *map(list, frame.rows())]
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.iter_rows()]


@pytest.mark.parametrize("file_format", ["csv", "parquet", "xlsx"])
def test_a_segment_arrives_whole_in_every_format(home, tmp_path, file_format):
    path = tmp_path / f"win_back.{file_format}"
    count = pull(current_release(home), home, "win_back", file_format, path)
    header, *rows = read(path, file_format)
    assert header == HEADER
    assert len(rows) == count > 1
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert all(row[2].endswith("@mail.example") for row in rows)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [other.name for other in tmp_path.iterdir() if other.is_file()] == [path.name]


def test_without_the_key_there_are_ids_and_reasons_only(home, tmp_path):
    (home / "keys" / "pii.key").unlink()
    pull(current_release(home), home, "win_back", "csv", tmp_path / "out.csv")
    assert read(tmp_path / "out.csv", "csv")[0] == ["customer_id", "reason"]


def test_an_empty_segment_is_a_header(home, tmp_path, next_release):
    release = next_release("r2", "DELETE FROM segments.customer_segments")
    for file_format in ("csv", "parquet", "xlsx"):
        path = tmp_path / f"empty.{file_format}"
        assert pull(release, home, "champions", file_format, path) == 0
        assert read(path, file_format)[0] == HEADER


def test_a_worksheet_holds_text_and_neither_formulas_nor_links(home, tmp_path, next_release):
    quoted = ", ".join("'" + payload.replace("'", "''") + "'" for payload in PAYLOADS)
    release = next_release(
        "r2",
        "DELETE FROM segments.customer_segments; "
        "INSERT INTO segments.customer_segments SELECT 'champions', customer_id, "
        f"list_extract([{quoted}], row_number() OVER (ORDER BY customer_id)), as_of_date FROM marts.dim_customers "
        f"ORDER BY customer_id LIMIT {len(PAYLOADS)}",
    )
    path = tmp_path / "out.xlsx"
    pull(release, home, "champions", "xlsx", path)
    cells = [row[1] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(PAYLOADS)
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_an_unknown_segment_names_those_there_are(home, tmp_path):
    with pytest.raises(
        LookupError, match="no segment 'champion' in release r1; it has: champions, due_for_next_product, due_to_buy"
    ):
        pull(current_release(home), home, "champion", "csv", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_an_unknown_format_is_refused(home, tmp_path):
    with pytest.raises(ValueError, match="'pdf' is not one of csv, parquet, xlsx"):
        pull(current_release(home), home, "champions", "pdf", tmp_path / "out.pdf")


def test_more_rows_than_a_worksheet_holds_are_refused_and_not_cut(home, tmp_path, monkeypatch):
    many = pl.DataFrame({"customer_id": ["c"]}).select(pl.col("customer_id").repeat_by(XLSX_ROWS + 1).explode())
    monkeypatch.setattr("orchestration.delivery.pull.members_of", lambda *_: many)
    with pytest.raises(ValueError, match="1048576 rows do not fit a worksheet"):
        pull(current_release(home), home, "champions", "xlsx", tmp_path / "out.xlsx")


def test_an_older_file_of_that_name_is_replaced_whole(home, tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old " * 100_000)
    pull(current_release(home), home, "win_back", "csv", path)
    assert "old" not in path.read_text()
