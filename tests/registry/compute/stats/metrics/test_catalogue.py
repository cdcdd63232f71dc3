"""The documentation of what predictions are judged by: nothing computed is left out, and limits have a direction."""

from __future__ import annotations

import pytest

from registry.compute.stats.fairness import FIGURES
from registry.compute.stats.metrics.catalogue import ERRORS, JUDGED, OF_PREDICTIONS, OVER_WINDOWS
from registry.compute.stats.metrics.measured import METRICS
from registry.compute.stats.result import Direction, Kind

BY_NAME = {entry.name: entry for entry in OF_PREDICTIONS}


def test_every_error_by_which_a_metric_is_judged_is_documented_once():
    assert sorted(entry.name for entry in ERRORS) == sorted(metric.error for metric in METRICS.values())
    assert len(BY_NAME) == len(OF_PREDICTIONS)


def test_every_figure_of_fairness_has_a_limit_and_errors_have_none_of_their_own():
    assert {entry.name for entry in JUDGED} == {"metric_change", *FIGURES}
    assert all(entry.default_limit is not None for entry in JUDGED)
    assert [entry.name for entry in (*ERRORS, *OVER_WINDOWS) if entry.default_limit is not None] == []


@pytest.mark.parametrize("entry", OF_PREDICTIONS, ids=lambda entry: entry.name)
def test_only_the_ratio_is_worse_when_it_is_lower(entry):
    expected = Direction.LOWER_IS_WORSE if entry.name == "disparate_impact_ratio" else Direction.HIGHER_IS_WORSE
    assert entry.direction == expected


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.is_share])
def test_the_error_of_a_share_is_a_share(name):
    assert BY_NAME[METRICS[name].error].kind == Kind.SHARE
