"""Artifacts: equal models, equal bytes; nothing that could run is ever loaded."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, TweedieRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from models_ml import registry
from models_ml.registry import ArtifactError, estimator_from_bytes, estimator_to_bytes
from models_ml.threads import single_threaded


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(800, 4))
    return matrix, (matrix[:, 0] + rng.normal(size=800) > 0).astype(int)


@single_threaded
def fitted(data: tuple[np.ndarray, np.ndarray]) -> dict:
    return {
        "logistic": make_pipeline(StandardScaler(), LogisticRegression()).fit(*data),
        "trees": HistGradientBoostingClassifier(max_iter=8, random_state=0, early_stopping=False).fit(*data),
        # Both have an infinity in their loss, which may be one object or two.
        "tweedie": TweedieRegressor(power=1.5).fit(*data),
        "poisson": HistGradientBoostingRegressor(loss="poisson", max_iter=8, random_state=0).fit(*data),
    }


def test_round_trip_gives_equal_predictions(data: tuple[np.ndarray, np.ndarray]) -> None:
    before = fitted(data)
    after = estimator_from_bytes(estimator_to_bytes(before))
    for name in before:
        said = "predict_proba" if hasattr(before[name], "predict_proba") else "predict"
        assert np.array_equal(getattr(before[name], said)(data[0]), getattr(after[name], said)(data[0]))


def test_equal_models_give_equal_bytes(data: tuple[np.ndarray, np.ndarray]) -> None:
    first, second = fitted(data), fitted(data)
    assert skops.io.dumps(first) != skops.io.dumps(second)
    assert estimator_to_bytes(first) == estimator_to_bytes(second)
    assert estimator_to_bytes(first) == estimator_to_bytes(estimator_from_bytes(estimator_to_bytes(first)))


def test_an_artifact_that_names_a_foreign_type_is_refused_and_not_loaded(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    malicious = skops.io.dumps(FunctionTransformer(func=os.mkdir, kw_args={"path": str(trap)}))
    with pytest.raises(ArtifactError, match=r"estimators holds types that are not trusted .*mkdir"):
        estimator_from_bytes(malicious, "estimators")
    assert not trap.exists()


def test_a_pickle_is_not_an_artifact(data: tuple[np.ndarray, np.ndarray]) -> None:
    with pytest.raises(ArtifactError, match="churn is not a skops artifact"):
        estimator_from_bytes(pickle.dumps(fitted(data)["logistic"]), "churn")


def test_only_the_listed_types_pass(data: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch) -> None:
    content = estimator_to_bytes(fitted(data))
    monkeypatch.setattr(registry, "TRUSTED_TYPES", frozenset())
    with pytest.raises(ArtifactError, match="TreePredictor"):
        estimator_from_bytes(content)


def test_files_round_trip_and_odd_names_are_refused(tmp_path: Path) -> None:
    artifacts = {"churn.json": registry.parameters_to_bytes({"b": 1, "a": [1.5, None]}), "churn.skops": b"x"}
    files = registry.save(artifacts, tmp_path / "models" / "churn-1")
    assert [file.name for file in files] == ["churn.json", "churn.skops"]
    assert registry.load(tmp_path / "models" / "churn-1") == artifacts
    assert registry.parameters_from_bytes(artifacts["churn.json"]) == {"a": [1.5, None], "b": 1}
    for name in ("../escape.json", "model.pkl"):
        with pytest.raises(ArtifactError, match="is not the name of an artifact"):
            registry.save({name: b""}, tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArtifactError, match="empty holds no artifact"):
        registry.load(tmp_path / "empty")


def test_parameters_that_are_not_json_are_refused() -> None:
    with pytest.raises(ArtifactError, match=r"churn.json is not JSON"):
        registry.parameters_from_bytes(b"{'a': 1}", "churn.json")
    with pytest.raises(ValueError, match="not JSON compliant"):
        registry.parameters_to_bytes({"a": float("nan")})


def test_archives_carry_no_clock(data: tuple[np.ndarray, np.ndarray], tmp_path: Path) -> None:
    file = tmp_path / "m.skops"
    file.write_bytes(estimator_to_bytes(fitted(data)))
    with zipfile.ZipFile(file) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "schema.json"
