"""The trackers that are configured, how far each was read, and its next page."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.conf import settings
from django.db.models import Case, F, QuerySet, Value, When

from assessments.models import Ticket, TrackerSync
from assessments.tickets.rules.trackers import (
    NotATracker,
    Page,
    Position,
    address_of,
    issue_address,
    label_calls,
    page_of,
)
from platform_site.outbound import client
from platform_site.text import strict_json
from platform_site.text.tracker_list import GITHUB, JIRA_CLOUD, Tracker

LONGEST_ANSWER, PATIENCE_S = 16 * 2**20, 30.0
STATUS = {
    401: "The tracker does not accept the token in TRACKERS.",
    403: "The token in TRACKERS may not read this project, or its limit of calls is used up.",
    404: "There is no such project at the tracker, or the token may not see it.",
}
WRITING = {
    401: STATUS[401],
    403: "The token in TRACKERS may not write labels, or its limit of calls is used up.",
    429: "The tracker takes no more calls for now.",
}
GONE = (404, 410)


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


def to_be_written(tracker: Tracker) -> QuerySet[Ticket]:
    """The tickets of a tracker whose issues do not have the type that a person chose as their label; ``wanted`` is it."""
    of_people = Case(When(typed_by=Ticket.TypedBy.PERSON, then=F("type")), default=Value(""))
    rows = Ticket.objects.filter(source=tracker.name).annotate(wanted=of_people)
    return rows.exclude(wanted=F("written_type")).order_by("pk")


def write_label(tracker: Tracker, external_id: str, type: str) -> None:
    """Let an issue have the label of a type, and no other of ours; raises NotATracker and `client.NotSent`.

    An issue that is gone has nothing to be written to.
    """
    present = _labels_at_github(tracker, external_id) if tracker.kind == GITHUB else ()
    for call in label_calls(tracker, external_id, type, present):
        body = b"" if call.body is None else json.dumps(call.body).encode()
        headers = _headers(tracker) | {"Content-Type": "application/json"}
        answer = client.send(call.method, call.address, body, headers, allowed=client.ANYWHERE)
        if not answer.is_taken and answer.status not in GONE:
            raise NotATracker(WRITING.get(answer.status, f"The tracker did not take a label: status {answer.status}."))


def _labels_at_github(tracker: Tracker, external_id: str) -> list[str]:
    address = issue_address(tracker, external_id)
    if not address:
        return []
    answer = client.get(
        f"{address}/labels?per_page=100", _headers(tracker), longest=LONGEST_ANSWER, patience_s=PATIENCE_S,
        allowed=client.ANYWHERE,
    )  # fmt: skip
    if answer.status in GONE:
        return []
    if not answer.is_taken:
        raise NotATracker(WRITING.get(answer.status, f"The tracker answered with status {answer.status}."))
    try:
        listed: Any = strict_json.parse(answer.body)
    except ValueError as error:
        raise NotATracker(f"The tracker does not answer with JSON: {error}.") from error
    rows = listed if isinstance(listed, list) else []
    return [str(label.get("name")) for label in rows if isinstance(label, dict)]


def _headers(tracker: Tracker) -> dict[str, str]:
    accept = "application/vnd.github+json" if tracker.kind == GITHUB else "application/json"
    headers = {"Accept": accept, "User-Agent": "Plumbline"}
    if not tracker.token:
        return headers
    if tracker.kind == JIRA_CLOUD:  # mail:token
        return headers | {"Authorization": f"Basic {base64.b64encode(tracker.token.encode()).decode()}"}
    return headers | {"Authorization": f"Bearer {tracker.token}"}
