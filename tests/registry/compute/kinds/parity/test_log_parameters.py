"""The parameters of log parity: what is required, what is bounded, what cannot contain a row."""

import pytest

from registry.compute.kinds.parity.log_parameters import LogParityParameters

GIVEN = {"training": "train", "serving": "log", "entity_key": ["id"]}


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        (GIVEN, []),
        ({}, [("training", "required"), ("serving", "required"), ("entity_key", "required")]),
        (GIVEN | {"entity_key": []}, [("entity_key", "required")]),
        (GIVEN | {"since": "-1d", "until": "-1d"}, [("until", "empty_period")]),
        (GIVEN | {"since": "-2d", "until": "-1d"}, []),
        (
            GIVEN | {"unmatched_limit": 1.1, "limit": -0.1},
            [("limit", "out_of_range"), ("unmatched_limit", "out_of_range")],
        ),
        (
            GIVEN | {"match_by": "chance", "matched_minimum": 2, "minimum_rows": 0, "atol": -1, "rtol": "much"},
            [(name, "out_of_range") for name in ("match_by", "matched_minimum", "minimum_rows", "atol", "rtol")],
        ),
    ],
)
def test_every_fault_is_at_its_field(values, faults):
    assert [(fault.field, fault.code) for fault in LogParityParameters.parse(values)[0]] == faults


@pytest.mark.parametrize(
    ("chosen", "minimums"),
    [
        ({}, (0.95, 200, 1.0)),
        ({"matched_minimum": 0.5}, (0.5, 200, 1.0)),
        ({"unmatched_limit": 0.1}, (0.0, 200, 0.1)),
        ({"unmatched_limit": 1.0}, (0.95, 200, 1.0)),
        ({"unmatched_limit": 0.1, "matched_minimum": 0.9}, (0.9, 200, 0.1)),
        ({"match_by": "key"}, (0.0, 1, 0.0)),
        ({"match_by": "key", "limit": 0.2}, (0.0, 1, 0.2)),
        ({"match_by": "key", "unmatched_limit": 1.0, "minimum_rows": 50}, (0.0, 50, 1.0)),
    ],
)
def test_minimums_that_are_left_out_follow_from_the_others(chosen, minimums):
    parsed = LogParityParameters.parse(GIVEN | chosen)[1]
    assert (parsed.matched_minimum, parsed.minimum_rows, parsed.unmatched_limit) == minimums


def test_what_is_stored_is_read_back_as_it_was():
    parsed = LogParityParameters.parse(GIVEN | {"unmatched_limit": 0.1})[1]
    assert LogParityParameters.parse(parsed.as_dict()) == ([], parsed)
