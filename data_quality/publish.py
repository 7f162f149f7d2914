"""Publishing: stage, audit, promote. After a kill at any moment the pointer names one whole release.

Belongs here: the order of those three, the key of the personal file, the rename, the pointer, what is kept.
Stays out: copying tables (data_quality.staging), the checks (data_quality.audit), reading (data_quality.release).
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from data_quality.audit import Finding, audit
from data_quality.contracts import SourceTable
from data_quality.durable import fsync, only_writer, write_whole
from data_quality.metrics.definitions import Metric
from data_quality.metrics.restatements import remember
from data_quality.release import (
    POINTER,
    Release,
    ReleaseError,
    check_release_id,
    current_release,
    key_file,
    list_releases,
    naive_utc,
    pii_key,
    releases_folder,
)
from data_quality.results import GateResult
from data_quality.staging import Manifest, Staged, stage

KEPT_RELEASES = 7
"""A week of nights to roll back to."""


class AuditFailed(ReleaseError):
    """The staged files may not be shown; `findings` says why. Readers stay on the release they had."""

    def __init__(self, release_id: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        words = "\n".join(f"  {finding.check} on {finding.table}: {finding.words}" for finding in self.findings)
        super().__init__(f"release {release_id!r} was not published:\n{words}")


def publish(
    build_file: Path,
    home: Path,
    manifest: Manifest,
    gate_reports: Sequence[GateResult] = (),
    loads: Sequence[Mapping[str, object]] = (),
    documented_columns: Mapping[str, Sequence[str]] | None = None,
    *,
    metrics: Sequence[Metric] = (),
    sources: Sequence[SourceTable] = (),
    with_pii: bool = True,
    key: str | None = None,
    on_progress: Callable[[str], None] = lambda words: None,
) -> Release:
    """Make one release of a closed build file and show it to readers, or raise and leave everything as it was.

    Parameters: `documented_columns` maps "schema.table" to its documented column names (from dbt's manifest; see
    `audit`). `metrics` are computed on what is published and travel in it, and `sources` tell which loads touch what
    changed of them since the last release. `key` encrypts the personal file; without
    it `keys/pii.key` is used, and made if absent.
    `with_pii=False` publishes no personal data and says so in the manifest.

    Raises AuditFailed (with findings), MetricError, EncryptionUnavailable, ReleaseError (id taken or malformed), Busy.
    """
    check_release_id(manifest.release_id)
    with _private_folder(home) as folder, only_writer(folder):
        remove_leftovers(home)
        if manifest.release_id in {release.release_id for release in list_releases(home)}:
            raise ReleaseError(f"release {manifest.release_id!r} exists already; a name is never used twice")
        remember(home)
        key = (key or make_pii_key(home)) if with_pii else None
        try:
            staged = stage(build_file, home, manifest, gate_reports, loads, key, metrics, sources)
            on_progress(f"staged {staged.file.name}")
            return promote(staged, home, key, documented_columns, on_progress)
        finally:
            # A refused release, or half of one on a full disk, must not hold space or personal data until tomorrow.
            remove_leftovers(home)


def promote(
    staged: Staged,
    home: Path,
    key: str | None,
    documented_columns: Mapping[str, Sequence[str]] | None = None,
    on_progress: Callable[[str], None] = lambda words: None,
) -> Release:
    """Audit the very files that are about to be renamed, then show them. There is no way in that skips the audit."""
    before = current_release(home)
    findings = audit(staged, key, documented_columns, before)
    errors = [finding for finding in findings if finding.severity == "error"]
    for finding in findings:
        on_progress(f"audit {finding.severity}: {finding.check} on {finding.table}: {finding.words}")
    if errors:
        raise AuditFailed(staged.manifest.release_id, errors)

    folder, said = releases_folder(home), staged.manifest
    release = Release(said.release_id, staged.file, staged.pii_file, said.as_of_date, naive_utc(said.published_at))
    release = replace(
        release,
        file=_finish(staged.file, folder / f"{said.release_id}.duckdb"),
        pii_file=staged.pii_file and _finish(staged.pii_file, folder / f"{said.release_id}.pii.duckdb"),
    )
    fsync(folder)
    write_whole(folder / f"{said.release_id}.json", release.to_json())
    write_whole(folder / POINTER, release.to_json())
    on_progress(f"published {said.release_id}")
    forget_old(home)
    return release


def make_pii_key(home: Path) -> str:
    """The key of the personal files, `keys/pii.key`; made (0600) when absent. Without it only they are lost."""
    path = key_file(home)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, secrets.token_hex(32))
    return pii_key(home)


def remove_leftovers(home: Path) -> None:
    """Delete what a killed or refused publication left: partial files, and finished names that were never described."""
    folder = releases_folder(home)
    described = {release.release_id for release in list_releases(home)}
    for path in folder.iterdir():
        is_orphan = path.suffix == ".duckdb" and path.name.split(".")[0] not in described
        if ".partial" in path.name or path.suffix == ".wal" or is_orphan:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def forget_old(home: Path, kept: int = KEPT_RELEASES) -> list[str]:
    """Delete all but the newest `kept` releases; the current one always stays. Returns the ids deleted.

    The description goes first, so that a kill in between leaves an orphan file for `remove_leftovers`, never a
    listed release without a file. A reader that has an old file open keeps it until it lets go.
    """
    current = current_release(home)
    old = [r for r in list_releases(home)[kept:] if current is None or r.release_id != current.release_id]
    for release in old:
        (releases_folder(home) / f"{release.release_id}.json").unlink()
        for file in (release.file, release.pii_file):
            if file is not None:
                file.unlink(missing_ok=True)
    return [release.release_id for release in old]


def _finish(staged_file: Path, final: Path) -> Path:
    fsync(staged_file)
    staged_file.chmod(0o400)
    os.replace(staged_file, final)
    return final


@contextmanager
def _private_folder(home: Path) -> Iterator[Path]:
    """The releases folder, 0700; whatever is written inside is for its owner only."""
    mask = os.umask(0o077)
    try:
        folder = releases_folder(home)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        yield folder
    finally:
        os.umask(mask)
