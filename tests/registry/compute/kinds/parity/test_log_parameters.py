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
    ],
)
def test_every_fault_is_at_its_field(values, faults):
    assert [(fault.field, fault.code) for fault in LogParityParameters.parse(values)[0]] == faults
