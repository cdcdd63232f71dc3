"""Which version is current: set by a person, with a reason."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid
from registry.features.actions.acceptance import accept_difference
from registry.features.actions.current_version import set_current
from registry.features.actions.details import edit_feature
from registry.models import CurrentVersionChange
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


def test_going_back_without_a_reason_is_refused(feature, cora):
    with pytest.raises(Invalid):
        set_current(feature, feature.versions.get(), reason=" ", actor=cora)
