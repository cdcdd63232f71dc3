"""A number that does not exist says why."""

from __future__ import annotations

import pytest

from registry.compute.stats.comparison import ColumnKind, Comparison, absent, change


@pytest.mark.parametrize(
    ("sides", "what", "reasons", "unbounded"),
    [
        ((False, False), "numbers", "Neither side has numbers.", (False, False)),
        ((True, False), "numbers", "Only the reference has numbers.", (True, False)),
        ((False, True), "numbers", "Only the current side has numbers.", (True, False)),
        ((True, False), "rows", "Only the reference has rows.", (False, False)),
    ],
)
def test_a_distance_is_without_bound_where_one_side_alone_has_values(sides, what, reasons, unbounded):
    distance, chance = absent(("ks", "ks_p"), *sides, what)
    assert (distance.value, distance.unbounded, chance.unbounded) == (None, *unbounded)
    assert {distance.reason, chance.reason} == {reasons}


def test_a_change_needs_rows_on_both_sides():
    assert change("null_share_change", None, 0.5).reason == "A side has no rows."
    assert change("null_share_change", 0.5, 0.25).value == -0.25


def test_a_comparison_is_json_with_reasons():
    statistics = (change("null_share_change", None, 0.5), change("nan_share_change", 0.0, 0.5))
    comparison = Comparison(ColumnKind.OTHER, 0, 4, None, 0.5, {"bins": 3}, statistics, new=(-0.0, None, 2.5))
    content = comparison.as_dict()
    assert (content["bins"], content["nan_share_change"], content["null_share_change"]) == (3, 0.5, None)
    assert content["reasons"] == {"null_share_change": "A side has no rows."}
    assert "ks" not in comparison
    with pytest.raises(KeyError):
        comparison["ks"]
