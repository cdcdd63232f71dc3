"""What compatibility is decided on: who changed what, who can approve, what the comparison rests on."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM, Role
from platform_site.people.actions import create_user
from registry.features.actions import set_current
from registry.models import FeaturePin, NoFeaturesConfirmation
from registry.versions.actions.pins import pin_features
from registry.versions.actions.registration import register_version
from registry.versions.queries.compatibility import approvers, compatibility_of
from registry.versions.queries.gates import deployment_verdict
from tests.registry.conftest import ARTIFACT, FIXED, TRAINED, lineage, register
from tests.registry.versions.rules.test_compatibility import NOTHING

pytestmark = pytest.mark.postgresql
COLUMN = TRAINED._replace(computation_logic="order_count")


def test_a_conflict_names_who_made_the_version_current_when_and_why(in_production, cora):
    register(FIXED, cora, reason="The latency fix.")
    (conflict,) = compatibility_of(in_production).conflicts
    change = in_production.snapshot.entries.get().feature.current_changes.first()
    assert conflict.author == ("cora", change.changed_at, "The latency fix.")


def test_the_newest_change_to_that_version_counts(in_production, feature, cora):
    fixed, first = register(FIXED, cora, reason="The latency fix.").version, feature.versions.get(number=1)
    set_current(feature, first, reason="Back.", actor=cora)
    set_current(feature, fixed, reason="Forward again.", actor=cora)
    (conflict,) = compatibility_of(in_production).conflicts
    assert conflict.author.reason == "Forward again."


def test_a_pin_to_another_version_names_who_pinned_it(in_production, feature, cora):
    fixed = register(FIXED, cora, reason="The latency fix.").version
    pin_features(in_production, {"orders_3d": feature.versions.get(number=1).name}, actor=cora)
    assert compatibility_of(in_production).conflicts == ()
    pin = FeaturePin.objects.get()
    FeaturePin.objects.filter(pk=pin.pk).update(feature_version=fixed, pinned_by="otto")
    (conflict,) = compatibility_of(in_production).conflicts
    assert conflict.author == ("otto", pin.pinned_at, "It is pinned for this model version.")
    (deployed,) = compatibility_of(in_production, pins={"orders_3d": "000000000000"}).conflicts
    assert deployed.author.name == "otto"


def test_the_pin_of_a_deployment_has_no_author_of_its_own(in_production, cora):
    fixed = register(FIXED, cora).version
    (conflict,) = compatibility_of(in_production, pins={"orders_3d": fixed.name}).conflicts
    assert conflict.author.name == ""


def test_features_are_counted_by_what_their_comparison_rests_on(model, feature, orders, cora):
    register(COLUMN, cora, name="order_count")
    parts = lineage(orders, feature_snapshot={"latest": ["orders_3d", "order_count"]})
    version = register_version(model, version="v7", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    compared = compatibility_of(version)
    assert (compared.rests_on, compared.by_name, compared.blocks) == ((1, 0, 1), ("order_count",), False)


def test_at_most_five_approvers_are_named_and_the_requester_never(people, django_assert_num_queries):
    for name in ("zoe", "ann", "bea", "cy", "dan", "eva"):
        create_user(username=name, password="a plumb line hangs true", roles=[Role.APPROVER], actor=SYSTEM)
    with django_assert_num_queries(1):
        assert approvers("bea") == (("ann", "approver", "cy", "dan", "eva"), 1)
    assert approvers() == (("ann", "approver", "bea", "cy", "dan"), 2)


def test_only_active_people_can_approve(people):
    people["approver"].is_active = False
    people["approver"].save()
    assert approvers() == ((), 0)


@pytest.fixture
def without_features(model, orders, cora):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    return register_version(model, version="v8", artifact=ARTIFACT, lineage_parts=parts, actor=cora)


@pytest.mark.parametrize(
    ("confirmed_by", "ending", "blocks"),
    [
        (None, "cora stated it; an approver other than cora must confirm it.", True),
        ("ann", "cora stated it and ann confirmed it.", False),
        ("", "It was stated before a second person had to confirm it.", False),
    ],
)
def test_that_a_version_uses_no_features_is_said_by_two_people(without_features, confirmed_by, ending, blocks):
    if confirmed_by is not None:
        NoFeaturesConfirmation.objects.create(model_version=without_features, confirmed_by=confirmed_by)
    compared = compatibility_of(without_features)
    assert [conflict.issue for conflict in compared.conflicts] == [f"{NOTHING} {ending}"]
    assert (compared.blocks, compared.rests_on) == (blocks, (0, 0, 0))


def test_the_queries_do_not_grow_with_the_features(in_production, orders, model, cora, django_assert_max_num_queries):
    names = [f"orders_{number}" for number in range(12)]
    for name in names:
        register(TRAINED, cora, name=name)
    parts = lineage(orders, feature_snapshot={"latest": names})
    version = register_version(model, version="v9", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    for name in names:
        register(FIXED, cora, name=name)
    for each, count in ((in_production, 0), (version, 12)):
        with django_assert_max_num_queries(12):
            assert len(deployment_verdict(each).conflicts) == count
