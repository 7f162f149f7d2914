"""Artifacts: models as JSON parameters and skops bytes, saved and loaded without ever running what they contain.

Belongs here: turning fitted estimators into bytes and back, files in a folder, the list of types that may be loaded.
Stays out: which model is good (champion.py), what it predicts. No pickle, no joblib.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from pathlib import Path
from typing import Any

TRUSTED_TYPES = frozenset(
    {
        "numpy.dtype",
        "sklearn._loss.loss.HalfTweedieLoss",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    }
)
"""Inner types of scikit-learn estimators that skops does not know by heart. Nothing else may come out of a file."""

_NO_ADDRESS = "9" * 20
"""Longer than any, so what begins with it is nobody's."""


class ArtifactError(ValueError):
    """An artifact is missing, damaged, or holds something that must not be loaded; the message names it."""


def estimator_to_bytes(estimator: Any) -> bytes:
    """Serialise with skops. Equal models give equal bytes: memory addresses and clock times are taken out."""
    import skops.io

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(estimator))) as original:
        members = {name: original.read(name) for name in original.namelist()}
    numbers: dict[str, int] = {}

    def renumber(match: re.Match) -> str:
        return f"{match[1]}{numbers.setdefault(match[2], len(numbers))}{match[3]}"

    schema = members.pop("schema.json").decode()
    # Whether two equal numbers are one object is chance: each is its own.
    own = itertools.count()
    schema = re.sub(r'("is_json": true,\s*"__id__": )\d+', lambda match: f"{match[1]}{_NO_ADDRESS}{next(own)}", schema)
    # An address may hold an array under its own entry (`__id__`) and name its file (`file`): one number for both.
    schema = re.sub(r'("__id__": )(\d+)()', renumber, schema)
    schema = re.sub(r'("file": ")(\d+)(\.npy")', renumber, schema)
    renamed = {f"{numbers[name.removesuffix('.npy')]}.npy": content for name, content in members.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as canonical:
        for name, content in [("schema.json", schema.encode()), *sorted(renamed.items())]:
            canonical.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def estimator_from_bytes(content: bytes, name: str = "artifact") -> Any:
    """Rebuild an estimator. Raises ArtifactError, loading nothing, when the bytes name a type that is not trusted."""
    import skops.io

    try:
        found = set(skops.io.get_untrusted_types(data=content))
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ArtifactError(f"{name} is not a skops artifact: {error}") from error
    refused = sorted(found - TRUSTED_TYPES)
    if refused:
        raise ArtifactError(f"{name} holds types that are not trusted and was not loaded: {', '.join(refused)}")
    return skops.io.loads(content, trusted=sorted(found))


def parameters_to_bytes(parameters: dict) -> bytes:
    """JSON with sorted keys. Raises ValueError on NaN or infinity, which are not JSON."""
    return (json.dumps(parameters, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def parameters_from_bytes(content: bytes, name: str = "artifact") -> dict:
    try:
        return json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ArtifactError(f"{name} is not JSON: {error}") from error


def save(artifacts: dict[str, bytes], folder: Path) -> list[Path]:
    """Write each artifact as a file of its name into `folder`; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, content in sorted(artifacts.items()):
        if Path(name).name != name or Path(name).suffix not in (".json", ".skops"):
            raise ArtifactError(f"{name!r} is not the name of an artifact (a .json or .skops file without folders)")
        files.append(folder / name)
        files[-1].write_bytes(content)
    return files


def load(folder: Path) -> dict[str, bytes]:
    """Read back what `save` wrote. Raises ArtifactError when the folder holds no artifact."""
    artifacts = {
        file.name: file.read_bytes() for file in sorted(folder.glob("*")) if file.suffix in (".json", ".skops")
    }
    if not artifacts:
        raise ArtifactError(f"{folder.name} holds no artifact")
    return artifacts
