"""Two sessions at one ticket or import: whoever comes second works on what the first one committed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from assessments.models import Ticket, TicketImport
from assessments.tickets.actions import import_runs, label_models
from assessments.tickets.actions.imports import confirm_import, offer_import
from assessments.tickets.actions.tickets import record_issue, record_ticket, record_tickets, remove_label
from platform_site.access import SYSTEM
from platform_site.errors import Refusal
from tests.assessments.sessions import during

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)
KEY = {"source": "jira", "external_id": "7"}
FILE = b"id,title,created\n7,How do I log in?,2026-11-02T09:00Z\n"
LABEL = {"type": "bug", "typed_by": "person", "confidence": None}


@pytest.fixture
def ticket():
    return record_ticket(**KEY, title="How do I log in?", opened_at=OPENED, actor=SYSTEM)[0]


def label() -> None:
    Ticket.objects.update(**LABEL)


ROW = KEY | {"title": "Where are the logs?", "opened_at": OPENED}
WRITES: dict[str, Callable[[], Any]] = {
    "a ticket": lambda: record_ticket(**ROW, actor=SYSTEM),
    "a list of tickets": lambda: record_tickets([ROW], actor=SYSTEM),
    "suggestions": label_models.suggest_again,
}


@pytest.mark.parametrize("write", WRITES)
def test_a_label_that_is_being_stored_is_never_replaced_by_a_suggestion(ticket, write):
    during(label, WRITES[write])
    assert Ticket.objects.filter(**LABEL).count() == 1


def test_an_import_keeps_a_label_that_is_being_stored(ticket, lea):
    offered = offer_import(source="jira", file_format="csv", filename="f.csv", content=FILE, actor=lea)
    confirm_import(offered, actor=lea)
    during(label, lambda: import_runs.execute(offered.pk))
    assert TicketImport.objects.get().state == "finished"
    assert Ticket.objects.filter(**LABEL).count() == 1


def test_a_label_is_removed_from_the_words_that_are_being_stored(ticket):
    Ticket.objects.update(**LABEL)
    during(lambda: Ticket.objects.update(title="Please grant access"), lambda: remove_label(ticket, actor=SYSTEM))
    assert Ticket.objects.get().type == "access"


def test_an_older_delivery_changes_nothing_while_a_newer_one_is_being_stored():
    issue = {
        "number": 7, "html_url": "https://github.com/acme/platform/issues/7", "title": "first",
        "created_at": "2026-11-02T09:00:00Z", "updated_at": "2026-11-02T10:00:00Z",
    }  # fmt: skip
    record_issue(issue)
    newest = {"title": "third", "source_updated_at": datetime(2026, 11, 2, 12, tzinfo=UTC)}
    second = issue | {"title": "second", "updated_at": "2026-11-02T11:00:00Z"}
    during(lambda: Ticket.objects.update(**newest), lambda: record_issue(second))
    assert Ticket.objects.get().title == "third"


def test_an_import_is_confirmed_once(lea):
    offered = offer_import(source="jira", file_format="csv", filename="f.csv", content=FILE, actor=lea)
    outcome = during(lambda: confirm_import(offered, actor=lea), lambda: confirm_import(offered, actor=lea))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "import_confirmed"
