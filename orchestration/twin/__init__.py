"""The demo twin: generated exports of a company that does not exist, with known answers. Knows nothing of Dagster."""
