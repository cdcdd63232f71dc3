"""Learn ticket types from people's words, by scikit-learn. Workers alone call this: importing it takes a second.

Five folds, stratified: each ticket is judged by a model that never saw it, and by the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from assessments.tickets.rules.label_model import Weights, terms_of, text_of
from assessments.tickets.rules.tickets import propose_type

FOLDS = 5
FEWEST = 40
MOST_TERMS = 10_000
SEEN = 2  # a piece of one ticket alone tells nothing of others, and most pieces are such
STRENGTH = 20.0  # C of the regression: texts are short, weak regularization tells them apart best


class Said(NamedTuple):
    """A ticket's text, and the type that a person gave."""

    title: str
    body: str
    type: str


class Learned(NamedTuple):
    """Weights from all the tickets; shares right (0..1) on tickets held out, over all and by type."""

    weights: Weights
    accuracy: float
    rule_accuracy: float
    by_type: dict[str, dict[str, int]]


def learn(said: Sequence[Said]) -> Learned | None:
    """Weights and how well they do; None with fewer than 40 tickets or fewer than two types of 5 or more."""
    counts = Counter(one.type for one in said)
    said = [one for one in said if counts[one.type] >= FOLDS]
    if len(said) < FEWEST or len({one.type for one in said}) < 2:
        return None
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from threadpoolctl import threadpool_limits

    texts, types = [text_of(one.title, one.body) for one in said], np.array([one.type for one in said])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    by_rule = np.array([propose_type(one.title, one.body).type for one in said]) == types
    with threadpool_limits(1):  # threads that wait for each other on a busy machine make it ten times slower
        right = cross_val_predict(_untrained(), texts, types, cv=folds) == types
        weights = _trained(texts, types)
    return Learned(weights, float(right.mean()), float(by_rule.mean()), _by_type(types, right))


def _untrained() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    vectors = TfidfVectorizer(analyzer=terms_of, sublinear_tf=True, min_df=SEEN, max_features=MOST_TERMS)
    return make_pipeline(vectors, LogisticRegression(C=STRENGTH, max_iter=1_000, class_weight="balanced"))


def _trained(texts: Sequence[str], types: np.ndarray) -> Weights:
    pipeline = _untrained().fit(texts, types)
    vectors, regression = pipeline[0], pipeline[1]
    coefficients, intercepts = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # one row tells both: softmax over (0, z) is the sigmoid of z
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercepts = np.array([0.0, *intercepts])
    terms = {str(term): place for place, term in enumerate(vectors.get_feature_names_out())}
    return Weights([str(one) for one in regression.classes_], terms, vectors.idf_, coefficients, intercepts)


def _by_type(types: np.ndarray, right: np.ndarray) -> dict[str, dict[str, int]]:
    return {
        str(one): {"tickets": int((types == one).sum()), "right": int(right[types == one].sum())}
        for one in np.unique(types)
    }
