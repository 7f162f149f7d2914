"""What dbt is to know tonight: the parsed project without what no build of tonight can touch.

dbt walks through all of it several times before it begins, and binds every macro it knows anew for each model and
test; what it does not know costs nothing. Stays out: which nodes a build consists of (dbt_stages), running it (dbt).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgpack

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

TONIGHT = "tonight"
"""Tag of the nodes of a build: selecting or excluding hundreds by name takes dbt longer than building them."""
MADE_BY = ("materialization_table_", "materialization_view_", "materialization_seed_", "materialization_test_")
"""Names of the macros that make what this project consists of, up to the adapter that they are for."""
VARIANTS = ("default__", "duckdb__")
"""What dbt puts before a macro's name to find the one for this database."""


def manifest_of(
    parsed: Path, tonight: Collection[str], without: Collection[str], joined: Mapping[str, dict] = MappingProxyType({})
) -> Manifest:
    """The manifest in a `partial_parse.msgpack`: nodes with the ids `without` gone, those `joined` there too.

    The nodes with the ids `tonight` have a tag of that name.
    """
    from dbt.contracts.graph.manifest import Manifest

    # Thinned out before dbt makes objects of it, of which the files that were parsed alone are a third.
    known = msgpack.unpackb(parsed.read_bytes(), raw=False)
    known |= {"files": {}, "docs": {}, "metrics": {}, "semantic_models": {}}
    known["nodes"] = {key: node for key, node in known["nodes"].items() if key not in without} | joined
    reads, calls = set(), set()
    for node in known["nodes"].values():
        depends_on = node["depends_on"]
        depends_on["nodes"] = [read for read in depends_on.get("nodes", ()) if read not in without]
        reads.update(depends_on["nodes"])
        calls.update(depends_on["macros"])
    for key in tonight:
        known["nodes"][key]["tags"] = [*known["nodes"][key]["tags"], TONIGHT]
    known["sources"] = {key: source for key, source in known["sources"].items() if key in reads}
    known["macros"] = {key: known["macros"][key] for key in _needed(known["macros"], calls)}
    manifest = Manifest.from_msgpack(b"", decoder=lambda _: known)
    manifest.build_flat_graph()
    return manifest


def _needed(macros: Mapping[str, dict], called: Iterable[str]) -> set[str]:
    """Ids of the macros `called`, of those by which dbt makes tables and tests, and of all that these call."""
    by_name: dict[str, list[str]] = {}
    for key, macro in macros.items():
        by_name.setdefault(macro["name"], []).append(key)
    names = [*_called_by_dbt_itself(), *(name for name in by_name if name.startswith(MADE_BY))]
    waiting = [*called, *(key for name in names for key in by_name.get(name, ()))]
    needed: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in needed and key in macros:
            needed.add(key)
            waiting += macros[key]["depends_on"]["macros"]
            waiting += [other for variant in VARIANTS for other in by_name.get(variant + macros[key]["name"], ())]
    return needed


@cache
def _called_by_dbt_itself() -> frozenset[str]:
    """Names of the macros that dbt's Python calls, which no other macro needs to name."""
    from dbt.adapters.sql import impl

    return frozenset(value for name, value in vars(impl).items() if name.endswith("_MACRO_NAME"))
