"""What waits for another person, as several tests begin with it."""

from __future__ import annotations

import pytest

from platform_site.people.models import Team
from registry.models import ApprovalRequest
from registry.versions.actions.policies import save_policy
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import add_evaluations
from tests.registry.versions.approvals import FAIR, LEA, RATES, floor


@pytest.fixture
def loosened(teams) -> ApprovalRequest:
    """The platform's floor, which a lead wants lower."""
    floor()
    return floor(0.1, reason="The new market is harder.")


@pytest.fixture
def regulated(model_version, cora):
    """`demand` v1 of a regulated model, fair by another team's policy, in staging."""
    Team.objects.create(slug="risk", name="Risk")
    save_policy(name="fair", owner_team="risk", regulated=True, checks=[FAIR], actor=LEA)
    model_version.model.regulated = True
    model_version.model.save()
    add_evaluations(model_version, RATES, actor=cora)
    promote(model_version, "staging", actor=cora)
    model_version.refresh_from_db()
    return model_version
