"""Who switches parity first of a feature."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed
from registry.features.actions.details import edit_feature
from tests.registry.conftest import contributor

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset())


@pytest.mark.parametrize("who", ["cora", "lea"])
def test_the_owner_and_leads_switch_parity_first(feature, cora, who):
    actor = {"cora": cora, "lea": LEA}[who]
    for required in (True, False):
        assert edit_feature(feature, requires_parity=required, actor=actor).requires_parity is required
        event = AuditEvent.objects.first()
        assert (event.action, event.content) == (
            "feature.edited",
            {"requires_parity": {"from": not required, "to": required}},
        )
    edit_feature(feature, requires_parity=False, actor=actor)
    assert AuditEvent.objects.first() == event


def test_others_do_not_switch_parity_first(feature):
    for actor in (contributor("forecasting"), ANN):
        with pytest.raises(NotAllowed):
            edit_feature(feature, requires_parity=True, actor=actor)
