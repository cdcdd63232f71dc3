"""What served when, and who approved it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from registry.features.rules.fingerprint import address
from registry.models import ModelVersion
from registry.serving.queries import production
from registry.serving.queries.production import ServedFeature, ServedVersion
from registry.versions.actions.overrides import approve_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.actions.promotion import promote
from tests.registry.conftest import FIXED, TRAINED, register
from tests.registry.serving.story import approved, ask
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.slow

ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset())
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
V1 = "/api/v1"


@pytest.fixture
def clock(monkeypatch):
    """`clock(3)`: it is three days after the start now."""

    def at(days: float) -> datetime:
        moment = START + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    at(0)
    return at


@pytest.fixture
def history(clock, model_version, cora):
    """Staged on day 1, in production and deployed from day 2 under an override, its feature moved on day 2, pinned on day 4
    and not on day 5, without traffic and archived on day 6."""
    clock(1)
    promote(model_version, "staging", actor=cora)
    clock(2)
    register(FIXED, cora)
    result = request_override(model_version, reason="x", expires_at=timezone.now() + timedelta(days=3), actor=cora)
    approve_override(result, actor=ANN)
    promote(model_version, "production", actor=cora)
    model_version.refresh_from_db()
    approved(model_version, cora, percent=100)
    clock(4)
    pin_features(model_version, {"orders_3d": address(TRAINED)[:12]}, actor=cora)
    clock(5)
    pin_features(model_version, {"orders_3d": None}, actor=cora)
    clock(6)
    ask(model_version, cora, percent=0)
    promote(model_version, "archived", actor=cora)
    clock(9)
    return model_version


def standing(clock, day):
    moment = START + timedelta(days=day)
    return production.served_versions(list(production.versions_at(moment)), moment)


@pytest.mark.parametrize(
    ("day", "serves", "pinned"),
    [(0.5, False, None), (1.5, False, None), (2, True, False), (3.9, True, False), (4.5, True, True), (5.5, True, False),
     (6, False, None), (8, False, None)],
)  # fmt: skip
def test_each_day_is_reported_as_it_was(clock, history, day, serves, pinned):
    result = standing(clock, day)
    assert bool(result) == serves
    if serves:
        (served,) = result[0].features
        assert (served.version, served.pinned) == (address(TRAINED)[:12], pinned)
        assert served.current == address(FIXED)[:12]
        assert served.moved


def test_it_tells_who_let_it_through(clock, history):
    (result,) = standing(clock, 3)
    assert (result.promoted_by, result.approved_by) == ("cora", ("ann",))
    assert result.since == START + timedelta(days=2)


def test_the_api_and_the_page_look_back(clock, history, api, browser_of):
    body = api("viewer").get(f"{V1}/production/?at=2026-03-05T12:00:00Z").json()
    (row,) = body["results"]
    assert (row["model"], row["environment"], row["approved_by"], row["features"][0]["pinned"]) == (
        "demand", "production", ["ann"], True,
    )  # fmt: skip
    assert api("viewer").get(f"{V1}/production/").json()["count"] == 0
    wrong = api("viewer").get(f"{V1}/production/?at=yesterday")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "at")
    page = browser_of("viewer").get("/registry/production/?at=2026-03-04T08:00")
    assert "with an override approved by ann" in text(page)
    assert f"current version was {address(FIXED)[:12]}" in text(page)
    assert "Nothing served at that moment" in text(browser_of("viewer").get("/registry/production/"))
    assert "valid" in text(browser_of("viewer").get("/registry/production/?at=yesterday"))


def test_what_was_configured_is_reported_as_it_was(clock, in_production, second, cora, api):
    for day, version, item in (
        (1, in_production, {"percent": 100, "thresholds": {"alarm": 0.5}}),
        (3, second, {"percent": 25}),
        (5, second, {"percent": 100, "pins": {"orders_3d": address(TRAINED)[:12]}}),
    ):
        clock(day)
        approved(version, cora, **item)
    clock(9)
    values = {}
    for day in (0.5, 2, 4, 6):
        moment = START + timedelta(days=day)
        rows = api("viewer").get(f"{V1}/production/?at={moment:%Y-%m-%dT%H:%M:%SZ}").json()["results"]
        values[day] = [
            (row["version"], *(deployment["traffic_percent"] for deployment in row["deployments"])) for row in rows
        ]
    assert values == {0.5: [], 2: [("v1", 100)], 4: [("v1", 75), ("v2", 25)], 6: [("v2", 100)]}
    (row,) = rows
    assert (row["environment"], row["features"][0]["pinned"]) == ("production", True)
    (where,) = row["deployments"]
    assert (where["revision"], where["thresholds"], where["approved_by"]) == (3, {"alarm": 0.5}, "ann")


AS_TRAINED = [ServedFeature(f"f{number:02}", "v1", "v1", False, "v1") for number in range(14)]
MOVED, PINNED = ServedFeature("moved", "v1", "v1", False, "v2"), ServedFeature("pinned", "v1", "v2", True, "v2")


@pytest.mark.parametrize(
    ("features", "shown", "more"),
    [
        ([], [], 0),
        (AS_TRAINED[:10], AS_TRAINED[:10], 0),
        (AS_TRAINED, AS_TRAINED[:10], 4),
        ([*AS_TRAINED, MOVED, PINNED], [MOVED, PINNED, *AS_TRAINED[:8]], 6),
        ([*[MOVED] * 12, *AS_TRAINED], [MOVED] * 12, 14),
    ],
)
def test_a_page_names_every_feature_that_moved_and_counts_those_that_served_as_trained(features, shown, more):
    version = ServedVersion(ModelVersion(), START, "cora", (), 1, tuple(features), ())
    assert (version.shown_features, version.more_features) == (shown, more)


def test_production_comes_first_whatever_the_other_is_called(clock, in_production, cora):
    clock(1)
    for environment, percent in (("batch", 100), ("production", 100)):
        approved(in_production, cora, environment=environment, percent=percent)
    (result,) = standing(clock, 2)
    assert [where.environment for where in result.deployments] == ["production", "batch"]
    assert (result.environment, result.deployments[0].shadow) == ("production", False)
    assert result.deployments[0]._replace(percent=0).shadow is True


def test_any_two_versions_stand_beside_each_other(in_production, cora, browser_of):
    register(FIXED, cora)
    page = text(browser_of("viewer").get("/registry/features/orders_3d/compare/"))
    assert "Changed: logic, null handling" in page
    same = address(TRAINED)[:12]
    page = text(browser_of("viewer").get(f"/registry/features/orders_3d/compare/?base={same}&head={same}"))
    assert "Both are the same version" in page
    assert browser_of("viewer").get("/registry/features/orders_3d/compare/?base=nothing").status_code == 404
