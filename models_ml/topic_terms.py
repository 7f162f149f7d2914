"""Words that tell one topic from the others, of which none can give a person away.

A word may be shown when it stands in tickets of enough different customers and is nobody's name; addresses and numbers
were taken out before (ticket_text). Stays out: which ticket is about what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from scipy import sparse

from models_ml.ticket_text import WORD

MIN_CUSTOMERS = 5
"""Different customers behind every word that is shown: statistics offices publish no smaller cell."""
TERMS_SHOWN = 5
TELLING = 1.5
"""A word tells a topic where it stands half as often again as in the topic that says it next most often."""
MOST_TERMS = 20_000
_WORD = re.compile(WORD)
# Scripts that set no blanks between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{2,}")
_CHARACTERS = range(2, 5)
_LETTERS = 4
"""Shorter words are mostly those that every sentence has, in any language with blanks."""


def terms_of(text: str) -> list[str]:
    """Words of four letters or more, pairs of them, and pieces of two to four characters of unspaced scripts."""
    pieces = [
        run[at : at + size]
        for run in _UNSPACED.findall(text)
        for size in _CHARACTERS
        for at in range(len(run) - size + 1)
    ]
    words = _WORD.findall(_UNSPACED.sub(" ", text))
    pairs = [f"{one} {two}" for one, two in pairwise(words) if min(len(one), len(two)) >= _LETTERS]
    return [*pieces, *(word for word in words if len(word) >= _LETTERS), *pairs]


def words_of_names(names: Iterable[str]) -> set[str]:
    """Every word of the names of customers and colleagues, and every piece of the unspaced ones."""
    found: set[str] = set()
    for name in names:
        lower = name.lower()
        found.update(_WORD.findall(lower))
        found.update(term for term in terms_of(lower) if " " not in term)
    return found


def may_be_shown(label: str, names: set[str]) -> bool:
    """Whether a label is neither a name nor an address nor a number."""
    return "@" not in label and not names.issuperset(_WORD.findall(label.lower()))


class Terms:
    """The words that may be shown, and in which texts of a sample each stands."""

    def __init__(self, texts: list[str], customers: np.ndarray, names: set[str]) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        found = CountVectorizer(analyzer=terms_of, binary=True, max_features=MOST_TERMS, dtype=np.int32)
        # One text more, for a sample of which no word is long enough: it has no customer, so nothing of it is shown.
        counted = found.fit_transform([*texts, "nobody"])[:-1]
        words = found.get_feature_names_out()
        _, customer = np.unique(customers, return_inverse=True)
        who = sparse.csr_matrix((np.ones(len(texts), np.int32), (customer, np.arange(len(texts)))))
        is_common = np.bincount((who @ counted).indices, minlength=len(words)) >= MIN_CUSTOMERS
        is_name = np.array([not names.isdisjoint(word.split()) for word in words], dtype=bool)
        self.words = words[is_common & ~is_name]
        self._found = counted[:, is_common & ~is_name]

    def telling(self, topics: np.ndarray, count: int) -> list[list[str]]:
        """Per topic (0 … count − 1; −1 is none) the words that tell it apart, the best first; none where none does.

        Class-based TF-IDF (Grootendorst 2022) with each topic held against the one that says the word next most often,
        so that the little words of a language, which all its topics share, tell nothing.
        """
        held = topics >= 0
        which = sparse.csr_matrix((np.ones(held.sum(), np.int32), (topics[held], np.flatnonzero(held))),
                                  shape=(count, len(topics)))  # fmt: skip
        sizes = np.maximum(np.bincount(topics[held], minlength=count), 1)[:, None]
        said = (which @ self._found).toarray()
        share = (said + 0.5) / (sizes + 1)
        return [self._best(share, said, topic) for topic in range(count)]

    def _best(self, share: np.ndarray, said: np.ndarray, topic: int) -> list[str]:
        times = share[topic] / np.delete(share, topic, axis=0).max(axis=0)
        weight = np.where(times >= TELLING, share[topic] * np.log(times), 0)
        chosen: list[str] = []
        for at in np.lexsort((self.words, -np.round(weight, 12))):
            if weight[at] <= 0 or len(chosen) == TERMS_SHOWN:
                break
            if said[topic, at] >= MIN_CUSTOMERS and not any(_overlap(self.words[at], word) for word in chosen):
                chosen.append(str(self.words[at]))
        return chosen


def _overlap(one: str, two: str) -> bool:
    is_unspaced = bool(_UNSPACED.search(one))
    # Two pieces of one word of an unspaced script share a character.
    return bool(set(one) & set(two)) if is_unspaced else not set(one.split()).isdisjoint(two.split())
