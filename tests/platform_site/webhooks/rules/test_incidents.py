"""Which events open, acknowledge and resolve which incident."""

from __future__ import annotations

import pytest

from platform_site.webhooks.rules.incidents import incident_of, unpaged

BLOCKED = {"gate": "deployment", "decision": "BLOCKED"}
CASES = [
    ("alert.opened", "alert:3", {}, ("alert:3", "trigger")),
    ("alert.updated", "alert:3", {}, ("alert:3", "trigger")),
    ("alert.reopened", "alert:3", {}, ("alert:3", "trigger")),
    ("alert.acknowledged", "alert:3", {}, ("alert:3", "acknowledge")),
    ("alert.resolved", "alert:3", None, ("alert:3", "resolve")),
    ("health_alert.opened", "health_alert:3", {}, ("health_alert:3", "trigger")),
    ("health_alert.resolved", "health_alert:3", {}, ("health_alert:3", "resolve")),
    ("gate.blocked", "model_version:d/v1", BLOCKED, ("gate:deployment:model_version:d/v1", "trigger")),
    (
        "gate.decided",
        "model_version:d/v1",
        BLOCKED | {"decision": "PROCEED"},
        ("gate:deployment:model_version:d/v1", "resolve"),
    ),
    ("webhook.tested", "webhook:1", {"step": "resolve"}, ("test:webhook:1", "resolve")),
    ("webhook.tested", "webhook:1", {}, ("test:webhook:1", "trigger")),
    ("check_run.finished", "check_run:3", {}, None),
    ("alert.flagged", "alert:3", {}, None),
]


@pytest.mark.parametrize(("name", "subject", "payload", "incident"), CASES)
def test_what_an_event_does(name, subject, payload, incident):
    assert incident_of(name, subject, payload) == incident


def test_a_key_has_an_end():
    assert len(incident_of("alert.opened", "alert:" + "9" * 500, {}).key) == 200


def test_a_pager_takes_only_what_something_ends():
    assert unpaged(["alert.*", "alert.opened", "health_alert.*", "gate.blocked"]) == []
    assert unpaged(["*", "gate.*", "override.requested"]) == ["*", "gate.*", "override.requested"]
