"""The figures of fairness: from rates, from rows, and counted by hand, all the same; and what is left out never helps."""

from __future__ import annotations

import numpy as np
import pytest

from registry.compute.stats.fairness import FIGURES, Rates, figures
from registry.versions.rules.fairness import group_rates, observe, result_faults
from registry.versions.rules.policies import judge, looser
from registry.versions.rules.policy_checks import Check, faults, parse

RULE = Check("disparate_impact_ratio", "sex", ">=", 0.8, groups=("f", "m"))


def reported_rates(**groups):
    """`reported_rates(f=(rows, selection, true_positive, false_positive))` as results, each group of the column `sex`."""
    names = ("group_rows", "selection_rate", "true_positive_rate", "false_positive_rate")
    return {
        (metric, f"sex={group}"): value
        for group, values in groups.items()
        for metric, value in zip(names, values, strict=False)
        if value is not None
    }


def counted_by_hand(rows) -> dict[str, float]:
    """fairlearn's formulas over (label, prediction, group), in plain counts."""
    selection, recall, false_alarms = [], [], []
    for group in {row[2] for row in rows}:
        values = [row for row in rows if row[2] == group]
        selection.append(sum(item for _, item, _ in values) / len(values))
        positive = [item for label, item, _ in values if label]
        recall.append(sum(positive) / len(positive))
        negative = [item for label, item, _ in values if not label]
        false_alarms.append(sum(negative) / len(negative))
    spread = max(recall) - min(recall), max(false_alarms) - min(false_alarms)
    return {
        "demographic_parity_difference": max(selection) - min(selection),
        "disparate_impact_ratio": min(selection) / max(selection),
        "equal_opportunity_difference": spread[0],
        "false_positive_rate_difference": spread[1],
        "equalized_odds_difference": max(spread),
    }


@pytest.mark.parametrize("seed", range(5))
def test_rows_rates_and_counts_by_hand_agree(seed):
    random = np.random.default_rng(seed)
    label, group = random.integers(0, 2, 3_000), random.choice(["f", "m", "x"], 3_000)
    result = (random.random(3_000) < np.where(group == "f", 0.3, 0.6)).astype(int)
    rates = {
        name: Rates(
            int(of.sum()), result[of].mean(), result[of & (label == 1)].mean(), result[of & (label == 0)].mean()
        )
        for name in ("f", "m", "x")
        for of in [group == name]
    }
    by_hand = counted_by_hand(list(zip(label.tolist(), result.tolist(), group.tolist(), strict=True)))
    assert figures(rates) == pytest.approx(by_hand)


def test_nobody_selected_anywhere_is_no_difference():
    assert figures({"f": Rates(50, 0.0), "m": Rates(50, 0.0)})["disparate_impact_ratio"] == 1.0


@pytest.mark.parametrize(
    ("results", "lacking"),
    [
        (reported_rates(), "group f is not reported"),
        (reported_rates(f=(90, 0.5, None)), "group m is not reported"),
        (reported_rates(f=(90, 0.5, None), m=(None, 0.5, None)), "group m has no group_rows"),
        (reported_rates(f=(90, 0.5, None), m=(90, None, 0.5)), "group m has no selection_rate"),
        (reported_rates(f=(90, 0.5, None), m=(12, 0.5, None), x=(90, 0.5, None)), "group m has fewer than 30 rows"),
        (reported_rates(f=(90, 0.5, None), m=(90, 0.5, None), x=(90, None, 0.5)), "group x has no selection_rate"),
    ],
)
def test_what_is_left_out_closes_the_gate_and_is_named(results, lacking):
    (judged,) = judge([RULE], results, policy="fair", version=1, owner="Risk")
    assert (judged.outcome, judged.lacking, judged.closes) == ("missing", lacking, True)
    assert judged.sentence == (
        f"Policy fair v1 of Risk requires disparate_impact_ratio by sex (f, m) >= 0.8; it was not measured ({lacking})."
    )


def test_one_group_alone_is_no_comparison():
    assert observe("disparate_impact_ratio", "sex", reported_rates(f=(90, 0.5, None))).lacking.startswith(
        "fewer than two"
    )


def test_a_reported_figure_decides_nothing():
    results = reported_rates(f=(900, 0.2, 0.5), m=(900, 0.4, 0.9)) | {("disparate_impact_ratio", "sex"): 1.0}
    (judged,) = judge([RULE], results)
    assert (judged.observed, judged.outcome) == (0.5, "failed")
    assert judge([Check("equal_opportunity_difference", "sex", "<=", 0.4)], results)[0].outcome == "passed"


def test_equalized_odds_need_both_rates_of_every_group():
    rule = Check("equalized_odds_difference", "sex", "<=", 0.1)
    assert (
        judge([rule], reported_rates(f=(90, 0.5, 0.8, 0.1), m=(90, 0.5, 0.8)))[0].lacking
        == "group m has no false_positive_rate"
    )
    (judged,) = judge([rule], reported_rates(f=(90, 0.5, 0.8, 0.1), m=(90, 0.5, 0.75, 0.3)))
    assert (judged.outcome, judged.observed) == ("failed", pytest.approx(0.2))


def test_a_groups_name_may_hold_what_separates_it():
    assert group_rates({("selection_rate", "band=<=25"): 0.5})["band"]["<=25"].selection == 0.5


@pytest.mark.parametrize(
    ("metric", "slice_", "value", "wrong"),
    [
        ("selection_rate", "sex=f", 31.0, True), ("selection_rate", "sex=f", -0.1, True), ("selection_rate", "", 31.0, False),
        ("true_positive_rate", "sex=f", 1.01, True), ("group_rows", "sex=f", 1.5, True), ("group_rows", "sex=f", 1e300, True), ("group_rows", "sex=f", 900.0, False),
        ("mape", "sex=f", 31.0, False),
    ],
)  # fmt: skip
def test_a_rate_is_a_share_and_rows_are_counted(metric, slice_, value, wrong):
    assert bool(result_faults(metric, slice_, value)) == wrong


@pytest.mark.parametrize("figure", FIGURES)
def test_a_check_on_fairness_names_the_column_and_keeps_its_groups(figure):
    values = {"metric": figure, "operator": "<=", "threshold": 0.1, "slice": "sex", "groups": ["f", "m"]}
    assert faults([values]) == []
    assert parse(parse(values).as_dict()) == parse(values)
    fields = [
        field for field, _, _ in faults([values | {"slice": "sex=f", "groups": [1]}, values | {"metric": "mape"}])
    ]
    assert fields == ["checks.0.slice", "checks.0.groups", "checks.1.groups"]


def test_naming_fewer_groups_asks_for_less():
    assert looser([RULE._replace(groups=("f",))], [RULE])
    assert not looser([RULE._replace(groups=("f", "m", "x"))], [RULE])
