"""JSON has the whole event, and what people read beside it."""

from __future__ import annotations

import json

from platform_site.webhooks.rules.formats.signed_json import as_json
from platform_site.webhooks.rules.notices import as_text, notice_of
from tests.platform_site.webhooks.rules.test_notices import ALERT


def test_json_has_the_whole_event():
    notice = notice_of(ALERT)
    assert json.loads(as_json(ALERT, notice, ("forecasting",))) == {
        "event": "alert.opened",
        "sequence": 8,
        "at": ALERT.at,
        "actor": "system",
        "subject": "alert:3",
        "payload": ALERT.payload,
        "link": "",
        "severity": "critical",
        "teams": ["forecasting"],
        "text": as_text(notice),
    }
