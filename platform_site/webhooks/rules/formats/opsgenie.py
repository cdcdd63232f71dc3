"""A notice as a request of Opsgenie's Alert API, which Jira Service Management's operations speak too. Pure: standard library.

An alert is known by its alias: created by it, again without a second alert, acknowledged and closed by it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from platform_site.webhooks.rules.formats.text import cut
from platform_site.webhooks.rules.incidents import Step
from platform_site.webhooks.rules.notices import Notice, as_text

ADDRESS = "https://api.opsgenie.com/v2/alerts"
LONGEST_MESSAGE, LONGEST_ALIAS, LONGEST_DESCRIPTION, LONGEST_NOTE = 130, 512, 15_000, 25_000
LONGEST_DETAILS, LONGEST_TAG, LONGEST_ENTITY, LONGEST_SOURCE = 8_000, 50, 512, 100
PRIORITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P5"}
PATHS = {Step.ACKNOWLEDGE: "acknowledge", Step.RESOLVE: "close"}


def as_opsgenie(notice: Notice, *, key: str, step: str, source: str) -> str:
    """The body: the whole alert when it opens, a note when it is acknowledged or closed."""
    if step != Step.TRIGGER:
        note = cut(as_text(notice), LONGEST_NOTE)
        return json.dumps({"source": cut(source, LONGEST_SOURCE), "note": note, "user": cut(notice.by, 100)})
    content: dict[str, Any] = {
        "message": cut(notice.title, LONGEST_MESSAGE),
        "alias": key[:LONGEST_ALIAS],
        "description": cut("\n".join([as_text(notice), *([notice.link] if notice.link else [])]), LONGEST_DESCRIPTION),
        "priority": PRIORITIES[notice.severity],
        "source": cut(source, LONGEST_SOURCE),
        "entity": cut(notice.subject, LONGEST_ENTITY),
        "tags": ["plumbline", cut(notice.event, LONGEST_TAG)],
        "details": {fact.label: fact.text for fact in notice.facts} | ({"Link": notice.link} if notice.link else {}),
    }
    return json.dumps(content)


def address_of(base: str, *, key: str, step: str) -> str:
    """Where a step is sent: the collection for a new alert, the alert by its alias for what becomes of it.

    >>> address_of(ADDRESS, key="https://plumbline.example/alert:3", step="resolve")
    'https://api.opsgenie.com/v2/alerts/https%3A%2F%2Fplumbline.example%2Falert%3A3/close?identifierType=alias'
    """
    if step == Step.TRIGGER:
        return base
    return f"{base.rstrip('/')}/{quote(key[:LONGEST_ALIAS], safe='')}/{PATHS[Step(step)]}?identifierType=alias"
