"""What served at a moment, as the API returns it."""

from __future__ import annotations

from django.utils import timezone

from registry.regulation.serializers.production import StandingOutput
from registry.serving.queries import production


def standing():
    now = timezone.now()
    (served,) = production.served_versions(list(production.versions_at(now)), now)
    return StandingOutput(served).data


def test_a_stage_alone_serves_nothing(in_production):
    assert not production.versions_at(timezone.now()).exists()


def test_a_version_that_serves_says_who_promoted_it_and_what_it_computes(serving):
    content = standing()
    assert (content["model"], content["version"], content["environment"]) == ("demand", "v1", "production")
    assert (content["promoted_by"], content["approved_by"]) == ("cora", [])
    assert content["since"] == content["deployments"][0]["since"]
    (feature,) = content["features"]
    assert (feature["feature"], feature["version"], feature["pinned"]) == ("orders_3d", feature["trained_on"], False)


def test_a_deployment_has_its_share_thresholds_and_approval(serving):
    (deployment,) = standing()["deployments"]
    assert (deployment["traffic_percent"], deployment["revision"], deployment["approved_by"]) == (100, 1, "ann")
    assert (deployment["thresholds"], deployment["feature_pins"]) == ({"alarm": 0.5}, {})
