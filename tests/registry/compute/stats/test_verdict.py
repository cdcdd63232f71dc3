import numpy as np
import pyarrow as pa
import pytest

from registry.compute.stats.columns.column import Column
from registry.compute.stats.distribution import compare_numeric
from registry.compute.stats.equality_rule import rule_of
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import (
    DistributionLimits,
    alarms_sentence,
    distribution_alarms,
    other_kinds,
    parity_verdict,
    percent,
)
from tests.registry.compute.stats.samples import compared_rows

FLOATS, WHOLE = (rule_of(kind, kind) for kind in (pa.float64(), pa.int64()))

ONE_OF_FOUR = compared_rows(Column.of([1.0, 1.0, 1.0, 1.0]), Column.of([1.0, 1.0, 1.0, 2.0], [0, 0, 0, 1]))
EQUAL = compared_rows(Column.of([1.0]), Column.of([1.0]))
NO_ROWS = compared_rows(Column.of([]), Column.of([]))
SPREAD = np.arange(300.0)


@pytest.mark.parametrize(
    ("parity", "limit", "ambiguous_rows", "outcome", "says"),
    [
        (EQUAL, 0.0, 0, Outcome.PASSED, "The one row is equal."),
        (ONE_OF_FOUR, 0.0, 0, Outcome.FAILED, "1 of 4 rows differs (25.0%; 1 null on one side only), above"),
        (ONE_OF_FOUR, 0.25, 0, Outcome.PASSED, "within the limit of 25.0%"),
        (ONE_OF_FOUR, 0.0, 3, Outcome.NOT_DETERMINISTIC, "3 rows tie"),
        (EQUAL, 0.0, 1, Outcome.NOT_DETERMINISTIC, "Order by a unique key"),
        (NO_ROWS, 0.0, 0, Outcome.NOT_ENOUGH_DATA, "no row"),
    ],
)
def test_a_parity_verdict_says_why(parity, limit, ambiguous_rows, outcome, says):
    verdict = parity_verdict(parity, FLOATS, limit=limit, ambiguous_rows=ambiguous_rows)
    assert verdict.outcome is outcome
    assert says in verdict.sentence


def test_one_row_in_a_million_is_not_reported_as_none():
    trained = np.zeros(1_000_000)
    current = trained.copy()
    current[5] = 1
    verdict = parity_verdict(compared_rows(Column.of(trained), Column.of(current)), FLOATS)
    assert verdict.outcome is Outcome.FAILED
    assert "under 0.1%" in verdict.sentence


def test_the_limits_are_parameters():
    comparison = compare_numeric(Column.of(SPREAD), Column.of(SPREAD + 5))
    alarms = {statistic.name: statistic for statistic in distribution_alarms(comparison, DistributionLimits(ks=0.01))}
    assert alarms["ks"].alarm
    assert alarms["ks"].limit == 0.01
    assert not alarms["wasserstein_normed"].alarm
    assert "ks_p" not in alarms


@pytest.mark.parametrize(
    ("current", "says"),
    [
        (Column.of(SPREAD), "Every distribution statistic is below its alarm limit."),
        (Column.of(SPREAD + 500), "Above the alarm limit: Kolmogorov-Smirnov, Normalized Wasserstein"),
        (Column.of([]), "No distribution statistic is above its alarm limit; without a value: "),
    ],
)
def test_what_distributions_alone_would_have_said(current, says):
    assert alarms_sentence(distribution_alarms(compare_numeric(Column.of(SPREAD), current))).startswith(says)


@pytest.mark.parametrize(("share", "words"), [(0, "0%"), (1, "100%"), (1e-9, "under 0.1%"), (0.278, "27.8%")])
def test_a_share_is_never_rounded_to_nothing(share, words):
    assert percent(share) == words


@pytest.mark.parametrize(
    ("current", "ends"),
    [
        ([1, 2], " are equal. Whole numbers are compared exactly."),
        ([1_235, 2], "Whole numbers are compared exactly; the largest difference is 1,234."),
        ([2**60, 2], "Whole numbers are compared exactly; the largest difference is 1.15292e+18."),
    ],
)
def test_a_verdict_says_how_the_values_were_compared(current, ends):
    parity = compared_rows(Column.of(np.array([1, 2])), Column.of(np.array(current)))
    assert parity_verdict(parity, WHOLE).sentence.endswith(ends)


def test_values_of_two_kinds_fail_by_name():
    verdict = other_kinds(rule_of(pa.string(), pa.int64()))
    sentence = "Training holds texts, the other side whole numbers: they are not compared. Give both one kind of value."
    assert verdict == (Outcome.FAILED, sentence)
