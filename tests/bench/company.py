"""What a company has beside its registry: organizations with assessments, tickets, and months of checks that ran each day.

A check of each kind really runs, over a small file; what it found is then written for each day of each check, so that rows
are as large as they are in practice.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from assessments.models import (
    Assessment,
    AssessmentEvidence,
    AssessmentItem,
    Capability,
    Initiative,
    Organization,
    Postmortem,
    Release,
    Ticket,
    TrainingRun,
    UseCase,
)
from assessments.organizations.actions import add_organization
from assessments.tickets.rules.tickets import TicketType
from platform_site.access import SYSTEM
from platform_site.audit.record import Entry
from platform_site.people.models import Team
from registry.checks.actions.checks import define_check, define_parity, queue_run
from registry.checks.actions.execution import execute
from registry.data.actions.datasets import add_dataset, take_snapshot
from registry.data.actions.source_tables import register_source_table
from registry.data.rules.source import Source
from registry.models import (
    Alert,
    Check,
    CheckResult,
    CheckRun,
    ColumnFinding,
    Deployment,
    FeatureVersion,
    GateDecision,
    ServedShare,
    ServingReport,
    ServingRevision,
)
from tests.bench.bulk import Tell, copy, write

BY = "seed_scale"
DAY = timedelta(days=1)
TRAININGS = 100  # runs of each team
QUARTERS = 12  # assessments of every organization but the first
TITLES = (
    "How do I read the features of yesterday?", "Access to the training cluster", "The nightly job failed with exit code 137",
    "Support for streaming features", "Quota for two more GPUs", "Where are the logs of my run?", "Grant me the role of a deployer",
    "The model server answers 502 under load", "Which dashboard shows drift?", "A custom image for training", "Remove my old project",
)  # fmt: skip
FOUND = ("summary", "rows", "data")
FINDING = ("rank", "column", "kind", "outcome", "sentence", "statistic", "value", "limit", "effect", "content")


class Company(NamedTuple):
    """How much of everything; ``checks`` run each day, and assessments are those of the first organization.

    ``times``: the database then copies models, features and tickets until there are so many times as many.
    """

    organizations: int = 0
    assessments: int = 200
    tickets: int = 0
    checks: int = 0
    days: int = 90
    times: int = 1


def fill(company: Company, days: int, decisions: Sequence[GateDecision], tell: Tell) -> Iterator[Entry]:
    """Write it beside a seeded registry, the first ``days`` of its checks; the events that belong on record, for the caller to
    append."""
    chance = random.Random(company.organizations + company.tickets)
    organizations = _organizations(company, tell)
    if organizations:
        _work(organizations, tell)
    if company.tickets:
        _tickets(company, organizations, chance, tell)
    yield from _deployments(company, days, decisions, tell)
    if company.checks:
        yield from _checks(company, days, decisions, chance, tell)


def _organizations(company: Company, tell: Tell) -> list[Organization]:
    organizations = [
        add_organization(
            slug=f"organization-{number}",
            name=f"Organization {number}",
            platform_engineers=8,
            shipping_teams=4,
            actor=SYSTEM,
        )
        for number in range(company.organizations)
    ]
    if not organizations:
        return []
    teams = list(Team.objects.order_by("pk"))
    for place, team in enumerate(teams):
        team.organization, team.on_platform = organizations[place % len(organizations)], place % 3 > 0
        team.onboarded_on = timezone.now().date() - DAY * (place % 300) if team.on_platform else None
    Team.objects.bulk_update(teams, ["organization", "on_platform", "onboarded_on"], 500)
    _assessments(company, organizations, tell)
    return organizations


def _assessments(company: Company, organizations: Sequence[Organization], tell: Tell) -> None:
    now, today = timezone.now(), timezone.now().date()
    counts = [company.assessments, *[QUARTERS] * (len(organizations) - 1)]
    assessments = write(
        Assessment,
        (
            Assessment(
                organization=organization, assessed_on=_assessed_on(today, number, count), created_by=BY, created_at=now,
            )
            for organization, count in zip(organizations, counts, strict=True)
            for number in range(count)
        ),
        sum(counts), tell, keep=True,
    )  # fmt: skip
    capabilities, words = list(Capability.objects.filter(organization=None)), ("implemented", "partial", "missing")
    total = len(assessments) * len(capabilities)
    cells = [
        (assessment, capability, (number // (9 + place) + place) % 3)
        for number, assessment in enumerate(assessments)
        for place, capability in enumerate(capabilities)
    ]
    write(
        AssessmentItem,
        (
            AssessmentItem(assessment=row, capability=capability, status=words[word], priority="high", notes="Stated in the review.")
            for row, capability, word in cells
        ),
        total, tell,
    )  # fmt: skip
    write(
        AssessmentEvidence,
        (
            AssessmentEvidence(
                assessment=row, capability=capability, numerator=word, denominator=3, counted="models", seen=3, stated=3, stored_at=now
            )
            for row, capability, word in cells
        ),
        total, tell,
    )  # fmt: skip
    Assessment.objects.update(state="published", published_at=now, published_by=BY)


def _assessed_on(today: date, number: int, count: int) -> date:
    """The newest a month ago; a month apart where there are many, else a quarter."""
    return today - timedelta(days=30 + (count - 1 - number) * (30 if count > QUARTERS else 91))


def _work(organizations: Sequence[Organization], tell: Tell) -> None:
    now = timezone.now()
    today, capability = now.date(), Capability.objects.filter(organization=None).first()
    each = [(organization, number) for organization in organizations for number in range(20)]
    write(
        Initiative,
        (
            Initiative(
                organization=row, title=f"Close gap {number}", target="implemented", due_on=today + DAY * (number * 9 - 60),
                created_by=BY, created_at=now, changed_by=BY, changed_at=now,
            )
            for row, number in each
        ),
        len(each), tell,
    )  # fmt: skip
    write(
        Postmortem,
        (
            Postmortem(
                organization=row, title=f"Incident {number}", classification="skew", what_happened="It was seen late.",
                capability=capability, prevention="It would have shown.", moment="serving", happened_at=now - DAY * (number * 20 + 21),
                would_have_been_seen_at=now - DAY * (number * 20 + 21), seen_at=now - DAY * number * 20, lesson_1="One.", lesson_2="Two.",
                lesson_3="Three.", state="published", written_by=BY, written_at=now, published_by=BY, published_at=now,
            )
            for row, number in each
        ),
        len(each), tell,
    )  # fmt: skip
    write(
        UseCase,
        (
            UseCase(organization=row, name=f"use case {number}", supported=number % 3 > 0, on_platform=number % 4 > 0, recorded_by=BY)
            for row, number in each
        ),
        len(each), tell,
    )  # fmt: skip
    write(
        Release,
        (
            Release(
                organization=row, name=f"release {number}", started_on=today - DAY * (number * 40 + 60),
                released_on=today - DAY * number * 40, recorded_by=BY,
            )
            for row, number in each
        ),
        len(each), tell,
    )  # fmt: skip
    teams = list(Team.objects.select_related("organization"))
    write(
        TrainingRun,
        (
            TrainingRun(
                organization=team.organization, team=team.slug, model=f"model_{place:05}", recorded_by=BY, succeeded=True,
                started_at=now - timedelta(hours=7 * number), orchestrator="airflow" if number % 3 else "",
            )
            for place, team in enumerate(teams)
            for number in range(TRAININGS)
        ),
        len(teams) * TRAININGS, tell,
    )  # fmt: skip


def _tickets(company: Company, organizations: Sequence[Organization], chance: random.Random, tell: Tell) -> None:
    """Of two years, spread evenly; one organization in ten has as many as all others together."""
    columns = (
        "organization_id", "source", "external_id", "title", "body", "team", "requester", "labels", "on_platform", "opened_at",
        "resolved_at", "resolution_hours", "effort_hours", "recorded_by", "type", "typed_by", "confidence", "labelled_by",
        "suggested_type", "written_type",
    )  # fmt: skip
    copy(Ticket, columns, _ticket_rows(company, organizations, chance), company.tickets, tell)


def _ticket_rows(
    company: Company, organizations: Sequence[Organization], chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    now, types = timezone.now(), ("", *(word.value for word in TicketType))
    teams_of: dict[int | None, list[str]] = {}
    for organization, slug in Team.objects.order_by("pk").values_list("organization", "slug"):
        teams_of.setdefault(organization, []).append(slug)
    keys: list[int | None] = [organization.pk for organization in organizations] or [None]
    few, random_number = max(len(keys) // 10, 1), chance.random
    for number in range(company.tickets):
        among = few if number % 2 else len(keys)
        key = keys[int(random_number() * among)]
        opened = now - timedelta(seconds=1 + random_number() * 730 * 86_400)
        waited = chance.expovariate(0.05) if random_number() < 0.97 else None
        resolved = opened + timedelta(hours=waited) if waited is not None else None
        kind, teams = types[int(random_number() * 6)], teams_of[key]
        yield (
            key, "tracker", str(number), TITLES[number % 11], "", teams[number % len(teams)], "somebody", "", number % 3 > 0, opened,
            resolved, (resolved - opened).total_seconds() / 3600 if resolved else None,
            round(chance.expovariate(0.7), 2) if number % 10 < 7 else None, BY, kind, "rule" if kind else "", 0.7 if kind else None, "",
            kind, "",
        )  # fmt: skip


def _deployments(company: Company, first_days: int, decisions: Sequence[GateDecision], tell: Tell) -> Iterator[Entry]:
    """Each model serves since some day; a thousand of them report each day."""
    now, count = timezone.now(), len(decisions)
    versions = [decision.model_version for decision in decisions]
    days = [now - DAY * (place % company.days) for place in range(count)]
    revisions = write(
        ServingRevision,
        (
            ServingRevision(model=version.model, environment="live", number=1, impact=10, made_by=BY, made_at=made_at)
            for version, made_at in zip(versions, days, strict=True)
        ),
        count, tell, keep=True,
    )  # fmt: skip
    write(
        ServedShare,
        (
            ServedShare(revision=revision, model_version=version, percent=100)
            for revision, version in zip(revisions, versions, strict=True)
        ),
        count, tell,
    )  # fmt: skip
    write(
        Deployment,
        (
            Deployment(
                kind="change", revision=revision, model_version=decision.model_version, traffic_percent=100, arrives=True,
                gate_decision=decision, made_by=BY, made_at=revision.made_at,
            )
            for revision, decision in zip(revisions, decisions, strict=True)
        ),
        count, tell,
    )  # fmt: skip
    reporting = versions[:1_000]
    write(
        ServingReport,
        (
            ServingReport(
                model_version=version, environment="live", window_start=now - DAY * (day + 1), window_end=now - DAY * day, features={},
                latency_p50_ms=4, latency_p95_ms=8, error_rate=0, predictions=9, reported_by=BY, reported_at=now - DAY * day,
            )
            for day in _days(company, first_days)
            for version in reporting
        ),
        len(reporting) * first_days, tell,
    )  # fmt: skip
    for version in versions:
        yield Entry(
            "deployment.made", f"model:{version.model.name}", {"environment": "live", "version": version.version}
        )


class Ran(NamedTuple):
    """A check that really ran, and what it found."""

    check: Check
    run: CheckRun
    result: CheckResult
    findings: list[ColumnFinding]


def _checks(
    company: Company, days: int, decisions: Sequence[GateDecision], chance: random.Random, tell: Tell
) -> Iterator[Entry]:
    now = timezone.now()
    ran = _really_run(decisions[0])
    kinds = [
        ran[place] for place in (0, 0, 0, 1, 2)
    ]  # of five checks three look at drift, one at parity, one at the schema
    versions = list(FeatureVersion.objects.filter(number=1).select_related("feature__current")[: company.checks])
    checks = write(
        Check,
        (
            Check(
                name=f"{like.check.kind} {number}", kind=like.check.kind, created_by=BY, created_at=now, schedule="0 3 * * *",
                next_due_at=now + DAY,
                **_about(like.check, decisions[number % len(decisions)], versions[number % len(versions)]),
            )
            for number, like in ((number, kinds[number % 5]) for number in range(company.checks))
        ),
        company.checks, tell, keep=True,
    )  # fmt: skip
    pairs = [(check, kinds[number % 5]) for number, check in enumerate(checks)]
    runs = write(CheckRun, _runs(_days(company, days), pairs, chance, now), days * len(pairs), tell, keep=True)
    likes = [like for _ in range(days) for _, like in pairs]
    results = (CheckResult(run=run, content=like.result.content) for run, like in zip(runs, likes, strict=True))
    write(CheckResult, results, len(runs), tell)
    write(
        ColumnFinding,
        (
            ColumnFinding(run=run, **{name: getattr(finding, name) for name in FINDING})
            for run, like in zip(runs, likes, strict=True)
            for finding in like.findings
        ),
        sum(len(like.findings) for like in likes), tell,
    )  # fmt: skip
    last = [run for run in runs[-len(pairs) :] if run.outcome == "failed" and run.check_definition.model_id]
    write(
        Alert,
        (
            Alert(
                model_id=run.check_definition.model_id, check_definition=run.check_definition, run=run, title="A column drifted",
                opened_at=run.finished_at, observed_at=run.finished_at,
            )
            for run in last
        ),
        len(last), tell,
    )  # fmt: skip
    for run in runs:
        subject = f"check_run:{run.pk}"
        yield Entry("check_run.queued", subject, {"check": run.check_definition.name})
        yield Entry("check_run.finished", subject, {"outcome": run.outcome, "check": run.check_definition.name})


def _about(check: Check, decision: GateDecision, version: FeatureVersion) -> dict[str, Any]:
    if check.kind == Check.Kind.DEFINITION_PARITY:
        current = version.feature.current
        named = {"trained": version.name, "current": current.name if current else version.name}
        return {"feature": version.feature, "parameters": check.parameters | named}
    return {"model": decision.model_version.model, "parameters": check.parameters}


def _days(company: Company, first: int) -> Sequence[int]:
    """How many days ago the first days were, the oldest first."""
    return range(company.days - 1, company.days - 1 - first, -1)


def _runs(
    days: Sequence[int], pairs: Sequence[tuple[Check, Ran]], chance: random.Random, now: datetime
) -> Iterator[CheckRun]:
    for day in days:
        for check, like in pairs:
            began = now - DAY * day - timedelta(minutes=5)
            yield CheckRun(
                check_definition=check, state="finished", outcome="failed" if chance.random() < 0.03 else "passed", requested_by="system",
                created_at=began, sent_at=began, started_at=began, finished_at=began + timedelta(seconds=1), attempts=1,
                **{name: getattr(like.run, name) for name in FOUND},
            )  # fmt: skip


def _really_run(decision: GateDecision) -> list[Ran]:
    """Drift of five columns over 100 days, parity of two definitions, and a schema, over 1,000 rows."""
    import numpy
    import pyarrow
    import pyarrow.parquet

    root, numbers = settings.DATA_ROOTS[0], numpy.random.default_rng(5)
    root.mkdir(parents=True, exist_ok=True)
    for name in ("before", "after"):
        days = numpy.datetime64("2024-01-01T00:00:00", "us") + (numpy.arange(1_000) // 10).astype("timedelta64[D]")
        table = {"id": numpy.arange(1_000), "entity": numpy.arange(1_000) % 10, "seen_at": days}
        table |= {column: numbers.normal(size=1_000) for column in ("value", "x1", "x2", "x3", "x4")}
        pyarrow.parquet.write_table(pyarrow.table(table), root / f"seeded_{name}.parquet")
        dataset = add_dataset(
            name=f"seeded_{name}",
            kind="parquet",
            location=f"seeded_{name}.parquet",
            key=["id"],
            event_time="seen_at",
            actor=SYSTEM,
        )
        take_snapshot(dataset, actor=SYSTEM)
    register_source_table(
        "seeded",
        Source("seeded_before", ["entity"], "seen_at", ["id"]),
        owner_team=decision.model_version.model.owner_team.slug,
        actor=SYSTEM,
    )
    trained, current = FeatureVersion.objects.filter(feature=FeatureVersion.objects.first().feature).order_by("number")[
        :2
    ]
    sides = {"reference": "seeded_before", "current": "seeded_after"}
    checks = (
        define_check("drift", name="seeded drift", parameters=sides, model=decision.model_version.model, actor=SYSTEM),
        define_parity(trained, current, parameters={}, name="seeded parity", actor=SYSTEM),
        define_check("schema", name="seeded schema", parameters={"dataset": "seeded_before"}, actor=SYSTEM),
    )
    return [_ran(check) for check in checks]


def _ran(check: Check) -> Ran:
    run = queue_run(check, actor=SYSTEM)
    execute(run.pk)
    run.refresh_from_db()
    if run.outcome not in (CheckRun.Outcome.PASSED, CheckRun.Outcome.FAILED):
        raise RuntimeError(f"{check.name} did not run: {run.outcome} {run.error}")
    return Ran(check, run, run.result, list(run.columns.all()))
