"""Metric drift: judged by errors, with an interval, over the whole period and over windows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.drift.series import Series, unpacked
from tests.registry.compute.kinds.quality.rows import Rows, classes, plan_of, probabilities, reports

NO_GROUP = {"group": ""}


def as_read(series: Series) -> dict:
    return unpacked(series.packed())


def test_twice_the_errors_is_drift_though_accuracy_hardly_moved():
    results = reports(Rows(**classes(20_000, wrong=0.01)), Rows(**classes(20_000, wrong=0.02, seed=2)), **NO_GROUP)
    accuracy = results["metric: accuracy"]
    assert (accuracy.outcome, accuracy.limit) == ("drifted", 0.1)
    assert accuracy.value == pytest.approx(1.0, abs=0.35)
    assert accuracy.sentence.startswith("Accuracy went from 0.9")
    assert accuracy.sentence.endswith("limit +10%).")


def test_a_growth_that_chance_explains_decides_nothing_and_says_so():
    results = reports(Rows(**classes(300, wrong=0.03)), Rows(**classes(300, wrong=0.04, seed=4)), **NO_GROUP)
    accuracy = results["metric: accuracy"]
    assert accuracy.value > 0.1
    assert accuracy.outcome == "not_enough_data"
    assert accuracy.sentence.endswith("The interval includes the limit, so these rows are too few to decide.")


def test_a_metric_within_its_limit_passes_without_that_sentence():
    accuracy = reports(Rows(**classes(5_000)), Rows(**classes(5_000)), **NO_GROUP)["metric: accuracy"]
    assert (accuracy.outcome, accuracy.value) == ("passed", 0.0)
    assert "too few" not in accuracy.sentence
    assert accuracy.content["reference_interval"] == accuracy.content["current_interval"]


def test_a_limit_that_somebody_set_decides():
    sides = Rows(**classes(20_000, wrong=0.01)), Rows(**classes(20_000, wrong=0.02, seed=2))
    assert reports(*sides, limits={"metric_change": 3.0}, **NO_GROUP)["metric: accuracy"].outcome == "passed"


def test_probabilities_have_their_own_metrics_and_those_of_a_threshold():
    results = reports(Rows(**probabilities(20_000)), Rows(**probabilities(20_000, seed=2)), **NO_GROUP)
    assert set(results) == {
        "metric: AUC", "metric: log loss", "metric: Brier score", "metric: expected calibration error",
        "metric: accuracy", "metric: precision", "metric: recall",
    }  # fmt: skip
    assert {report.outcome for report in results.values()} == {"passed"}
    low = reports(Rows(**probabilities(20_000)), Rows(**probabilities(20_000)), threshold=0.2, **NO_GROUP)
    assert low["metric: recall"].content["current"] > results["metric: recall"].content["current"] + 0.1


def test_probabilities_that_are_no_longer_right_have_a_calibration_error_while_they_rank_as_well():
    results = reports(Rows(**probabilities(20_000)), Rows(**probabilities(5_000, off=0.1, seed=2)), **NO_GROUP)
    error = results["metric: expected calibration error"]
    assert error.outcome == "drifted"
    assert "beyond what chance explains, it changed by +0.0" in error.sentence
    assert results["metric: AUC"].outcome == "passed"


def test_many_classes_have_macro_averages_and_rates_of_each():
    random = np.random.default_rng(1)
    label = random.choice(["a", "b", "c"], 6_000, p=[0.6, 0.3, 0.1])
    good = np.where(random.random(6_000) < 0.1, "a", label)
    bad = np.where(label == "c", "a", good)  # a class is no longer predicted at all
    results = reports(Rows(y=label, p=good), Rows(y=label, p=bad), **NO_GROUP)
    assert set(results) == {"metric: accuracy", "metric: balanced accuracy", "metric: macro F1"}
    assert {report.outcome for report in results.values()} == {"drifted"}
    rates = {
        row["class"]: (row["recall_ref"] > 0.8, row["recall"])
        for row in results["metric: balanced accuracy"].content["classes"]
    }
    assert rates["c"] == (True, 0.0)


def test_numbers_have_errors_and_bias():
    random = np.random.default_rng(1)
    label = random.normal(50, 10, 5_000)
    before, after = label + random.normal(0, 2, 5_000), label + random.normal(2, 2, 5_000)
    results = reports(Rows(y=label, p=before), Rows(y=label, p=after), **NO_GROUP)
    outcomes = {name: report.outcome for name, report in results.items()}
    assert outcomes["metric: bias"] == outcomes["metric: mean absolute error"] == "drifted"
    assert "its size changed by +" in results["metric: bias"].sentence
    assert set(results) == {
        "metric: mean absolute error", "metric: root mean squared error", "metric: bias",
        "metric: mean absolute percentage error",
    }  # fmt: skip


def test_a_metric_that_is_not_defined_says_where_and_why():
    label = np.tile([0, 1], 200)
    results = reports(Rows(y=label, p=label), Rows(y=label, p=np.zeros(400, int)), **NO_GROUP)
    precision = results["metric: precision"]
    assert precision.outcome == "not_enough_data"
    assert precision.sentence == "Precision is not defined in the current data: No row is predicted 1."
    assert results["metric: recall"].outcome == "drifted"


def test_labels_that_are_late_are_counted_and_are_no_breach():
    reference, current = classes(2_000), classes(2_000, seed=2)
    current["y"] = pa.array(current["y"], mask=np.arange(2_000) >= 1_500)
    accuracy = reports(Rows(**reference), Rows(**current), **NO_GROUP)["metric: accuracy"]
    assert accuracy.outcome == "passed"
    assert (accuracy.content["current_rows"], accuracy.content["current_late"]) == (1_500, 500)


@pytest.mark.parametrize(("side", "where"), [(0, "in the reference"), (1, "in the current data")])
def test_too_few_labels_on_a_side_say_which_and_how_many_are_late(side, where):
    sides = [classes(500), classes(500, seed=2)]
    sides[side]["y"] = pa.array(sides[side]["y"], mask=np.arange(500) >= 49)
    (report,) = reports(*(Rows(**columns) for columns in sides), **NO_GROUP).values()
    assert (report.column, report.outcome) == ("metrics", "not_enough_data")
    assert report.sentence.startswith(f"Too few rows with a prediction and a label {where}: 49, needs 50.")
    assert ("451 rows of the current data have a prediction and no label yet." in report.sentence) == bool(side)


DAYS, REFERENCE, A_DAY = 60, 28, 400


def over_days(wrong_later: float) -> tuple[Rows, Rows]:
    """The error rate is 5%, and another one in the last twenty days."""
    early, late = classes(40 * A_DAY, wrong=0.05), classes(20 * A_DAY, wrong=wrong_later, seed=3)
    cut = REFERENCE * A_DAY
    whole = {name: np.concatenate([early[name], late[name]]) for name in early}
    return tuple(
        Rows(**{name: part[chosen] for name, part in whole.items()}) for chosen in (slice(cut), slice(cut, None))
    )


@pytest.mark.parametrize("calibrated", [True, False])
def test_windows_see_when_errors_grew(calibrated):
    plan = plan_of(A_DAY, reference=REFERENCE, days=DAYS, calibrated=calibrated)
    accuracy = reports(*over_days(0.2), plan, **NO_GROUP)["metric: accuracy"]
    (series,) = map(as_read, accuracy.content["series"])
    assert (series["statistic"], series["calibrated"]) == ("error_rate", calibrated)
    (period,) = series["periods"]
    assert period["first"] >= "2024-02-10"
    assert "By window: an alarm 2024-02-1" in accuracy.sentence
    assert series["points"][0]["value"] == pytest.approx(0.05, abs=0.04)


@pytest.mark.parametrize("calibrated", [True, False])
def test_windows_without_a_change_raise_no_alarm(calibrated):
    plan = plan_of(A_DAY, reference=REFERENCE, days=DAYS, calibrated=calibrated)
    for report in reports(*over_days(0.05), plan, **NO_GROUP).values():
        assert not any(point["alarm"] for point in as_read(report.content["series"][0])["points"])
        assert f"Over {DAYS - REFERENCE} windows: no alarm" in report.sentence


def test_windows_of_too_few_labelled_rows_say_nothing():
    plan = plan_of(20, reference=REFERENCE, days=DAYS)
    early = classes(DAYS * 20)
    cut = REFERENCE * 20
    sides = (
        Rows(**{name: part[:cut] for name, part in early.items()}),
        Rows(**{name: part[cut:] for name, part in early.items()}),
    )
    accuracy = reports(*sides, plan, **NO_GROUP)["metric: accuracy"]
    assert {point["value"] for point in as_read(accuracy.content["series"][0])["points"]} == {None}
    assert accuracy.sentence.endswith("No window has enough rows to be judged.")


def test_windows_whose_own_limit_is_out_of_reach_say_that_they_cannot_alarm():
    """The reference is right on one day and wrong on the next."""
    label = np.tile([0, 1], DAYS * A_DAY // 2)
    prediction = np.where(np.repeat(np.arange(DAYS), A_DAY) % 2, label, 1 - label)
    sides = [
        Rows(y=label[part], p=prediction[part]) for part in (slice(REFERENCE * A_DAY), slice(REFERENCE * A_DAY, None))
    ]
    plan = plan_of(A_DAY, reference=REFERENCE, days=DAYS)
    accuracy = reports(*sides, plan, **NO_GROUP)["metric: accuracy"]
    assert accuracy.sentence.endswith("and 1 is the most there is: no window can be above it.")
    fixed = reports(*sides, plan._replace(calibrated=False), **NO_GROUP)["metric: accuracy"]
    assert "no window can be above it" not in fixed.sentence


@pytest.mark.slow
def test_without_a_change_few_runs_drift_and_a_true_one_is_seen():
    drifted = seen = 0
    for seed in range(100):
        reference = Rows(**probabilities(5_000, seed=seed))
        quiet = reports(reference, Rows(**probabilities(2_000, seed=seed + 1_000)), **NO_GROUP)
        worse = reports(reference, Rows(**probabilities(2_000, seed=seed + 1_000, off=0.1)), **NO_GROUP)
        drifted += any(report.outcome == "drifted" for report in quiet.values())
        seen += any(report.outcome == "drifted" for report in worse.values())
    assert drifted <= 2
    assert seen >= 98
