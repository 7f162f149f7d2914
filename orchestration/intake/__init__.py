"""Reading any export without losing a byte of it silently: landing → raw and quarantine.

Belongs here: finding landed files, opening them, splitting records, casting against the contract, quarantine, raw
Parquet, load manifests. Stays out: Dagster, the clock, what a column means (dbt), whether a value is plausible (gate).
"""
