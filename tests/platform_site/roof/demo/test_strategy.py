"""What the sample organization decided of its strategy, and its rehearsals of rebuilding a model."""

from __future__ import annotations

import pytest

from assessments.models import RecoveryDecision, Rehearsal, SourcingDecision, TriggerEvaluation
from platform_site.roof.demo import health, registry_story, strategy

pytestmark = pytest.mark.slow  # a rehearsal names a model of the registry's story, with its data


def test_decisions_and_rehearsals_stand_beside_the_proposal(actors, settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path]
    health.load(actors["lead"])
    registry_story.set_policy(actors["lead"])
    registry_story.load(actors["contributor"], actors["approver"])
    strategy.load(actors["lead"])
    counts = [kind.objects.count() for kind in (SourcingDecision, RecoveryDecision, Rehearsal, TriggerEvaluation)]
    assert counts[:3] == [len(strategy.SOURCING), len(strategy.RECOVERY), len(strategy.REHEARSALS)]
    strategy.load(actors["lead"])
    assert Rehearsal.objects.count() == len(strategy.REHEARSALS)
