"""How checks, their parameters and their findings are worded."""

import pytest

from registry.models import Check
from registry.templatetags.check_words import by_reason, check_parameters, check_subject, series_sentence, statistic

DRIFT = {"reference": "flights", "current": ""}


@pytest.mark.parametrize(
    ("kind", "parameters", "subject"),
    [
        ("definition_parity", {"trained": "a", "current": "b"}, "a against b"),
        ("definition_parity", {"trained": "a", "current": "b", "proposed": {}, "dataset": "held"}, "a against proposed b, on held"),
        ("log_parity", {"training": "train", "serving": "log"}, "log against train"),
        ("schema", {"dataset": "orders"}, "orders"),
        ("drift", DRIFT, "flights"),
        ("drift", DRIFT | {"current": "flights"}, "flights"),
        ("drift", DRIFT | {"current": "others"}, "others against flights"),
    ],
)  # fmt: skip
def test_a_check_says_what_it_compares(kind, parameters, subject):
    assert check_subject(Check(kind=kind, parameters=parameters)) == subject


def test_parameters_that_are_not_set_are_left_out_and_long_lists_cut():
    check = Check(parameters={"window": "", "limit": 0.0, "calibrated": True, "columns": [f"c{n}" for n in range(14)]})
    worded = dict(check_parameters(check))
    assert [*worded.values()][-2:] == ["yes", ", ".join(f"c{n}" for n in range(12)) + " and 2 more"]
    assert "" not in worded.values()


def test_a_series_says_its_alarms_and_what_it_can_detect():
    points = [{"limit": 0.1, "alarm": False}, {"limit": 0.2, "alarm": True}]
    series = {"points": points, "calibrated": True, "expected_alarms_a_week": 0.5, "detectable_shift": 1.0}
    assert series_sentence(series) == (
        "2 windows against its own limit, from the reference's windows, weekdays and weekends apart: 1 raised an alarm. "
        "Expect 0.5 false alarms a week. A shift of 1 standard deviation would be seen within a week."
    )
    assert series_sentence({"points": points[:1], "calibrated": False, "detectable_shift": None}) == (
        "1 windows against a fixed limit: none raised an alarm."
    )


def test_a_series_says_that_chance_raised_its_fixed_limit_only_where_it_did():
    points = [{"limit": 0.1, "alarm": False}, {"limit": 0.35, "alarm": False}]
    series = {"points": points, "calibrated": False, "fixed_limit": 0.1, "detectable_shift": None}
    assert series_sentence(series) == (
        "2 windows against a fixed limit of 0.1, raised to at most 0.35 by what chance alone reaches: none raised an alarm."
    )
    assert "chance" not in series_sentence(series | {"points": points[:1]})


def test_columns_that_were_left_out_for_one_reason_stand_together():
    columns = [{"column": f"c{n}", "outcome": "blind", "reason": "Too few."} for n in range(500)]
    columns.insert(3, {"column": "x", "outcome": "errored", "reason": "It broke."})
    first, second = by_reason(columns)
    assert (first["count"], len(first["names"]), first["reason"]) == (500, 12, "Too few.")
    assert (second["names"], second["outcome"]) == (["x"], "errored")


def test_a_statistic_has_a_title_or_its_name():
    assert (statistic("wasserstein_normed"), statistic("own")) == ("Normalized Wasserstein", "own")
