"""Handing segments to where people act: one folder per destination. Knows nothing of Dagster."""
