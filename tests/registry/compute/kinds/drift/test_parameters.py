"""The parameters of a drift check are refused with every fault, each at its field."""

from __future__ import annotations

import pytest

from registry.compute.kinds.drift.parameters import DriftParameters

CUT = {"reference": "flights", "current_from": "-7d"}


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        (CUT, []),
        ({"reference": "flights"}, [("current", "same_rows")]),
        ({"reference": "flights", "current": "flights"}, [("current", "same_rows")]),
        ({"reference": "flights", "current": "others"}, []),
        (CUT | {"calibrated": True}, [("calibrated", "needs_windows")]),
        (CUT | {"calibrated": True, "window": "day"}, []),
        (CUT | {"window": "hour"}, [("window", "out_of_range")]),
        (CUT | {"current_to": "-7d"}, [("current_to", "empty_period")]),
        (CUT | {"reference_from": "2024-02-01", "reference_to": "2024-01-01"}, [("reference_to", "empty_period")]),
        (CUT | {"label": "late"}, [("prediction", "required")]),
        (CUT | {"limits": {"psi": -1}}, [("limits", "out_of_range")]),
        (CUT | {"limits": {"ks_p": 0.05}}, [("limits", "unknown_statistic")]),
        (CUT | {"column_limits": {"delay": {"mean": 1}}}, [("column_limits.delay", "unknown_statistic")]),
        (CUT | {"importance": {"delay": True}}, [("importance", "out_of_range")]),
        (CUT | {"minimum_rows": 0}, [("minimum_rows", "out_of_range")]),
        (CUT | {"minimum_values": 0}, [("minimum_rows", "out_of_range")]),
        (CUT | {"minimum_values": 50, "minimum_rows": 50}, []),
        (CUT | {"minimum_values": 50, "minimum_rows": 60}, [("minimum_values", "contradicts")]),
        (CUT | {"kinds": {"zip": "integer"}}, [("kinds", "out_of_range")]),
        (CUT | {"columns": ["id"], "kinds": {"id": "id"}}, [("ignore", "contradicts")]),
        (CUT | {"rows_left_out_limit": 2}, [("rows_left_out_limit", "out_of_range")]),
    ],
)
def test_every_fault_is_at_its_field(values, faults):
    assert [(fault.field, fault.code) for fault in DriftParameters.parse(values)[0]] == faults


def test_the_minimum_has_the_name_of_the_contract_too():
    assert DriftParameters.parse(CUT | {"minimum_values": 50})[1].minimum_rows == 50


def test_columns_are_left_out_on_purpose_by_name_or_by_kind():
    parameters = DriftParameters("flights", ignore=["a"], kinds={"b": "id", "c": "ignore", "d": "number"})
    assert parameters.not_compared == {"a", "b", "c"}


def test_a_limit_of_a_column_goes_before_the_one_of_all():
    parameters = DriftParameters("flights", limits={"psi": 0.2, "ks": 0.1}, column_limits={"delay": {"psi": 0.5}})
    assert parameters.limits_of("delay") == {"psi": 0.5, "ks": 0.1}
    assert parameters.limits_of("distance") == {"psi": 0.2, "ks": 0.1}
