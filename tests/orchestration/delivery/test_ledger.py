from __future__ import annotations

import pytest

from orchestration.delivery.ledger import Ledger, changes


def test_who_came_who_left_who_stayed():
    assert changes(["a", "b"], ["b", "c"]) == [("a", "removed"), ("b", "unchanged"), ("c", "added")]
    assert changes([], []) == []
    assert changes(["a"], []) == [("a", "removed")]


def test_a_ledger_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "ledger.json"
    ledger = Ledger.read(path)
    assert ledger.members("champions") == frozenset()
    ledger.remember("champions", "r1", ["b", "a"])
    ledger.remember("win_back", "r1", [])
    again = Ledger.read(path)
    assert again.delivered == ledger.delivered
    assert again.has("champions", "r1")
    assert not again.has("champions", "r2")
    assert not again.has("due_to_buy", "r1")


def test_a_spoilt_ledger_is_an_error_and_never_an_empty_one(tmp_path):
    path = tmp_path / "ledger.json"
    path.write_text('{"champions": {"release_id": "r1", "customer_')
    with pytest.raises(ValueError, match="Unterminated string"):
        Ledger.read(path)
