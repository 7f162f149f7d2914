"""Clusters: groups by key and links by likeness put together, and contradictions and people's own words respected.

In: `records`, `groups`, `units`, `scored` (may be empty), and by hand `merges` and `splits` (record pairs).
Out: the temp tables `links` (pairs of groups alike enough) and `clusters` (record → cluster, its first record).
Stays out: how alike two units are (linking), which id a cluster has (ledger).
"""

from __future__ import annotations

import duckdb
import numpy as np

from orchestration.identity.graph import components, components_apart
from orchestration.identity.keys import register
from orchestration.identity.rules import Rules

BY_HAND = 1e6
"""Strength of a merge that a person decided; weights are below a hundred."""

LARGEST_CHAIN = 200
"""Groups in one cluster above which contradictions are not looked for pair by pair."""

SAME_PERSON_SAYS = "(a.national_id = b.national_id or damerau_levenshtein(a.national_id, b.national_id) <= 1)"
OTHER_GIVEN = """(
    a.given_name is not null and b.given_name is not null
    and not same_given(a.given_name, b.given_name, a.formals, b.formals)
    and not swapped(a.given_name, a.family_name, b.given_name, b.family_name)
    and not (least(length(a.given_name), length(b.given_name)) >= 4 and (
        damerau_levenshtein(a.given_name, b.given_name) = 1
        or jaro_winkler_similarity(a.given_name, b.given_name) >= 0.88))
)"""
OTHER_BIRTH_DATE = "coalesce(not same_birth_date(a.birth_date, b.birth_date), false)"
CONTRADICTS = f"""(
    ({OTHER_GIVEN} and not coalesce(a.birth_date = b.birth_date, false) or {OTHER_BIRTH_DATE})
    and not coalesce({SAME_PERSON_SAYS}, false)
)"""
"""A household shares name, street and phone; another given name or date of birth is somebody else in it. The same date
of birth outweighs another given name: people who go by their second name are more than twins who are both customers."""

MORE_THAN_A_NAME = f"""(
    coalesce({SAME_PERSON_SAYS}, false)
    or coalesce(same_birth_date(a.birth_date, b.birth_date), false)
    or coalesce(list_has_any(a.phones, b.phones) or damerau_levenshtein(a.phone, b.phone) <= 1, false)
    or coalesce(list_has_any(a.mailboxes, b.mailboxes), false)
    or coalesce(jaro_winkler_similarity(a.street, b.street) >= 0.9 and (
        a.postcode is null or b.postcode is null or damerau_levenshtein(a.postcode, b.postcode) <= 1
        or a.city = b.city), false)
    or coalesce(list_has_any(a.streets, b.streets), false)
    or coalesce(a.organisation_id = b.organisation_id and a.family_name = b.family_name, false)
)"""
"""Nobody is merged by name alone: the same town, or a mailbox spelled like the name, is no second piece of evidence."""


def make_clusters(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write `links` and `clusters`."""
    connection.execute(f"""
        create or replace temp table links as
        select a.grp as a, b.grp as b, scored.weight, scored.probability
        from scored inner join units as a on a.unit = scored.a inner join units as b on b.unit = scored.b
        where scored.probability >= {rules.match_probability} and {MORE_THAN_A_NAME} and not {CONTRADICTS}
        order by all;
    """)
    edges = connection.execute(f"""
        select a, b, weight as strength from links
        union all
        select x.grp, y.grp, {BY_HAND} from merges
        inner join groups as x on x.record = merges.a inner join groups as y on y.record = merges.b
        order by all
    """).fetchnumpy()
    left, right = np.asarray(edges["a"], np.int64), np.asarray(edges["b"], np.int64)
    count = connection.execute("select count(*) from records").fetchone()[0]
    register(connection, "labels", {"grp": np.arange(count), "cluster": components(count, left, right)})
    apart = _apart(connection)
    if apart:
        labels = components_apart(count, left, right, np.asarray(edges["strength"], np.float64), apart)
        register(connection, "labels", {"grp": np.arange(count), "cluster": labels})
    connection.execute("""
        create or replace temp table clusters as
        select groups.record, labels.cluster from groups inner join labels using (grp) order by record
    """)


def _apart(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Pairs of groups that no chain of links may bring together: split by hand, or contradicting each other."""
    return connection.execute(f"""
        with chained as (
            select units.*, labels.cluster from units inner join labels using (grp)
            qualify count(*) over (partition by cluster) between 3 and {LARGEST_CHAIN}
        )
        select a.grp, b.grp from chained as a inner join chained as b on a.cluster = b.cluster and a.grp < b.grp
        where {CONTRADICTS} and (a.grp, b.grp) not in (select (least(a, b), greatest(a, b)) from links)
        union
        select least(x.grp, y.grp), greatest(x.grp, y.grp) from splits
        inner join groups as x on x.record = splits.a inner join groups as y on y.record = splits.b
        where x.grp != y.grp
        order by all
    """).fetchall()
