import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.health.rules.scoring import Item, by_group, by_status, critical_gaps, health_score
from assessments.organizations.rules.catalogue import Status
from tests.assessments.health.stated import any_assessment, capability_names, finish, items, sample


@pytest.mark.parametrize(
    ("implemented", "partial", "missing", "not_applicable", "score", "why"),
    [
        (6, 4, 7, 0, 35.3, "the sample"),
        (7, 3, 7, 0, 41.2, "the sample one step on"),
        (1, 0, 0, 1, 100.0, "what does not apply is left out"),
        (0, 0, 0, 1, None, "nothing applies: no score"),
        (0, 0, 0, 0, None, "nothing at all: no score"),
        (0, 5, 0, 0, 0.0, "partial counts nothing"),
        (1, 0, 15, 0, 6.3, "6.25 goes up"),
        (3, 0, 13, 0, 18.8, "18.75 goes up"),
        (2, 0, 1, 0, 66.7, "66.66… goes up"),
    ],
)
def test_the_score_by_hand(implemented, partial, missing, not_applicable, score, why):
    counts = dict(zip(Status, (implemented, partial, missing, not_applicable), strict=True))
    stated = [
        Item(f"{status}_{number}", "Training", status, notes="said why")
        for status in Status
        for number in range(counts[status])
    ]
    assert health_score(stated) == score, why


def test_what_is_not_applicable_without_a_reason_counts_as_missing():
    unexplained, explained = (
        [Item("lineage", "Observability", "not_applicable", "critical", notes), *items(audit_log="implemented")]
        for notes in (" \n", "One model, by contract.")
    )
    assert (health_score(unexplained), critical_gaps(unexplained)) == (50.0, ["lineage"])
    assert (health_score(explained), critical_gaps(explained)) == (100.0, [])
    assert by_status(unexplained) == {"implemented": 1, "partial": 0, "missing": 1, "not_applicable": 0}
    group = next(group for group in by_group(unexplained) if group.group == "Observability")
    assert (group.applicable, group.missing, group.health_score) == (1, 1, 0.0)


def test_every_status_is_counted_even_when_there_is_none():
    assert by_status([]) == {"implemented": 0, "partial": 0, "missing": 0, "not_applicable": 0}


def test_an_unknown_status_is_an_error():
    with pytest.raises(ValueError, match="almost"):
        health_score([Item("lineage", "", "almost")])


def test_the_sample_by_group():
    by_name = {
        group.group: (group.implemented, group.partial, group.missing, group.health_score)
        for group in by_group(sample())
    }
    assert by_name == {
        "Data & Features": (0, 0, 2, 0.0),
        "Dev Experience": (1, 1, 0, 50.0),
        "Training": (1, 1, 0, 50.0),
        "Registry & Artifacts": (1, 1, 0, 50.0),
        "Evaluation": (0, 0, 2, 0.0),
        "Serving": (1, 0, 1, 50.0),
        "Observability": (1, 1, 1, 33.3),
        "Governance": (1, 0, 1, 50.0),
    }  # fmt: skip


def test_groups_come_in_their_order_and_others_after_them():
    stated = [Item("a", "Our own"), Item("b", "Governance"), Item("c", "Training"), Item("d", "Our own")]
    assert [(row.group, row.applicable) for row in by_group(stated)] == [
        ("Training", 1),
        ("Governance", 1),
        ("Our own", 2),
    ]


def test_a_group_where_nothing_applies_has_no_score():
    [group] = by_group(items(artifact_store="not_applicable"))
    assert (group.applicable, group.health_score) == (0, None)


def test_critical_gaps_come_in_catalogue_order_whatever_order_they_were_stated_in():
    stated = [
        Item("own", "", "missing", "critical"),
        Item("data_drift_monitoring", "", "partial", "critical"),
        Item("lineage", "", "missing", "high"),
        Item("model_registry", "", "implemented", "critical"),
        Item("audit_log", "", "not_applicable", "critical", "No promotions."),
        Item("feature_parity", "", "missing", "critical"),
    ]
    assert critical_gaps(stated) == ["feature_parity", "data_drift_monitoring", "own"]


@given(any_assessment, capability_names)
def test_finishing_a_capability_never_lowers_the_score(stated, name):
    assert (health_score(finish(stated, name)) or 0) >= (health_score(stated) or 0)


@given(any_assessment)
def test_adding_an_implemented_capability_never_lowers_the_score(stated):
    assert health_score([*stated, Item("one_more", "Serving", "implemented")]) >= (health_score(stated) or 0)


@given(any_assessment)
def test_a_score_is_a_share_of_what_applies(stated):
    score, applies = (
        health_score(stated),
        any(item.status != Status.NOT_APPLICABLE or not item.notes for item in stated),
    )
    assert (score is not None) == applies
    assert score is None or 0 <= score <= 100


@given(any_assessment, st.randoms(use_true_random=False))
def test_the_order_of_statement_changes_nothing(stated, random):
    shuffled = random.sample(stated, len(stated))
    assert (health_score(shuffled), by_status(shuffled)) == (health_score(stated), by_status(stated))


@given(any_assessment)
def test_the_groups_add_up_to_the_whole(stated):
    groups, whole = by_group(stated), by_status(stated)
    assert sum(group.applicable for group in groups) == len(stated) - whole["not_applicable"]
    for status in ("implemented", "partial", "missing"):
        assert sum(getattr(group, status) for group in groups) == whole[status]
