"""Which version is current: set by a person, with a reason."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid
from registry.checks.actions.execution import execute
from registry.features.actions.acceptance import accept_difference
from registry.features.actions.current_version import set_current
from registry.features.actions.details import edit_feature
from registry.models import Alert, CheckRun, CurrentLogic, CurrentVersionChange
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.postgresql
ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset())


def test_a_version_that_was_current_before_does_not_wait(feature, cora):
    edit_feature(feature, requires_parity=True, actor=cora)
    waiting = register(FIXED, cora).version
    accept_difference(feature, waiting, reason="Zero is right.", actor=ANN)
    first = feature.versions.get(number=1)
    set_current(feature, first, reason="Back.", actor=cora)
    set_current(feature, waiting, reason="Forward.", actor=cora)
    feature.refresh_from_db()
    assert feature.current == waiting


def test_going_back_is_on_record_with_its_reason(feature, cora):
    register(FIXED, cora)
    first = feature.versions.get(number=1)
    set_current(feature, first, reason="The fix changed the values.", actor=cora)
    feature.refresh_from_db()
    assert feature.current == first
    assert CurrentVersionChange.objects.first().reason == "The fix changed the values."
    assert AuditEvent.objects.first().action == "feature.current_changed"


def test_alerts_are_locked_before_the_head_of_the_log(feature, cora, in_production):
    """Whoever acknowledges an alert holds it and waits for the head: the other way round two people would wait for ever."""
    register(FIXED, cora)
    latest = CheckRun.objects.latest("pk")
    execute(latest.pk)
    assert Alert.objects.filter(state="open").exists()
    with CaptureQueriesContext(connection) as queries:
        set_current(feature, feature.versions.get(number=1), reason="Back.", actor=cora)
    statements = [query["sql"] for query in queries]
    alerts = max(place for place, sql in enumerate(statements) if 'FROM "registry_alert"' in sql)
    head = min(place for place, sql in enumerate(statements) if 'FROM "audit_audithead"' in sql)
    assert alerts < head
    assert not Alert.objects.filter(state="open").exists()


def test_what_a_search_reads_follows_the_current_version(feature, cora):
    for version in (register(FIXED, cora).version, feature.versions.get(number=1)):
        if version.pk != CurrentLogic.objects.get(feature=feature).version_id:
            set_current(feature, version, reason="Back.", actor=cora)
        logic = CurrentLogic.objects.get(feature=feature)
        assert (logic.version, logic.folded) == (version, version.computation_logic.casefold())


def test_going_back_without_a_reason_is_refused(feature, cora):
    with pytest.raises(Invalid):
        set_current(feature, feature.versions.get(), reason=" ", actor=cora)
