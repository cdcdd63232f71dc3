"""Issues of trackers are read page by page, go on after a worker died, and are there once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Ticket, TrackerSync
from assessments.organizations.actions import add_organization
from assessments.tickets.actions import trackers
from assessments.tickets.actions.labels import label_ticket, remove_labels
from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.text.tracker_list import Tracker
from tests.assessments.tickets.tracker_stub import at, github_issue, jira_issue, stubbed

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Ends a worker as a kill does: nothing of it is caught."""


@pytest.fixture
def stub():
    with stubbed() as server:
        yield server


@pytest.fixture
def github(stub, settings) -> Tracker:
    add_organization(slug="exampleco", name="ExampleCo", actor=SYSTEM)
    tracker = Tracker("platform", "github", stub.url, "acme/ml", "a-token-of-ours", "exampleco")
    settings.TRACKERS = (tracker,)
    return tracker


def read() -> TrackerSync:
    trackers.queue_due()
    trackers.sync(TrackerSync.objects.get().pk)
    return TrackerSync.objects.get()


def due_again() -> None:
    TrackerSync.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_every_issue_is_a_ticket_once_and_only_changes_are_read_again(github, stub):
    stub.issues = [github_issue(number) for number in range(1, 251)] + [github_issue(900, pull_request={})]
    row = read()
    assert (row.state, row.error, Ticket.objects.count()) == ("done", "", 250)
    assert {header["Authorization"] for header in stub.headers} == {"Bearer a-token-of-ours"}
    assert {header["Accept"] for header in stub.headers} == {"application/vnd.github+json"}
    assert Ticket.objects.filter(organization__slug="exampleco", source="platform").count() == 250

    stub.issues[0] |= {"closed_at": at(2_000), "updated_at": at(2_000)}
    before = len(stub.paths)
    due_again()
    row = read()
    assert (row.state, Ticket.objects.count(), len(stub.paths) - before) == ("done", 250, 1)
    assert Ticket.objects.get(external_id="acme/ml#1").resolved_at is not None


def test_an_issue_that_changes_meanwhile_takes_none_along(github, stub):
    stub.issues = [github_issue(number) for number in range(1, 301)]

    def move_the_first(number: int) -> None:
        if number == 2:
            stub.issues[10] |= {"updated_at": at(5_000)}

    stub.before_answer = move_the_first
    read()
    assert Ticket.objects.count() == 300


@pytest.mark.slow
def test_five_thousand_issues_go_on_after_a_kill_and_none_is_there_twice(github, stub, monkeypatch):
    stub.issues = [github_issue(number) for number in range(1, 5_001)]
    store, pages = trackers._store, []

    def killed_at_the_twentieth(*arguments):
        pages.append(arguments)
        if len(pages) == 20:
            raise Killed
        return store(*arguments)

    monkeypatch.setattr(trackers, "_store", killed_at_the_twentieth)
    with pytest.raises(Killed):
        read()
    stored = Ticket.objects.count()
    assert 1_800 < stored < 2_000
    monkeypatch.setattr(trackers, "_store", store)
    TrackerSync.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    before = len(stub.paths)
    trackers.sync(TrackerSync.objects.get().pk)
    assert (TrackerSync.objects.get().state, Ticket.objects.count()) == ("done", 5_000)
    assert len(stub.paths) - before < 40, "it went on where it was"


@pytest.mark.parametrize("kind", ["jira", "jira_cloud"])
def test_jira_in_both_forms(stub, settings, kind):
    settings.TRACKERS = (Tracker("desk", kind, stub.url, "ML", "ann@acme.example:key"),)
    stub.issues = [jira_issue(number) for number in range(1, 231)]
    row = read()
    assert (row.state, row.error, Ticket.objects.count()) == ("done", "", 230)
    word = stub.headers[0]["Authorization"].split()[0]
    assert word == ("Basic" if kind == "jira_cloud" else "Bearer")
    assert stub.headers[0]["Accept"] == "application/json"


def test_a_failure_is_on_record_and_the_next_time_goes_on(github, stub):
    stub.issues, stub.status = [github_issue(1)], 401
    row = read()
    assert (row.state, row.error) == ("failed", "The tracker does not accept the token in TRACKERS.")
    [event] = AuditEvent.objects.filter(action="tracker.read")
    assert "a-token-of-ours" not in event.payload
    stub.status = 200
    assert trackers.queue_due() == 0, "it is not due yet"
    due_again()
    assert (read().state, Ticket.objects.count()) == ("done", 1)


def test_what_is_no_ticket_is_named(github, stub):
    stub.issues = [github_issue(1), github_issue(2, title="")]
    row = read()
    assert (row.state, row.seen_count, row.bad_count, Ticket.objects.count()) == ("done", 2, 1, 1)
    assert row.bad_rows[0][0] == "acme/ml#2"


def labels_at(stub, number: int) -> list[str]:
    return [label["name"] for label in stub.issues[number - 1]["labels"]]


def test_types_that_people_chose_become_labels_once_and_follow_them(github, stub, settings):
    stub.issues = [github_issue(number) for number in (1, 2)]
    read()
    ticket = Ticket.objects.get(external_id="acme/ml#1")
    label_ticket(ticket, type="access", actor=SYSTEM)
    due_again()
    assert read().state == "done"
    assert stub.written == [], "nobody asked for it"

    settings.TRACKERS = (github._replace(write_labels=True),)
    for type, writes in (("access", 1), ("access", 1), ("bug", 3)):
        label_ticket(ticket, type=type, actor=SYSTEM)
        due_again()
        assert (read().state, len(stub.written)) == ("done", writes)
        assert labels_at(stub, 1) == ["team:forecasting", f"plumbline:{type}"]
    assert labels_at(stub, 2) == ["team:forecasting"], "a suggestion is not written"
    assert AuditEvent.objects.filter(action="tracker.read", payload__contains="labels_written").count() == 2

    stub.issues[0] |= {"updated_at": at(2_000)}
    due_again()
    read()
    ticket.refresh_from_db()
    assert (ticket.labels, ticket.written_type) == ("team:forecasting", "bug"), "our own label is no evidence"
    remove_labels([ticket.pk], actor=SYSTEM)
    due_again()
    read()
    assert labels_at(stub, 1) == ["team:forecasting"]


@pytest.mark.parametrize("kind", ["jira", "jira_cloud"])
def test_labels_of_jira(stub, settings, kind):
    settings.TRACKERS = (Tracker("desk", kind, stub.url, "ML", "ann@acme.example:key", write_labels=True),)
    stub.issues = [jira_issue(1)]
    read()
    for type in ("access", "bug"):
        label_ticket(Ticket.objects.get(), type=type, actor=SYSTEM)
        due_again()
        assert read().state == "done"
        assert stub.issues[0]["fields"]["labels"] == [f"plumbline:{type}"]


def test_a_tracker_that_takes_no_label_says_so_and_is_tried_again(github, stub, settings, monkeypatch):
    settings.TRACKERS = (github._replace(write_labels=True),)
    stub.issues = [github_issue(1)]
    read()
    label_ticket(Ticket.objects.get(), type="bug", actor=SYSTEM)
    stub.before_answer = lambda number: setattr(stub, "status", 403 if "labels" in stub.paths[-1] else 200)
    due_again()
    row = read()
    assert (row.state, row.error) == (
        "failed",
        "The token in TRACKERS may not write labels, or its limit of calls is used up.",
    )
    stub.before_answer, stub.status = lambda number: None, 200
    due_again()
    assert (read().state, labels_at(stub, 1)) == ("done", ["team:forecasting", "plumbline:bug"])


def test_a_tracker_that_is_not_listed_any_more_ends_with_a_sentence(github, stub, settings):
    trackers.queue_due()
    settings.TRACKERS = ()
    trackers.sync(TrackerSync.objects.get().pk)
    assert TrackerSync.objects.get().error == trackers.GONE
