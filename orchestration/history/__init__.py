"""What customers were on past nights: segments, scores, owners. Kept in the home for good, while releases are not.

Belongs here: the memory of published nights and its stretches of time. Stays out: what a state is (dbt), Dagster.
"""
