"""Which model versions of one organization are blocked now, and which overrides opened a gate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM
from registry.models import GateDecision, Override
from registry.published import gates
from registry.versions.queries import blocked
from tests.registry.conftest import FIXED, register

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def override(version, **changed) -> Override:
    now = timezone.now()
    fields = {
        "causes": [], "reason": "the season ends", "state": "approved", "requested_by": "cora", "requested_at": now,
        "expires_at": now + timedelta(days=1), "decided_by": "ada", "decided_at": now,
    }  # fmt: skip
    return Override.objects.create(model_version=version, **fields | changed)


def decide(version, *overrides, days=0.5, decision="PROCEED") -> None:
    GateDecision.objects.create(
        model_version=version, gate="deployment", decision=decision, decided_by="ci",
        decided_at=timezone.now() - timedelta(days=days),
        overridden=[{"sentence": "x", "override": used.pk} for used in overrides],
    )  # fmt: skip


def test_what_is_blocked_belongs_to_the_organization_of_its_team(in_production, cora):
    register(FIXED, cora)
    owner = in_production.model.owner_team.organization_id
    name = in_production.model.name
    assert gates.blocked_now(owner) == [gates.BlockedVersion(name, in_production.version, ("orders_3d",))]
    other = add_organization(slug="northwind", name="Northwind", actor=SYSTEM)
    in_production.model.owner_team.refresh_from_db()
    own = in_production.model.owner_team.organization_id
    assert [len(gates.blocked_now(pk)) for pk in (own, other.pk + 1)] == [1, 0]


def test_what_was_compared_for_one_organization_is_not_compared_again_for_another(in_production, cora, monkeypatch):
    register(FIXED, cora)
    owner = in_production.model.owner_team.organization_id
    assert len(gates.blocked_now(owner)) == 1
    monkeypatch.setattr(blocked, "_conflicting_entries", lambda among: pytest.fail("compared again"))
    assert [len(gates.blocked_now(pk)) for pk in (owner, (owner or 0) + 1)] == [1, 0]


def test_an_override_is_used_where_a_gate_proceeded_with_it(in_production):
    since, owner = timezone.now() - timedelta(days=7), in_production.model.owner_team.organization_id
    twice, blocked, before, never = (override(in_production, reason=str(place)) for place in range(4))
    decide(in_production, twice, days=3)
    decide(in_production, twice, days=1)
    decide(in_production, blocked, decision="BLOCKED")
    decide(in_production, before, days=8)
    [used] = gates.overrides_used(owner, since)
    assert (used.id, used.reason, used.approved_by) == (twice.pk, "0", "ada")
    assert (timezone.now() - used.used_at).days == 1
    assert never.pk != used.id
    assert gates.overrides_used((owner or 0) + 1, since) == []


def test_what_a_gate_could_block_and_how_often_it_decided_is_of_one_organization(in_production):
    first, other = (add_organization(slug=slug, name=slug, actor=SYSTEM) for slug in ("exampleco", "northwind"))
    owner, since = first.pk, timezone.now() - timedelta(days=1)  # the first one gets the teams that were there
    assert (gates.count_in_production(owner), gates.count_in_production(other.pk)) == (1, 0)
    before = gates.count_decisions(owner, since)
    decide(in_production)
    decide(in_production, days=2)
    assert (gates.count_decisions(owner, since), gates.count_decisions(other.pk, since)) == (before + 1, 0)
