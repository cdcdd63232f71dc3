from dataclasses import fields

import numpy as np
import pytest

from registry.compute.stats.catalogue import ALL, ENTRIES, measured
from registry.compute.stats.columns.column import Column
from registry.compute.stats.distribution import compare_categorical, compare_numeric
from registry.compute.stats.fairness import FIGURES
from registry.compute.stats.metrics.catalogue import JUDGED
from registry.compute.stats.metrics.measured import METRICS
from registry.compute.stats.parity import Parity
from registry.compute.stats.verdict import DistributionLimits

COUNTS_AND_ROWS = {
    "rows", "rows_that_differ", "null_in_one_only", "nan_in_one_only", "missing", "extra", "infinite_differences",
    "difference_quantiles", "worst", "differs",
}  # fmt: skip


def test_every_statistic_computed_is_documented_and_nothing_else_is():
    column = Column.of(np.arange(5))
    computed = {
        *(statistic.name for statistic in compare_numeric(column, column).statistics),
        *(statistic.name for statistic in compare_categorical(column, column).statistics),
        *({field.name for field in fields(Parity)} - COUNTS_AND_ROWS),
        *(metric.error for metric in METRICS.values()),
        "metric_change",
        *FIGURES,
        "disparate_impact_gap",
    }
    assert computed == set(ENTRIES)


def test_no_statistic_is_documented_twice():
    assert len(ALL) == len(ENTRIES)


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
def test_an_entry_says_what_the_statistic_is_in_words_and_where_it_comes_from(entry):
    assert entry.formula.endswith(".")
    assert len(entry.formula) > 30
    assert entry.title
    assert entry.reference


def test_the_limits_are_those_of_the_catalogue():
    limits = DistributionLimits()
    with_limit = {entry.name for entry in ALL if entry.default_limit is not None} - {
        "mismatch_rate",
        *(entry.name for entry in JUDGED),
    }
    assert {name: limits.of(name) for name in with_limit} == {name: ENTRIES[name].default_limit for name in with_limit}
    assert set(limits.as_dict()) == {*with_limit, "minimum_rows"}


def test_no_p_value_has_a_limit():
    assert all(entry.default_limit is None for entry in ALL if entry.name.endswith("_p"))


def test_a_missing_value_needs_a_reason_and_nan_is_no_value():
    with pytest.raises(ValueError, match="say why"):
        measured("psi", None)
    with pytest.raises(ValueError, match="not a number"):
        measured("psi", float("nan"))
    with pytest.raises(KeyError):
        measured("undocumented", 1.0)


def test_an_infinite_value_is_none_and_without_bound():
    statistic = measured("wasserstein", float("inf"))
    assert (statistic.value, statistic.unbounded) == (None, True)
    assert statistic.reason
