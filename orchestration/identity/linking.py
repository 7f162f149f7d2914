"""Splink at work: training the model on a company's units, and scoring candidate pairs with it.

The only module that imports Splink, and only inside its functions: most nights have nothing to compare.
In: `all_units`, `candidates`. Out: a trained model (a dict), the temp tables `terms_<column>` and `scored`.
Stays out: levels and starting weights (model), when to train (memory, resolve).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.identity.model import term_columns, untrained

if TYPE_CHECKING:
    from splink import Linker

UNITS_FOR_CHANCE = 1_000
"""Units of which every pair is compared to learn what likeness chance makes: half a million pairs."""
FEWEST_PAIRS = 100
"""Pairs below which a training session would learn noise."""
SESSIONS = {
    "phone": "l.phone = r.phone",
    "birth_date": "l.birth_date = r.birth_date",
    "name": "l.given_name = r.given_name and l.family_name = r.family_name",
    "national_id": "l.national_id = r.national_id",
    "street": "l.street = r.street and l.postcode = r.postcode",
}
"""What the pairs of a training session share; the other traits learn from them."""
ROUNDS = (25, 12, 6, 3)
"""Of expectation maximisation, at most. A likeness that no records of one person show gets less likely in each round,
and Splink refuses what is below 1e-300 (a generated company of 200,000 customers came there): then fewer have to do.
"""
LEAST_M = 1e-6
"""What Splink takes for a likeness that was never seen: no single trait shall decide more surely than that."""
SURE = """
    a.national_id = b.national_id
    or (same_given(a.given_name, b.given_name, a.formals, b.formals)
        and (list_has_any(a.phones, b.phones) or a.birth_date = b.birth_date
            or (list_has_any(a.streets, b.streets) and a.postcode = b.postcode)))
"""
SURE_SHARE = 0.8
"""Share of the pairs of one person that are as plain as SURE."""


def train(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """A model whose weights come from these units, where they teach any; Splink settings as plain data."""
    connection.execute("create or replace temp table learning as select * from all_units order by unit")
    _count_terms(connection)
    # Who plainly is somebody else's second record would make chance look like likeness.
    connection.execute(f"""
        create or replace temp table sure as
        select join_key_l, join_key_r from candidates
        inner join learning as a on a.unit = join_key_l inner join learning as b on b.unit = join_key_r where {SURE};

        create or replace temp table sampled as
        select * from learning where unit not in (select join_key_r from sure) order by unit limit {UNITS_FOR_CHANCE}
    """)
    settings = untrained()
    by_chance = _linker(connection, "sampled", settings)
    by_chance.training.estimate_u_using_random_sampling(max_pairs=1e12, min_count_per_level=None, num_chunks=1)
    settings = _sound(by_chance.misc.save_model_to_json(), settings)
    settings["probability_two_random_records_match"] = _share_of_pairs(connection)
    for rounds in ROUNDS:
        try:
            return _sound(_taught(connection, settings | {"max_iterations": rounds}), settings)
        except ValueError as refused:
            if "m_probability" not in str(refused):
                raise
    return settings


def _taught(connection: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with weights from every session that has pairs enough. ValueError where a weight dies out."""
    linker = _linker(connection, "learning", settings)
    for rule in SESSIONS.values():
        pairs = f"select count(*) from learning as l inner join learning as r on {rule} and l.unit < r.unit"
        if connection.execute(pairs).fetchone()[0] >= FEWEST_PAIRS:
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True, max_pairs=1e6
            )
    return linker.misc.save_model_to_json()


def score(connection: duckdb.DuckDBPyConnection, settings: dict[str, Any], at_least: float) -> None:
    """Add to `scored` (a, b, probability, weight) the candidates whose match probability is `at_least`."""
    # Most units are in no pair of a usual night, and Splink would carry each of them along.
    connection.execute("""
        create or replace temp table paired_units as
        select * from all_units
        where unit in (select join_key_l from candidates union all select join_key_r from candidates)
    """)
    linker = _linker(connection, "paired_units", settings)
    pairs = linker._db_api.register("candidates")
    linker.table_management.register_blocked_pairs_for_predict(pairs)
    predicted = linker.inference.predict(threshold_match_probability=at_least, warning_mode="never")
    connection.execute(f"""
        insert into scored
        select unit_l as a, unit_r as b, match_probability as probability, match_weight as weight
        from {predicted.physical_name} order by all
    """)
    linker.table_management.delete_tables_created_by_splink_from_db()


def _linker(connection: duckdb.DuckDBPyConnection, table: str, settings: dict[str, Any]) -> Linker:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI(connection=connection)
    linker = Linker(database.register(table), settings, log_level=None, validate_settings=False)
    for column in term_columns():
        linker.table_management.register_term_frequency_lookup(database.register(f"terms_{column}"), column)
    return linker


def _count_terms(connection: duckdb.DuckDBPyConnection) -> None:
    """How common every name, street and postcode is: sharing a rare one says more."""
    for column in term_columns():
        connection.execute(f"""
            create or replace temp table terms_{column} as
            select {column}, count(*) / sum(count(*)) over () as tf_{column}
            from learning where {column} is not null group by all order by all
        """)


def _share_of_pairs(connection: duckdb.DuckDBPyConnection) -> float:
    """Share of all pairs that are one person, from those that plainly are."""
    sure = connection.execute("select count(*) from sure").fetchone()[0]
    units = connection.execute("select count(*) from learning").fetchone()[0]
    return min(0.1, max(sure, 1) / SURE_SHARE / max(units * (units - 1) / 2, 1))


def _sound(learned: dict[str, Any], start: dict[str, Any]) -> dict[str, Any]:
    """What was learned, with the starting weights where the data taught nothing or the contrary of sense."""
    for comparison, began in zip(learned["comparisons"], start["comparisons"], strict=True):
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        firsts = [level for level in began["comparison_levels"] if not level.get("is_null_level")]
        for share in ("m_probability", "u_probability"):
            if any(level.get(share) is None for level in levels) or not _is_sensible(levels, share):
                taught = {index for index, level in enumerate(levels) if level.get(share) is not None}
                for index, (level, first) in enumerate(zip(levels, firsts, strict=True)):
                    if index not in taught or not _is_sensible(levels, share):
                        level[share] = first[share]
            if share == "m_probability":
                for level in levels:
                    level[share] = max(level[share], LEAST_M)
            total = sum(level[share] for level in levels)
            for level in levels:
                level[share] /= total
    return learned


def _is_sensible(levels: list[dict[str, Any]], share: str) -> bool:
    """Among the same people the likest levels lead, among different ones "different" does."""
    first, last = levels[0].get(share), levels[-1].get(share)
    if first is None or last is None:
        return False
    return last < 0.5 if share == "m_probability" else last > 0.5
