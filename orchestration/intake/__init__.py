"""Reading any export losslessly: every row is loaded or quarantined. Knows nothing of Dagster."""
