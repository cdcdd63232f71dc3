"""The page of alerts: filtered, and acknowledged until a moment."""

from __future__ import annotations

import re
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
    assert "acknowledged by cora, returns on " in text(viewer.get("/registry/alerts/"))
    assert "acknowledged by cora" in text(viewer.get("/registry/alerts/?state=acknowledged&model=demand&blocking=1"))
    assert "Nothing matches" in viewer.get("/registry/alerts/?state=open").content.decode()
    assert "Nothing matches" in viewer.get("/registry/alerts/?blocking=0").content.decode()
    for team, listed in (("forecasting", [alert]), ("data-platform", [])):
        assert list(viewer.get(f"/registry/alerts/?state=unresolved&team={team}").context["page_obj"]) == listed
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


def test_one_click_acknowledges_for_a_period_and_says_when_it_returns(alert, browser_of):
    contributor, path = browser_of("contributor"), f"/registry/alerts/{alert.pk}/"
    offered = text(contributor.get(path))
    assert re.search(
        r"1 day Returns on \d{4}-\d\d-\d\d at \d\d:\d\d UTC, or earlier with another or worse finding", offered
    )
    page = contributor.post(f"{path}acknowledge/", {"acknowledge_for": "until_fixed"}, follow=True)
    assert page.redirect_chain[-1][0] == path
    assert "Alert acknowledged. It returns only with another or worse finding." in text(page)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_until) == ("acknowledged", None)


def test_what_came_after_the_page_was_opened_is_not_acknowledged(alert, browser_of, in_production, cora):
    contributor, path = browser_of("contributor"), f"/registry/alerts/{alert.pk}/"
    seen = contributor.get(path).context["alert"].newest_finding
    report(in_production, cora, orders_3d="f" * 12)
    body = {"acknowledge_for": "1_week", "seen": seen}
    page = contributor.post(f"{path}acknowledge/", body, follow=True)
    assert "The alert has reported something else since you opened this page" in text(page)
    assert Alert.objects.get().state == "open"
    contributor.post(f"{path}acknowledge/", body | {"seen": page.context["alert"].newest_finding})
    assert Alert.objects.get().state == "acknowledged"


def test_the_page_of_an_alert_says_what_it_reported_and_what_of_it_is_acknowledged(
    alert, browser_of, in_production, cora
):
    acknowledge(alert, until=TOMORROW, actor=cora)
    report(in_production, cora, orders_3d="f" * 12)
    viewer = browser_of("viewer")
    page = text(viewer.get(f"/registry/alerts/{alert.pk}/"))
    assert f"serves {CHANGED}" in page
    assert "serves ffffffffffff" in page
    assert "covered" in page
    assert "closes it while unresolved" in page
    assert "Until another moment" not in page  # of another team
    assert viewer.get("/registry/alerts/999/").status_code == 404


def test_a_moment_that_is_past_acknowledges_nothing(alert, browser_of):
    contributor = browser_of("contributor")
    path = f"/registry/alerts/{alert.pk}/acknowledge/"
    page = contributor.post(path, {"until": "2024-01-01T00:00"}, follow=True)
    assert "2024-01-01 00:00 UTC is not in the future." in text(page)
    assert Alert.objects.get().state == "open"
    assert contributor.post("/registry/alerts/999/acknowledge/", {"until": ""}).status_code == 404
