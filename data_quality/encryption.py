"""Encryption on disk: the signed extension without which DuckDB writes nothing encrypted, temporary files included.

Belongs here: finding and loading it. Stays out: keys (release.py), what is written (staging.py).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb

from data_quality.release import ReleaseError, quoted


class EncryptionUnavailable(ReleaseError):
    """Nothing can be encrypted on this machine."""


def load_encryption(con: duckdb.DuckDBPyConnection) -> None:
    """Before the first row: a table larger than the memory allowed is spilled, and that must be encrypted too."""
    con.execute(f"LOAD {quoted(_extension())}")


def _extension() -> Path:
    """The httpfs extension from its Python package: DuckDB encrypts with it and may not download it."""
    spec = importlib.util.find_spec("duckdb_extension_httpfs")
    found = sorted(Path(spec.origin).parent.glob(f"extensions/v{duckdb.__version__}/httpfs.*")) if spec else []
    if not found:
        raise EncryptionUnavailable(
            f"neither personal data nor temporary files can be encrypted: no httpfs extension for DuckDB "
            f"{duckdb.__version__}. Install duckdb-extension-httpfs=={duckdb.__version__}"
        )
    return found[0]
