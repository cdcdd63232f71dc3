"""What serves in the demo: a change that waits, a rehearsed rollback, a rollout in its first step."""

from __future__ import annotations

import pytest

from platform_site.roof.demo import registry_story
from registry.models import ChangeRequest, Deployment, Rollout

pytestmark = pytest.mark.slow


def test_one_change_waits_one_rollout_runs_and_a_rollback_was_rehearsed(actors, settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path]
    registry_story.set_policy(actors["lead"])
    registry_story.load(actors["contributor"], actors["approver"])
    assert ChangeRequest.objects.filter(state=ChangeRequest.State.WAITING).exists()
    assert Rollout.objects.filter(state=Rollout.State.RUNNING).count() == 1
    assert Deployment.objects.filter(rehearsal=True).exists()
