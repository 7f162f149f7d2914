"""What a person must know to use a source: which objects, which export, whence the headers, what is not covered.

Belongs here: reading `config.meta.guide` of every `_x__sources.yml`, and the table that README.md shows of it.
Stays out: the contract itself (data_quality.contracts).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from data_quality.contracts import ContractError
from orchestration.settings import PROJECT_DIR, REPOSITORY


@dataclass(frozen=True)
class Guide:
    """One source, in short phrases."""

    source: str
    objects: str
    export: str
    headers: str
    not_covered: str


def load_guides(project_dir: Path) -> list[Guide]:
    """The guides of all sources, by name. Raises ContractError that names file and phrase where one is missing."""
    guides = []
    for path in sorted((project_dir / "models" / "staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            said = source.get("config", {}).get("meta", {}).get("guide", {})
            wanted = [field.name for field in fields(Guide) if field.name != "source"]
            lacking = [name for name in wanted if not said.get(name)]
            if lacking:
                raise ContractError(f"{path.name}: config.meta.guide of {source['name']} lacks {', '.join(lacking)}")
            guides.append(Guide(source["name"], *(" ".join(str(said[name]).split()) for name in wanted)))
    return guides


def as_markdown(guides: list[Guide]) -> str:
    """A table, a row per source."""
    head = ["| source | objects | how to export | headers known from | not covered |", "|---|---|---|---|---|"]
    rows = [[f"`{g.source}`", g.objects, g.export, g.headers, g.not_covered] for g in guides]
    return "\n".join([*head, *(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)]) + "\n"


def write_table(readme: Path, project_dir: Path) -> None:
    """Put the table between its two marks in README.md."""
    before, mark, rest = readme.read_text(encoding="utf-8").partition("<!-- sources -->\n")
    _, end, after = rest.partition("<!-- end of sources -->")
    readme.write_text(before + mark + as_markdown(load_guides(project_dir)) + end + after, encoding="utf-8")


if __name__ == "__main__":
    write_table(REPOSITORY / "README.md", PROJECT_DIR)
