"""Each new version beside an older one gets its parity run, however many come at once and whatever waits already."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_site.audit.models import AuditEvent
from registry.checks.actions import parity_runs
from registry.checks.actions.checks import queue_run
from registry.checks.actions.runs import sweep
from registry.features.actions.new_definitions import NewDefinition
from registry.features.actions.registration import register_features
from registry.models import Check, CheckRun, Feature
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register

pytestmark = pytest.mark.django_db


def several(definition, count: int) -> list[NewDefinition]:
    return [NewDefinition(f"orders_{number}", "data-platform", definition) for number in range(count)]


@pytest.fixture
def features(orders, cora) -> list[Feature]:
    return [registered.version.feature for registered in register_features(several(TRAINED, 5), actor=cora)]


def test_every_changed_feature_of_one_call_gets_its_run_also_beyond_what_one_person_may_queue(
    features, cora, monkeypatch
):
    monkeypatch.setattr("registry.checks.actions.checks.OPEN_RUNS_LIMIT", 2)
    registered = register_features(several(FIXED, 5), actor=cora)
    runs = [answer.run for answer in registered]
    assert len({run.pk for run in runs}) == CheckRun.objects.count() == 5
    assert [run.check_definition.feature for run in runs] == features
    assert AuditEvent.objects.filter(action="check_run.queued").count() == 5
    assert AuditEvent.objects.filter(action="check.defined").count() == 5


def test_a_full_queue_of_ones_own_refuses_no_registration(feature, cora, monkeypatch):
    first = register(FIXED, cora).run
    monkeypatch.setattr("registry.checks.actions.checks.OPEN_RUNS_LIMIT", 1)
    assert register(REWRITTEN._replace(null_handling="drop"), cora).run.pk != first.pk


def test_the_runs_beyond_the_first_are_rows_that_the_sweep_sends(
    features, cora, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(parity_runs, "SENT_AT_ONCE", 2)
    monkeypatch.setattr("platform_site.work.send", lambda task, pk, **_: sent.append(pk) or True)
    with django_capture_on_commit_callbacks(execute=True):
        runs = [registered.run for registered in register_features(several(FIXED, 5), actor=cora)]
    assert sent == [run.pk for run in runs[:2]]
    sweep()
    assert sent == [run.pk for run in runs]


def test_the_same_pair_uses_the_same_check_and_runs_again(feature, cora):
    run = register(FIXED, cora).run
    base, version = feature.versions.order_by("number")
    again = parity_runs.compare_each([(base, version)], actor=cora)[version.pk]
    assert (again.check_definition, again.pk == run.pk) == (run.check_definition, False)
    assert Check.objects.count() == 1
    queue_run(run.check_definition, actor=cora)


def test_two_and_five_features_ask_the_same_number_of_queries(features, cora):
    counts = []
    for definitions in (several(FIXED, 2), several(REWRITTEN._replace(null_handling="drop"), 5)):
        with CaptureQueriesContext(connection) as queries:
            register_features(definitions, actor=cora)
        counts.append(len(queries))
    assert counts[0] == counts[1]
