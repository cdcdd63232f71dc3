"""A mail says the same as the gate."""

from __future__ import annotations

import json

from hypothesis import given, settings

from platform_site.webhooks.rules.formats.mail import as_mail
from tests.platform_site.webhooks.rules.formats.notices import BLOCKED, notices


def test_a_blocked_gate_as_people_read_it():
    mail = json.loads(as_mail(BLOCKED))
    assert mail["subject"] == "[Plumbline] BLOCKED, 1 conflict blocks: demand v1"
    assert mail["text"].startswith("BLOCKED, 1 conflict blocks: demand v1\nModel: demand\n")
    assert "- pin Pin it." in mail["text"]
    assert f"See: {BLOCKED.link}" in mail["text"]


@settings(deadline=None, max_examples=60)
@given(notices())
def test_a_mail_has_one_line_as_its_subject(notice):
    mail = json.loads(as_mail(notice))
    assert len(mail["subject"].splitlines()) == 1
    assert len(mail["subject"]) <= 150
    assert len(mail["text"]) < 24_000
