"""A stranger with exports of an undeclared system follows dbt_project/ADDING_A_SOURCE.md as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
FILES = ("olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv")


def test_the_walk_through_ends_with_leads_and_deals_in_a_release(shared_data, tmp_path, ask) -> None:
    home, project = tmp_path / "home", tmp_path / "dbt_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("logs", "parse-*"))
    for file in FILES:
        shutil.copy(shared_data / "olist" / file, tmp_path)
    tutorial = (PROJECT / "ADDING_A_SOURCE.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"^```bash\n(.*?)^```", tutorial, re.DOTALL | re.MULTILINE))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    places = {"PATH": path, "RAPPORT_HOME": str(home), "RAPPORT_PROJECT": str(project)}
    walk = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=os.environ | places,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert walk.returncode == 0, walk.stdout[-3000:] + walk.stderr[-3000:]
    assert "8,000 rows read, 8,000 would load" in walk.stdout
    assert "842 rows read, 842 would load" in walk.stdout
    assert ask(home, "select count(*) from marts.dim_customers") == [(8_000,)]
    won = "select count(*), count(distinct customer_id), bool_and(status = 'Won') from marts.fct_opportunities"
    assert ask(home, won) == [(842, 842, True)]
    assert ask(home, "select sum(amount) from marts.fct_opportunities") == [(Decimal("61784006.0000"),)]
