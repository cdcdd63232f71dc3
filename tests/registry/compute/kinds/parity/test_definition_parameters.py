"""The thresholds of definition parity have defaults and bounds."""

import pytest

from registry.compute.kinds.parity.definition_parameters import ParityParameters


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"limit": 1, "atol": 7, "rtol": 0, "slice": "region"}, []),
        ({"limit": 1.01, "atol": -1, "rtol": 1.01, "slice": "x" * 129}, ["limit", "atol", "rtol", "slice"]),
        ({"slice": "x" * 128}, []),
        ({"tolerance": 1}, ["tolerance"]),
    ],
)
def test_every_fault_is_at_its_field(values, fields):
    faults, parsed = ParityParameters.parse(values)
    assert [fault.field for fault in faults] == fields
    assert parsed == (ParityParameters() if fields else ParityParameters(**values))
