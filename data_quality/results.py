"""The one shape in which a gate says what it saw; its fields are the columns of `release.gate_reports`.

Belongs here: GateResult. Stays out: the checks themselves (suites, gate, drift) and what a release does with them.
"""

from __future__ import annotations

from dataclasses import dataclass

SEVERITIES = ("error", "warn")


@dataclass(frozen=True)
class GateResult:
    """One check on one table. `error` stops the publication, `warn` travels inside the release to the Health page.

    `observed` and `expected` are short words for people and never hold a cell of a personal column.
    `failing_rows` is None where a check does not count rows.
    """

    gate_name: str
    check_name: str
    table_name: str
    severity: str
    is_passed: bool
    observed: str
    expected: str
    failing_rows: int | None = None

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"{self.gate_name}.{self.check_name}: severity {self.severity!r} is not error or warn")

    @property
    def stops(self) -> bool:
        return self.severity == "error" and not self.is_passed
