"""A column's verdict: by the size of the effect, ranked in units of its limit."""

import math
from dataclasses import replace

import numpy as np
import pytest

from registry.compute.stats.columns.column import Column
from registry.compute.stats.distribution import compare_categorical, compare_numeric
from registry.compute.stats.drift import in_words, judge_column
from registry.compute.stats.result import Outcome

SPREAD = np.arange(300.0)


@pytest.mark.parametrize(
    ("reference", "current", "outcome", "why"),
    [
        (SPREAD, SPREAD, Outcome.PASSED, "the same"),
        (SPREAD, SPREAD + 50, Outcome.DRIFTED, "half a deviation"),
        (SPREAD, SPREAD[:199], Outcome.NOT_ENOUGH_DATA, "199 rows"),
        (SPREAD[:0], SPREAD, Outcome.NOT_ENOUGH_DATA, "no reference"),
        (np.ones(300), np.ones(300), Outcome.PASSED, "the same constant"),
        (np.ones(300), np.full(300, 1.5), Outcome.DRIFTED, "another constant"),
        (SPREAD, np.full(300, np.nan), Outcome.DRIFTED, "all broken"),
        (np.full(300, np.nan), np.full(300, np.nan), Outcome.NOT_APPLICABLE, "nothing to compare is not good news"),
        (SPREAD, np.append(SPREAD[:-1], np.inf), Outcome.DRIFTED, "an infinity that was not there"),
    ],
)
def test_drift_is_decided_by_the_size_of_the_effect(reference, current, outcome, why):
    verdict = judge_column(compare_numeric(Column.of(reference), Column.of(current)))
    assert verdict.outcome is outcome, why
    assert verdict.sentence.endswith("."), why


@pytest.mark.parametrize(("nulls", "outcome"), [(15, Outcome.PASSED), (16, Outcome.DRIFTED)])
def test_nulls_count_in_any_column(nulls, outcome):
    values = np.array(["a"] * 300)
    comparison = compare_categorical(Column.of(values), Column.of(values, np.arange(300) < nulls))
    assert judge_column(comparison, {"jensen_shannon": 0.9}).outcome is outcome


def test_enough_rows_make_everything_significant_and_decide_nothing():
    reference = np.random.default_rng(2).normal(size=300_000)
    comparison = compare_numeric(Column.of(reference), Column.of(reference + 0.02))
    assert comparison["ks_p"].value < 1e-6
    assert judge_column(comparison).outcome is Outcome.PASSED


def test_a_statistic_that_somebody_limited_decides_too():
    comparison = compare_numeric(Column.of(SPREAD), Column.of(SPREAD + 5))
    assert judge_column(comparison).outcome is Outcome.PASSED
    judged = judge_column(replace(comparison, floors={}), {"ks": 0.01})
    assert (judged.outcome, judged.worst.name) == (Outcome.DRIFTED, "ks")
    assert judged.effect == pytest.approx(comparison["ks"].value / 0.01)


def test_a_limit_below_what_chance_reaches_is_raised_and_says_so():
    comparison = compare_numeric(Column.of(SPREAD), Column.of(SPREAD + 5))
    judged = judge_column(comparison, {"ks": 0.01})
    held = next(statistic for statistic in judged.decided if statistic.name == "ks")
    assert (judged.outcome, held.limit, held.is_raised) == (Outcome.PASSED, 0.01, True)
    assert "limit 0.01 raised to" in in_words(held)
    assert judged.effect < 1


def test_values_are_counted_and_not_rows():
    values, null = np.arange(1000.0), np.arange(1000) >= 9
    sparse = compare_numeric(Column.of(values, null), Column.of(values + 500, null))
    judged = judge_column(sparse)
    assert judged.outcome is Outcome.BLIND
    assert judged.sentence == "Too few values: 9 are not null, needs 200. Only the share of nulls was judged."
    lost = judge_column(compare_numeric(Column.of(values), Column.of(values, null)))
    assert (lost.outcome, lost.worst.name) == (Outcome.DRIFTED, "null_share_change")


@pytest.mark.parametrize(("others", "outcome"), [(0, Outcome.PASSED), (1, Outcome.PASSED), (40, Outcome.DRIFTED)])
def test_a_few_values_other_than_a_constant_may_be_chance(others, outcome):
    constant, current = np.full(300, 6.0), np.full(300, 6.0)
    current[:others] = 5.0
    judged = judge_column(compare_numeric(Column.of(constant), Column.of(current)))
    assert judged.outcome is outcome
    assert ("may be chance" in " ".join(in_words(statistic) for statistic in judged.decided)) is (others == 1)


def test_one_other_value_among_very_many_may_be_chance_too():
    constant = np.full(60_000, 6.0)
    judged = judge_column(compare_numeric(Column.of(constant), Column.of(np.append(constant, 5.0))))
    assert judged.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("limit", "outcome", "sentence"),
    [
        (1.0, Outcome.BLIND, "Jensen-Shannon is at most 1, and its limit is 1: it cannot alarm."),
        (0.99, Outcome.PASSED, "Jensen-Shannon is 0, limit 0.99; all 2 are within."),
    ],
)
def test_a_limit_that_cannot_be_reached_is_blind(limit, outcome, sentence):
    values = Column.of(np.array(["a", "b"] * 300))
    judged = judge_column(compare_categorical(values, values), {"jensen_shannon": limit})
    assert (judged.outcome, judged.sentence) == (outcome, sentence)


def test_what_is_without_bound_ranks_before_everything():
    judged = judge_column(compare_numeric(Column.of(SPREAD), Column.of(np.append(SPREAD[:-1], np.inf))))
    assert judged.effect == math.inf
    assert "without bound" in judged.sentence


def test_too_few_rows_are_a_number_of_their_own():
    comparison = compare_numeric(Column.of(SPREAD), Column.of(SPREAD[:50] + 500))
    assert judge_column(comparison).outcome is Outcome.NOT_ENOUGH_DATA
    assert judge_column(comparison, minimum_rows=50).outcome is Outcome.DRIFTED
