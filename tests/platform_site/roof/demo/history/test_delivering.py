"""How versions come to where they serve: promoted, then deployed, then reported on every week."""

from __future__ import annotations

from django.utils import timezone

from platform_site.roof.demo.history import delivering, registering
from platform_site.roof.demo.history.plan import plan
from registry.serving.rules.rollout import plan_problem


def test_a_version_is_registered_before_it_is_promoted_and_promoted_before_it_serves():
    for model in plan().models.values():
        for version in model.versions:
            ordered = [moment.at for moment in delivering._delivered(model, version)]
            assert ordered == sorted(ordered), (model.name, version.name)
    assert min(moment.at for moment in delivering.moments()) > min(moment.at for moment in registering.moments())


def test_no_moment_lies_in_the_future():
    assert max(moment.at for moment in delivering.moments()) <= timezone.now()


def test_the_steps_are_allowed():
    assert plan_problem(delivering.QUICK, begins_at=0) is None
    assert plan_problem(delivering.SLOW, begins_at=0) is None
