"""One person once: the contacts of every system become customers, and it stays known why.

`resolve.resolve` is the door. Deterministic keys come first (keys), then linking by evidence (model, candidates,
linking), then clusters that respect contradictions (clusters), then ids that outlive the night (ledger).
Stays out: Dagster (orchestration/assets/identity.py), the commands (orchestration/commands/identity.py) and what a
customer's name or phone finally is (the dbt model int_customer_profiles_merged).
"""
