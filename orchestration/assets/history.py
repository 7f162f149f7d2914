"""History: what past nights said of customers → the run's warehouse, for tonight's states to continue.

Stays out: what is remembered and how (orchestration.history).
"""

import dagster as dg

from orchestration.history.nights import remember_published
from orchestration.history.stretches import write_stretches
from orchestration.resources import Walk


@dg.multi_asset(
    name="history",
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["history", "customer_states"]),
            group_name="history",
            # The warehouse is there and no dbt build has it open.
            deps=[dg.AssetKey(["marts", "fct_interactions"])],
        )
    ],
)
def history(context: dg.AssetExecutionContext, walk: Walk):
    """One row per stretch of a state of a customer before tonight."""
    remember_published(walk.home_path, context.log.info)
    with walk.warehouse() as warehouse:
        stretches = write_stretches(warehouse, walk.home_path, walk.as_of)
    yield dg.MaterializeResult(metadata={"stretches": stretches})
