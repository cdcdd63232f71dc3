import pytest

from registry.compute.definition import Definition
from registry.features.rules.change import Moved, changes

BEFORE = Definition("AVG(x) OVER (ORDER BY t)", "forward_fill", "float32", "orders")
CASES = [
    ({}, [], "nothing moved"),
    ({"computation_logic": "avg(x) over (order by t)"}, ["formatting only"], "the text moved, the meaning did not"),
    ({"computation_logic": "SUM(x) OVER (ORDER BY t)"}, ["logic"], "another function"),
    ({"null_handling": "zero_fill"}, ["null handling"], "another null rule"),
    ({"data_type": "float64"}, ["data type"], "another type"),
    ({"source_table": "orders_hourly"}, ["source table"], "another table"),
    (
        {"computation_logic": "avg(x) over (order by t)", "null_handling": "drop"},
        ["null handling"],
        "formatting beside a real change is not worth a word",
    ),
    (
        {"computation_logic": "MIN(x)", "null_handling": "none", "data_type": "int64", "source_table": "t"},
        ["logic", "null handling", "data type", "source table"],
        "everything",
    ),
]


@pytest.mark.parametrize(("moved", "words", "why"), CASES)
def test_a_change_is_reported_by_kind(moved, words, why):
    assert changes(BEFORE, BEFORE._replace(**moved)).words == words, why


def test_a_first_version_changed_nothing():
    assert not any(changes(None, BEFORE))


def test_a_change_tells_before_and_after():
    result = changes(BEFORE, BEFORE._replace(null_handling="zero_fill"))
    assert result.null_handling == Moved("forward_fill", "zero_fill")
    assert result.as_dict()["null_handling"] == {"from": "forward_fill", "to": "zero_fill"}
