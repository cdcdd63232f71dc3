"""Reading a tracker page by page: where the next page is, and its issues as the cells of rows.

Pages follow the time of the last change, from the oldest on. An issue that changes meanwhile moves to the end, and what
stands after it moves up: so the next page begins at the last time that was seen, and what comes twice changes nothing.

>>> start = Position(since="2026-11-05T08:00:00Z")
>>> after(start, ["2026-11-05T08:00:00Z", "2026-11-05T09:00:00Z"], full=True)
Position(since='2026-11-05T09:00:00Z', page=1, token='')
>>> after(start, ["2026-11-05T08:00:00Z", "2026-11-05T08:00:00Z"], full=True)
Position(since='2026-11-05T08:00:00Z', page=2, token='')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from assessments.tickets.rules.issues import OWN_LABEL, issue_cells
from assessments.tickets.rules.tickets import TicketType
from platform_site.text.csv_files import Row
from platform_site.text.tracker_list import GITHUB, JIRA_CLOUD, Tracker

PER_PAGE = 100
OVERLAP = 20  # rows that two pages of Jira share: so many may change while a page is read, and none is skipped
FIELDS = "summary,description,reporter,issuetype,labels,created,resolutiondate,updated"


class Position(NamedTuple):
    """Where reading goes on: what changed since a time, the page of that, and Jira Cloud's token for it."""

    since: str = ""
    page: int = 1
    token: str = ""


class NotATracker(ValueError):
    """The answer is not one of that tracker; the message says why."""


class Call(NamedTuple):
    """A call that changes an issue, with its JSON body."""

    method: str
    address: str
    body: Any


class Page(NamedTuple):
    """A page of a tracker: rows, and where the next one is; None at the end."""

    rows: list[Row]
    following: Position | None
    reached: Position  # where the next reading begins when this one is over


def address_of(tracker: Tracker, at: Position) -> str:
    """The address of a page."""
    if tracker.kind == GITHUB:
        query = {"state": "all", "sort": "updated", "direction": "asc", "per_page": PER_PAGE, "page": at.page}
        since = {"since": at.since} if at.since else {}
        return f"{tracker.address}/repos/{tracker.project}/issues?{urlencode(query | since)}"
    # Jira compares minutes, and in the time zone of the account: half a day earlier is before it wherever that is.
    later = f' AND updated >= "{_minute(at.since)}"' if at.since else ""
    query = {
        "jql": f'project = "{tracker.project}"{later} ORDER BY updated ASC',
        "maxResults": PER_PAGE,
        "fields": FIELDS,
    }
    if tracker.kind == JIRA_CLOUD:
        token = {"nextPageToken": at.token} if at.token else {}
        return f"{tracker.address}/rest/api/2/search/jql?{urlencode(query | token)}"
    return f"{tracker.address}/rest/api/2/search?{urlencode(query | {'startAt': (at.page - 1) * (PER_PAGE - OVERLAP)})}"


def page_of(tracker: Tracker, answer: Any, at: Position) -> Page:
    """What an answer holds; raises NotATracker."""
    issues = answer if tracker.kind == GITHUB else answer.get("issues") if isinstance(answer, dict) else None
    if not isinstance(issues, list) or not all(isinstance(issue, dict) for issue in issues):
        raise NotATracker(f"The answer of {tracker.name} is not a list of issues.")
    if tracker.kind == GITHUB:
        times = [str(issue.get("updated_at") or "") for issue in issues]
        rows = [
            Row(number, issue_cells(issue, tracker.project))
            for number, issue in enumerate(issues, 1)
            if "pull_request" not in issue
        ]
        following = after(at, times, full=len(issues) >= PER_PAGE)
        return Page(rows, following, Position(max([at.since, *times])))
    times = [str(_fields(issue).get("updated") or "") for issue in issues]
    rows = [Row(number, _jira_cells(issue)) for number, issue in enumerate(issues, 1)]
    reached = Position(max([at.since, *times]))
    if tracker.kind == JIRA_CLOUD:
        token = answer.get("nextPageToken")
        return Page(
            rows, at._replace(token=token, page=at.page + 1) if isinstance(token, str) and token else None, reached
        )
    return Page(rows, at._replace(page=at.page + 1) if len(issues) >= PER_PAGE else None, reached)


def after(at: Position, times: Sequence[str], *, full: bool) -> Position | None:
    """Where the next page is: at the last time of this one, or, where all have the same, its next page."""
    if not full:
        return None
    last = max([at.since, *times])
    return at._replace(page=at.page + 1) if last == at.since else Position(last)


def label_calls(tracker: Tracker, external_id: str, type: str, present: Sequence[str] = ()) -> list[Call]:
    """The calls after which an issue has the label of a type and no other of ours; none where the id is not one of its issues.

    Each may be made again: a label that is there is not there twice, and one that is gone stays gone. ``present`` are the labels
    that GitHub has; Jira takes a removal of what is not there.

    >>> jira = Tracker("desk", "jira", "https://jira.example", "ML")
    >>> [call.method for call in label_calls(jira, "ML-7", "access")]
    ['PUT']
    >>> label_calls(jira, "../ML-7", "access")
    []
    """
    wanted = f"{OWN_LABEL}{type}" if type else ""
    address = issue_address(tracker, external_id)
    if not address:
        return []
    if tracker.kind == GITHUB:
        gone = [label for label in present if label.startswith(OWN_LABEL) and label != wanted]
        calls = [Call("DELETE", f"{address}/labels/{quote(label, safe='')}", None) for label in gone]
        return [*([Call("POST", f"{address}/labels", {"labels": [wanted]})] if wanted else []), *calls]
    others = [label for label in (f"{OWN_LABEL}{word}" for word in TicketType) if label != wanted]
    changes = [{"remove": label} for label in others] + ([{"add": wanted}] if wanted else [])
    return [Call("PUT", address, {"update": {"labels": changes}})]


def issue_address(tracker: Tracker, external_id: str) -> str:
    """The address of an issue of this tracker's project; empty for any other text."""
    if tracker.kind == GITHUB:
        project, _, number = external_id.rpartition("#")
        is_ours = project == tracker.project and number.isascii() and number.isdigit()
        return f"{tracker.address}/repos/{project}/issues/{number}" if is_ours else ""
    project, _, number = external_id.rpartition("-")
    is_ours = project == tracker.project and number.isascii() and number.isdigit()
    return f"{tracker.address}/rest/api/2/issue/{external_id}" if is_ours else ""


def _jira_cells(issue: Mapping[str, Any]) -> dict[str, str]:
    fields = _fields(issue)
    reporter, kind = fields.get("reporter"), fields.get("issuetype")
    listed = [label for label in fields.get("labels") or [] if isinstance(label, str)]
    labels = [label for label in listed if not label.startswith(OWN_LABEL)]
    return {
        "id": _text(issue.get("key")),
        "title": _text(fields.get("summary")),
        "body": _text(fields.get("description")),
        "user": _text(reporter.get("displayName") if isinstance(reporter, dict) else ""),
        "team": next((label.partition(":")[2].strip() for label in labels if label.lower().startswith("team:")), ""),
        "created_at": _text(fields.get("created")),
        "closed_at": _text(fields.get("resolutiondate")),
        "labels": ", ".join(labels),
        "issue_type": _text(kind.get("name") if isinstance(kind, dict) else ""),
    }


def _fields(issue: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = issue.get("fields")
    return fields if isinstance(fields, dict) else {}


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "").strip()


def _minute(since: str) -> str:
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        return "1970-01-02 00:00"
    return (at - timedelta(hours=14)).strftime("%Y-%m-%d %H:%M")
