"""The data tests of one model asked in one statement, so that a night pays dbt's overhead once a model.

What dbt does around a test takes ten times as long as the test. Where the one statement finds something, its tests are
asked one by one, as dbt would have: the operator reads the name of the test that stopped the night (dbt).
Belongs here: which tests may be joined, and the node that asks them. Stays out: running it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

PREFIX = "tests_of_"
AS_DECLARED = {"severity": "ERROR", "where": None, "limit": None, "fail_calc": "count(*)", "error_if": "!= 0"}
"""A test that counts something else, or only warns, is asked by itself."""


def joined(nodes: Mapping[str, Any], keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """Nodes (of a parsed manifest) that ask all that the tests among `keys` of one model ask, by id.

    A model with a single such test keeps it.
    """
    tests_of: dict[str, list[dict[str, Any]]] = {}
    for key in sorted(keys):
        if _may_be_joined(nodes[key]):
            tests_of.setdefault(nodes[key]["attached_node"], []).append(nodes[key])
    asked = (_node(nodes[model]["name"], tests) for model, tests in tests_of.items() if len(tests) > 1)
    return {node["unique_id"]: node for node in asked}


def asked_by(node: Mapping[str, Any], nodes: Mapping[str, Any]) -> Iterator[str]:
    """Ids of the tests that a joined node stands for."""
    [model] = node["depends_on"]["nodes"]
    return (key for key, test in nodes.items() if test.get("attached_node") == model and _may_be_joined(test))


def _may_be_joined(node: Mapping[str, Any]) -> bool:
    """A test of a model or seed that reads nothing else: with a second model it may have to wait longer."""
    return (
        node["resource_type"] == "test"
        and bool(node.get("attached_node"))
        and node["depends_on"]["nodes"] == [node["attached_node"]]
        and node["config"].items() >= AS_DECLARED.items()
    )


def _node(model: str, tests: list[dict[str, Any]]) -> dict[str, Any]:
    name = f"{PREFIX}{model}"
    statements = (
        f"select '{test['name']}' as test_name, count(*) as failures from ({_called(model, test)}) as found"
        for test in tests
    )
    node = {key: value for key, value in tests[0].items() if key not in ("test_metadata", "column_name")}
    return node | {
        "name": name,
        "alias": name,
        "unique_id": f"test.{node['package_name']}.{name}",
        "fqn": [*node["fqn"][:-1], name],
        "path": f"{name}.sql",
        "tags": [],
        "config": node["config"] | {"alias": name, "fail_calc": "coalesce(sum(failures), 0)"},
        "raw_code": "\nunion all\n".join(statements),
        "depends_on": {
            "nodes": node["depends_on"]["nodes"],
            "macros": sorted({macro for test in tests for macro in test["depends_on"]["macros"]}),
        },
    }


def _called(model: str, test: Mapping[str, Any]) -> str:
    """The test's macro with what it was declared with; JSON's strings, lists and numbers are Jinja's too."""
    asked = test["test_metadata"]
    given = {name: value for name, value in asked["kwargs"].items() if name != "model"}
    words = "".join(f", {name}={json.dumps(value)}" for name, value in given.items())
    return f"{{{{ test_{asked['name']}(model=ref('{model}'){words}) }}}}"
