"""Whether content that is in raw already counts anew: a record that was changed back must not stay as it was between.

Exports lie in landing for years, so the same bytes there are the same export, as a rule. Stays out: reading them.
"""

from __future__ import annotations

from pathlib import Path

from data_quality.contracts import SourceTable
from orchestration.intake.landing import natural_order
from orchestration.intake.load import MANIFEST, Load


class KnownLoads:
    """The loads of a home, read when they are first asked for; `add` keeps them true during a run."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._of_table: dict[tuple[str, str], list[Load]] = {}

    def add(self, load: Load) -> None:
        if load.status == "loaded" and (load.source, load.table) in self._of_table:
            self._of_table[load.source, load.table].append(load)

    def replaced_by(self, load: Load, table: SourceTable) -> Load | None:
        """The load whose content stands where this load's known content has come back; None where it has not.

        It has when the file was another one the last time that it was read. A snapshot has, too, when it comes as a
        new file whose name follows that of the newest snapshot. Where every row counts, nothing comes back.
        """
        if table.ingest.load == "append":
            return None
        loads = self._loads(load.source, load.table)
        of_file = [one for one in loads if (one.file, one.member) == (load.file, load.member)]
        if of_file:
            return of_file[-1] if of_file[-1].sha256 != load.sha256 else None
        newest = loads[-1]
        follows = natural_order(load.source_file) > natural_order(newest.source_file)
        return newest if table.ingest.load == "snapshot" and newest.sha256 != load.sha256 and follows else None

    def _loads(self, source: str, table: str) -> list[Load]:
        if (source, table) not in self._of_table:
            paths = (self._home / "raw" / source / table).glob(f"load_id=*/{MANIFEST}")
            loads = [Load.from_json(path.read_text(encoding="utf-8")) for path in paths]
            found = [load for load in loads if load.status == "loaded"]
            self._of_table[source, table] = sorted(found, key=lambda load: load.loaded_at)
        return self._of_table[source, table]
