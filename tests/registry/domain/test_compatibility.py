import pytest

from registry.domain.compatibility import Severity, Used, conflicts
from registry.domain.definition import Definition, Version
from registry.domain.fingerprint import address, equivalence, version_name

TRAINED = Definition("AVG(x) OVER (ORDER BY t)", "forward_fill", "float32", "orders")


def version(**moved):
    definition = TRAINED._replace(**moved)
    return Version(version_name(address(definition)), definition, equivalence(definition))


CASES = [
    (version(), version(), None, "the same version"),
    (version(), version(computation_logic="avg(x) over (order by t)"), Severity.INFO, "an equivalent rewrite"),
    (version(), version(computation_logic="SUM(x) OVER (ORDER BY t)"), Severity.WARNING, "another logic"),
    (version(), version(null_handling="zero_fill"), Severity.WARNING, "another null rule"),
    (version(), version(data_type="float64"), Severity.WARNING, "another type"),
    (version(), version(source_table="t"), Severity.WARNING, "another table"),
    (version(), None, Severity.ERROR, "the feature has nothing to serve"),
    (None, version(), Severity.ERROR, "the version trained on is unknown"),
]


@pytest.mark.parametrize(("trained", "served", "severity", "why"), CASES)
def test_what_is_served_is_held_against_what_was_trained_on(trained, served, severity, why):
    found = conflicts([Used("orders_7d", trained, served)])
    assert [conflict.severity for conflict in found] == ([severity] if severity else []), why
    assert all(conflict.blocks == (severity is not Severity.INFO) for conflict in found)


def test_no_snapshot_blocks_even_a_model_without_features():
    assert conflicts(None, uses_no_features=True)[0].blocks


def test_an_empty_snapshot_blocks_unless_it_was_said_that_no_feature_is_used():
    assert conflicts([])[0].severity is Severity.ERROR
    assert conflicts([], uses_no_features=True) == ()


def test_a_conflict_names_both_versions_and_what_moved():
    served = version(computation_logic="AVG(COALESCE(x, 0)) OVER (ORDER BY t)", null_handling="zero_fill")
    (conflict,) = conflicts([Used("orders_7d", version(), served)])
    assert conflict.as_dict() == {
        "feature": "orders_7d",
        "severity": "WARNING",
        "issue": "The definition changed since training: logic, null handling.",
        "trained_on": version().name,
        "current": served.name,
        "logic_change": True,
        "null_handling_change": True,
        "data_type_change": False,
        "source_table_change": False,
    }


def test_each_feature_has_a_conflict_of_its_own():
    found = conflicts(
        [Used("a", version(), version(data_type="int64")), Used("b", version(), version()), Used("c", None, None)]
    )
    assert [conflict.feature for conflict in found] == ["a", "c"]
