"""The content of a feature version, and names of features."""

import pytest

from registry.compute.definition import NAME, Definition, NullHandling


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("a", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("mean_delay_7d", True),
        ("7d_mean", False),
        ("_mean", False),
        ("Mean", False),
        ("mean-delay", False),
        ("mean\n", False),
        ("", False),
    ],
)
def test_names_of_features(name, fits):
    assert bool(NAME.match(name)) is fits


def test_the_content_is_four_fields_that_are_stored_by_these_names():
    content = {"computation_logic": "x", "null_handling": "none", "data_type": "float64", "source_table": "events"}
    assert Definition(**content).as_dict() == content


def test_null_rules_are_stored_by_these_values():
    assert list(NullHandling) == ["none", "forward_fill", "zero_fill", "drop"]
