"""What served at a moment, as the API returns it."""

from __future__ import annotations

from django.utils import timezone

from registry.regulation.serializers.production import StandingOutput
from registry.serving.queries import production


def standing():
    now = timezone.now()
    (served,) = production.served_versions(list(production.versions_at(now)), now)
    return StandingOutput(served).data


def test_a_version_that_serves_by_its_stage_has_no_deployments(in_production):
    content = standing()
    assert (content["model"], content["version"], content["environment"]) == ("demand", "v1", "production")
    assert (content["promoted_by"], content["approved_by"], content["deployments"]) == ("cora", [], [])
    (feature,) = content["features"]
    assert (feature["feature"], feature["version"], feature["pinned"]) == ("orders_3d", feature["trained_on"], False)


def test_a_deployment_has_its_share_thresholds_and_approval(serving):
    (deployment,) = standing()["deployments"]
    assert (deployment["traffic_percent"], deployment["revision"], deployment["approved_by"]) == (100, 1, "ann")
    assert (deployment["thresholds"], deployment["feature_pins"]) == ({"alarm": 0.5}, {})
