"""The definitions as they are written: `models/metrics/*.yml` → `Metric`s made of aggregates of mart columns.

Stays out: SQL statements (data_quality.metrics.compiler).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import yaml

AGGREGATIONS = {
    "sum": "sum({expr})",
    "count": "count({expr})",
    "count_distinct": "count(distinct {expr})",
    "average": "avg({expr})",
    "median": "median({expr})",
    "percentile": "quantile_cont({expr}, {percentile})",
}
UNITS = ("count", "amount", "share", "minutes", "days", "score")
_DIMENSION = re.compile(r"\{\{\s*(?:Time)?Dimension\('(\w+?)__(\w+?)'\)\s*\}\}")
_WORD = re.compile(r"\b[a-z]\w*\b")


class MetricError(ValueError):
    """A definition says something that has no meaning here; the message names the metric."""


@dataclass(frozen=True)
class Aggregate:
    """One aggregation of one column of a mart, over the rows that all `filters` let through."""

    name: str
    table: str
    key: str
    time: str
    agg: str
    expr: str
    sql: str
    filters: tuple[str, ...] = ()
    is_stock: bool = False

    @property
    def place(self) -> tuple[str, str, bool]:
        """Aggregates of one place are made in one look at its table."""
        return (self.table, self.time, self.is_stock)


@dataclass(frozen=True)
class Metric:
    """One KPI. `formula` is SQL over the names of `aggregates`; `counted` names the aggregate that n is of."""

    name: str
    label: str
    description: str
    unit: str
    owner: str
    is_lower_better: bool
    is_stock: bool
    is_rate: bool
    formula: str
    counted: str
    aggregates: tuple[Aggregate, ...]
    dimensions: Mapping[str, str]


@dataclass(frozen=True)
class _Part:
    """What a metric becomes inside another one."""

    formula: str
    counted: str
    aggregates: tuple[Aggregate, ...]


def load_metrics(project_dir: Path) -> list[Metric]:
    """Every metric of a dbt project, in the order of files and lines. Raises MetricError."""
    said = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(_files(project_dir))]
    models = [model for file in said for model in file.get("semantic_models", ())]
    metrics = {metric["name"]: metric for file in said for metric in file.get("metrics", ())}
    measures = {measure["name"]: (model, measure) for model in models for measure in model["measures"]}
    return [_metric(name, metrics, measures) for name in metrics]


def _files(project_dir: Path) -> list[Path]:
    return list((Path(project_dir) / "models" / "metrics").glob("*.yml"))


def _metric(name: str, metrics: Mapping, measures: Mapping) -> Metric:
    said = metrics[name]
    try:
        meta = said["config"]["meta"]
        part = _part(name, metrics, measures)
        if meta["unit"] not in UNITS:
            raise MetricError(f"metric {name}: unit {meta['unit']!r} is none of {', '.join(UNITS)}")
        return Metric(
            name=name,
            label=said["label"],
            description=" ".join(said["description"].split()),
            unit=meta["unit"],
            owner=meta["owner"],
            is_lower_better=meta.get("better") == "down",
            is_stock=all(aggregate.is_stock for aggregate in part.aggregates),
            is_rate=_is_rate(said, part),
            formula=part.formula,
            counted=part.counted,
            aggregates=part.aggregates,
            dimensions=_dimensions(part.aggregates, measures),
        )
    except KeyError as missing:
        raise MetricError(f"metric {name}: {missing} is missing or unknown") from missing


def _part(name: str, metrics: Mapping, measures: Mapping, alias: str = "", filters: tuple[str, ...] = ()) -> _Part:
    said = metrics[name]
    described, kind = said["type_params"], said["type"]
    filters = (*_as_filters(said.get("filter")), *filters)
    inside = partial(_input, metrics=metrics, measures=measures, filters=filters)
    if kind == "simple":
        return _simple(alias or name, said, measures, filters)
    if kind == "ratio":
        above, below = inside(described["numerator"]), inside(described["denominator"])
        return _Part(
            f"{above.formula} / nullif({below.formula}, 0)",
            below.counted,
            tuple(dict.fromkeys(above.aggregates + below.aggregates)),
        )
    if kind == "derived":
        inputs = [_as_input(one) for one in described["metrics"]]
        parts = {one.get("alias", one["name"]): inside(one) for one in inputs}
        formula = _WORD.sub(
            lambda word: f"({parts[word[0]].formula})" if word[0] in parts else word[0], described["expr"]
        )
        aggregates = tuple(dict.fromkeys(one for part in parts.values() for one in part.aggregates))
        return _Part(formula, next(iter(parts.values())).counted, aggregates)
    raise MetricError(f"metric {name}: type {kind!r} is not understood; simple, ratio and derived are")


def _input(said: str | Mapping, metrics: Mapping, measures: Mapping, filters: tuple[str, ...]) -> _Part:
    one = _as_input(said)
    # An input with a filter of its own is another aggregate than the metric it comes from, and needs another name.
    alias = one.get("alias", "")
    if one.get("filter") and not alias:
        raise MetricError(f"metric {one['name']} is read with a filter: give it an alias there")
    return _part(one["name"], metrics, measures, alias, (*filters, *_as_filters(one.get("filter"))))


def _simple(name: str, said: Mapping, measures: Mapping, filters: tuple[str, ...]) -> _Part:
    measured = _as_input(said["type_params"]["measure"])
    model, measure = measures[measured["name"]]
    filters = (*_as_filters(measured.get("filter")), *filters)
    [key] = [entity for entity in model["entities"] if entity["type"] == "primary"]
    time = measure.get("agg_time_dimension", model["defaults"]["agg_time_dimension"])
    expr = str(measure.get("expr", measure["name"]))
    pattern = AGGREGATIONS.get(measure["agg"])
    if pattern is None:
        raise MetricError(f"measure {measure['name']}: agg {measure['agg']!r} is none of {', '.join(AGGREGATIONS)}")
    aggregate = Aggregate(
        name=name,
        table=f"marts.{_table(model)}",
        key=key.get("expr", key["name"]),
        time=_columns(model)[time],
        agg=measure["agg"],
        expr=expr,
        sql=pattern.format(expr=expr, percentile=measure.get("agg_params", {}).get("percentile")),
        filters=tuple(_rendered(text, model, key["name"], name) for text in filters),
        is_stock=said["config"]["meta"].get("is_stock", False),
    )
    return _Part(name, name, (aggregate,))


def _rendered(text: str, model: Mapping, entity: str, metric: str) -> str:
    def column(found: re.Match) -> str:
        if found[1] != entity:
            raise MetricError(f"metric {metric}: filters on {found[1]!r}, whose rows {model['name']} do not hold")
        return _columns(model)[found[2]]

    rendered = _DIMENSION.sub(column, text)
    if "{{" in rendered:
        raise MetricError(f"metric {metric}: {text!r} is not understood; filters read {{{{ Dimension('e__d') }}}}")
    return rendered


def _is_rate(said: Mapping, part: _Part) -> bool:
    """A share of counted rows: only of such a ratio the share of a sample says how far it may be off."""
    if said["type"] != "ratio" or len(part.aggregates) != 2:
        return False
    above, below = part.aggregates
    same = replace(above, name=below.name, filters=below.filters) == below
    return same and below.agg == "count" and set(below.filters) <= set(above.filters)


def _dimensions(aggregates: tuple[Aggregate, ...], measures: Mapping) -> dict[str, str]:
    """Name → column of the categorical dimensions that all tables of a metric have."""
    models = {f"marts.{_table(model)}": model for model, _ in measures.values()}
    shared = [
        {one["name"]: _columns(models[table])[one["name"]] for one in models[table]["dimensions"]
         if one["type"] == "categorical"}
        for table in dict.fromkeys(aggregate.table for aggregate in aggregates)
    ]  # fmt: skip
    return {name: column for name, column in shared[0].items() if all(one.get(name) == column for one in shared)}


def _columns(model: Mapping) -> dict[str, str]:
    """Name → SQL of a semantic model's dimensions; what is not one column stands in brackets."""
    said = {one["name"]: str(one.get("expr", one["name"])) for one in model["dimensions"]}
    return {name: expr if expr.isidentifier() else f"({expr})" for name, expr in said.items()}


def _table(model: Mapping) -> str:
    found = re.fullmatch(r"ref\('(\w+)'\)", model["model"])
    if not found:
        raise MetricError(f"semantic model {model['name']}: {model['model']!r} is not ref('a_mart')")
    return found[1]


def _as_input(said: str | Mapping) -> Mapping:
    return {"name": said} if isinstance(said, str) else said


def _as_filters(said: str | list[str] | None) -> tuple[str, ...]:
    return () if not said else (said,) if isinstance(said, str) else tuple(said)
