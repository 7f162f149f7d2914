"""Metrics: how good predictions were, once the window is over.

Belongs here: pure functions of arrays. Stays out: which model wins (champion.py). A metric that the data do not define
(one class only, nobody bought) is None, never 0.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata, spearmanr

ECE_BINS = 15


def classification_metrics(
    outcome: np.ndarray, probability: np.ndarray, is_recent: np.ndarray | None = None
) -> dict[str, float | None]:
    """AUC, average precision, Brier, log loss, ECE; and AUC among customers active lately, where `is_recent`."""
    y, p = np.asarray(outcome, float), np.asarray(probability, float)
    metrics = {
        "auc": auc(y, p),
        "average_precision": average_precision(y, p),
        "brier": float(np.mean((p - y) ** 2)),
        "log_loss": float(np.mean(log_losses(y, p))),
        "ece": expected_calibration_error(y, p),
    }
    if is_recent is not None:
        metrics["auc_recent"] = auc(y[is_recent], p[is_recent])
    return metrics


def log_losses(outcome: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """−ln of the probability that was given to what happened, one a row; 20.7 at most, so that one miss is finite."""
    y, p = np.asarray(outcome, float), np.asarray(probability, float)
    return -np.log(np.where(y > 0, np.clip(p, 1e-9, 1), np.clip(1 - p, 1e-9, 1)))


def auc(outcome: np.ndarray, score: np.ndarray) -> float | None:
    """Probability that a random positive scores above a random negative, ties counting half (Mann & Whitney 1947)."""
    is_positive = np.asarray(outcome) > 0
    positives, negatives = is_positive.sum(), (~is_positive).sum()
    if not positives or not negatives:
        return None
    pairs_won = rankdata(score)[is_positive].sum() - positives * (positives + 1) / 2
    return float(pairs_won / (positives * negatives))


def placements(outcome: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Of each row, the share of the other class that it stands on the right side of (ties half); both classes needed.

    Their mean over either class is the AUC, and how they scatter says how sure it is (DeLong et al. 1988).
    """
    is_positive = np.asarray(outcome) > 0
    ranks, among_own = rankdata(score), np.empty(len(is_positive))
    for own in (is_positive, ~is_positive):
        among_own[own] = rankdata(score[own])
    below = (ranks - among_own) / np.where(is_positive, (~is_positive).sum(), is_positive.sum())
    return np.where(is_positive, below, 1 - below)


def average_precision(outcome: np.ndarray, score: np.ndarray) -> float | None:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(outcome, score)) if np.any(np.asarray(outcome) > 0) else None


def expected_calibration_error(outcome: np.ndarray, probability: np.ndarray, bins: int = ECE_BINS) -> float:
    """Mean |predicted − observed| over equal-frequency bins, weighted by their size."""
    parts = equal_frequency_bins(probability, bins)
    gaps = [len(part) * abs(np.mean(probability[part]) - np.mean(outcome[part])) for part in parts]
    return float(sum(gaps) / len(probability))


def equal_frequency_bins(probability: np.ndarray, bins: int = ECE_BINS) -> list[np.ndarray]:
    """Positions of the rows of each bin, lowest probability first; fewer bins where there are fewer rows."""
    order = np.argsort(probability, kind="stable")
    return [part for part in np.array_split(order, bins) if len(part)]


def value_metrics(actual: np.ndarray, predicted: np.ndarray, cap: float) -> dict[str, float | None]:
    """MAE, RMSE, RMSE with both sides capped at `cap`, Spearman, and what ranking and totals are worth."""
    y, p = np.asarray(actual, float), np.asarray(predicted, float)
    total = y.sum()
    order = np.argsort(p, kind="stable")
    deciles = np.array_split(order, 10)
    rank = spearmanr(y, p).statistic if np.ptp(y) > 0 and np.ptp(p) > 0 else None
    return {
        "mae": float(np.mean(np.abs(y - p))),
        "rmse": float(np.sqrt(np.mean((y - p) ** 2))),
        "rmse_capped": float(np.sqrt(np.mean(capped_squared_error(y, p, cap)))),
        "spearman": None if rank is None else float(rank),
        "normalised_gini": normalised_gini(y, p),
        "top_decile_capture": float(y[deciles[-1]].sum() / total) if total > 0 else None,
        "dec_wape": float(sum(abs(p[d].sum() - y[d].sum()) for d in deciles) / total) if total > 0 else None,
        "aggregate_error": float(p.sum() / total - 1) if total > 0 else None,
    }


def capped_squared_error(actual: np.ndarray, predicted: np.ndarray, cap: float) -> np.ndarray:
    """Squared error per customer with both sides capped: one bulk buyer must not decide which model is best."""
    return (np.minimum(actual, cap) - np.minimum(predicted, cap)) ** 2


def normalised_gini(actual: np.ndarray, predicted: np.ndarray) -> float | None:
    """Gini of spend ordered by prediction, over the Gini of spend ordered by itself (1 = perfect ranking, 0 = none)."""
    y = np.maximum(np.asarray(actual, float), 0)
    if y.sum() <= 0 or np.ptp(y) == 0:
        return None

    def area(order: np.ndarray) -> float:
        return float(np.mean(np.cumsum(y[order]) / y.sum()) - (len(y) + 1) / (2 * len(y)))

    return area(np.argsort(-np.asarray(predicted), kind="stable")) / area(np.argsort(-y, kind="stable"))


def c_index(days: np.ndarray, is_bought: np.ndarray, score: np.ndarray) -> float | None:
    """Harrell's concordance: of comparable pairs, the share where the earlier buyer had the higher score.

    `days` is a whole number of days to the next purchase where `is_bought`, ignored elsewhere (censored at the end of
    the window). One pass a day over score counts, so a pair is never formed.
    """
    bought = np.asarray(is_bought, bool)
    _, rank = np.unique(score, return_inverse=True)
    waiting = np.bincount(rank, minlength=rank.max() + 1 if len(rank) else 1).astype(float)
    concordant = comparable = 0.0
    for day in np.unique(np.asarray(days)[bought]):
        now = rank[bought & (np.asarray(days) == day)]
        waiting -= np.bincount(now, minlength=len(waiting))
        below = np.concatenate([[0.0], np.cumsum(waiting)])
        concordant += np.sum(below[now] + waiting[now] / 2)
        comparable += len(now) * below[-1]
    return float(concordant / comparable) if comparable else None


def interval_coverage(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> float | None:
    """Share of actual values inside their interval, bounds included."""
    return float(np.mean((actual >= low) & (actual <= high))) if len(actual) else None
