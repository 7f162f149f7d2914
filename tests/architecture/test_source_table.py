"""README's table of sources says what the sources say of themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data_quality.contracts import ContractError
from orchestration.settings import PROJECT_DIR, REPOSITORY
from orchestration.source_guides import as_markdown, load_guides


def test_the_table_in_the_readme_is_what_the_sources_say() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    [table] = re.findall(r"<!-- sources -->\n(.*?)<!-- end of sources -->", readme, re.DOTALL)
    assert table == as_markdown(load_guides(PROJECT_DIR)), "run `make readme`"


def test_a_source_that_does_not_say_how_to_export_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "staging" / "shop"
    folder.mkdir(parents=True)
    guide = "{objects: orders, headers: ours, not_covered: nothing}"
    (folder / "_shop__sources.yml").write_text(f"sources: [{{name: shop, config: {{meta: {{guide: {guide}}}}}}}]")
    with pytest.raises(ContractError, match=r"_shop__sources\.yml: config\.meta\.guide of shop lacks export"):
        load_guides(tmp_path)
