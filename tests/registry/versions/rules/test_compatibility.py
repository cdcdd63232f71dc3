from datetime import UTC, datetime

import pytest

from registry.compute.definition import Definition, Version
from registry.compute.upstream import from_code
from registry.data.rules.source import Source, SourceVersion
from registry.data.rules.source import address as source_address
from registry.features.rules.fingerprint import address, equivalence, version_name
from registry.features.rules.parity_evidence import ParityRun
from registry.versions.rules.compatibility import (
    Author,
    NoFeatures,
    Severity,
    UsedFeature,
    compared_by_name,
    conflicts,
    rests_on,
    source_change,
)

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
    results = conflicts([UsedFeature("orders_7d", trained, served)])
    assert [conflict.severity for conflict in results] == ([severity] if severity else []), why
    assert all(conflict.blocks == (severity is not Severity.INFO) for conflict in results)


def test_no_snapshot_blocks_even_a_model_without_features():
    assert conflicts(None, no_features=NoFeatures("cora", "ann"))[0].blocks


NOTHING = "No features declared: nothing can be compared."


@pytest.mark.parametrize(
    ("statement", "severity", "issue", "overridable"),
    [
        (
            None, Severity.ERROR,
            "The training snapshot is empty. Record the features, or register that the model uses none.", True,
        ),
        (
            NoFeatures("cora", None), Severity.ERROR,
            f"{NOTHING} cora stated it; an approver other than cora must confirm it.", False,
        ),
        (NoFeatures("cora", "ann"), Severity.INFO, f"{NOTHING} cora stated it and ann confirmed it.", True),
        (
            NoFeatures("cora", ""), Severity.INFO,
            f"{NOTHING} It was stated before a second person had to confirm it.", True,
        ),
    ],
)  # fmt: skip
def test_an_empty_snapshot_blocks_until_two_people_say_that_no_feature_is_used(statement, severity, issue, overridable):
    (conflict,) = conflicts([], no_features=statement)
    assert conflict[:5] == ("", severity, issue, None, None)
    assert conflict.overridable is overridable
    assert conflict.blocks is (severity is Severity.ERROR)


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
        "source_change": None,
        "changes": {
            "logic": {"from": TRAINED.computation_logic, "to": served.definition.computation_logic},
            "null_handling": {"from": "forward_fill", "to": "zero_fill"},
            "data_type": None,
            "source_table": None,
            "formatting_only": False,
        },
        "changed_by": None,
        "changed_at": None,
        "reason": None,
        "run": None,
        "rows_differ": None,
        "rows": None,
        "overridable": True,
    }


def test_a_conflict_says_who_made_the_change_and_how_many_rows_differ():
    (conflict,) = conflicts([UsedFeature("f", version(), ZERO, run=ParityRun(12, False, 300, 41, False))])
    at = datetime(2026, 11, 29, 12, tzinfo=UTC)
    shown = conflict._replace(author=Author("dana", at, "The latency fix.")).as_dict()
    assert {name: shown[name] for name in ("changed_by", "changed_at", "reason", "run", "rows_differ", "rows")} == {
        "changed_by": "dana",
        "changed_at": "2026-11-29T12:00:00+00:00",
        "reason": "The latency fix.",
        "run": 12,
        "rows_differ": 41,
        "rows": 300,
    }


def test_each_feature_has_a_conflict_of_its_own():
    results = conflicts(
        [
            UsedFeature("a", version(), version(data_type="int64")),
            UsedFeature("b", version(), version()),
            UsedFeature("c", None, None),
        ]
    )
    assert [conflict.feature for conflict in results] == ["a", "c"]


def test_what_blocks_comes_first_and_the_order_of_the_snapshot_is_kept():
    rewritten = UsedFeature("a", version(), REWRITTEN)
    used = [rewritten, UsedFeature("b", version(), ZERO), rewritten._replace(feature="c"), UsedFeature("d", None, ZERO)]
    assert [conflict.feature for conflict in conflicts(used)] == ["b", "d", "a", "c"]


REWRITTEN = version(computation_logic="avg(x) over (order by t)")
ZERO = version(null_handling="zero_fill")
IN_FULL = [
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


@pytest.mark.parametrize(("used", "severity", "issue", "trained_on", "current"), IN_FULL)
def test_a_conflict_is_reported_in_full(used, severity, issue, trained_on, current):
    (conflict,) = conflicts([used])
    assert conflict[:5] == ("f", severity, issue, trained_on, current)
    assert conflict.change.formatting_only is (severity is Severity.INFO)
    assert conflict.key == f"f:{trained_on or '-'}>{current or '-'}"
    content = conflict.as_dict()
    assert (content["null_handling_change"], content["logic_change"]) == (
        used.served is ZERO and trained_on is not None,
        False,
    )
    assert content["data_type_change"] is content["source_table_change"] is False


def test_a_whole_snapshot_that_tells_nothing_is_one_conflict():
    none, empty = conflicts(None)[0], conflicts([])[0]
    assert none[:5] == (
        "", Severity.ERROR, "No training snapshot was recorded, so nobody can tell what this model was trained on.", None, None,
    )  # fmt: skip
    assert empty[:5] == (
        "", Severity.ERROR,
        "The training snapshot is empty. Record the features, or register that the model uses none.", None, None,
    )  # fmt: skip
    assert conflicts(iter([UsedFeature("f", version(), version())]), no_features=NoFeatures("cora", None)) == ()
    assert len(conflicts([UsedFeature("f", version(), ZERO)], no_features=NoFeatures("cora", "ann"))) == 1


@pytest.mark.parametrize(
    ("run", "pinned", "severity", "issue"),
    [
        (
            ParityRun(12, True, 336_776, 0, True), False, Severity.INFO,
            "The definition changed since training: null handling. Parity run 12 showed that all 336,776 rows are equal.",
        ),
        (
            ParityRun(12, True, None, None, True), True, Severity.INFO,
            "The definition is pinned to a different version: null handling. Parity run 12 showed that all rows are equal.",
        ),
        (
            ParityRun(12, True, 7, 0, False), False, Severity.WARNING,
            "The definition changed since training: null handling.",
        ),
        (
            ParityRun(12, False, 7, 3, False), False, Severity.WARNING,
            "The definition changed since training: null handling.",
        ),
    ],
)  # fmt: skip
def test_a_parity_run_that_is_evidence_opens_the_gate_and_is_named(run, pinned, severity, issue):
    (conflict,) = conflicts([UsedFeature("f", version(), ZERO, pinned=pinned, run=run)])
    assert (conflict.severity, conflict.issue, conflict.run) == (severity, issue, run)


EVIDENCE, NO_EVIDENCE = ParityRun(1, True, 7, 0, True), ParityRun(1, False, 7, 3, False)
BASES = [
    (UsedFeature("f", version(), version()), "definition"),
    (UsedFeature("f", version(), REWRITTEN), "definition"),
    (UsedFeature("f", version(), ZERO), "definition"),
    (UsedFeature("f", version(), ZERO, run=NO_EVIDENCE), "definition"),
    (UsedFeature("f", version(), ZERO, run=EVIDENCE), "parity"),
    (UsedFeature("f", version(), ZERO, by_name=True, run=EVIDENCE), "parity"),
    (UsedFeature("f", version(), version(), by_name=True), "nothing"),
    (UsedFeature("f", version(), REWRITTEN, by_name=True), "nothing"),
    (UsedFeature("f", version(), ZERO, by_name=True), "definition"),  # that they differ is known
    (UsedFeature("f", None, ZERO), "nothing"),
    (UsedFeature("f", ZERO, None), "nothing"),
]


@pytest.mark.parametrize(("used", "basis"), BASES)
def test_what_the_comparison_of_a_feature_rests_on(used, basis):
    assert rests_on([used])._asdict() == {"definition": 0, "parity": 0, "nothing": 0} | {basis: 1}
    assert compared_by_name([used]) == (("f",) if basis == "nothing" else ())


def test_every_feature_is_counted_once():
    assert rests_on([used for used, _ in BASES]) == (5, 2, 4)


def test_a_pair_names_both_versions_and_their_table():
    assert UsedFeature("f", version(), ZERO).pair == ("f", version().name, ZERO.name, "orders")
    assert UsedFeature("f", version(), ZERO).differs
    assert not UsedFeature("f", version(), version()).differs
    assert not UsedFeature("f", None, ZERO).differs
    assert not UsedFeature("f", ZERO, None).differs


@pytest.mark.parametrize(("field", "value"), [("data_type", "int64"), ("source_table", "t")])
def test_a_conflict_marks_type_and_table(field, value):
    (conflict,) = conflicts([UsedFeature("f", version(), version(**{field: value}))])
    content = conflict.as_dict()
    assert [name for name in content if name.endswith("_change") and content[name]] == [f"{field}_change"]


# -- The source table beneath ------------------------------------------------------------------------------------------

ORDERS = Source("orders", ["customer_id"], "date", ["order_id"])
DBT = from_code("dbt", "models/orders.sql", "select coalesce(a, 0) as a from t", dialect="duckdb").as_dict()
FORMATTED = from_code(
    "dbt", "models/orders.sql", "SELECT COALESCE(a, 0) AS a\nFROM t -- as before", dialect="duckdb"
).as_dict()
OTHER = from_code("dbt", "models/orders.sql", "select a from t", dialect="duckdb").as_dict()


def source_version(number: int = 1, **changed) -> SourceVersion:
    source = ORDERS._replace(**changed)
    return SourceVersion("orders", number, source_address(source)[:12], source)


SOURCES = [
    ("the entity key", {}, {"entity_key": ["order_id"]}, "entity key customer_id → order_id"),
    ("the event time", {}, {"event_time": "order_id"}, "event time date → order_id"),
    ("the key of rows", {}, {"row_key": []}, "row key order_id → none"),
    ("the data set", {}, {"dataset": "orders_2"}, "data set orders → orders_2"),
    ("the dialect", {}, {"dialect": "spark"}, "dialect duckdb → spark"),
    (
        "the code upstream",
        {"upstream": DBT},
        {"upstream": OTHER},
        "upstream changed: null handling (models/orders.sql)",
    ),
    ("its formatting", {"upstream": DBT}, {"upstream": FORMATTED}, None),
    ("nothing", {}, {}, None),
]


@pytest.mark.parametrize(("why", "before", "after", "words"), SOURCES)
def test_a_source_table_that_changed_since_training_blocks_and_names_the_part(why, before, after, words):
    used = UsedFeature(
        "orders_7d", version(), version(), trained_source=source_version(**before), source=source_version(2, **after)
    )
    result = conflicts([used])
    assert [conflict.severity for conflict in result] == ([Severity.WARNING] if words else [])
    for conflict in result:
        assert conflict.issue == f"Its source table orders changed since training: {words}."
        assert conflict.as_dict()["source_change"] == conflict.source.as_dict() != {}
        assert set(conflict.source.as_dict()) == set(after)
        assert conflict.as_dict()["logic_change"] is False


def test_a_pin_does_not_hide_a_source_table_and_says_so():
    moved = source_version(2, event_time="order_id")
    used = UsedFeature("orders_7d", version(), version(), pinned=True, trained_source=source_version(), source=moved)
    (conflict,) = conflicts([used])
    assert conflict.blocks
    assert conflict.issue == (
        "Its source table orders changed since training: event time date → order_id. "
        "The pin does not cover this: it keeps the definition, not the table."
    )


def test_a_conflict_of_a_source_table_names_both_versions_of_the_feature():
    rewritten = version(computation_logic="avg(x) over (order by t)")
    moved = source_version(2, event_time="order_id")
    used = UsedFeature("orders_7d", version(), rewritten, trained_source=source_version(), source=moved)
    conflict, note = conflicts([used])
    assert (
        (conflict.trained_on, conflict.current) == (note.trained_on, note.current) == (version().name, rewritten.name)
    )


@pytest.mark.parametrize("known", [{"trained": version(), "served": None}, {"trained": None, "served": version()}])
def test_where_a_version_is_unknown_its_source_table_is_not_compared(known):
    moved = source_version(2, event_time="order_id")
    used = UsedFeature("orders_7d", **known, trained_source=source_version(), source=moved)
    (conflict,) = conflicts([used])
    assert (conflict.severity, conflict.source) == (Severity.ERROR, None)


@pytest.mark.parametrize(
    ("code", "severity", "logic_changed"),
    [
        ("def f(df):  # last known\n    return df.a.ffill()", Severity.INFO, False),
        ("def f(df):\n    return df.a.fillna(0)", Severity.WARNING, True),
    ],
)
def test_code_is_compared_by_its_tokens(code, severity, logic_changed):
    sides = [
        Version(version_name(address(definition)), definition, equivalence(definition, "python"), "python")
        for definition in (
            TRAINED._replace(computation_logic=logic) for logic in ("def f(df):\n    return df.a.ffill()", code)
        )
    ]
    (conflict,) = conflicts([UsedFeature("orders_7d", *sides)])
    assert (conflict.severity, conflict.as_dict()["logic_change"]) == (severity, logic_changed)


def test_definition_and_source_table_are_conflicts_of_their_own():
    moved = source_version(2, event_time="order_id")
    used = UsedFeature(
        "orders_7d", version(), version(null_handling="drop"), trained_source=source_version(), source=moved
    )
    definition, table = conflicts([used])
    assert definition.key == f"orders_7d:{version().name}>{version(null_handling='drop').name}"
    assert table.key == f"orders_7d:orders@{source_version().name}>{moved.name}"
    assert (definition.as_dict()["source_change"], table.as_dict()["null_handling_change"]) == (None, False)


@pytest.mark.parametrize(("before", "after"), [(None, source_version()), (source_version(), None), (None, None)])
def test_a_table_that_nobody_described_is_no_change(before, after):
    assert source_change(before, after) is None


def test_another_table_is_a_change_of_the_definition_and_not_of_the_table():
    elsewhere = SourceVersion("elsewhere", 1, "0" * 12, ORDERS._replace(dataset="elsewhere"))
    used = UsedFeature(
        "orders_7d", version(), version(source_table="elsewhere"), trained_source=source_version(), source=elsewhere
    )
    (conflict,) = conflicts([used])
    assert conflict.as_dict()["source_table_change"] is True
    assert conflict.source is None
