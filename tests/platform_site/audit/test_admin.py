"""The audit log in the admin: an exact search, and no way to change an event."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
EVENTS = "/admin/audit/auditevent/"


@pytest.mark.parametrize(("text", "events"), [("model:two", 3), ("gate.decided", 2), ("model:", 0), ("gate", 0)])
def test_the_search_takes_whole_subjects_actions_and_names(text, events, written, browser_of):
    page = browser_of("lead").get(EVENTS, {"q": text})
    assert page.context["cl"].result_count == events


def test_the_search_finds_an_actor_whatever_they_did(written, browser_of):
    page = browser_of("lead").get(EVENTS, {"q": "ann"})
    assert [event.sequence for event in page.context["cl"].result_list] == [written[place] for place in (3, 2, 0)]


def test_a_lead_reads_an_event_and_nobody_changes_it(written, browser_of):
    path = f"{EVENTS}{written[0]}/change/"
    assert "model:one" in browser_of("lead").get(path).content.decode()
    for name in ("lead", "admin"):
        assert browser_of(name).post(path, {"actor": "nobody"}).status_code == 403
    assert AuditEvent.objects.get(pk=written[0]).actor == "ann"
