import pytest

from platform_site.people.models import Team
from registry.models import Feature
from registry.versions import panels
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db


def test_a_feature_without_overrides_has_an_empty_panel(rf, feature):
    assert panels.of_feature(rf.get("/"), Feature.objects.get()) == {"overrides": []}


def test_a_team_shows_its_models_with_their_versions_in_production(rf, in_production):
    shown = panels.of_team(rf.get("/"), Team.objects.get(slug="forecasting"))
    assert ([model.in_production for model in shown["models"]], shown["model_count"]) == ([[in_production]], 1)
    assert panels.of_team(rf.get("/"), Team.objects.get(slug="data-platform"))["model_count"] == 0


def test_a_team_shows_the_versions_that_a_gate_blocks(rf, in_production, cora):
    owner, other = Team.objects.get(slug="forecasting"), Team.objects.get(slug="data-platform")
    assert panels.of_team(rf.get("/"), owner)["blocked"] == []
    register(FIXED, cora)
    shown = panels.of_team(rf.get("/"), owner)
    assert (shown["blocked"], shown["blocked_models"]) == ([in_production], {in_production.model_id})
    assert [(figure.label, figure.value) for figure in shown["glance"]] == [("Models", 1), ("Blocked versions", 1)]
    assert panels.of_team(rf.get("/"), other)["blocked"] == []
