"""The matching rules of a company: read from the vars of dbt_project.yml, where each stands with its reason.

Stays out: how a rule is applied, and knobs of the statistical model that no company would ever set (model).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from orchestration.project_vars import project_vars

PREFIX = "identity_"


@dataclass(frozen=True)
class Rules:
    """One field per var `identity_<name>`, whose reasons stand in dbt_project.yml; the defaults serve tests."""

    default_region: str = "US"
    strip_plus_tags: bool = True
    dot_blind_domains: tuple[str, ...] = ("gmail.com", "googlemail.com")
    role_addresses: tuple[str, ...] = ("info", "sales", "support", "office", "contact", "admin", "noreply")
    free_mail_domains: tuple[str, ...] = ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com")
    names_per_key: int = 3
    recycled_after_days: int = 730
    match_probability: float = 0.99
    retrain_after_days: int = 90
    retrain_after_growth: float = 0.5

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Rules:
        """Rules from dbt vars. Raises ValueError that names an `identity_` var that no rule knows."""
        known = {field.name for field in fields(cls)}
        given = {name.removeprefix(PREFIX): value for name, value in values.items() if name.startswith(PREFIX)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise ValueError(
                f"dbt_project.yml: no matching rule is called {', '.join(PREFIX + name for name in unknown)}"
            )
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})

    @classmethod
    def read(cls, project_dir: Path) -> Rules:
        """The rules that a dbt project states in its vars."""
        return cls.of(project_vars(project_dir))
