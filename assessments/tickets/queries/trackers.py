"""The trackers that are configured, how far each was read, and its next page."""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from assessments.models import TrackerSync
from assessments.tickets.rules.trackers import NotATracker, Page, Position, address_of, page_of
from platform_site.outbound import client
from platform_site.text import strict_json
from platform_site.text.tracker_list import GITHUB, JIRA_CLOUD, Tracker

LONGEST_ANSWER, PATIENCE_S = 16 * 2**20, 30.0
STATUS = {
    401: "The tracker does not accept the token in TRACKERS.",
    403: "The token in TRACKERS may not read this project, or its limit of calls is used up.",
    404: "There is no such project at the tracker, or the token may not see it.",
}


def trackers() -> dict[str, Tracker]:
    """The configured trackers by name."""
    return {tracker.name: tracker for tracker in settings.TRACKERS}


def syncs() -> QuerySet[TrackerSync]:
    """How far each tracker was read, in the order of names."""
    return TrackerSync.objects.select_related("organization").order_by("name")


def read_page(tracker: Tracker, at: Position) -> Page:
    """One page of a tracker; raises NotATracker and `client.NotSent`.

    An administrator gave the address, so it may be inside the own network; no redirect is followed.
    """
    answer = client.get(
        address_of(tracker, at),
        _headers(tracker),
        longest=LONGEST_ANSWER,
        patience_s=PATIENCE_S,
        allowed=client.ANYWHERE,
    )
    if not answer.is_taken:
        raise NotATracker(STATUS.get(answer.status, f"The tracker answered with status {answer.status}."))
    try:
        content: Any = strict_json.parse(answer.body)
    except ValueError as error:
        raise NotATracker(f"The tracker does not answer with JSON: {error}.") from error
    return page_of(tracker, content, at)


def _headers(tracker: Tracker) -> dict[str, str]:
    accept = "application/vnd.github+json" if tracker.kind == GITHUB else "application/json"
    headers = {"Accept": accept, "User-Agent": "Plumbline"}
    if not tracker.token:
        return headers
    if tracker.kind == JIRA_CLOUD:  # mail:token
        return headers | {"Authorization": f"Basic {base64.b64encode(tracker.token.encode()).decode()}"}
    return headers | {"Authorization": f"Bearer {tracker.token}"}
