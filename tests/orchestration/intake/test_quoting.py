"""The grammar of quotes, on strings alone."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.intake.quoting import join_records, parse_record

CELLS = st.lists(st.text(alphabet='ab",\n\r;', max_size=6), min_size=1, max_size=5)


def written(cells: list[str], delimiter: str = ",") -> str:
    return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)


@given(CELLS)
def test_what_is_quoted_is_read_back(cells: list[str]) -> None:
    assert parse_record(written(cells), ",") == cells


@given(st.text(alphabet='a",', max_size=12))
def test_whatever_is_accepted_pythons_strict_reader_reads_alike(text: str) -> None:
    cells = parse_record(text, ",")
    if cells is not None and text:
        assert cells == next(csv.reader([text], strict=True))


@pytest.mark.parametrize("text", ['a"b', '"a"b', '"a" ,b', 'a,"b', '""a""', 'a,b"', '"a""', '"a"b"c"'])
def test_a_quote_out_of_place_is_no_record(text: str) -> None:
    assert parse_record(text, ",") is None


ONE_LINE = st.lists(st.text(alphabet='ab",;\r', max_size=6), min_size=1, max_size=5)


@given(st.lists(ONE_LINE, min_size=1, max_size=6), st.data())
def test_an_open_quote_among_well_formed_lines_costs_one_line(records: list[list[str]], data: st.DataObject) -> None:
    good = [written(record) for record in records]
    at = data.draw(st.integers(0, len(good)))
    lines = "\n".join([*good[:at], 'open,"never closed', *good[at:]]).split("\n")
    texts, broken, rest = join_records(lines, ",", "\n", is_end=True)
    assert rest == []
    assert [texts[place] for place in broken] == ['open,"never closed']
    assert [text for place, text in enumerate(texts) if place not in broken] == good


@given(st.lists(st.text(alphabet='ab",\n', max_size=9), max_size=8), st.booleans())
def test_every_line_is_in_a_record_or_waits_for_more(lines: list[str], is_end: bool) -> None:
    lines = "\n".join(lines).split("\n")
    texts, _, rest = join_records(lines, ",", "\n", is_end)
    assert [line for line in "\n".join([*texts, *rest]).split("\n") if line] == [line for line in lines if line]
    assert not (is_end and rest)
