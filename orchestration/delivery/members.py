"""Who is in a segment of a release, with addresses where this home may read them.

Belongs here: the one query behind every destination and behind `pull`. Stays out: file formats and what changed.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from data_quality.release import Release, connect, connect_pii, pii_key

FACTS = {"customer_id": pl.String, "reason": pl.String}
PERSONAL = {"email": pl.String, "full_name": pl.String, "phone": pl.String}


class SegmentNotFound(LookupError):
    """The release has no segment of that name; the message names those it has."""


def members_by_segment(release: Release, home: Path) -> dict[str, pl.DataFrame]:
    """Every defined segment → its members in order of customer_id: customer_id, reason and, where there is a personal
    file and `keys/pii.key`, email, full_name and phone. An empty segment has an empty frame.
    """
    key = pii_key(home) if release.pii_file else None
    columns = FACTS if key is None else {**FACTS, **PERSONAL}
    people = "" if key is None else "LEFT JOIN pii.pii_customers USING (customer_id)"
    with connect(release) if key is None else connect_pii(release, key) as con:
        names = con.execute(
            "SELECT segment_name FROM release.segment_definitions UNION "
            "SELECT segment_name FROM segments.customer_segments ORDER BY segment_name"
        ).fetchall()
        rows = con.execute(
            f"SELECT segment_name, {', '.join(columns)} FROM segments.customer_segments {people} "
            "ORDER BY segment_name, customer_id"
        ).fetchall()
    found: dict[str, list[tuple]] = {name: [] for (name,) in names}
    for name, *cells in rows:
        found[name].append(tuple(cells))
    return {name: pl.DataFrame(cells, schema=columns, orient="row") for name, cells in found.items()}


def members_of(release: Release, home: Path, segment: str) -> pl.DataFrame:
    """The members of one segment; raises SegmentNotFound."""
    found = members_by_segment(release, home)
    if segment not in found:
        raise SegmentNotFound(f"no segment {segment!r} in release {release.release_id}; it has: {', '.join(found)}")
    return found[segment]
