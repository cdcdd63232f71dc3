"""The page of a model's aliases."""

from __future__ import annotations

from django.utils import timezone

from platform_site.environment.mlflow import MlflowServer
from registry.models import MlflowReading, ModelAlias, ModelVersion
from tests.registry.conftest import FIXED, register
from tests.registry.versions.observations import observed
from tests.registry.versions.views.test_models import text

PAGE = "/registry/models/demand/+aliases/"


def test_an_alias_moves_through_the_gate_and_is_taken_away(in_production, browser_of, cora, people):
    visitor = browser_of("contributor")
    assert "No aliases yet" in text(visitor.get(PAGE))
    answer = visitor.post(PAGE, {"alias": "champion", "version": "v1", "reason": "Best so far."}, follow=True)
    assert "champion names v1 now." in text(answer)
    register(FIXED, cora)
    blocked = visitor.post(PAGE, {"alias": "canary", "version": "v1"})
    assert (blocked.status_code, "The deployment gate blocks" in text(blocked)) == (422, True)
    assert visitor.post(PAGE, {"alias": "Champion!", "version": "v7"}).status_code == 422
    assert list(ModelAlias.objects.values_list("name", flat=True)) == ["champion"]
    visitor.post(f"{PAGE}remove/", {"alias": "champion"})
    assert not ModelAlias.objects.exists()


def test_others_see_them_and_move_none(in_production, browser_of):
    visitor = browser_of("viewer")
    assert "Move an alias" not in text(visitor.get(PAGE))
    assert visitor.post(PAGE, {"alias": "champion", "version": "v1"}).status_code == 403


def test_what_mlflow_names_stands_beside_it(in_production, browser_of, settings, orders, cora):
    observed(in_production.model, orders, cora, "7", "champion")
    shown = text(browser_of("viewer").get(PAGE))
    assert "champion not moved through a gate – 7" in shown
    origin = ModelVersion.objects.get(version="7").observation.origin
    settings.MLFLOW_SERVERS = {"eu": MlflowServer("eu", origin)}
    shown = text(browser_of("viewer").get(PAGE))
    assert "move its aliases there" in shown
    assert "which is when somebody imports it" in shown
    assert "It has not been read whole yet." in shown
    settings.MLFLOW_SERVERS = {"eu": MlflowServer("eu", origin, owner_team="forecasting", import_minutes=5)}
    MlflowReading.objects.create(origin=origin, read_at=timezone.now(), problem="It did not answer.")
    shown = text(browser_of("viewer").get(PAGE))
    assert "seen when the server is read, every 5 minutes. It was last read" in shown
    assert "The last reading failed: It did not answer." in shown
