"""A company's own system, mapped by the one YAML file that the README shows: from its files to the marts."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_example_of_the_readme_becomes_orders_of_a_customer(rapport, ask, tmp_path: Path) -> None:
    section = (REPOSITORY / "README.md").read_text(encoding="utf-8").partition("### A system of your own")[2]
    declaration, sales = (re.search(rf"```{kind}\n(.*?)```", section, re.DOTALL)[1] for kind in ("yaml", "csv"))
    home = tmp_path / "home"
    files = {"sources/till.yml": declaration.encode(), "landing/till/Umsatz.csv": sales.encode("cp1252")}
    for path, content in files.items():
        (home / path).parent.mkdir(parents=True)
        (home / path).write_bytes(content)
    assert "till.generic_orders" in rapport("sources", "list", "--home", home)
    assert "3 rows read, 3 would load" in rapport("sources", "check", "till", "--home", home)
    rapport("run", "--home", home, "--as-of", "2026-08-01")
    assert ask(home, "select order_id, source_name, net_amount from marts.fct_orders order by all") == [
        ("till:00017", "till", Decimal("1237.5000")),
        ("till:00018", "till", Decimal("-3.0000")),
    ]
    assert ask(home, "select product_name, quantity from marts.fct_order_lines order by all") == [
        ("Birne", 1),
        ("Birne", 1),
        ("Lampe", 2),
    ]
    assert ask(home, "select count(*) from marts.dim_customers") == [(1,)]


def test_a_wrong_declaration_stops_a_run_with_file_line_and_reason(rapport, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "sources").mkdir(parents=True)
    (home / "sources/till.yml").write_text("kind: orders\nformat: csv\ncolumns:\n  order: Beleg\n")
    reason = "sources/till.yml, line 4: columns.order: is no column of orders"
    assert reason in rapport("sources", "list", "--home", home, expect=1)
    assert reason in rapport("doctor", "--home", home, expect=1).replace("\n", "")
    assert reason in rapport("run", "--home", home, expect=1)
