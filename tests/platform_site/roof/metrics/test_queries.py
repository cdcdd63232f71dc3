"""What is counted, in how many queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.roof.metrics import queries
from registry.checks.actions.checks import define_parity
from registry.models import Check, CheckRun
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.overrides import request_override
from tests.registry.conftest import FIXED, register

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def counted(what: str) -> dict[tuple[str, str], int]:
    return {(row.first, row.second): row.rows for row in queries.counts().get(what, ())}


def ended(check: Check, seconds: float, outcome: str = "passed") -> None:
    now = timezone.now()
    moments = {"created_at": now, "started_at": now, "finished_at": now + timedelta(seconds=seconds)}
    CheckRun.objects.create(check_definition=check, state="finished", outcome=outcome, requested_by="cora", **moments)


@pytest.fixture
def run(in_production, cora):
    """The parity run that a changed definition asked for: queued."""
    return register(FIXED, cora).run


@pytest.fixture
def parity(feature, run, cora):
    return define_parity(*feature.versions.order_by("number"), parameters={}, name="all rows", actor=cora)


def test_an_empty_installation_is_counted_in_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts = queries.counts()
    assert "gate_decision" not in counts
    assert sum(row.rows for row in counts.get("waiting", ())) == 0


def test_gate_decisions_are_counted_by_gate_and_outcome(in_production, cora):
    before = counted("gate_decision")
    evaluate_deployment_gate(in_production, actor=cora)
    register(FIXED, cora)
    evaluate_deployment_gate(in_production, actor=cora)
    after = counted("gate_decision")
    grown = {pair: rows - before.get(pair, 0) for pair, rows in after.items()}
    assert grown[("deployment", "PROCEED")] == grown[("deployment", "BLOCKED")] == 1


def test_what_is_blocked_is_counted_by_organization(in_production, second, cora):
    assert queries.blocked_by_organization() == {}
    register(FIXED, cora)
    assert queries.blocked_by_organization() == {in_production.model.owner_team.organization_id: 2}


def test_runs_fall_into_the_bucket_of_their_duration(parity):
    for seconds in (0.1, 0.2, 7.0, 10_000.0):
        ended(parity, seconds)
    ended(parity, 2.0, "failed")
    times = queries.run_times(queries.counts()[queries.RUN])
    assert times.ended == {(parity.kind, "passed"): 4, (parity.kind, "failed"): 1}
    durations = times.took[parity.kind]
    filled = {place: count for place, count in enumerate(durations.counts) if count}
    places = [queries.BOUNDS.index(bound) for bound in (0.1, 0.25, 2.5, 10.0)] + [len(queries.BOUNDS)]
    assert filled == dict.fromkeys(places, 1)
    assert durations.seconds == pytest.approx(10_009.3)


def test_a_queued_run_is_work_with_an_age(run):
    CheckRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    (row,) = [row for row in queries.counts()["work"] if (row.first, row.second) == ("check_run", "queued")]
    assert row.rows == 1
    ended(run.check_definition, 1.0)  # is work no more
    assert sum(rows for (kind, _), rows in counted("work").items() if kind == "check_run") == 1
    assert timezone.now() - row.oldest > timedelta(minutes=4)


def test_what_waits_for_a_second_person_is_counted_with_the_oldest(in_production, run, cora):
    until = timezone.now() + timedelta(days=1)
    override = request_override(in_production, reason="Known.", expires_at=until, actor=cora)
    (row,) = [row for row in queries.counts()["waiting"] if row.first == "override" and row.rows]
    assert row[2:5] == ("", 1, override.requested_at)


def test_the_newest_assessment_counts_for_its_organization(published, django_assert_num_queries):
    with django_assert_num_queries(1):
        (assessed,) = queries.standings().values()
    assert assessed.published_at == published.published_at
    assert assessed.reached.health_score is not None
