"""An alias moves only to a version whose gate proceeds."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused, Unknown
from registry.models import GateDecision, ModelAlias
from registry.versions.actions.aliases import remove_alias, set_alias
from tests.registry.conftest import FIXED, contributor, register

pytestmark = pytest.mark.django_db


def test_it_moves_through_the_gate_and_stays_where_that_is_closed(in_production, second, cora):
    row, moved = set_alias(in_production, "champion", reason="First.", actor=cora)
    assert (moved, row.gate_decision.decision) == (True, "PROCEED")
    assert set_alias(in_production, "champion", actor=cora)[1] is False
    register(FIXED, cora)
    with pytest.raises(Refused) as refused:
        set_alias(second, "champion", actor=cora)
    assert (refused.value.code, refused.value.detail["decision"]) == ("gate_blocked", "BLOCKED")
    assert ModelAlias.objects.get().model_version_id == in_production.pk
    assert GateDecision.objects.filter(model_version=second, decision="BLOCKED").exists(), "the decision is on record"
    [moved] = AuditEvent.objects.filter(action="model.alias_moved")
    assert moved.content["version"] == {"from": None, "to": "v1"}


def test_names_owners_and_removal(in_production, cora):
    with pytest.raises(Invalid):
        set_alias(in_production, "Champion!", actor=cora)
    with pytest.raises(NotAllowed):
        set_alias(in_production, "champion", actor=contributor("returns", name="stan"))
    set_alias(in_production, "champion", actor=cora)
    remove_alias(in_production.model, "champion", actor=cora)
    with pytest.raises(Unknown):
        remove_alias(in_production.model, "champion", actor=cora)
