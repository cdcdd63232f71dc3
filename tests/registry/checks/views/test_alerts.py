"""The page of alerts: filtered, and acknowledged until a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.checks.actions.alerts import acknowledge
from registry.models import Alert
from tests.registry.serving.actions.test_reports import CHANGED, report
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.django_db
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def alert(in_production, cora) -> Alert:
    report(in_production, cora, orders_3d=CHANGED)
    return Alert.objects.get()


def test_the_page_filters_and_says_who_looks_after_it(alert, browser_of, cora):
    acknowledge(alert, until=TOMORROW, actor=cora)
    viewer = browser_of("viewer")
    assert "acknowledged by cora until" in text(viewer.get("/registry/alerts/"))
    assert "acknowledged by cora" in text(viewer.get("/registry/alerts/?state=acknowledged&model=demand&blocking=0"))
    assert "No alert matches" in viewer.get("/registry/alerts/?state=open").content.decode()
    assert "No alert matches" in viewer.get("/registry/alerts/?blocking=1").content.decode()
    assert viewer.get("/registry/alerts/?state=nonsense&model=nobody").status_code == 200


def test_without_a_filter_the_page_lists_what_is_not_resolved(alert, browser_of):
    viewer = browser_of("viewer")
    assert list(viewer.get("/registry/alerts/").context["page_obj"]) == [alert]
    Alert.objects.update(state="resolved")
    page = viewer.get("/registry/alerts/")
    assert (list(page.context["page_obj"]), "No open alerts" in text(page)) == ([], True)
    assert list(viewer.get("/registry/alerts/?state=").context["page_obj"]) == [alert]


@pytest.mark.parametrize("until", ["", "soon"])
def test_a_moment_that_is_none_is_refused_at_its_field(alert, browser_of, until):
    page = browser_of("contributor").post(f"/registry/alerts/{alert.pk}/acknowledge/", {"until": until})
    assert (page.status_code, set(page.context["form"].errors)) == (422, {"until"})
    assert alert.title in text(page)


def test_a_moment_that_is_past_acknowledges_nothing(alert, browser_of):
    contributor = browser_of("contributor")
    path = f"/registry/alerts/{alert.pk}/acknowledge/"
    page = contributor.post(path, {"until": "2024-01-01T00:00"}, follow=True)
    assert "2024-01-01 00:00 UTC is not in the future." in text(page)
    assert Alert.objects.get().state == "open"
    assert contributor.post("/registry/alerts/999/acknowledge/", {"until": ""}).status_code == 404
