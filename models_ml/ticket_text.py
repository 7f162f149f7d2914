"""Texts of tickets as numbers: words, pairs of words and the character n-grams within words, weighted by TF-IDF.

Nothing here knows a language. Character n-grams bring together the forms of a word, and read languages that set no
blanks between words. Belongs here: what is taken out of a text before anything is learned from it, and the n-grams.
Stays out: what is learned (text_classifier, topic_clusters), and which words may be shown (topic_terms).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

WORD = r"[^\W\d_]+"
LONGEST = 20_000
"""Characters read of a ticket: longer ones are threads that quote themselves at every answer."""
MIN_TICKETS = 3
"""What occurs in fewer tickets of the sample is a spelling mistake or somebody's name."""
MOST_NGRAMS = 40_000
CHARACTERS = (2, 4)
_HASHED = {"n_features": 2**20, "alternate_sign": False, "norm": None, "lowercase": False, "dtype": np.float32}
# Mark-up, addresses of mail and web, and whatever holds a digit: order numbers, phone numbers, dates.
_NO_WORDS = r"<[^>]{1,500}>|&#?\w{1,8};|\S+@\S+|https?://\S+|www\.\S+|[a-z_#-]*\d[\da-z_.,:#/-]*"


def words_only(texts: pl.Series) -> pl.Series:
    """Lower-case text without mark-up, addresses and numbers; null where no word is left."""
    plain = texts.str.slice(0, LONGEST).str.to_lowercase().str.replace_all(_NO_WORDS, " ")
    return plain.set(~plain.str.contains(r"\p{L}"), None)


class NGrams:
    """TF-IDF of the n-grams that enough texts of a sample hold; rows have length 1. Texts went through words_only."""

    def fit(self, texts: list[str]) -> NGrams:
        from sklearn.feature_extraction.text import TfidfTransformer

        counts = _counts(texts)
        found_in = np.bincount(counts.indices, minlength=counts.shape[1])
        most_first = np.argsort(-found_in, kind="stable")[:MOST_NGRAMS]
        self._kept = np.sort(most_first[found_in[most_first] >= MIN_TICKETS])
        self._weights = TfidfTransformer(sublinear_tf=True).fit(counts[:, self._kept])
        return self

    def __len__(self) -> int:
        return len(self._kept)

    def transform(self, texts: list[str]) -> sparse.csr_matrix:
        return self._weights.transform(_counts(texts)[:, self._kept])


def _counts(texts: list[str]) -> sparse.csr_matrix:
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer

    phrases = HashingVectorizer(token_pattern=WORD, ngram_range=(1, 2), **_HASHED).transform(texts)
    words = CountVectorizer(token_pattern=WORD, lowercase=False, dtype=np.float32)
    per_word = words.fit_transform(texts)
    # A word is spelled out once, however often it is written: the product is the n-grams of every text.
    spelled = HashingVectorizer(analyzer="char_wb", ngram_range=CHARACTERS, **_HASHED)
    counts = sparse.hstack([phrases, per_word @ spelled.transform(words.get_feature_names_out())], format="csr")
    # In one order, so that sums come out the same to the byte in whatever company a text is read.
    counts.sum_duplicates()
    return counts
