"""The two half-written folders of a load, one for raw and one for quarantine, and how they appear together.

Stays out: what is written into them (loading, replay).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.intake.durable import appear, fresh_staging, write_durably
from orchestration.intake.load import MANIFEST, Load, quarantine_folder, raw_folder


@dataclass
class StagedLoad:
    """Used as a context, it removes what did not appear."""

    home: Path
    raw: Path
    quarantine: Path

    @classmethod
    def fresh(cls, home: Path, load_id: str) -> StagedLoad:
        return cls(home, fresh_staging(home / "raw", load_id), fresh_staging(home / "quarantine", load_id))

    def __enter__(self) -> StagedLoad:
        return self

    def __exit__(self, *_: object) -> None:
        for folder in (self.raw, self.quarantine):
            shutil.rmtree(folder, ignore_errors=True)

    def appear(self, load: Load) -> None:
        """Quarantine first: once the load is there, its quarantined rows are, too."""
        write_durably(self.raw / MANIFEST, load.as_json().encode())
        aside = quarantine_folder(self.home, load.source, load.table, load.load_id)
        if load.rows_quarantined:
            appear(self.quarantine, aside)
        elif aside.exists():
            shutil.rmtree(aside)  # a kill had left it, and the contract has changed since
        appear(self.raw, raw_folder(self.home, load.source, load.table, load.load_id))
