"""An event as JSON for programs, with what the other kinds say to people as one text. Pure: standard library alone."""

from __future__ import annotations

import json
from collections.abc import Sequence

from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import Notice, as_text


def as_json(event: Event, notice: Notice, teams: Sequence[str]) -> str:
    """The whole event: its payload as it is recorded, and severity, teams and text beside it."""
    content = {"event": event.name} | {name: value for name, value in event._asdict().items() if name != "name"}
    content |= {"severity": str(notice.severity), "teams": list(teams), "text": as_text(notice)}
    return json.dumps(content, sort_keys=True)
