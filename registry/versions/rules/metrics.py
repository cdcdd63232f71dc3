"""The evaluation metrics whose direction is known, the main ones of each model type, and how large an error may get (G6).

The error of a metric that is better lower is its value: of 0.12 mape, 0.12. The error of one that is better higher, and 1
at most, is what it lacks to 1: of 0.9 auc, 0.1. "At most 2% worse" is 2% of that error, so 0.1224 mape and 0.898 auc. The
arithmetic is exact over the decimals as they were written: 0.898 passes, 0.8979 does not.

>>> limit("mape", 0.12, 0.02), limit("auc", 0.9, 0.02)
(0.1224, 0.898)
>>> is_within("auc", 0.898, 0.9, 0.02), is_within("auc", 0.8979, 0.9, 0.02)
(True, False)
"""

from __future__ import annotations

import sys
from collections.abc import Container
from fractions import Fraction

HIGHER = (
    "auc", "roc_auc", "f1", "average_precision", "pr_auc", "accuracy", "balanced_accuracy", "precision", "recall", "ndcg",
    "map", "mrr", "hit_rate", "r2", "win_rate", "pass_rate", "exact_match", "rouge_l", "silhouette",
)  # fmt: skip
LOWER = (
    "rmse", "mae", "mape", "wape", "smape", "mase", "mse", "rmsle", "pinball_loss", "crps", "log_loss", "brier",
    "perplexity", "word_error_rate",
)  # fmt: skip
CATALOGUE: dict[str, bool] = dict.fromkeys(HIGHER, False) | dict.fromkeys(LOWER, True)  # True: lower is better

MAIN = "main"  # stands in a check for the main metric of the model's type
OTHER = "other"  # the type of every model whose own is not named below
MAIN_METRICS: dict[str, tuple[str, ...]] = {
    "classification": (
        "auc", "roc_auc", "f1", "average_precision", "pr_auc", "balanced_accuracy", "accuracy", "log_loss", "brier",
    ),
    "regression": ("rmse", "mae", "mape", "mse", "r2", "rmsle", "pinball_loss"),
    "forecasting": ("wape", "mape", "smape", "mase", "rmse", "mae", "crps", "pinball_loss"),
    "ranking": ("ndcg", "map", "mrr", "hit_rate", "auc", "roc_auc"),
    "generation": ("win_rate", "pass_rate", "exact_match", "rouge_l", "word_error_rate", "perplexity"),
    OTHER: tuple(CATALOGUE),
}  # fmt: skip


def type_of(model_type: str) -> str:
    """The type whose main metrics count for a model: its own where it is one of the known ones.

    >>> type_of("ranking"), type_of("embedder"), type_of("")
    ('ranking', 'other', 'other')
    """
    return model_type if model_type in MAIN_METRICS else OTHER


def main_metric(model_type: str, serving: Container[str], recorded: Container[str]) -> str | None:
    """The main metric of a model type: the first that the version that serves recorded, or else the first that this one
    recorded; None where neither recorded any. Both over all rows.

    >>> main_metric("regression", {"mape"}, {"rmse"}), main_metric("regression", {"x"}, {"r2", "mae"})
    ('mape', 'mae')
    """
    names = MAIN_METRICS[type_of(model_type)]
    return next((name for known in (serving, recorded) for name in names if name in known), None)


def is_within(metric: str, observed: float, serving: float, max_worse: float) -> bool:
    """Whether the error behind a value is at most the serving version's and a share of it."""
    return error(metric, observed) <= _largest_error(metric, serving, max_worse)


def limit(metric: str, serving: float, max_worse: float) -> float:
    """The worst value that passes."""
    largest = min(_largest_error(metric, serving, max_worse), Fraction(sys.float_info.max))
    return float(largest if CATALOGUE[metric] else 1 - largest)


def error(metric: str, value: float) -> Fraction:
    """The error behind a value of a metric of the catalogue; below 0 where the value is none that it can have.

    >>> error("accuracy", 0.95), error("rmse", 14.2)
    (Fraction(1, 20), Fraction(71, 5))
    """
    return _exact(value) if CATALOGUE[metric] else 1 - _exact(value)


def impossible(metric: str, value: float) -> str:
    """Why a value cannot be one of the metric; empty where it can.

    >>> impossible("auc", 87.0)
    'auc is 87, more than 1: record it as a share'
    >>> impossible("rmse", -1.0), impossible("r2", -3.0)
    ('rmse is -1, less than 0', '')
    """
    if error(metric, value) >= 0:
        return ""
    return (
        f"{metric} is {value:g}, less than 0"
        if CATALOGUE[metric]
        else f"{metric} is {value:g}, more than 1: record it as a share"
    )


def _largest_error(metric: str, serving: float, max_worse: float) -> Fraction:
    return error(metric, serving) * (1 + _exact(max_worse))


def _exact(value: float) -> Fraction:
    return Fraction(repr(float(value)))
