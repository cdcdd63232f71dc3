import pytest

from registry.compute.definition import Definition, Version
from registry.features.rules.fingerprint import address, equivalence, version_name
from registry.versions.rules.compatibility import Severity, UsedFeature, conflicts

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
    found = conflicts([UsedFeature("orders_7d", trained, served)])
    assert [conflict.severity for conflict in found] == ([severity] if severity else []), why
    assert all(conflict.blocks == (severity is not Severity.INFO) for conflict in found)


def test_no_snapshot_blocks_even_a_model_without_features():
    assert conflicts(None, uses_no_features=True)[0].blocks


def test_an_empty_snapshot_blocks_unless_it_was_said_that_no_feature_is_used():
    assert conflicts([])[0].severity is Severity.ERROR
    assert conflicts([], uses_no_features=True) == ()


def test_a_conflict_names_both_versions_and_what_moved():
    served = version(computation_logic="AVG(COALESCE(x, 0)) OVER (ORDER BY t)", null_handling="zero_fill")
    (conflict,) = conflicts([UsedFeature("orders_7d", version(), served)])
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
        [
            UsedFeature("a", version(), version(data_type="int64")),
            UsedFeature("b", version(), version()),
            UsedFeature("c", None, None),
        ]
    )
    assert [conflict.feature for conflict in found] == ["a", "c"]


REWRITTEN = version(computation_logic="avg(x) over (order by t)")
ZERO = version(null_handling="zero_fill")
TOLD = [
    (UsedFeature("f", None, ZERO), Severity.ERROR, "The version trained on is unknown.", None, ZERO.name),
    (UsedFeature("f", ZERO, None), Severity.ERROR, "The feature has no current version to serve.", ZERO.name, None),
    (UsedFeature("f", None, None), Severity.ERROR, "The version trained on is unknown.", None, None),
    (
        UsedFeature("f", version(), REWRITTEN),
        Severity.INFO,
        "The definition was rewritten since training, but computes the same.",
        version().name,
        REWRITTEN.name,
    ),
    (
        UsedFeature("f", version(), ZERO),
        Severity.WARNING,
        "The definition changed since training: null handling.",
        version().name,
        ZERO.name,
    ),
    (
        UsedFeature("f", version(), ZERO, pinned=True),
        Severity.WARNING,
        "The definition is pinned to a different version: null handling.",
        version().name,
        ZERO.name,
    ),
]


@pytest.mark.parametrize(("used", "severity", "issue", "trained_on", "current"), TOLD)
def test_a_conflict_is_told_in_full(used, severity, issue, trained_on, current):
    (conflict,) = conflicts([used])
    assert conflict[:5] == ("f", severity, issue, trained_on, current)
    assert conflict.change.formatting_only is (severity is Severity.INFO)
    assert conflict.key == f"f:{trained_on or '-'}>{current or '-'}"
    told = conflict.as_dict()
    assert (told["null_handling_change"], told["logic_change"]) == (
        used.served is ZERO and trained_on is not None,
        False,
    )
    assert told["data_type_change"] is told["source_table_change"] is False


def test_a_whole_snapshot_that_tells_nothing_is_one_conflict():
    none, empty = conflicts(None)[0], conflicts([])[0]
    assert none[:5] == (
        "", Severity.ERROR, "No training snapshot was recorded, so nobody can tell what this model was trained on.", None, None,
    )  # fmt: skip
    assert empty[:5] == (
        "", Severity.ERROR,
        "The training snapshot is empty. Record the features, or register that the model uses none.", None, None,
    )  # fmt: skip
    assert conflicts(iter([UsedFeature("f", version(), version())]), uses_no_features=True) == ()
    assert len(conflicts([UsedFeature("f", version(), ZERO)], uses_no_features=True)) == 1


@pytest.mark.parametrize(("field", "given"), [("data_type", "int64"), ("source_table", "t")])
def test_a_conflict_marks_type_and_table(field, given):
    (conflict,) = conflicts([UsedFeature("f", version(), version(**{field: given}))])
    told = conflict.as_dict()
    assert [name for name in told if name.endswith("_change") and told[name]] == [f"{field}_change"]
