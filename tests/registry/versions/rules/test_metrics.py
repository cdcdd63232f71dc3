"""Which way a metric is better, which is the main one, and how large an error may get."""

import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.versions.rules.metrics import (
    CATALOGUE,
    HIGHER,
    LOWER,
    MAIN,
    MAIN_METRICS,
    error,
    impossible,
    is_within,
    limit,
    main_metric,
    type_of,
)

SHARES = st.decimals(0, 1, places=6).map(float)


@pytest.mark.parametrize(
    ("metric", "serving", "share", "worst", "next_worse"),
    [
        ("auc", 0.9, 0.02, 0.898, 0.897999), ("accuracy", 0.5, 0.02, 0.49, 0.4899), ("f1", 1.0, 0.02, 1.0, 0.99999),
        ("r2", 0.0, 0.1, -0.1, -0.1001), ("mape", 0.12, 0.02, 0.1224, 0.12241), ("rmse", 14.2, 0.02, 14.484, 14.4841),
        ("mae", 0.0, 0.5, 0.0, 1e-9), ("log_loss", 0.3, 0.0, 0.3, 0.30001), ("brier", 0.1, 1.0, 0.2, 0.20001),
        ("mae", 1e22, 0.02, 1.02e22, 1.0201e22), ("auc", 0.7, 0.1, 0.67, 0.6699),
    ],
)  # fmt: skip
def test_two_percent_of_the_error_is_exact(metric, serving, share, worst, next_worse):
    assert limit(metric, serving, share) == worst
    assert is_within(metric, worst, serving, share)
    assert not is_within(metric, next_worse, serving, share)


@given(st.sampled_from([*CATALOGUE]), SHARES, SHARES, SHARES)
def test_a_value_passes_exactly_up_to_the_limit(metric, observed, serving, share):
    """By another way: the errors as decimals of a millionth, in whole numbers."""
    millionths = [round(value * 10**6) for value in (observed, serving, share)]
    if metric in HIGHER:
        millionths[:2] = [10**6 - value for value in millionths[:2]]
    passes = millionths[0] * 10**6 <= millionths[1] * (10**6 + millionths[2])
    assert is_within(metric, observed, serving, share) == passes
    assert is_within(metric, serving, serving, share)


def test_every_metric_has_one_direction_and_every_main_metric_a_direction():
    assert not set(HIGHER) & set(LOWER)
    assert len(CATALOGUE) == len(HIGHER) + len(LOWER)
    assert all(CATALOGUE[name] == (name in LOWER) for name in CATALOGUE)
    assert MAIN not in CATALOGUE
    assert {name for names in MAIN_METRICS.values() for name in names} <= set(CATALOGUE)
    assert set(MAIN_METRICS["other"]) == set(CATALOGUE)


@pytest.mark.parametrize(
    ("model_type", "first"),
    [("classification", "auc"), ("regression", "rmse"), ("forecasting", "wape"), ("ranking", "ndcg"),
     ("generation", "win_rate"), ("", "auc"), ("embedder", "auc"), ("other", "auc")],
)  # fmt: skip
def test_the_main_metric_of_a_type(model_type, first):
    everything = set(CATALOGUE)
    assert main_metric(model_type, set(), everything) == first
    assert main_metric(model_type, everything, set()) == first
    assert main_metric(model_type, set(), {"profit"}) is None
    assert type_of(model_type) == (model_type if model_type in MAIN_METRICS else "other")


def test_what_serves_decides_which_metric_is_the_main_one():
    assert main_metric("regression", {"r2", "mae"}, {"rmse", "r2"}) == "mae"
    assert main_metric("regression", {"auc"}, {"r2"}) == "r2"


def test_the_error_is_the_value_or_what_it_lacks_to_one():
    assert error("accuracy", 0.9) == Fraction(1, 10)
    assert error("mape", 0.1) == Fraction(1, 10)
    assert error("mape", 3) == 3


@pytest.mark.parametrize(
    ("metric", "value", "sentence"),
    [
        ("auc", 1.0, ""), ("auc", 1.5, "auc is 1.5, more than 1: record it as a share"), ("auc", -2.0, ""),
        ("rmse", 0.0, ""), ("rmse", -0.5, "rmse is -0.5, less than 0"), ("rmse", 99.0, ""),
    ],
)  # fmt: skip
def test_a_value_that_a_metric_cannot_have(metric, value, sentence):
    assert impossible(metric, value) == sentence


def test_a_limit_beyond_the_largest_number_is_the_largest_number():
    assert limit("mae", sys.float_info.max, 0.02) == sys.float_info.max
    assert is_within("mae", sys.float_info.max, sys.float_info.max, 0.02)
