"""How much memory a run's databases may take before they work on disk instead.

Stays out: what is read as a whole into the process (models_ml), and readers of releases, who have limits of their own.
"""

from __future__ import annotations

from functools import cache

import duckdb

SHARE = 0.4
"""Of what DuckDB would take by itself, which is four fifths of the machine or of its container: a third of all. The
models need as much again, and dashboards are served from the same machine while the night runs."""
_UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


@cache
def memory_limit() -> str:
    """As DuckDB's setting `memory_limit` takes it, such as "7864MiB"."""
    with duckdb.connect() as connection:
        [said] = connection.execute("select current_setting('memory_limit')").fetchone()
    number, unit = said.split()
    return f"{int(float(number) * _UNITS[unit] * SHARE) >> 20}MiB"
