"""The forms of webhooks: events by box and by name become one list, and back."""

from __future__ import annotations

import pytest

from platform_site.webhooks.forms import EventsForm, QuietHoursForm, WebhookForm
from platform_site.webhooks.models import Webhook

EVENTS = {"events": ["alert.*"], "others": "", "description": "#ml-alerts"}
pytestmark = pytest.mark.django_db
WEBHOOK = EVENTS | {"kind": "json", "url": "https://hooks.example/plumbline"}


@pytest.mark.parametrize(
    ("others", "events"),
    [
        ("", ["alert.*"]),
        ("token.*", ["alert.*", "token.*"]),
        (" dataset.added ,, token.* ,", ["alert.*", "dataset.added", "token.*"]),
        (",", ["alert.*"]),
    ],
)
def test_boxes_and_names_are_one_list(others, events):
    form = EventsForm(EVENTS | {"others": others})
    assert form.is_valid()
    plain = {"description": "#ml-alerts", "severity": "info", "teams": [], "person": ""}
    assert form.arguments() == plain | {"events": events}


def test_a_webhook_comes_back_as_boxes_and_names():
    webhook = Webhook(events=["alert.*", "token.*", "dataset.added"], description="#ml")
    initial = EventsForm.initial_of(webhook)
    assert (initial["others"], initial["description"]) == ("token.*, dataset.added", "#ml")
    assert (initial["severity"], initial["teams"], initial["person"]) == ("info", [], "")
    form = EventsForm({**initial, "events": [name for name in initial["events"] if name == "alert.*"]})
    assert form.is_valid()
    assert form.arguments()["events"] == webhook.events


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "pigeon"}, "kind"),
        ({"severity": "loud"}, "severity"),
        ({"teams": ["nobody"]}, "teams"),
        ({"person": "x" * 151}, "person"),
        ({"secret": "x" * 201}, "secret"),
        ({"url": "x" * 2_001}, "url"),
        ({"events": ["token.*"]}, "events"),
        ({"others": "x" * 1_001}, "others"),
        ({"description": "x" * 201}, "description"),
    ],
)
def test_a_fault_is_at_its_field(changed, field):
    assert WebhookForm(WEBHOOK | changed).errors.keys() == {field}


def test_the_longest_values_are_accepted_and_no_event_is_left_to_the_action():
    longest = {"url": "x" * 2_000, "others": "x" * 1_000, "description": "x" * 200}
    assert WebhookForm(WEBHOOK | longest).is_valid()
    form = WebhookForm(WEBHOOK | {"events": [], "others": ""})
    assert form.is_valid()
    assert form.arguments()["events"] == []


def test_quiet_hours_have_two_times_and_a_zone():
    assert QuietHoursForm({"begins": "22:00", "ends": "07:00", "time_zone": "Europe/Berlin"}).is_valid()
    assert QuietHoursForm({"begins": "25:00", "ends": ""}).errors.keys() == {"begins", "ends", "time_zone"}
