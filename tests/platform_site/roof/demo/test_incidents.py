"""Both incidents as they were written down afterwards, with links to what the demo registered."""

from __future__ import annotations

import pytest

from assessments.models import Postmortem
from platform_site.roof.demo import health, incidents, registry_story

pytestmark = pytest.mark.slow


def test_both_incidents_are_samples_with_links_and_are_written_once(actors, settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path]
    health.load(actors["lead"])
    registry_story.set_policy(actors["lead"])
    registry_story.load(actors["contributor"], actors["approver"])
    incidents.load(actors["contributor"], actors["lead"])
    assert Postmortem.objects.filter(sample=True).count() == len(incidents.STORIES)
    assert all(postmortem.links.exists() for postmortem in Postmortem.objects.all())
    incidents.load(actors["contributor"], actors["lead"])
    assert Postmortem.objects.count() == len(incidents.STORIES)
