"""The two doors as blocking Dagster asset checks: exports in, scores out.

Belongs here: turning gate results into check results, and keeping them for the release.
Stays out: what is checked (data_quality.gate), facts inside the warehouse (dbt tests), the audit (data_quality).
"""

import json
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import asdict

import dagster as dg

from data_quality.arrivals import has_landed
from data_quality.contracts import SourceTable
from data_quality.drift import check_drift
from data_quality.gate import check_exports, check_scores
from data_quality.release import current_release
from data_quality.results import GateResult
from data_quality.score_calibration import check_calibrations
from data_quality.score_changes import check_score_changes
from data_quality.suites import TOLD_COLUMNS
from orchestration import joint_drift, last_run
from orchestration.assets.ingest import asset_key
from orchestration.assets.score import OUTCOMES, SCORES, SNAPSHOTS, score_key
from orchestration.resources import Walk

JUDGED = (*SCORES, *TOLD_COLUMNS, "ticket_topics")
LEARNED_FROM = {"churn": SNAPSHOTS[0]} | {name: tables[0] for name, (_, tables) in OUTCOMES.items()}
"""The score at whose check drift of a table of features is shown."""


def export_gate(
    tables: list[SourceTable], sources: Collection[str], retired: Container[str] = ()
) -> dg.AssetChecksDefinition:
    """One blocking check per source table; nothing is transformed while one is red. `retired` sources may be silent.

    The tables of `sources` have checks of their own. What else there is in raw is judged too, and stops all the same.
    """
    keys = {f"{table.source}.{table.name}": asset_key(table) for table in tables if table.dbt_source in sources}

    @dg.multi_asset_check(
        name="export_gate",
        specs=[dg.AssetCheckSpec("export_gate", asset=key, blocking=True) for key in dict.fromkeys(keys.values())],
    )
    def gate(context: dg.AssetCheckExecutionContext, walk: Walk):
        there = [t for t in tables if t.dbt_source in sources or has_landed(walk.home_path, t)]
        results = check_exports(walk.home_path, there, walk.started_at.replace(tzinfo=None), walk.as_of, retired)
        yield from _verdicts(context, walk, "export_gate", keys, results)

    return gate


@dg.multi_asset_check(
    name="score_gate",
    specs=[dg.AssetCheckSpec("score_gate", asset=score_key(name), blocking=True) for name in JUDGED],
)
def score_gate(context: dg.AssetCheckExecutionContext, walk: Walk):
    """One blocking check per score table; no segment is built while one of them is red."""
    docs = walk.home_path / "docs" / "gates" / "scores"
    before = current_release(walk.home_path)
    results = check_scores(walk.build_file, walk.as_of, docs)
    results += [*check_drift(walk.build_file, before), *check_score_changes(walk.build_file, before)]
    results += check_calibrations(walk.build_file)
    results += joint_drift.check_joint_drift(walk.build_file, before, walk.as_of)
    keys = {name: score_key(name) for name in JUDGED} | {table: score_key(name) for name, table in LEARNED_FROM.items()}
    yield from _verdicts(context, walk, "score_gate", keys, results)


def _verdicts(
    context: dg.AssetCheckExecutionContext,
    walk: Walk,
    gate_name: str,
    keys: dict[str, dg.AssetKey],
    results: Sequence[GateResult],
) -> Iterator[dg.AssetCheckResult]:
    stopping = [in_words(result) for result in results if result.stops]
    if stopping:
        last_run.record(walk.home_path, "failed", walk.run_id, f"{gate_name}: " + "; ".join(stopping))
    kept = json.dumps([asdict(result) for result in results], default=str)
    (walk.run_dir / f"{gate_name}.json").write_text(kept, encoding="utf-8")
    for key in dict.fromkeys(keys.values()):
        tables = {table for table, its_key in keys.items() if its_key == key}
        mine = [result for result in results if result.table_name in tables]
        failed = [result for result in mine if not result.is_passed]
        for result in failed:
            context.log.warning(in_words(result))
        yield dg.AssetCheckResult(
            check_name=gate_name,
            asset_key=key,
            passed=not failed,
            severity=_worst(failed),
            metadata={"checks": len(mine), "failed": [in_words(result) for result in failed]},
        )
    unshown = [in_words(result) for result in results if result.stops and result.table_name not in keys]
    if unshown:
        raise dg.Failure("; ".join(unshown))


def _worst(failed: Sequence[GateResult]) -> dg.AssetCheckSeverity:
    only_warnings = bool(failed) and not any(result.stops for result in failed)
    return dg.AssetCheckSeverity.WARN if only_warnings else dg.AssetCheckSeverity.ERROR


def in_words(result: GateResult) -> str:
    """One failed check as a sentence: table, check, what was seen and what was expected."""
    return (
        f"{result.severity}: {result.table_name}: {result.check_name}: "
        f"saw {result.observed}, expected {result.expected} ({result.failing_rows} rows)"
    )
