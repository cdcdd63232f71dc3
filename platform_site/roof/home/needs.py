"""Everything that waits for somebody, from both apps, as one list: the heaviest first, of those the oldest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from enum import IntEnum
from typing import NamedTuple
from urllib.parse import quote

from django.urls import reverse

from assessments.health.rules.evidence import Evidence
from assessments.models import Assessment, HealthAlert, Initiative
from platform_site.people.models import AccessRequest
from platform_site.people.queries import PowerChange
from platform_site.text.wording import counted
from registry.models import Alert, ApprovalRequest, ChangeRequest, ModelVersion, Override, SourceObservation
from registry.serving.queries.change_requests import Waiting
from registry.versions.rules.compatibility import Author

NEVER = datetime.max.replace(tzinfo=UTC)
MOST_OF_A_KIND = 50


class Weight(IntEnum):
    """What comes first: a model that cannot be deployed before an answer that waits, before a figure to correct."""

    BLOCKED = 1
    CLOSING_ALERT = 2
    ALERT = 3
    APPROVAL = 4
    OBSERVED = 5
    FELL = 6
    OVERDUE = 7
    CONTRADICTED = 8
    DUE = 9
    UNASSIGNED = 10
    ACCESS = 11


class Kind(NamedTuple):
    """How a kind of need is shown: its word, icon and tone, the noun that counts it, and where all of them are."""

    word: str
    icon: str
    tone: str
    noun: str


KINDS: Mapping[Weight, Kind] = {
    Weight.BLOCKED: Kind("Blocked", "hand-stop", "bad", "blocked model"),
    Weight.CLOSING_ALERT: Kind("Alert", "bell-ringing", "bad", "alert"),
    Weight.ALERT: Kind("Alert", "bell-ringing", "warn", "alert"),
    Weight.APPROVAL: Kind("Approval", "hourglass", "warn", "approval"),
    Weight.OBSERVED: Kind("Reported", "git-branch", "warn", "reported change"),
    Weight.FELL: Kind("Health", "heartbeat", "warn", "health alert"),
    Weight.OVERDUE: Kind("Overdue", "calendar", "warn", "overdue initiative"),
    Weight.CONTRADICTED: Kind("Contradicted", "alert-triangle", "warn", "contradicted capability"),
    Weight.DUE: Kind("Due", "clock", "info", "initiative due within a week"),
    Weight.UNASSIGNED: Kind("Unassigned", "users", "warn", "note"),
    Weight.ACCESS: Kind("Access", "key", "info", "change of access"),
}
PLURALS = {
    "contradicted capability": "contradicted capabilities",
    "change of access": "changes of access",
    "initiative due within a week": "initiatives due within a week",
}


class Need(NamedTuple):
    """One thing that waits: what it is, a fact about it, whose it is, since when, and what to do, with the way there."""

    weight: Weight
    title: str
    fact: str
    owner: str
    since: datetime | None
    action: str
    url: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.weight]


def in_order(needs: Iterable[Need]) -> list[Need]:
    """The heaviest first; of one weight the oldest first, those without a time last."""
    return sorted(needs, key=lambda need: (need.weight, need.since or NEVER))


def more_of(needs: Sequence[Need], shown: int) -> str:
    """What a list that is cut after `shown` leaves out: `2 alerts, 1 approval`; empty where it leaves out nothing."""
    left_out = Counter(need.kind.noun for need in needs[shown:])
    every = Counter(need.weight for need in needs)
    more = " and more" if any(count >= MOST_OF_A_KIND for count in every.values()) else ""
    return ", ".join(_counted(count, noun) for noun, count in left_out.items()) + more


def _counted(count: int, noun: str) -> str:
    if count > 1 and noun in PLURALS:
        return f"{count} {PLURALS[noun]}"
    return counted(count, noun)


def blocks(versions: Sequence[ModelVersion], since: Mapping[int, Author]) -> list[Need]:
    """The blocked versions in production that are so for the longest, with who changed what they compute, and when."""
    authors = [(version, since.get(version.pk, Author())) for version in versions]
    oldest = sorted(authors, key=lambda row: row[1].at or NEVER)[:MOST_OF_A_KIND]
    return [_block(version, author) for version, author in oldest]


def _block(version: ModelVersion, author: Author) -> Need:
    features = ", ".join(version.conflicting)
    by = f", by {author.name}" if author.name else ""
    return Need(
        Weight.BLOCKED,
        str(version),
        f"{features} changed since training{by}",
        version.model.owner_team.name,
        author.at,
        "See the ways out",
        reverse("registry:model_version", args=[version.model.name, version.version]),
    )


def alerts(rows: Iterable[Alert]) -> list[Need]:
    """The open alerts that nobody acknowledged; those of skew, and those that close a gate, come first."""
    return [
        Need(
            Weight.CLOSING_ALERT if row.blocking or row.finding in Alert.OF_SERVING else Weight.ALERT,
            row.title,
            "",
            f"{row.model.name} · {row.model.owner_team.name}",
            row.opened_at,
            "See what was found",
            row.get_absolute_url(),
        )
        for row in rows
        if row.state == Alert.State.OPEN
    ]


def approvals(waiting: Waiting, access: Iterable[AccessRequest]) -> list[Need]:
    """Every request and statement that waits for a second person, with who asked."""
    return [
        *map(_change, waiting.changes[:MOST_OF_A_KIND]),
        *map(_pass, waiting.passes[:MOST_OF_A_KIND]),
        *map(_statement, waiting.statements[:MOST_OF_A_KIND]),
        *map(_request, waiting.requests[:MOST_OF_A_KIND]),
        *map(_access, access),
    ]


def _change(change: ChangeRequest) -> Need:
    title = f"{change.model.name} in {change.environment}"
    return _approval(
        title, change.parts[0]["sentence"], change.requested_by, change.requested_at, change.get_absolute_url()
    )


def _pass(row: Override) -> Need:
    url = reverse("registry:overrides")
    return _approval(f"Override for {row.model_version}", row.reason, row.requested_by, row.requested_at, url)


def _statement(version: ModelVersion) -> Need:
    url = reverse("registry:model_version", args=[version.model.name, version.version])
    return _approval(str(version), "uses no registered features", version.registered_by, version.registered_at, url)


def _request(row: ApprovalRequest) -> Need:
    fact = ". ".join(row.ways) or row.reason
    return _approval(row.title, fact, row.requested_by, row.requested_at, row.get_absolute_url())


def _access(row: AccessRequest) -> Need:
    title = f"{row.user.username} is to get {', '.join([*row.roles, *row.teams])}"
    return _approval(title, "", row.requested_by, row.requested_at, reverse("access_requests"))


def _approval(title: str, fact: str, requested_by: str, requested_at: datetime, url: str) -> Need:
    return Need(Weight.APPROVAL, title, fact, f"requested by {requested_by}", requested_at, "Decide", url)


def observations(rows: Iterable[SourceObservation]) -> list[Need]:
    """What lineage events report of source tables, and nobody of their owner teams has accepted or dismissed."""
    return [
        Need(
            Weight.OBSERVED,
            f"Source table {row.source_table.name}",
            row.sentence,
            row.source_table.owner_team.name if row.source_table.owner_team else "no owner team",
            row.observed_at,
            "Accept or dismiss",
            reverse("registry:source_table", args=[row.source_table.name]),
        )
        for row in rows
    ]


def health_alerts(rows: Iterable[HealthAlert]) -> list[Need]:
    """The figures of an organization that got worse, and that nobody acknowledged."""
    return [
        Need(
            Weight.FELL,
            row.title,
            "",
            f"assessed by {row.owner}" if row.owner else "",
            row.opened_at,
            "See what it was",
            row.get_absolute_url(),
        )
        for row in rows
        if row.state == HealthAlert.State.OPEN
    ]


def contradictions(lines: Iterable[Evidence], assessment: Assessment) -> list[Need]:
    """The capabilities that are stated otherwise than they were measured."""
    url = reverse("assessments:assessment", args=[assessment.pk]) + "#evidence"
    return [
        Need(Weight.CONTRADICTED, line.capability, line.sentence, "", assessment.published_at, "See the evidence", url)
        for line in lines
    ]


def initiatives(rows: Iterable[Initiative]) -> list[Need]:
    """The open initiatives that are past their day, or due within a week."""
    return [_initiative(row) for row in rows]


def _initiative(initiative: Initiative) -> Need:
    since = datetime.combine(initiative.due_on, time.min, UTC) if initiative.due_on else None
    owner = initiative.owner_person or initiative.owner_team
    return Need(
        Weight.OVERDUE if initiative.overdue else Weight.DUE,
        initiative.title,
        f"{'was' if initiative.overdue else 'is'} due on {initiative.due_on}",
        str(owner) if owner else "nobody",
        since,
        "Update it",
        reverse("assessments:initiative", args=[initiative.pk]),
    )


def unassigned(count: int) -> list[Need]:
    """That teams and records belong to no organization, where some do."""
    if not count:
        return []
    title = f"{count:,} teams and records belong to no organization"
    url = reverse("assessments:organizations")
    return [Need(Weight.UNASSIGNED, title, "they count in nobody's figures", "", None, "Assign them", url)]


def access_changes(events: Sequence[PowerChange]) -> list[Need]:
    """What changed in the last week of who may do what; the newest is named."""
    if not events:
        return []
    newest, others = events[0], len(events) - 1
    return [
        Need(
            Weight.ACCESS,
            newest.sentence,
            f"and {counted(others, 'more change')} of access in 7 days" if others else "",
            f"by {newest.actor}",
            newest.at,
            "See the record",
            f"{reverse('audit:events')}?subject={quote(newest.subject)}",
        )
    ]
