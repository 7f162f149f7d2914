"""How the customer's own words sound, learned from the ratings that tickets of such words were given.

A rating comes after most of the words and is of the whole service, so this says how tickets of such words end, not what
the person felt while writing. Nothing is said without enough ratings: no list of good and bad words of any language
stands in for them. Stays out: the rating itself (fct_tickets).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.calibration import Platt, fit_platt
from models_ml.design import logit
from models_ml.text_classifier import fit, held_out, is_better
from models_ml.ticket_text import NGrams
from models_ml.topic_terms import MIN_CUSTOMERS

MIN_EACH = 30
"""Good and bad ratings needed of each: a share of fewer is known to twenty points only."""
NEGATIVE_FROM = 0.5
"""Negative: more likely than not to be rated bad. Positive: half as likely as usual, or less. Else neither."""
TRUST = 1.0
"""Of ratings the words tell a part only: trusting them more learned the topic by heart (AUC 0.54 instead of 0.59 on the
demo; 0.96 either way on reviews in Portuguese)."""


@dataclass(frozen=True)
class Sentiment:
    """`unseen` holds the probabilities of the rated tickets of the sample, by models that had not read them."""

    ngrams: NGrams
    model: Any
    map: Platt
    usual: float
    unseen: pl.DataFrame
    card: dict

    def bad_probability(self, tickets: pl.DataFrame) -> pl.Series:
        """Of tickets with `ticket_id` and `customer_words`; null where there are no words."""
        told = tickets.select("ticket_id", "customer_words").drop_nulls()
        if told.height:
            x = self.ngrams.transform(told["customer_words"].to_list())
            bad = pl.Series(expit(self.map.apply(logit(self.model.predict_proba(x)[:, 1]))))
        else:
            bad = pl.Series([], dtype=pl.Float64)
        known = told.select("ticket_id", bad.alias("bad")).update(self.unseen, on="ticket_id", how="left")
        return tickets.join(known, on="ticket_id", how="left", maintain_order="left")["bad"]

    def words(self, bad: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """`negative`, `positive` or null, and how likely that is."""
        is_negative, is_positive = bad >= NEGATIVE_FROM, bad <= min(self.usual / 2, NEGATIVE_FROM)
        return (
            pl.when(is_negative).then(pl.lit("negative")).when(is_positive).then(pl.lit("positive")),
            pl.when(is_negative).then(bad).when(is_positive).then(1 - bad),
        )


def learn_sentiment(sample: pl.DataFrame) -> tuple[Sentiment | None, str]:
    """What the ratings (`is_good`) of a sample teach of its `customer_words`, or None and why nothing."""
    rated = sample.drop_nulls(["is_good", "customer_words"])
    is_bad = ~rated["is_good"].to_numpy().astype(bool)
    people = rated["customer"].to_numpy()
    if min(is_bad.sum(), (~is_bad).sum()) < MIN_EACH or len(np.unique(people)) < MIN_CUSTOMERS:
        return None, f"not enough ratings: {is_bad.sum():,} bad and {(~is_bad).sum():,} good, {MIN_EACH} of each needed"
    texts = rated["customer_words"].to_list()
    ngrams = NGrams().fit(texts)
    if not len(ngrams):
        return None, "the rated tickets have no words in common"
    x = ngrams.transform(texts)
    log_odds = logit(held_out(x, is_bad, people, TRUST)[:, 1])
    mapped = fit_platt(log_odds, is_bad)
    bad, usual = expit(mapped.apply(log_odds)), float(is_bad.mean())
    gain = _log_loss(np.full(len(bad), usual), is_bad) - _log_loss(bad, is_bad)
    card = {"rated": len(is_bad), "bad_share": usual, "log_loss_gain": float(gain.mean())}
    judged = f"learned from ratings; judged on {len(is_bad):,} of them, held back in turn"
    if not is_better(gain):
        return None, f"{judged}, the words tell no more than the usual share of bad ratings ({usual:.0%})"
    is_negative = bad >= NEGATIVE_FROM
    card["negative_share"] = float(is_negative.mean())
    card["bad_share_of_negative"] = float(is_bad[is_negative].mean()) if is_negative.any() else None
    words = f"{judged}: {_outcome(card['bad_share_of_negative'])} (of all {usual:.0%})"
    unseen = rated.select("ticket_id", pl.Series("bad", bad))
    return Sentiment(ngrams, fit(x, is_bad, TRUST), mapped, usual, unseen, card), words


def _outcome(bad_share: float | None) -> str:
    return "none sounds negative" if bad_share is None else f"{bad_share:.0%} of the negative ones were rated bad"


def _log_loss(probability: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    clipped = np.clip(np.where(outcome, probability, 1 - probability), 1e-6, None)
    return -np.log(clipped)
