from assessments.organizations.rules.catalogue import CAPABILITIES, Group, Priority, Status, position
from tests.assessments.health.stated import SAMPLE


def test_the_catalogue_is_the_agreed_one_in_its_order():
    rows = [(row["capability"], row["group"], row["description"]) for row in SAMPLE["items"]]
    assert [
        (capability.name, str(capability.group), capability.description) for capability in CAPABILITIES.values()
    ] == rows


def test_there_are_eight_groups_and_each_has_a_capability():
    assert [str(group) for group in Group] == SAMPLE["groups"]
    assert {capability.group for capability in CAPABILITIES.values()} == set(Group)


def test_statuses_and_priorities_are_the_agreed_words():
    assert list(map(str, Status)) == list(SAMPLE["expect"]["by_status"])
    assert list(map(str, Priority)) == ["critical", "high", "medium", "low"]


def test_what_lets_a_wrong_model_stay_unseen_is_critical_by_default():
    critical = {name for name, capability in CAPABILITIES.items() if capability.default_priority is Priority.CRITICAL}
    assert critical == {
        "feature_parity", "model_registry", "automated_eval_gates", "deployment_rollback", "baseline_monitoring",
        "data_drift_monitoring",
    }  # fmt: skip


def test_an_organizations_own_capabilities_stand_after_the_standard_ones():
    assert sorted(["own", "access_controls", "feature_parity"], key=position) == [
        "feature_parity",
        "access_controls",
        "own",
    ]
