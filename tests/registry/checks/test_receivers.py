"""Checks follow their feature: a new version is compared at once, and setting another one current moves the alerts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from registry.checks.actions.alerts import acknowledge
from registry.checks.actions.checks import define_parity, propose, queue_run
from registry.checks.actions.execution import execute
from registry.checks.queries import checks
from registry.checks.receivers import follow_current, queue_parity_runs
from registry.features.actions.current_version import set_current
from registry.models import Alert, CheckRun, Feature
from registry.versions.queries import gates
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register
from tests.registry.serving.actions.test_reports import CHANGED

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def changed(in_production, cora):
    """The feature has another definition, and the check of the two has failed."""
    registered = register(FIXED, cora)
    execute(registered.run.pk)
    return registered


def test_a_new_version_is_compared_with_its_base(feature, cora):
    base, version = feature.versions.get(), register(FIXED, cora).version
    CheckRun.objects.all().delete()
    run = queue_parity_runs(Feature, pairs=[(base, version)], actor=cora)[version.pk]
    assert run == CheckRun.objects.get()
    assert (run.check_definition.parameters["trained"], run.check_definition.parameters["current"]) == (
        base.name,
        version.name,
    )


def test_no_run_is_queued_while_the_data_are_not_bound(teams, cora):
    base = register(TRAINED._replace(source_table="elsewhere"), cora).version
    registered = register(FIXED._replace(source_table="elsewhere"), cora)
    assert registered.run is None
    assert not queue_parity_runs(Feature, pairs=[(base, registered.version)], actor=cora)
    assert not CheckRun.objects.exists()


def test_only_the_checks_against_the_current_version_run_again_and_no_proposal(feature, cora):
    first, second = feature.versions.get(), register(FIXED, cora).version
    third = register(REWRITTEN, cora).version
    feature.refresh_from_db()
    propose(feature, FIXED, actor=cora)
    define_parity(second, third, parameters={"limit": 0.5}, name="laxer", actor=cora)
    CheckRun.objects.all().delete()
    follow_current(Feature, feature=feature, version=third)
    assert {run.check_definition.parameters["current"] for run in CheckRun.objects.all()} == {third.name}
    assert CheckRun.objects.filter(check_definition__name="laxer").exists()
    CheckRun.objects.all().delete()
    follow_current(Feature, feature=feature, version=first)
    assert not CheckRun.objects.exists()


def test_going_back_ends_what_the_check_raised_and_going_forward_runs_it_again(changed, in_production, cora):
    assert Alert.objects.get().finding == "check"
    Alert.objects.update(blocking=True)
    acknowledge(Alert.objects.get(), until=timezone.now() + timedelta(days=1), actor=cora)
    first = in_production.snapshot.entries.get().feature_version
    set_current(first.feature, first, reason="The null rule changed.", actor=cora)
    ended = Alert.objects.get()
    assert (ended.state, ended.resolved_because) == ("resolved", f"orders_3d is no longer computed by {CHANGED}.")
    assert gates.deployment_verdict(in_production).proceeds
    assert AuditEvent.objects.filter(action="alert.resolved").get().content["because"] == ended.resolved_because
    execute(queue_run(changed.run.check_definition, actor=cora).pk)
    assert not checks.open_alerts().exists()  # nobody serves what it compares
    set_current(first.feature, changed.version, reason="Forward.", actor=cora)
    (again,) = CheckRun.objects.filter(state="queued")
    assert (again.check_definition, again.requested_by) == (changed.run.check_definition, "system")
    execute(again.pk)
    assert checks.open_alerts().count() == 1
