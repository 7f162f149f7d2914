"""What a newcomer meets first: the demo, and the examples of the README, run as they stand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SEGMENTS = {
    "champions",
    "due_for_next_product",
    "due_to_buy",
    "high_value_at_risk",
    "new_customers",
    "open_complaint",
    "win_back",
}


def examples(language: str) -> list[str]:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)


def test_the_runs_folder_keeps_what_dbt_said_of_every_model(demo) -> None:
    [log] = (demo[0] / "build").glob("*/dbt/dbt.log")
    said = log.read_text(encoding="utf-8")
    assert "OK created sql table model marts.fct_orders" in said
    assert "PASS tests_of_fct_orders" in said
    assert "\x1b" not in said


def test_the_demo_says_what_it_built_and_how_to_open_it(demo, ask) -> None:
    home, said = demo
    [(customers, interactions)] = ask(
        home, "select (select count(*) from marts.dim_customers), (select count(*) from marts.fct_interactions)"
    )
    assert f"{customers:,} customers" in said
    assert f"{interactions:,} interactions" in said.replace("\n", " ")
    assert all(segment in said for segment in SEGMENTS)
    assert "make dash" in said
    assert "nobody in this estate exists" in said


def test_people_of_the_demo_are_one_customer_each(demo, ask) -> None:
    home, _ = demo
    people = pl.read_parquet(home / "truth" / "customers.parquet").height
    assert ask(home, "select count(*), count(distinct customer_id) from marts.dim_customers") == [(people, people)]


def test_planted_dirt_is_set_aside_with_a_reason_and_nothing_else_is(demo) -> None:
    home, _ = demo
    dirt = pl.read_parquet(home / "truth" / "dirt.parquet")
    planted = dirt.filter(pl.col("expected_fate") == "quarantined").height
    files = (home / "quarantine").rglob("rows.ndjson")
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == planted > 0
    assert all(row["file"] and row["row"] and row["reason"] for row in rows)


def test_rows_reconcile_at_every_door(demo, ask) -> None:
    home, _ = demo
    doors = "select count(*), bool_and(rows_read = rows_loaded + rows_quarantined) from release.loads"
    [(loads, reconcile)] = ask(home, doors)
    assert loads >= 16
    assert reconcile


def test_who_was_left_out_of_a_campaign_is_found_in_the_exports(demo, ask) -> None:
    """No export says who was held out: they are the members of the list on that day who got no mail."""
    home, _ = demo
    effects = pl.read_parquet(home / "truth" / "campaign_effects.parquet")
    truth = {f"mailchimp:{name}": groups for name, *groups in effects.select(
        "campaign_id", "count_recipients", "count_held_out"
    ).iter_rows()}  # fmt: skip
    found = ask(home, "select campaign_id, count_mailed, count_left_out from marts.agg_campaign_holdouts")
    assert len(found) > 10
    assert {name: groups for name, *groups in found} == {name: truth[name] for name, *_ in found}


def test_what_tickets_without_a_tag_are_about_is_what_their_customers_meant(demo, ask) -> None:
    home, _ = demo
    truth = dict(pl.read_parquet(home / "truth" / "tickets.parquet").select("ticket_id", "topic").iter_rows())
    read = ask(home, "select ticket_id, topic from marts.fct_ticket_topics where topic_method = 'learned'")
    right = [truth[ticket_id.removeprefix("zendesk:")] == topic for ticket_id, topic in read]
    [(untagged,)] = ask(home, "select count(*) from marts.fct_tickets where category is null")
    assert len(right) > 0.5 * untagged > 20
    assert sum(right) > 0.8 * len(right)


def test_every_model_of_attribution_adds_up_to_the_revenue_of_the_demo(demo, ask) -> None:
    home, _ = demo
    weights = [row[0] for row in ask(home, """
        select column_name from information_schema.columns
        where table_name = 'fct_attributed_revenue' and column_name like '%_weight'
    """)]  # fmt: skip
    sums = ", ".join(f"round(sum(revenue_amount * {weight}), 2)" for weight in weights)
    [shared] = ask(home, f"select {sums} from marts.fct_attributed_revenue where conversion_type = 'order'")
    [revenue] = ask(home, "select sum(net_amount)::double from marts.fct_orders where not is_cancelled")
    assert shared == revenue * 9


def test_every_member_of_a_segment_has_a_reason_and_is_in_the_outbox(demo, ask) -> None:
    home, _ = demo
    members = ask(home, "select segment_name, customer_id, reason from segments.customer_segments")
    assert all(reason for _, _, reason in members)
    for segment in SEGMENTS:
        [folder] = [path for path in (home / "outbox" / segment).iterdir() if path.is_dir()]
        delivered = pl.read_parquet(folder / "members.parquet")["customer_id"].to_list()
        assert sorted(delivered) == sorted(customer for name, customer, _ in members if name == segment)


def test_a_segment_will_bring_what_its_members_will_and_how_sure_that_is(demo, ask) -> None:
    home, _ = demo
    sums = """select segment_name, count(*), sum(predicted_clv_90d_amount) from (
            select segment_name, customer_id from segments.customer_segments
            union all select 'all_customers', customer_id from scores.lifetime_value
        ) join scores.lifetime_value using (customer_id) group by 1 order by 1"""
    told = """select segment_name, count_scored_customers, predicted_revenue_amount, predicted_revenue_low,
        predicted_revenue_high from scores.segment_totals where count_scored_customers > 0 order by 1"""
    for (name, size, total), (said_of, customers, said, low, high) in zip(
        ask(home, sums), ask(home, told), strict=True
    ):
        assert (said_of, customers, said) == (name, size, pytest.approx(total))
        assert low < said < high


def test_nobody_with_an_open_complaint_gets_marketing(demo, ask) -> None:
    home, _ = demo
    overlap = """select count(*) from segments.customer_segments marketing
        join segments.customer_segments complaint using (customer_id)
        where complaint.segment_name = 'open_complaint'
        and marketing.segment_name not in ('open_complaint', 'tickets_at_risk')"""
    assert ask(home, overlap) == [(0,)]
    assert ask(home, "select count(*) > 0 from segments.customer_segments where segment_name = 'open_complaint'") == [
        (True,)
    ]


@pytest.mark.parametrize("script", examples("bash"), ids=lambda script: script.splitlines()[0])
def test_the_shell_examples_of_the_readme_run_as_they_stand(script: str, demo_copy: Path, tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "RAPPORT_HOME": str(demo_copy)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert ran.stdout.strip()


def test_the_python_example_of_the_readme_prints_the_churn_bands(demo, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "var").symlink_to(demo[0])
    monkeypatch.chdir(tmp_path)
    [script] = examples("python")
    exec(compile(script, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "churn_band" in printed
    assert "value_next_year" in printed
