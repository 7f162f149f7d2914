"""Rows cut into blocks are all there, in their order."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models_ml.blocks import BLOCK, blocks_of


@pytest.mark.parametrize("count", [0, 1, BLOCK, BLOCK + 1])
def test_blocks_hold_every_row_in_its_order(count: int) -> None:
    rows = pl.DataFrame({"number": np.arange(count)})
    blocks = blocks_of(rows)
    assert len(blocks) == max(-(-count // BLOCK), 1)
    assert pl.concat(blocks).equals(rows)
