"""Register definitions: what is recorded, said and started, for one and for many."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from platform_site.access import Actor, Role
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed
from registry.features.actions.registration import register_features
from registry.features.rules.fingerprint import address
from registry.models import CheckRun, CurrentVersionChange, FeatureVersion
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register
from tests.registry.features.actions.definitions import proposed

pytestmark = pytest.mark.postgresql


def test_the_same_definition_at_another_commit_is_the_same_version_and_each_commit_is_kept(feature, cora):
    commits = ["a" * 40, "b" * 40, "c" * 64]
    for commit in [*commits, commits[0], ""]:
        again = register(TRAINED, cora, pipeline_commit=commit)
        assert (again.created, again.version.number) == (False, 1)
    assert feature.versions.get().pipeline_commits == commits
    recorded = AuditEvent.objects.filter(action="feature_version.commit_recorded").order_by("sequence")
    assert [event.content["pipeline_commit"] for event in recorded] == commits


def test_the_commit_of_the_first_registration_is_the_first_of_the_list(orders, cora):
    version = register(TRAINED, cora, pipeline_commit="a" * 40).version
    register(TRAINED, cora, pipeline_commit="b" * 40)
    version.refresh_from_db()
    assert (version.pipeline_commit, version.pipeline_commits) == ("a" * 40, ["a" * 40, "b" * 40])
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        version.later_commits.all().delete()


def test_a_new_version_is_compared_with_the_current_one_on_the_rows(feature, cora):
    run = register(FIXED, cora).run
    assert run.state == CheckRun.State.QUEUED
    assert run.check_definition.parameters["trained"] == address(TRAINED)[:12]


def test_a_new_version_says_which_production_models_it_blocks(in_production, cora):
    assert register(FIXED, cora).would_block == (in_production,)


def test_an_equivalent_version_blocks_nothing(in_production, cora):
    assert register(REWRITTEN, cora).would_block == ()


def test_a_source_table_that_is_not_bound_is_a_warning(teams, cora):
    registered = register(TRAINED._replace(source_table="elsewhere"), cora)
    assert registered.created
    assert "elsewhere" in registered.warnings[0]


def test_a_viewer_registers_nothing(teams):
    with pytest.raises(NotAllowed):
        register(TRAINED, Actor("vera", frozenset({Role.VIEWER}), frozenset({"data-platform"})))


def test_several_definitions_are_registered_as_each_alone(feature, cora):
    before = AuditEvent.objects.count()
    registered = register_features(proposed("b", "orders_3d", "a", reason="together"), actor=cora)
    assert [(outcome.version.feature.name, outcome.version.number) for outcome in registered] == [
        ("b", 1), ("orders_3d", 2), ("a", 1),
    ]  # fmt: skip
    assert [outcome.run is not None for outcome in registered] == [False, True, False]
    assert registered[1].changes.words == ["logic", "null handling"]
    events = [event.action for event in AuditEvent.objects.order_by("sequence")[before:]]
    assert events[:8] == [
        *("feature.added", "feature_version.registered", "feature_version.registered", "feature.added"),
        *("feature_version.registered", *["feature.current_changed"] * 3),
    ]
    assert audit.verify().valid
    for name in ("a", "b"):
        assert register(FIXED, cora, name=name).created is False
    assert {change.reason for change in CurrentVersionChange.objects.exclude(before=None)} == {"together"}


def test_a_call_of_known_definitions_changes_nothing(feature, cora):
    events = AuditEvent.objects.count()
    (again,) = register_features(proposed("orders_3d", definition=TRAINED), actor=cora)
    assert (again.created, again.version, AuditEvent.objects.count()) == (False, feature.current, events)


@pytest.mark.slow
@pytest.mark.same_on_both
def test_100_definitions_take_less_than_a_quarter_of_the_statements_that_they_take_one_by_one(orders, cora):
    definitions = [
        new._replace(definition=FIXED._replace(computation_logic=f"{FIXED.computation_logic} + {number}"))
        for number, new in enumerate(proposed(*(f"f{number}" for number in range(102))))
    ]
    with CaptureQueriesContext(connection) as alone:
        for new in definitions[100:]:
            register_features([new], actor=cora)
    with CaptureQueriesContext(connection) as together:
        register_features(definitions[:100], actor=cora)
    assert len(together) < 100 * len(alone) / 2 / 4
    assert FeatureVersion.objects.count() == 102
    assert audit.verify().valid
