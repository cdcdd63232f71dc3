"""What features show on the page of a team."""

from __future__ import annotations

import pytest

from platform_site.people.models import Team
from registry.features import panels
from tests.registry.conftest import TRAINED, register

pytestmark = pytest.mark.django_db


def test_a_team_shows_the_first_of_its_features_and_how_many_there_are(rf, feature, cora, monkeypatch):
    register(TRAINED, cora, name="a_feature")
    monkeypatch.setattr(panels, "SHOWN", 1)
    shown = panels.of_team(rf.get("/"), Team.objects.get(slug="data-platform"))
    assert ([row.name for row in shown["features"]], shown["feature_count"]) == (["a_feature"], 2)
    assert panels.of_team(rf.get("/"), Team.objects.get(slug="forecasting"))["feature_count"] == 0
