"""A fault of an expression: equal faults are one, and a position of 0 is a position."""

from registry.compute.sandbox.faults import Fault


def test_equal_faults_are_one_and_those_at_two_positions_are_two():
    rows = [Fault("type", "No.", 0), Fault("type", "No.", 0), Fault("type", "No.", 9), Fault("type", "No.")]
    assert list(dict.fromkeys(rows)) == [Fault("type", "No.", 0), Fault("type", "No.", 9), Fault("type", "No.", None)]


def test_a_fault_without_a_position_has_none():
    assert Fault("syntax", "Write one expression.").position is None
