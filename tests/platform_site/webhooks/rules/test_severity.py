"""How severe each event is."""

from __future__ import annotations

import pytest

from platform_site.webhooks.rules.severity import ORDER, Severity, is_at_least, severity_of

CASES = [
    ("alert.opened", {"blocking": True}, "critical"),
    ("alert.resolved", {"blocking": True}, "critical"),
    ("alert.opened", {"blocking": False}, "warning"),
    ("alert.opened", None, "warning"),
    ("alert.opened", {"blocking": False, "finding": "skew"}, "error"),
    ("alert.resolved", {"blocking": False, "finding": "traffic"}, "error"),
    ("alert.opened", {"blocking": True, "finding": "skew"}, "critical"),
    ("alert.opened", {"blocking": False, "finding": "silence"}, "warning"),
    ("alert.opened", {"blocking": False, "finding": "check"}, "warning"),
    ("health_alert.opened", {}, "warning"),
    ("gate.blocked", {"decision": "BLOCKED"}, "error"),
    ("gate.decided", {"decision": "PROCEED"}, "info"),
    ("rollout.stopped", {}, "critical"),
    ("webhook.switched_off", {}, "error"),
    ("check_run.finished", {"outcome": "failed"}, "warning"),
    ("check_run.finished", {"outcome": "errored"}, "warning"),
    ("check_run.finished", {"outcome": "passed"}, "info"),
    ("user.roles_changed", {"blocking": True}, "info"),
    ("webhook.tested", {}, "info"),
]


@pytest.mark.parametrize(("name", "payload", "severity"), CASES)
def test_the_severity_of_an_event(name, payload, severity):
    assert severity_of(name, payload) == severity


def test_the_four_words_are_in_order():
    assert ORDER == ("info", "warning", "error", "critical")
    for place, severity in enumerate(Severity):
        assert [is_at_least(severity, least) for least in ORDER] == [place >= other for other in range(4)]
