"""Labelling campaigns: one at a time, with who takes part, how far they are, and a report that stays as it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import LabellingCampaign, Ticket
from assessments.organizations.actions import add_organization, archive_organization
from assessments.tickets.actions.campaigns import end_campaign, start_campaign
from assessments.tickets.actions.labels import label_ticket, remove_labels
from assessments.tickets.actions.tickets import record_ticket, record_tickets
from assessments.tickets.queries.campaigns import compute_report, progress_of, report_of, running
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ADA, CORA = Actor("ada", frozenset({Role.CONTRIBUTOR})), Actor("cora", frozenset({Role.LEAD}))


def labeller(name="ada", role=Role.CONTRIBUTOR):
    user, _ = User.objects.get_or_create(username=name)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def put(number, title="I need access to the queue", age=timedelta(0), **fields):
    ticket, _ = record_ticket(
        source="jira", external_id=str(number), title=title, opened_at=timezone.now() - age, actor=ADA, **fields
    )
    return ticket


@pytest.fixture
def campaign(organization, lea):
    return start_campaign(organization, people=[labeller().username], actor=lea)


def test_it_runs_for_four_weeks_from_today_and_its_start_is_on_record(campaign, organization):
    today = timezone.now().date()
    assert (campaign.starts_on, campaign.ends_on) == (today, today + timedelta(weeks=4))
    assert running(organization) == campaign
    event = AuditEvent.objects.get(action="labelling_campaign.started")
    assert (event.actor, event.subject) == ("lea", f"labelling_campaign:{campaign.pk}")
    assert event.content["people"] == ["ada"]


def test_one_is_running_per_organization(campaign, organization, lea):
    with pytest.raises(
        Refused, match=r"A labelling campaign of ExampleCo is running, from .* End it before"
    ) as refusal:
        start_campaign(organization, people=["ada"], actor=lea)
    assert refusal.value.code == "campaign_running"
    other = add_organization(slug="other", name="Other", actor=lea)
    assert start_campaign(other, people=["ada"], actor=lea).organization == other
    end_campaign(campaign, actor=lea)
    assert start_campaign(organization, people=["ada"], actor=lea).pk != campaign.pk


def test_every_fault_is_named_at_once(organization, lea):
    labeller("vera", Role.VIEWER)
    labeller()
    archive_organization(organization, archived=True, actor=lea)
    organization.refresh_from_db()
    ahead = timezone.now().date() + timedelta(days=3)
    with pytest.raises(Invalid) as refusal:
        start_campaign(organization, people=["vera", "nobody"], starts_on=ahead, ends_on=ahead, actor=lea)
    assert [fault.field for fault in refusal.value.faults] == [
        "people",
        "people",
        "starts_on",
        "ends_on",
        "organization",
    ]
    assert "'vera' cannot label tickets. Choose from ada." in refusal.value.message
    with pytest.raises(Invalid, match="9999-12-31 is in the future"):
        start_campaign(organization, people=["ada"], starts_on=date.max, actor=lea)
    with pytest.raises(Invalid, match="Name at least one person"):
        start_campaign(organization, people=[], actor=lea)


@pytest.mark.parametrize("actor", [ADA, Actor("vera", frozenset({Role.VIEWER}))])
def test_only_leads_start_and_end_it(campaign, organization, actor):
    with pytest.raises(NotAllowed):
        end_campaign(campaign, actor=actor)
    with pytest.raises(NotAllowed):
        start_campaign(organization, people=["ada"], actor=actor)
    assert LabellingCampaign.objects.get().ended_at is None


def test_progress_counts_the_last_label_of_each_ticket_by_who_gave_it(campaign):
    first, second, third = put(1), put(2), put(3)
    put(4, age=timedelta(days=3))  # before its first day
    label_ticket(first, type="access", actor=ADA)
    label_ticket(second, type="bug", actor=ADA)
    label_ticket(second, type="access", actor=CORA)
    label_ticket(third, type="bug", actor=CORA)
    remove_labels([third.pk], actor=CORA)
    progress = progress_of(campaign)
    assert (progress.total, progress.labelled, progress.days_left) == (3, 2, 29)
    assert progress.by_person == [("ada", 1), ("cora", 1)]


def test_progress_reads_no_event_of_the_audit_log(campaign):
    label_ticket(put(1), type="access", actor=ADA)
    with CaptureQueriesContext(connection) as queries:
        assert progress_of(campaign).labelled == 1
    assert len(queries) == 3
    assert not [query for query in queries if "audit" in query["sql"]]


def test_a_file_that_labels_anew_takes_the_credit_and_one_that_agrees_leaves_it(campaign):
    row = {"source": "jira", "external_id": "1", "title": "I need access", "opened_at": timezone.now()}
    label_ticket(put(1), type="bug", actor=ADA)
    record_tickets([row | {"type": "bug"}], actor=CORA)
    assert progress_of(campaign).by_person == [("ada", 1)]
    record_tickets([row | {"type": "access"}], actor=CORA)
    assert progress_of(campaign).by_person == [("cora", 1), ("ada", 0)]
    report = report_of(campaign)
    assert (report.suggested, report.right) == (1, 1)


def test_who_takes_part_and_labelled_nothing_is_listed_with_none(campaign):
    assert progress_of(campaign).by_person == [("ada", 0)]


def test_tickets_of_another_organization_count_elsewhere(campaign, lea):
    other = add_organization(slug="other", name="Other", actor=lea)
    label_ticket(put(1, organization=other), type="bug", actor=ADA)
    assert progress_of(campaign)[1:4] == (0, 0, [("ada", 0)])


def test_the_report_says_who_labelled_what_takes_the_hours_and_how_often_suggestions_were_right(campaign):
    right, wrong = put(1, effort_hours=8), put(2, effort_hours=1)
    assert (right.type, wrong.type) == ("access", "access")
    label_ticket(right, type="access", actor=ADA)
    label_ticket(wrong, type="bug", actor=CORA)
    put(3, type="other", effort_hours=1)
    row = {"source": "desk", "external_id": "9", "title": "x", "opened_at": timezone.now(), "type": "bug"}
    record_tickets([row | {"effort_hours": 0.5}], actor=ADA)
    report = report_of(campaign)
    assert report[:6] == (4, 4, [("ada", 2), ("cora", 1)], 1, 2, 1)
    assert report.types_sentence == "Access and Bug make 90.5% of the hours."
    assert report.suggestions_sentence == "Of 2 labelled tickets with a suggested type, it was right for 1 (50.0%)."
    assert (report.complete, report.reached, report.automatic_sentence) == (True, True, "")


def test_the_report_of_an_ended_campaign_stays_as_it_was(campaign, lea):
    ticket = put(1, effort_hours=2)
    label_ticket(ticket, type="access", actor=ADA)
    before = compute_report(campaign)
    ended = end_campaign(campaign, actor=lea)
    label_ticket(ticket, type="bug", actor=CORA)
    Ticket.objects.create(
        organization=campaign.organization, source="x", external_id="2", title="t", opened_at=timezone.now()
    )
    stored = report_of(LabellingCampaign.objects.get(pk=ended.pk))
    assert stored.types_sentence == before.types_sentence == "Access makes 100.0% of the hours."
    assert (stored.total, stored.labelled) == (1, 1)
    assert compute_report(ended).total == 2
    content = AuditEvent.objects.get(action="labelling_campaign.ended").content
    assert content == {"tickets": 1, "labelled": 1, "suggested": 1, "right": 1}
    with pytest.raises(Refused, match="ended by lea on") as refusal:
        end_campaign(campaign, actor=lea)
    assert refusal.value.code == "campaign_ended"


def test_a_period_that_ends_today_has_one_day_left(organization, lea):
    labeller()
    today = timezone.now().date()
    campaign = start_campaign(
        organization, people=["ada"], starts_on=today - timedelta(weeks=4), ends_on=today, actor=lea
    )
    put(1, age=timedelta(weeks=3))
    assert (progress_of(campaign).total, progress_of(campaign).days_left) == (1, 1)
    LabellingCampaign.objects.update(ends_on=date(2020, 2, 1), starts_on=date(2020, 1, 1))
    campaign.refresh_from_db()
    assert progress_of(campaign).days_left == 0
    assert isinstance(campaign.started_at, datetime)
