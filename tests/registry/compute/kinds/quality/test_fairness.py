"""Fairness by group: the groups that decide are named with their rows, small ones decide nothing by chance."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.drift.series import Series, unpacked
from tests.registry.compute.kinds.quality.rows import Rows, classes, plan_of, probabilities, reports

FIGURES = {
    "fairness: demographic parity difference", "fairness: disparate impact ratio",
    "fairness: equal opportunity difference", "fairness: equalized odds difference",
    "fairness: false positive rate difference",
}  # fmt: skip
PARITY = "fairness: demographic parity difference"
NO_LABEL = {"label": ""}


def as_read(series: Series) -> dict:
    return unpacked(series.packed())


def unfair(rows: int, *, women: float = 0.3, men: float = 0.5, seed: int = 1) -> dict:
    random = np.random.default_rng(seed)
    group = random.choice(["women", "men"], rows, p=[0.3, 0.7])
    return {"p": (random.random(rows) < np.where(group == "women", women, men)).astype(int), "g": group}


def test_the_groups_that_decide_are_named_with_their_rates_and_rows():
    results = reports(Rows(**unfair(4_000)), Rows(**unfair(4_000)), **NO_LABEL)
    parity = results[PARITY]
    women, men = parity.content["pair"]
    assert (parity.outcome, women["group"], men["group"]) == ("drifted", "women", "men")
    assert f"women 0.{women['rate'] * 100:.0f} of {women['rows']:,} rows against men 0." in parity.sentence
    assert parity.sentence.endswith("; limit 0.1).")
    assert set(results) == {PARITY, "fairness: disparate impact ratio"}  # the others need labels


def test_fair_predictions_pass_every_figure():
    results = reports(Rows(**classes(20_000)), Rows(**classes(20_000, seed=2)))
    assert {name: report.outcome for name, report in results.items() if name in FIGURES} == dict.fromkeys(
        FIGURES, "passed"
    )


def test_probabilities_are_judged_at_the_threshold():
    columns = probabilities(8_000)
    columns["p"] = np.where(columns["g"] == "women", columns["p"] * 0.8, columns["p"])
    assert reports(Rows(**columns), Rows(**columns))[PARITY].outcome == "drifted"
    low = reports(Rows(**columns), Rows(**columns), threshold=0.05)[PARITY]
    assert low.outcome == "passed"


def test_the_favourable_class_may_be_the_other_one():
    columns = classes(5_000)
    columns["p"] = np.where(columns["g"] == "women", 1, columns["p"])
    by_default = reports(Rows(**columns), Rows(**columns))[PARITY]
    other = reports(Rows(**columns), Rows(**columns), favourable="0")[PARITY]
    assert by_default.content["pair"][0]["group"] == "men"
    assert (other.content["pair"][0]["group"], other.content["favourable"]) == ("women", "0")
    assert other.value == pytest.approx(by_default.value)


def test_the_favourable_class_may_be_the_one_that_a_probability_is_not_of():
    columns = probabilities(8_000)
    columns["p"] = np.where(columns["g"] == "women", columns["p"] * 0.5, columns["p"])
    assert reports(Rows(**columns), Rows(**columns))[PARITY].content["pair"][0]["group"] == "women"
    assert reports(Rows(**columns), Rows(**columns), favourable="0")[PARITY].content["pair"][0]["group"] == "men"


@pytest.mark.parametrize("favourable", ["0", "declined"])
def test_without_labels_the_favourable_class_may_be_the_one_that_a_probability_is_not_of(favourable):
    columns = probabilities(8_000)
    columns["p"] = np.where(columns["g"] == "women", columns["p"] * 0.5, columns["p"])
    late = columns | {"y": pa.array([None] * 8_000, pa.int64())}
    for sides, parameters in ((columns, {"label": ""}), (late, {})):
        parity = reports(Rows(**sides), Rows(**sides), favourable=favourable, **parameters)[PARITY]
        assert (parity.content["pair"][0]["group"], parity.content["favourable"]) == ("men", favourable)


def many(rows: int = 6_000) -> dict:
    random = np.random.default_rng(1)
    group = random.choice(["men", "women"], rows)
    label = random.choice(["high", "low", "none"], rows)
    return {"y": label, "p": np.where((group == "women") & (label == "high"), "low", label), "g": group}


def test_many_classes_are_judged_by_the_favourable_one_against_the_rest():
    results = reports(Rows(**many()), Rows(**many()), favourable="high")
    opportunity = results["fairness: equal opportunity difference"]
    assert (opportunity.value, opportunity.outcome) == (1.0, "drifted")
    assert "of the rows that are truly of the favourable class, women 0.00 of " in opportunity.sentence


def test_many_classes_without_a_favourable_one_have_no_answer_and_never_pass():
    fairness = reports(Rows(**many()), Rows(**many()))["fairness"]
    assert fairness.outcome == "not_applicable"
    assert fairness.sentence == "p holds 3 classes (high, low, none). Name the favourable one: favourable."


def test_numbers_have_no_fairness():
    values = np.random.default_rng(1).normal(size=500)
    columns = {"p": values, "y": values, "g": ["a", "b"] * 250}
    fairness = reports(Rows(**columns), Rows(**columns))["fairness"]
    assert fairness.outcome == "not_applicable"
    assert fairness.sentence.startswith("p holds numbers.")


def test_small_groups_are_named_as_left_out():
    columns = classes(2_000)
    columns["g"] = np.concatenate([["other"] * 12, columns["g"][12:]])
    parity = reports(Rows(**columns), Rows(**columns))[PARITY]
    assert parity.sentence.endswith("Left out with fewer than 30 rows: other (12).")
    assert parity.content["left_out"] == [{"group": "other", "rows": 12}]
    assert "Left out" not in reports(Rows(**classes(2_000)), Rows(**classes(2_000)))[PARITY].sentence


def test_one_group_of_enough_rows_is_no_comparison():
    columns = classes(500, groups=("all",))
    columns["g"] = np.concatenate([["few"] * 5, columns["g"][5:]])
    fairness = reports(Rows(**columns), Rows(**columns))["fairness"]
    assert fairness.outcome == "not_enough_data"
    assert fairness.sentence.endswith("enough rows are: all. Left out with fewer than 30 rows: few (5).")


def test_rows_without_a_group_are_counted():
    columns = classes(2_000)
    columns["g"] = pa.array(columns["g"].tolist(), mask=np.arange(2_000) < 150)
    content = reports(Rows(**columns), Rows(**columns))[PARITY].content
    assert content["without_group"] == 150
    assert sum(rate["rows"] for rate in content["rates"]) == 1_850


def test_too_few_rows_and_too_many_groups_say_so():
    columns = classes(49)
    assert (
        reports(Rows(**columns), Rows(**columns))["fairness"].sentence
        == "Too few rows with a prediction and a group: 49, needs 50."
    )
    columns = classes(30 * 501)
    columns["g"] = np.repeat(np.arange(501), 30)
    fairness = reports(Rows(**columns), Rows(**columns))["fairness"]
    assert (fairness.outcome, fairness.sentence) == ("not_applicable", "g has 501 groups. At most 500 are compared.")


def test_a_figure_that_needs_labels_says_what_is_missing():
    columns = classes(2_000)
    label = columns["y"]
    columns["y"] = pa.array(label, mask=(columns["g"] == "women") & (label == 1))
    results = reports(Rows(**classes(2_000)), Rows(**columns))
    opportunity = results["fairness: equal opportunity difference"]
    assert opportunity.outcome == "not_enough_data"
    assert opportunity.sentence == (
        "Equal opportunity difference needs labelled rows of at least two groups. "
        "Left out with fewer than 30 rows that are truly of the favourable class: women (0)."
    )
    assert results[PARITY].outcome == "passed"


def test_a_difference_within_chance_decides_nothing():
    random = np.random.default_rng(4)
    columns = {"p": (random.random(1_000) < 0.4).astype(int), "g": np.where(np.arange(1_000) < 40, "few", "many")}
    columns["p"][:40] = np.arange(40) < 22  # 0.55 of 40 rows
    parity = reports(Rows(**columns), Rows(**columns), **NO_LABEL)[PARITY]
    assert parity.value > 0.1
    assert parity.outcome == "not_enough_data"
    assert parity.sentence.endswith("too few to decide.")


@pytest.mark.parametrize("calibrated", [True, False])
def test_windows_see_when_a_group_was_no_longer_selected(calibrated):
    days, reference, a_day = 50, 20, 400
    fair, later = classes(40 * a_day), classes(10 * a_day, seed=2)
    later["p"] = np.where(later["g"] == "women", 0, later["p"])
    whole = {name: np.concatenate([fair[name], later[name]]) for name in fair}
    sides = [
        Rows(**{name: part[chosen] for name, part in whole.items()})
        for chosen in (slice(reference * a_day), slice(reference * a_day, None))
    ]
    plan = plan_of(a_day, reference=reference, days=days, calibrated=calibrated)
    for name in (PARITY, "fairness: disparate impact ratio"):
        (series,) = map(as_read, reports(*sides, plan)[name].content["series"])
        (period,) = series["periods"]
        assert "2024-02-10" <= period["first"] <= "2024-02-11"
        assert min(point["limit"] for point in series["points"]) >= (0.1 if name == PARITY else 0.2) - 1e-9
