"""What the metrics count, in a bounded number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from assessments.health.queries.assessments import ScoreAndLevels, score_and_levels
from assessments.health.rules.maturity import LEVELS, Level
from assessments.health.rules.scoring import Item
from assessments.models import AssessmentItem, Organization, ReviewMail, TicketImport
from assessments.organizations.queries import current_assessments
from platform_site.audit.models import AuditHead
from platform_site.audit.until_changed import EVERY
from platform_site.people import queries as people
from platform_site.roof.metrics.exposition import Durations
from platform_site.webhooks.models import Delivery
from registry.checks.queries import checks
from registry.models import CheckRun, GateDecision
from registry.serving.queries import change_requests, standing_approvals
from registry.versions.queries.headline import blocked_now

# Seconds: a parity run over a small table ends within one, the longest are stopped after CHECK_TIME_LIMIT_S.
BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0)
NO_ORGANIZATION = ""
NO_MOMENT, NO_DURATION = Cast(Value(None), DateTimeField()), Cast(Value(None), DurationField())
RUN = "check_run"  # what the rows that hold durations count
OVER, THROUGH = (
    "check_run_over",
    "check_run_through",
)  # the same of runs that are over for good, and the key of the last of them
SETTLES_AFTER = timedelta(minutes=10)  # a transaction that began a run earlier has committed by now
LAST = 2**62


class Counted(NamedTuple):
    """How many rows of a kind have two labels, and where it matters the oldest moment of them and how long they took."""

    what: str
    first: str
    second: str
    rows: int
    oldest: datetime | None
    took: timedelta | None


class Assessed(NamedTuple):
    """What the newest assessment of an organization adds up to, by which levels, and when it was published."""

    published_at: datetime
    levels: tuple[Level, ...]
    reached: ScoreAndLevels


class RunTimes(NamedTuple):
    """How many check runs ended by kind and outcome, and how long those of each kind took."""

    ended: Mapping[tuple[str, str], int]
    took: Mapping[str, Durations]


def counts() -> dict[str, list[Counted]]:
    """Everything that is counted by two labels, by what it is; one query."""
    settled = SETTLED.runs
    first, *others = _counts(settled.through)
    by_what = defaultdict(list)
    for row in first.union(*others, all=True):
        by_what[row[0]].append(Counted(*row))
    SETTLED.runs = settled.followed_by(by_what)
    by_what[RUN] = [*settled.rows, *by_what[RUN], *by_what[OVER]]
    return by_what


class SettledRuns(NamedTuple):
    """The check runs up to a key, all of which are over, by kind and outcome: they do not change any more, so that a scrape
    reads those after them alone."""

    through: int = 0
    rows: tuple[Counted, ...] = ()

    def followed_by(self, read: Mapping[str, Sequence[Counted]]) -> SettledRuns:
        """These with those that a scrape read and that are over for good."""
        newest = max([self.through, *(row.rows or 0 for row in read.get(THROUGH, ()))])
        sums: dict[tuple[str, str], Counted] = {}
        for row in (*self.rows, *read.get(OVER, ())):
            known = sums.get((row.first, row.second))
            took = (row.took or timedelta()) + ((known.took if known else None) or timedelta())
            sums[row.first, row.second] = row._replace(
                what=RUN, rows=row.rows + (known.rows if known else 0), took=took
            )
        return SettledRuns(newest, tuple(sums.values())) if newest > self.through else self


class _Memory:
    """What this process knows of settled runs. Of two scrapes at once the later one writes; each is right by itself."""

    runs = SettledRuns()

    def forget(self) -> None:
        """Read every run again; for tests, whose rows are rolled back."""
        self.runs = SettledRuns()


SETTLED = _Memory()
EVERY.append(SETTLED)


def _counts(through: int) -> Iterator[QuerySet[Any, Any]]:
    yield _rows("gate_decision", GateDecision.objects.all(), "gate", "decision")
    closes = Case(When(closes_gate=True, then=Value("true")), default=Value("false"), output_field=CharField())
    yield _rows("alert", checks.open_alerts().annotate(closes=closes), "state", "closes")
    changes, passes, statements, requests = change_requests.all_waiting()
    yield _waiting("change_request", changes)
    yield _waiting("override", passes)
    yield _waiting("no_features_statement", statements, "registered_at")
    yield _waiting("approval_request", requests)
    yield _waiting("standing_approval", standing_approvals.waiting())
    yield _waiting("access_request", people.waiting_access_requests())
    yield _work("check_run", CheckRun.objects.all())
    yield _work("ticket_import", TicketImport.objects.all())
    yield _work("webhook_delivery", Delivery.objects.all())
    yield _work("review_mail", ReviewMail.objects.all())
    yield _rows("failed_delivery", Delivery.objects.filter(state=Delivery.State.FAILED), "state")
    organizations = Organization.objects.filter(archived_at=None).annotate(key=Cast("pk", CharField()))
    yield _rows("organization", organizations, "slug", "key")
    heads = AuditHead.objects.annotate(what=Value("audit_event"), first=Value(""), second=Value(""))
    empty = heads.annotate(oldest=NO_MOMENT, took=NO_DURATION).order_by()
    yield empty.values_list("what", "first", "second", "sequence", "oldest", "took")
    yield from _run_times(through)


def _rows(what: str, rows: QuerySet[Any], first: Any, second: Any = "", oldest: Any = NO_MOMENT) -> QuerySet[Any, Any]:
    """Count rows by two labels, each the name of a column, an expression, or empty."""
    labels = {"label_1": F(first) if isinstance(first, str) else first, "label_2": F(second) if second else Value("")}
    counted = rows.order_by().values(**labels).annotate(what=Value(what), number=Count("pk"), oldest_at=oldest)
    columns = ("what", "label_1", "label_2", "number", "oldest_at", "whole")
    return counted.annotate(whole=NO_DURATION).values_list(*columns)


def _waiting(kind: str, rows: QuerySet[Any], moment: str = "requested_at") -> QuerySet[Any, Any]:
    return _rows("waiting", rows, Value(kind), oldest=Min(moment))


def _work(kind: str, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    model: Any = rows.model
    under_way = rows.filter(state__in=[model.WAITING, model.WORKING])
    state = Case(When(state=model.WAITING, then=Value("queued")), default=Value("running"), output_field=CharField())
    return _rows("work", under_way.annotate(word=state), Value(kind), "word", Min("created_at"))


def _run_times(through: int) -> Iterator[QuerySet[Any, Any]]:
    """The ended runs after a key by kind, and by outcome and the place of their bucket in one label: those before the oldest
    that may still change, the key of the last of them, and the others."""
    since = CheckRun.objects.filter(pk__gt=through)
    changing = Q(created_at__gt=timezone.now() - SETTLES_AFTER) | Q(finished_at__isnull=True)
    first = Subquery(since.filter(changing).order_by("pk").values("pk")[:1])
    oldest = Coalesce(first, Value(LAST), output_field=BigIntegerField())
    before = since.filter(pk__lt=oldest)
    yield _ended(OVER, before)
    yield _ended(RUN, since.filter(pk__gte=oldest))
    newest = (
        before.order_by().values(label_1=Value(""), label_2=Value("")).annotate(what=Value(THROUGH), number=Max("pk"))
    )
    columns = ("what", "label_1", "label_2", "number", "oldest_at", "whole")
    yield newest.annotate(oldest_at=NO_MOMENT, whole=NO_DURATION).values_list(*columns)


def _ended(what: str, runs: QuerySet[CheckRun]) -> QuerySet[Any, Any]:
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    within = [When(took__lte=timedelta(seconds=bound), then=Value(str(place))) for place, bound in enumerate(BOUNDS)]
    bucket = Case(*within, default=Value(str(len(BOUNDS))), output_field=CharField())
    over = runs.filter(finished_at__isnull=False, started_at__isnull=False).exclude(outcome="")
    placed = over.annotate(took=took).annotate(place=Concat("outcome", Value(":"), bucket))
    grouped = placed.order_by().values(label_1=F("check_definition__kind"), label_2=F("place"))
    counted = grouped.annotate(what=Value(what), number=Count("pk"), oldest_at=NO_MOMENT, whole=Sum("took"))
    return counted.values_list("what", "label_1", "label_2", "number", "oldest_at", "whole")


def run_times(rows: Iterable[Counted]) -> RunTimes:
    """How check runs ended, and how long they took, of the counts of that."""
    ended: dict[tuple[str, str], int] = defaultdict(int)
    buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
    seconds: dict[str, float] = defaultdict(float)
    for row in rows:
        outcome, _, place = row.second.partition(":")
        ended[row.first, outcome] += row.rows
        buckets[row.first][int(place)] += row.rows
        seconds[row.first] += row.took.total_seconds() if row.took else 0.0
    return RunTimes(ended, {kind: Durations(counted, seconds[kind]) for kind, counted in buckets.items()})


def blocked_by_organization() -> dict[int | None, int]:
    """How many model versions in production the deployment gate blocks, by the id of their organization."""
    blocked: dict[int | None, int] = defaultdict(int)
    for version in blocked_now()[0]:
        blocked[version.model.owner_team.organization_id] += 1
    return blocked


def standings() -> dict[str, Assessed]:
    """Score and levels of each organization with an assessment that decides, by its slug; one query."""
    deciding = current_assessments().filter(organization__archived_at=None).order_by().values("pk")
    columns = ("capability__name", "capability__group", "status", "priority")
    of_assessment = ("assessment__organization__slug", "assessment__published_at", "assessment__rubric__content")
    items: dict[str, list[Item]] = defaultdict(list)
    judged: dict[str, tuple[datetime, tuple[Level, ...]]] = {}
    rows = AssessmentItem.objects.filter(assessment__in=deciding).order_by()
    for slug, published_at, rubric, *stated in rows.values_list(*of_assessment, *columns):
        items[slug].append(Item(*stated))
        if slug not in judged:
            judged[slug] = published_at, _levels(rubric)
    return {
        slug: Assessed(published_at, levels, score_and_levels(items[slug], levels))
        for slug, (published_at, levels) in sorted(judged.items())
    }


def _levels(rubric: Any) -> tuple[Level, ...]:
    if rubric is None:
        return LEVELS
    return tuple(Level(level["level"], level["label"], tuple(level["requires"])) for level in rubric)
