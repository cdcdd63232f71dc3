"""Evidence over a company's registry, and the pages of an organization with years of assessments, on both databases."""

from __future__ import annotations

import tempfile
from typing import Any

from tests.bench.scratch import manage, migrate, scratch_environment
from tests.bench.seed import Scale

SMALL = Scale(models=200, features=400, versions=3, entries=20, teams=20)
ASSESSMENTS = 200
# What measures evidence beside the seeded registry: reports, scheduled drift runs of a week, parity, training runs.
FILL = """
from datetime import date, timedelta
from django.utils import timezone
from assessments.organizations.actions import add_organization
from assessments.models import Assessment, AssessmentItem, Capability, TrainingRun
from platform_site.access import SYSTEM
from registry.models import Check, CheckRun, Evaluation, Feature, ModelVersion, ServingReport
now, by = timezone.now(), "bench"
versions = list(ModelVersion.objects.select_related("model"))
Evaluation.objects.bulk_create(
    [Evaluation(model_version=one, metric="mape", value=0.2, slice="region=north", recorded_by=by, recorded_at=now)
     for one in versions], 2000)
ServingReport.objects.bulk_create(
    [ServingReport(model_version=one, environment="live", window_start=now - timedelta(days + 1),
                   window_end=now - timedelta(days), features={{}}, latency_p95_ms=8, error_rate=0, predictions=9,
                   reported_by=by, reported_at=now)
     for one in versions for days in range(3)], 2000)
def check(name, kind, **about):
    return Check(name=name, kind=kind, created_by=by, created_at=now, **about)
drift = Check.objects.bulk_create(
    [check(f"drift {{one.pk}}", "drift", model=one.model, schedule="0 3 * * *", next_due_at=now) for one in versions], 2000)
features = Feature.objects.select_related("current")[:{parity}]
parity = Check.objects.bulk_create(
    [check(f"parity {{one.pk}}", "definition_parity", feature=one, parameters={{"current": one.current.name}})
     for one in features], 2000)
CheckRun.objects.bulk_create(
    [CheckRun(check_definition=one, state="finished", outcome="passed", requested_by=by, created_at=now,
              finished_at=now - timedelta(days))
     for one in drift for days in range(7)]
    + [CheckRun(check_definition=one, state="finished", outcome="passed", requested_by=by, created_at=now, finished_at=now)
       for one in parity], 2000)
TrainingRun.objects.bulk_create(
    [TrainingRun(team=f"team-{{number % 400}}", model=f"model_{{number % {models}:05}}", recorded_by=by, succeeded=True,
                 started_at=now - timedelta(minutes=number), orchestrator="airflow" if number % 3 else "")
     for number in range({models} * 10)], 2000)
capabilities = list(Capability.objects.filter(organization=None))
def organization(slug, count):
    found = add_organization(slug=slug, name=slug, platform_engineers=4, actor=SYSTEM)
    made = Assessment.objects.bulk_create(
        [Assessment(organization=found, assessed_on=date(2000, 1, 1) + timedelta(30 * number), created_by=by, created_at=now)
         for number in range(count)])
    words = ("implemented", "partial", "missing")
    AssessmentItem.objects.bulk_create(
        [AssessmentItem(assessment=one, capability=capability, status=words[(number // (9 + place) + place) % 3], priority="high")
         for number, one in enumerate(made) for place, capability in enumerate(capabilities)], 2000)
    for one in made:
        one.state, one.published_at, one.published_by = "published", now, by
    Assessment.objects.bulk_update(made, ["state", "published_at", "published_by"])
organization("few", 5)
organization("many", {assessments})
"""
ASK = """
import time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from assessments.organizations.queries import current_assessment, get_organization
from assessments.health.queries.evidence import evidence_of
from platform_site.access import SYSTEM
from platform_site.people.models import User
from platform_site.people.actions import create_user
if connection.vendor == "postgresql":
    connection.cursor().execute("VACUUM ANALYZE")
def measured(work):
    with CaptureQueriesContext(connection) as queries:
        work()
    count, times, cpu = len(queries), [], time.process_time()
    for _ in range(7):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[3], max(times), (time.process_time() - cpu) * 1000 / 7, count
def assessment(slug):
    return current_assessment(get_organization(slug))
print("evidence", *measured(lambda: evidence_of(assessment("many"))), "-")
create_user(username="bench-lead", password="a plumb line hangs true", roles=["lead"], teams=[], actor=SYSTEM)
visitor = Client()
visitor.force_login(User.objects.get(username="bench-lead"))
def page(path):
    answer = visitor.get(path, HTTP_HOST="127.0.0.1")
    assert answer.status_code == 200, (path, answer.status_code)
PAGES = ("/organizations/{slug}/", "/organizations/{slug}/levels/", "/assessments/", "/organizations/",
         "/assessments/{pk}/", "/organizations/{slug}/triggers/", "/organizations/{slug}/strategy/")
for path in PAGES:
    few, many = (path.format(slug=slug, pk=assessment(slug).pk) for slug in ("few", "many"))
    page(few)
    *_, of_few = measured(lambda: page(few))
    print(path.replace("{slug}", "many").replace("{pk}", "newest"), *measured(lambda: page(many)), of_few)
"""


def run(say: Any, *, small: bool) -> None:
    """Fill a scratch installation of each database, and say what evidence and pages take there."""
    from tests.running import servers

    scale = SMALL if small else Scale()
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        _measure(say, "SQLite", scratch_environment(folder), scale)
        with servers.postgres() as address:
            _measure(say, "PostgreSQL", scratch_environment(folder) | {"DATABASE_URL": address}, scale)


def _measure(say: Any, database: str, own: dict[str, str], scale: Scale) -> None:
    migrate(own)
    manage(own, "seed_scale", *(word for name, value in scale._asdict().items() for word in (f"--{name}", str(value))))
    fill = FILL.format(models=scale.models, parity=scale.features // 2, assessments=ASSESSMENTS)
    manage(own, "shell", "-v", "0", "-c", fill)
    say(
        f"\n{database}: {scale.models:,} model versions, {scale.teams} teams, {scale.features * scale.versions:,} feature versions"
    )
    say(f"{'':36}{'median, ms':>12}{'longest':>9}{'own CPU':>9}{'queries':>9}{'with 5':>8}")
    for line in manage(own, "shell", "-v", "0", "-c", ASK).splitlines():
        what, median, longest, cpu, queries, of_few = line.split()
        say(f"{what:36}{float(median):12.0f}{float(longest):9.0f}{float(cpu):9.0f}{queries:>9}{of_few:>8}")
