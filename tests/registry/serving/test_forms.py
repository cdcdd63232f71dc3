"""What people type to change what serves: pairs, numbers and steps, one per line."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from registry.serving.forms import (
    MOST_ROWS,
    FastLaneForm,
    NamesField,
    RollbackForm,
    ServingForm,
    StepsField,
    ThresholdsField,
)
from registry.serving.queries.deployments import Place
from registry.serving.rules.configuration import Configuration
from registry.serving.rules.rollout import DEFAULT

VERSIONS = [SimpleNamespace(version="v1", stage="production"), SimpleNamespace(version="v2", stage="staging")]
CHANGE = {
    "version": "v1", "environment": "production", "how": "at_once", "traffic_percent": "40", "thresholds": "alarm = 0.5",
    "feature_pins": "orders_3d = none", "steps": "5% for 90 minutes\n100", "reason": "Because.",
}  # fmt: skip


def filled(**changed) -> ServingForm:
    return ServingForm(CHANGE | changed, versions=VERSIONS)


@pytest.mark.parametrize("nothing", ["none", "None", "null", "-", "–"])
def test_a_name_with_nothing_is_removed(nothing):
    assert NamesField().clean(f"alarm = {nothing}\n\n other=x ") == {"alarm": None, "other": "x"}


@pytest.mark.parametrize("line", ["alarm", "alarm =", "= 0.5"])
def test_half_a_pair_is_refused(line):
    with pytest.raises(ValidationError, match="is not a pair"):
        NamesField().clean(line)


def test_a_threshold_is_a_number():
    assert ThresholdsField().clean("alarm = -1e3") == {"alarm": -1000.0}
    with pytest.raises(ValidationError, match="'high' in 'alarm = high' is not a number"):
        ThresholdsField().clean("alarm = high")


@pytest.mark.parametrize(
    ("line", "percent", "minutes"),
    [("25% for 90 minutes", 25, 90), ("25 for 1 min", 25, 1), ("25 % for 1 minute", 25, 1), ("100", 100, 0)],
)
def test_a_step_is_a_percentage_and_minutes(line, percent, minutes):
    assert StepsField().clean(line) == [{"percent": percent, "hold_minutes": minutes}]


@pytest.mark.parametrize("line", ["soon", "25% for an hour", "1000%", "25% for 100000 minutes", "-5"])
def test_anything_else_is_no_step(line):
    with pytest.raises(ValidationError, match="is not a step"):
        StepsField().clean(line)


def test_steps_are_read_back_as_they_are_shown():
    assert tuple(StepsField().clean(StepsField.format(DEFAULT))) == DEFAULT


def test_at_once_leaves_out_the_steps_and_in_steps_the_percentage():
    forms = at_once, in_steps = filled(), filled(how="in_steps")
    assert [form.is_valid() for form in forms] == [True, True]
    assert at_once.proposal() == (40, {"alarm": 0.5}, {"orders_3d": None}, None, None)
    steps = [{"percent": 5, "hold_minutes": 90}, {"percent": 100, "hold_minutes": 0}]
    assert in_steps.proposal() == (None, {"alarm": 0.5}, {"orders_3d": None}, steps, None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"traffic_percent": "101"}, "traffic_percent"), ({"traffic_percent": "-1"}, "traffic_percent"),
        ({"reason": "x" * 4_001}, "reason"), ({"reason": ""}, "reason"), ({"version": "v3"}, "version"),
        ({"environment": "e" * 64}, "environment"),
    ],
)  # fmt: skip
def test_what_the_form_refuses(changed, field):
    assert set(filled(**changed).errors) == {field}


def test_what_is_just_within_its_limit_is_accepted():
    assert filled(traffic_percent="0", reason="x" * 4_000, environment="e" * 63).is_valid()
    assert filled(traffic_percent="100").is_valid()


def test_a_rollback_offers_the_earlier_revisions_with_their_traffic():
    earlier = [
        SimpleNamespace(number=2, configuration=Configuration({"v1": 60, "v2": 40})),
        SimpleNamespace(number=1, configuration=Configuration()),
    ]
    form = RollbackForm({"to_revision": "2", "reason": "Errors."}, place=Place(None, earlier, None))
    assert form.fields["to_revision"].choices == [(2, "revision 2: v1 60%, v2 40%"), (1, "revision 1: no traffic")]
    assert form.is_valid()
    assert (form.cleaned_data["to_revision"], form.cleaned_data["rehearsal"]) == (2, False)
    assert not RollbackForm({"to_revision": "3", "reason": "Errors."}, place=Place(None, earlier, None)).is_valid()


# -- the fast lane: a row for each metric, in percent -----------------------------------------------------------------------

METRICS = [{"metric": "auc", "slice": "", "value": 0.9}, {"metric": "auc", "slice": "north", "value": 0.8}]
BASELINE = {"version": "v1", "metrics": [*METRICS, {"metric": "rmse", "slice": "", "value": 2.0}]}
LANE = {
    "environment": "production",
    "until": "2026-12-01T08:00",
    "most_points": "30",
    "better_0": "higher",
    "better_1": "lower",
}


def lane_form(**changed):
    return FastLaneForm(LANE | changed, baseline=BASELINE)


def test_percent_become_shares_and_metrics_without_a_limit_are_left_out():
    made = lane_form(max_worse_0="2.5", worst_0="0.85")
    assert made.is_valid(), made.errors
    fields = made.request_fields()
    assert fields["limits"] == [{"metric": "auc", "slice": "", "better": "higher", "worst": 0.85, "max_worse": 0.025}]
    assert (fields["most_points"], fields["same_recipe"], fields["reason"]) == (30, False, "")


def test_each_metric_over_all_rows_has_a_row_up_to_a_number():
    many = [{"metric": f"m{number}", "slice": "", "value": 1.0} for number in range(20)]
    assert [metric["metric"] for metric in lane_form().metrics] == ["auc", "rmse"]
    assert len(FastLaneForm(baseline={"version": "v1", "metrics": many}).metrics) == MOST_ROWS
    assert FastLaneForm(baseline=None).metrics == []


def test_what_cannot_be_is_an_error():
    assert lane_form(max_worse_0="101").errors.keys() == {"max_worse_0"}
    assert lane_form(better_1="up", until="soon").errors.keys() == {"better_1", "until"}
