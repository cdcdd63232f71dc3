"""The review of one organization: everything that happened since a day, in a fixed number of queries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Min, Q
from django.utils import timezone

from assessments.adoption.queries import figures as adoption
from assessments.adoption.rules.adoption import months_until
from assessments.adoption.rules.movement import Movement, movement
from assessments.health.queries.evidence import evidence_of
from assessments.health.queries.exemptions import list_exemptions
from assessments.health.queries.known import standing_postmortems
from assessments.health.queries.targets import target_shown
from assessments.health.rules.recommendations import title_of
from assessments.initiatives.queries import list_initiatives
from assessments.initiatives.rules import OPEN, State
from assessments.models import Assessment, Organization, Release, Ticket
from assessments.organizations.queries import list_assessments, uncorrected_assessments
from assessments.postmortems.queries import list_postmortems
from assessments.review.rules import sections
from assessments.review.rules import targets as target_sections
from assessments.review.rules.document import document_of
from assessments.review.rules.moves import Stand, evidence_moves, moves
from assessments.review.rules.sections import Load, Loads, Period, Row, Section
from assessments.tickets.queries.plans import outcome, plans
from assessments.tickets.queries.triage import triage_of
from assessments.tickets.rules.costs import NONE
from assessments.tickets.rules.plan import TypeOutcome
from platform_site.documents.files import DOCUMENTS, File, render_document
from platform_site.errors import Fault, Invalid
from platform_site.text.documents import Document
from registry.published import gates

QUARTER = timedelta(days=90)  # what a review covers before the second assessment
EARLIEST = date(2000, 1, 1)
MOST_MONTHS, MONTHS_BEFORE = 36, 12
SEEN_WITHIN = 3  # months before the period in which a team must have been active to be lost in it
WEEK = timedelta(weeks=1)
KINDS = {"json": "application/json"} | DOCUMENTS
AS_PLANNED = {True: "as_planned", False: "not_as_planned", None: "too_early"}


class Review(NamedTuple):
    """What happened in a period, in sections, with the two assessments at its ends; None where there is none."""

    organization: Organization
    period: Period
    before: Assessment | None
    after: Assessment | None
    sections: list[Section]


def day_in(value: str) -> date | None:
    """The day that `?since=` names, None where it is empty; Invalid unless it is a day until today."""
    if not value:
        return None
    try:
        since = date.fromisoformat(value[:20])
    except ValueError:
        message = f"{value[:20]!r} is not a day. Write it as 2026-11-02."
        raise Invalid([Fault("since", "invalid", message)]) from None
    today = timezone.now().astimezone(UTC).date()
    if not EARLIEST <= since <= today:
        message = f"{since} is not a day that can be reviewed. Choose one from {EARLIEST} to {today}."
        raise Invalid([Fault("since", "out_of_range", message)])
    return since


def review_of(organization: Organization, since: date | None = None) -> Review:
    """Everything since a day; by default since the assessment before the current one, else in the last 90 days."""
    now = timezone.now()
    today = now.astimezone(UTC).date()
    before, after, since = _assessments(organization, since, today)
    period = Period(since, today)
    start = datetime.combine(since, time.min, UTC)
    return Review(
        organization,
        period,
        before,
        after,
        [
            *_health(organization, before, after, period),
            _initiatives(organization, start, period),
            _exemptions(organization, start, period),
            _incidents(organization, start, period),
            _tickets(organization, start, now, period),
            _teams(organization, period, now),
            _releases(organization, period),
            _blocked(organization),
            _overrides(organization, start, period),
        ],
    )


def review_file(review: Review, kind: str) -> File:
    """The review as one of KINDS; Invalid for another kind."""
    if kind not in KINDS:
        raise Invalid([Fault("format", "invalid", f"{kind[:20]!r} is not a format. Choose {', '.join(KINDS)}.")])
    name = f"{review.organization.slug}-review-{review.period.until}.{kind}"
    if kind == "json":
        return File(name, KINDS[kind], json.dumps(as_dict(review), indent=2, default=str))
    return File(name, KINDS[kind], render_document(document(review), kind))


def document(review: Review) -> Document:
    """The review as files and mails have it."""
    return document_of(review.organization.name, review.period, review.sections)


def as_dict(review: Review) -> dict[str, Any]:
    """The review as the API answers it."""
    return {
        "organization": review.organization.slug,
        "since": review.period.since,
        "until": review.period.until,
        "before": _end(review.before),
        "after": _end(review.after),
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "sentence": section.sentence,
                "rows": [_values(section, row) for row in section.rows],
            }
            for section in review.sections
        ],
    }


def _end(assessment: Assessment | None) -> dict[str, Any] | None:
    stand = _stand(assessment)
    if assessment is None or stand is None:
        return None
    return {
        "assessment": assessment.pk,
        "assessed_on": stand.day,
        "health_score": stand.score,
        "confirmed": stand.level.label,
    }


def _values(section: Section, row: Row) -> dict[str, Any]:
    values = {column.name: row.values[column.name] for column in section.columns}
    return values if row.id is None else values | {"id": row.id}


def _assessments(
    organization: Organization, since: date | None, today: date
) -> tuple[Assessment | None, Assessment | None, date]:
    """The assessments that counted on the first day and now, and the first day."""
    dated = list(uncorrected_assessments(organization).filter(assessed_on__lte=today).values_list("pk", "assessed_on"))
    if since is None and len(dated) > 1:
        earlier, since = dated[-2:-1], dated[-2][1]
    else:
        since = since or today - QUARTER
        earlier = [row for row in dated if row[1] <= since][-1:]
    wanted = [pk for pk, _ in [*earlier, *dated[-1:]]]
    read = {row.pk: row for row in list_assessments().filter(pk__in=wanted).prefetch_related("evidence")}
    return (read[earlier[0][0]] if earlier else None), (read[dated[-1][0]] if dated else None), since


def _stand(assessment: Assessment | None) -> Stand | None:
    if assessment is None:
        return None
    return Stand(assessment.assessed_on, [item.as_item for item in assessment.items.all()], assessment.levels)


def _health(
    organization: Organization, before: Assessment | None, after: Assessment | None, period: Period
) -> list[Section]:
    was, now = _stand(before), _stand(after)
    moved = moves(was, now) if was and now else []
    measured, count = [], 0
    if before and after and before != after:
        items = [item.as_item for row in (before, after) for item in row.items.all()]
        titles = {item.capability: title_of(item.capability, item.description) for item in items}
        lines = evidence_of(after)
        measured = evidence_moves(evidence_of(before), lines, titles)
        count = sum(bool(line.denominator) for line in lines)
    return [
        sections.score_and_level(was, now, moved, period),
        _target(organization),
        sections.evidence(was, now, measured, count),
    ]


def _target(organization: Organization) -> Section:
    shown = target_shown(organization)
    shown_as = (shown.aim, shown.last_mark, shown.progress) if shown else (None, None, None)
    return target_sections.target(*shown_as)


def _initiatives(organization: Organization, start: datetime, period: Period) -> Section:
    done = Q(state=State.DONE, done_at__gte=start)
    listed = list_initiatives().filter(done | Q(state__in=OPEN), organization=organization)
    rows = [row for row in listed if row.state == State.DONE or row.due_on]
    return sections.initiatives(
        [
            Row(
                {
                    "owner": row.owner_name,
                    "title": row.title,
                    "progress": "done" if row.state == State.DONE else "overdue" if row.overdue else "due",
                    "due_on": row.due_on,
                },
                row.pk,
            )
            for row in rows
        ],
        period,
        undated=len(listed) - len(rows),
    )


def _exemptions(organization: Organization, start: datetime, period: Period) -> Section:
    ended = Q(ended_at__gte=start) | Q(ended_at=None, ends_on__gte=period.since)
    return target_sections.exemptions(
        [
            Row(
                {
                    "capability": title_of(row.capability.name, row.capability.description),
                    "ends_on": row.ends_on,
                    "reason": row.reason,
                    "granted_by": row.granted_by,
                    "state": row.state,
                }
            )
            for row in list_exemptions().filter(ended, organization=organization)
        ],
        period,
    )


def _incidents(organization: Organization, start: datetime, period: Period) -> Section:
    published = standing_postmortems(organization).filter(published_at__gte=start)
    rows, names = [], []
    for row in list_postmortems().filter(pk__in=published.order_by().values("pk")):
        capabilities = [row.capability, *(other.capability for other in row.other_preventions.all())]
        titles = [title_of(capability.name, capability.description) for capability in capabilities]
        values = {
            "title": row.title,
            "happened_on": row.happened_at.astimezone(UTC).date(),
            "prevented_by": ", ".join(titles),
            "delay": row.sentence,
        }
        rows.append(Row(values, row.pk))
        names += titles
    return sections.incidents(rows, names, period)


def _tickets(organization: Organization, start: datetime, now: datetime, period: Period) -> Section:
    """Neither load counts weeks from before the first ticket on record; that before has as many as the period."""
    plan = plans(organization).first()
    lines = outcome(plan).lines if plan else []
    first = Ticket.objects.filter(organization=organization).aggregate(first=Min("opened_at"))["first"] or now
    begin = min(max(start - (now - start), first), start)
    since = min(max(start, first), now)
    loads = Loads(
        _load(organization, since, now),
        _load(organization, begin, start),
        begin.astimezone(UTC).date(),
        since.astimezone(UTC).date() if since > start else None,
    )
    planned_on = plan.made_at.astimezone(UTC).date() if plan else None
    return sections.tickets([_line(line) for line in lines], planned_on, loads, period)


def _line(line: TypeOutcome) -> Row:
    return Row(line._asdict() | {"as_planned": AS_PLANNED[line.as_planned]})


def _load(organization: Organization, start: datetime, end: datetime) -> Load | None:
    if end - start < WEEK:
        return None
    triage, weeks = triage_of(organization, start=start, end=end), (end - start) / WEEK
    hours = triage.hours
    if hours.hours_are == NONE:
        return Load(triage.total / weeks, None)
    return Load(triage.total / weeks, hours.total / weeks, hours.estimated_hours / weeks)


def _teams(organization: Organization, period: Period, now: datetime) -> Section:
    """By whole months, the last three at least: who ran nothing on the first days of a month is not lost yet."""
    since = min(period.since.replace(day=1), months_until(period.until, SEEN_WITHIN)[0])
    covered = (period.until.year - since.year) * 12 + period.until.month - since.month + 1
    months = months_until(period.until, min(covered, MOST_MONTHS) + MONTHS_BEFORE)
    active = adoption.active_months(organization, months, now)
    recent = months_until(since, SEEN_WITHIN + 1)[0]
    moved = movement(active, since)
    moved = Movement(moved.won, [team for team in moved.lost if team.month >= recent])
    rows = [
        Row({"team": team.team, "change": change, "month": team.month})
        for change, teams in moved._asdict().items()
        for team in teams
    ]
    return sections.teams(rows, since, any(month.names for month in active if month.month < since))


def _releases(organization: Organization, period: Period) -> Section:
    rows: Sequence[Release] = list(
        Release.objects.filter(organization=organization, released_on__range=period).order_by("released_on", "pk")
    )
    return sections.releases(
        [Row({"name": row.name, "released_on": row.released_on, "weeks": row.weeks}) for row in rows], period
    )


def _blocked(organization: Organization) -> Section:
    rows = gates.blocked_now(organization.pk)
    shown = [Row(row._asdict() | {"features": ", ".join(row.features)}) for row in rows]
    return sections.blocked(shown, 0 if shown else gates.count_in_production(organization.pk))


def _overrides(organization: Organization, start: datetime, period: Period) -> Section:
    rows = gates.overrides_used(organization.pk, start)
    return sections.overrides(
        [Row(row._asdict() | {"last_used_on": row.used_at.astimezone(UTC).date()}, row.id) for row in rows],
        0 if rows else gates.count_decisions(organization.pk, start),
        period,
    )
