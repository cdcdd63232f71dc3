"""Learn ticket types from people's labels with scikit-learn. Only workers call this: importing it takes a second.

Five stratified folds: each ticket is classified by a model that was not trained on it, and by the rules.
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
SEEN = 2  # a term of a single ticket says nothing about others, and most terms are of that kind
STRENGTH = 20.0  # C of the regression: texts are short, so weak regularization separates them best


class LabelledTicket(NamedTuple):
    """A ticket's text, and the label that a person gave it."""

    title: str
    body: str
    type: str
    is_sample: bool = False


class Own(NamedTuple):
    """Of the tickets that are not samples: how many, and how many were right when held out, and by the rules."""

    tickets: int
    right: int
    rule_right: int

    @property
    def is_enough(self) -> bool:
        """Whether they decide alone whether the model is used."""
        return self.tickets >= FEWEST


class Learned(NamedTuple):
    """Weights from all tickets, and the accuracy (0..1) on held-out tickets, over all and by type.

    ``own`` counts them without the samples, and so does ``by_type`` once there are any.
    """

    weights: Weights
    accuracy: float
    rule_accuracy: float
    by_type: dict[str, dict[str, int]]
    own: Own

    @property
    def beats_the_rules(self) -> bool:
        """By your own tickets where there are enough of them, else by all."""
        if self.own.is_enough:
            return self.own.right > self.own.rule_right
        return self.accuracy > self.rule_accuracy


def learn(tickets: Sequence[LabelledTicket]) -> Learned | None:
    """Weights and their accuracy; None with fewer than 40 tickets, or fewer than two types with 5 or more."""
    counts = Counter(ticket.type for ticket in tickets)
    tickets = [ticket for ticket in tickets if counts[ticket.type] >= FOLDS]
    if len(tickets) < FEWEST or len({ticket.type for ticket in tickets}) < 2:
        return None
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from threadpoolctl import threadpool_limits

    texts, types = (
        [text_of(ticket.title, ticket.body) for ticket in tickets],
        np.array([ticket.type for ticket in tickets]),
    )
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    by_rule = np.array([propose_type(ticket.title, ticket.body).type for ticket in tickets]) == types
    with threadpool_limits(1):  # threads that wait for each other on a busy machine make it ten times slower
        right = cross_val_predict(_untrained(), texts, types, cv=folds) == types
        weights = _trained(texts, types)
    is_own = np.array([not ticket.is_sample for ticket in tickets])
    own = Own(int(is_own.sum()), int(right[is_own].sum()), int(by_rule[is_own].sum()))
    shown = is_own if own.tickets else ~is_own
    return Learned(weights, float(right.mean()), float(by_rule.mean()), _by_type(types[shown], right[shown]), own)


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
    if len(regression.classes_) == 2:  # one row serves both: softmax over (0, z) is the sigmoid of z
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercepts = np.array([0.0, *intercepts])
    terms = {str(term): place for place, term in enumerate(vectors.get_feature_names_out())}
    return Weights([str(kind) for kind in regression.classes_], terms, vectors.idf_, coefficients, intercepts)


def _by_type(types: np.ndarray, right: np.ndarray) -> dict[str, dict[str, int]]:
    return {
        str(kind): {"tickets": int((types == kind).sum()), "right": int(right[types == kind].sum())}
        for kind in np.unique(types)
    }
