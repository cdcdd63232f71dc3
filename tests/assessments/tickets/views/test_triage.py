"""The triage page, the list of tickets, the simulator and the plans, on pages and over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.models import Ticket, TriagePlan
from assessments.tickets.actions.plans import make_plan
from assessments.tickets.queries.plans import outcome
from assessments.tickets.rules.halving import halving
from assessments.tickets.rules.plan import compare
from assessments.tickets.rules.simulator import Volume
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid

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
    assert (page.context["halving"].eaters, page.context["halving"].levers) == (["access", "bug"], ["access", "bug"])
    assert page.context["figures"]["pareto"].rows[0][:4] == ("access", 6.0, 60.0, 6)
    assert page.context["figures"]["backlog"].rows[2] == ("1 to 4 weeks", 1)
    name, cells = page.context["heat_rows"][0]
    assert (name, [cell.score for cell in cells]) == ("search", [6, 0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("asked", "total"),
    [("team=fraud", 3), ("on_platform=no", 2), ("team=search&on_platform=no", 0), ("weeks=4&to=2020-01-01", 0),
     ("team=nobody", 9), ("weeks=x", 9)],
)  # fmt: skip
def test_a_link_keeps_the_filters(browser_of, tickets, asked, total):
    assert browser_of("viewer").get(f"/tickets/?{asked}").context["triage"].total == total


@pytest.mark.parametrize(
    ("asked", "count"), [("", 9), ("q=crash", 2), ("type=untagged", 1), ("type=bug&team=search", 0), ("open=on", 1)]
)
def test_the_list_is_filtered(browser_of, tickets, asked, count):
    assert len(browser_of("viewer").get(f"/tickets/list/?{asked}").context["page_obj"]) == count


def test_the_api_takes_the_filters_of_the_page(api, tickets):
    told = api("viewer").get("/api/v1/tickets/triage/?team=fraud&on_platform=false").json()
    assert (told["total"], told["off_platform_share"]) == (2, 1.0)


def test_the_simulator_keeps_a_plan_and_tells_later_what_came_of_it(browser_of, tickets, published, lea):
    lead = browser_of("lead")
    page = lead.get("/tickets/simulator/?access=50")
    assert page.context["simulation"].hours_after == 7.0
    given = {"access": 50, "weeks": 4, "assessment": published.pk}
    assert lead.post("/tickets/plans/", given).status_code == 302
    plan = TriagePlan.objects.get()
    assert plan.reductions == {"access": 0.5}
    assert "Less than a week has passed" in lead.get(f"/tickets/plans/{plan.pk}/").content.decode()
    assert AuditEvent.objects.get(action="triage_plan.made").content == {"reductions": {"access": 0.5}}
    assert browser_of("viewer").post("/tickets/plans/", given).status_code in {302, 403}
    assert TriagePlan.objects.count() == 1


def test_a_plan_is_held_against_the_weeks_since(tickets, published, lea):
    now = timezone.now()
    plan = TriagePlan.objects.create(
        assessment=published, window_start=now - timedelta(weeks=24), window_end=now - timedelta(weeks=20),
        before=[{"type": "access", "tickets": 40, "hours": 40.0}], reductions={"access": 0.5}, made_by="lea",
        made_at=now - timedelta(weeks=4),
    )  # fmt: skip
    lines = {line.type: line for line in outcome(plan).lines}
    access, bug = lines["access"], lines["bug"]
    assert (access.tickets_before, access.tickets_planned, access.tickets_since) == (10, 5, pytest.approx(1.5))
    assert (access.as_planned, bug.as_planned, bug.tickets_planned) == (True, False, 0)


@pytest.mark.parametrize(
    ("reductions", "field"),
    [
        ({}, "reductions"),
        ({"access": 0}, "reductions"),
        ({"access": 1.5}, "reductions.access"),
        ({"x": 1}, "reductions.x"),
    ],
)
def test_a_plan_that_says_nothing_is_refused(tickets, published, lea, reductions, field):
    with pytest.raises(Invalid) as refusal:
        make_plan(published, reductions=reductions, actor=lea)
    assert field in [fault.field for fault in refusal.value.faults]


def test_a_window_without_tickets_has_no_plan(published, lea):
    with pytest.raises(Invalid, match="No labelled ticket"):
        make_plan(published, reductions={"access": 0.5}, end=datetime(2020, 1, 1, tzinfo=UTC), actor=lea)


def test_a_plan_is_never_changed(tickets, published, lea):
    make_plan(published, reductions={"access": 0.5}, actor=lea)
    for write in (lambda: TriagePlan.objects.update(reductions={}), TriagePlan.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_plans_over_the_api(api, tickets, published):
    lead = api("lead")
    made = lead.post("/api/v1/tickets/plans/", {"assessment": published.pk, "reductions": {"bug": 1}}, format="json")
    assert made.status_code == 201
    told = lead.get(f"/api/v1/tickets/plans/{made.json()['id']}/").json()
    assert {one["type"]: one["hours_planned"] for one in told["lines"]} == {"access": 1.5, "bug": 0.0}
    assert lead.get("/api/v1/tickets/plans/").json()["count"] == 1
    assert api("viewer").post("/api/v1/tickets/plans/", made.request, format="json").status_code in {400, 403, 422}


@pytest.mark.parametrize(
    ("hours", "eaters", "levers"),
    [
        ({"access": 90, "bug": 10}, ["access", "bug"], ["access"]),
        ({"access": 40, "bug": 30, "how_to": 20, "other": 10}, ["access", "bug", "how_to"], ["access", "bug"]),
        ({}, [], None),
    ],
)
def test_what_halves_the_hours(hours, eaters, levers):
    found = halving([Volume(kind, 1, float(spent)) for kind, spent in hours.items()])
    assert (found.eaters, found.levers) == (eaters, levers)


def test_a_type_that_stopped_coming_kept_its_plan():
    [line] = compare([Volume("access", 4, 8.0)], 4, {"access": 0.9}, [], 2)
    assert (line.tickets_since, line.hours_since, line.as_planned) == (0.0, 0.0, True)
