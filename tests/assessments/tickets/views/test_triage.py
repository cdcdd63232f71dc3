"""The triage page, the list of tickets, the simulator and the plans, on pages and over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Ticket, TriagePlan
from platform_site.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(db):
    """Two weeks ago: 6 on access of an hour each, 2 bugs of two hours, off the platform; one more that is open and untagged."""
    opened = timezone.now() - timedelta(days=14)
    rows = [
        Ticket(type="access", team="search", effort_hours=1.0, resolved_at=opened + timedelta(hours=3), title="quota")
        for _ in range(6)
    ]
    rows += [
        Ticket(type="bug", team="fraud", effort_hours=2.0, resolved_at=opened + timedelta(hours=5), title="crash",
               on_platform=False) for _ in range(2)
    ]  # fmt: skip
    rows.append(Ticket(team="fraud", title="=cmd"))
    for number, row in enumerate(rows):
        row.source, row.external_id, row.opened_at = "jira", str(number), opened
    return Ticket.objects.bulk_create(rows)


def test_the_page_says_what_eats_the_team_and_what_halves_it(browser_of, tickets):
    page = browser_of("viewer").get("/tickets/")
    halving = page.context["halving"]
    assert (halving.eaters, halving.tickets.levers, halving.hours.levers) == (["access", "bug"], ["access"], ["access"])
    assert "A provisioning flow" in page.content.decode()
    assert page.context["figures"]["pareto"].rows[0] == ("access", 6.0, 6.0, 0.0, 60.0, 6, "recorded")
    assert page.context["top_titles"] == [("access", "quota", 6), ("bug", "crash", 2)]
    assert page.context["figures"]["backlog"].rows[2] == ("1 to 4 weeks", 1)
    name, cells = page.context["heat_rows"][0]
    assert (name, [cell.score for cell in cells]) == ("search", [6, 0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("requested", "total"),
    [("team=fraud", 3), ("on_platform=no", 2), ("team=search&on_platform=no", 0), ("weeks=4&to=2020-01-01", 0),
     ("team=nobody", 9), ("weeks=x", 9)],
)  # fmt: skip
def test_a_link_keeps_the_filters(browser_of, tickets, requested, total):
    assert browser_of("viewer").get(f"/tickets/?{requested}").context["triage"].total == total


@pytest.mark.parametrize(
    ("table", "first"),
    [("pareto", "access,6.0,6.0,0.0,60.0,6,recorded"), ("backlog", "under a day,0"), ("resolution", "access,3.0,3.0"),
     ("titles", "access,quota,6"), ("teams", "search,6,0,0,0,0,0"), ("weekly", "")],
)  # fmt: skip
def test_every_chart_and_table_comes_as_csv(browser_of, tickets, table, first):
    lines = browser_of("viewer").get(f"/tickets/?csv={table}").content.decode().splitlines()
    assert lines[1].lower().startswith(first)
    assert f"csv={table}" in browser_of("viewer").get("/tickets/").content.decode()


@pytest.mark.parametrize(
    ("requested", "count"), [("", 9), ("q=crash", 2), ("type=untagged", 1), ("type=bug&team=search", 0), ("open=on", 1)]
)
def test_the_list_is_filtered(browser_of, tickets, requested, count):
    assert len(browser_of("viewer").get(f"/tickets/list/?{requested}").context["page_obj"]) == count


def test_the_api_takes_the_filters_of_the_page(api, tickets):
    body = api("viewer").get("/api/v1/tickets/triage/?team=fraud&on_platform=false").json()
    assert (body["total"], body["off_platform_share"]) == (2, 1.0)


def test_more_hours_than_the_team_has_are_said(browser_of, tickets, published):
    type(published.organization).objects.update(platform_engineers=1)
    assert "more hours than the team has" not in browser_of("viewer").get("/tickets/").content.decode()
    Ticket.objects.filter(type="bug").update(effort_hours=80)
    assert "more hours than the team has" in browser_of("viewer").get("/tickets/").content.decode()
    answer = browser_of("viewer").get(f"/api/v1/tickets/triage/?organization={published.organization.slug}").json()
    assert (answer["over_capacity"], answer["capacity_hours"], answer["recorded_hours"]) == (True, 160, 166)


def test_the_window_is_four_weeks_on_every_page(browser_of, tickets):
    """One ticket of five weeks ago is nowhere in the figures."""
    Ticket.objects.filter(external_id="8").update(opened_at=timezone.now() - timedelta(weeks=5))
    viewer = browser_of("viewer")
    totals = [viewer.get(page).context["triage"].total for page in ("/tickets/", "/", "/tickets/simulator/")]
    assert [*totals, viewer.get("/api/v1/tickets/triage/").json()["total"]] == [8, 8, 8, 8]


def test_ceilings_can_be_moved_on_the_page_and_in_the_api(browser_of, api, tickets):
    page = browser_of("viewer").get("/tickets/simulator/?ceiling_access=40&ceiling_bug=95&bug=95")
    assert page.context["simulation"].hours.smallest_levers == ["bug", "access"]
    assert page.context["halving"].as_query.endswith("ceiling_access=40&ceiling_bug=95")
    body = {"reductions": {"access": 0.95, "bug": 0.5}, "ceilings": {"bug": 0.6}}
    answer = api("viewer").post("/api/v1/tickets/simulate/", body, format="json").json()
    assert answer["tickets"] == {
        "before": 8,
        "after": pytest.approx(1.3),
        "halved": True,
        "smallest_levers": ["access"],
    }
    assert (answer["hours"]["after"], answer["above_ceiling"]) == (pytest.approx(2.3), ["access"])
    assert answer["ceilings"]["bug"] == 0.6
    assert answer["fixes"]["feature_request"].startswith("An escape-hatch catalogue")
    assert (answer["reaches_half"], answer["smallest_levers"], answer["tickets_before"]) == (True, ["access"], 8)


def test_the_simulator_keeps_a_plan_and_tells_later_what_came_of_it(browser_of, tickets, published, lea):
    lead = browser_of("lead")
    page = lead.get("/tickets/simulator/?access=50")
    assert page.context["simulation"].hours.after == 7.0
    assert (page.context["simulation"].tickets.after, page.context["simulation"].tickets.halved) == (5.0, False)
    values = {"access": 50, "weeks": 4, "assessment": published.pk}
    assert lead.post("/tickets/plans/", values).status_code == 302
    plan = TriagePlan.objects.get()
    assert plan.reductions == {"access": 0.5}
    assert "Less than a week has passed" in lead.get(f"/tickets/plans/{plan.pk}/").content.decode()
    assert AuditEvent.objects.get(action="triage_plan.made").content == {"reductions": {"access": 0.5}}
    assert browser_of("viewer").post("/tickets/plans/", values).status_code in {302, 403}
    assert TriagePlan.objects.count() == 1
