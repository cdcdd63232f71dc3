"""The families of `/metrics`: names and units follow Prometheus' conventions, help texts say what was counted.

What is never deleted is a counter; what may be deleted, or comes and goes, is a gauge. A figure that cannot be read now,
such as the age of the scheduler without a cache, has no sample: alert rules ask for that with `absent()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from kombu.transport.redis import PRIORITY_STEPS, Channel

from platform_site.roof import workers
from platform_site.roof.metrics import queries
from platform_site.roof.metrics.exposition import COUNTER, GAUGE, HISTOGRAM, Family, Sample, histogram
from platform_site.roof.metrics.queries import Assessed, Counted, RunTimes
from platform_site.roof.watched import beat

PREFIX = "plumbline_"
DECISIONS = {
    "deployment": ("PROCEED", "BLOCKED"),
    "promotion": ("PROCEED", "BLOCKED"),
    "policy": ("PROCEED", "BLOCKED"),
}
WAITING = (
    "change_request", "override", "no_features_statement", "approval_request", "standing_approval", "access_request",
)  # fmt: skip
WORK = ("check_run", "ticket_import", "webhook_delivery", "review_mail")


def families() -> Iterator[Family]:
    """Every family, with its samples as they are now."""
    counts = queries.counts()
    yield from _of_gates(counts)
    yield from _of_alerts_and_approvals(counts)
    yield from _of_work(counts)
    yield from _of_runs(queries.run_times(counts.get(queries.RUN, ())))
    yield from _of_processes()
    yield from _of_health(queries.standings())


def _of_gates(counts: Mapping[str, Sequence[Counted]]) -> Iterator[Family]:
    decided = {(row.first, row.second): row.rows for row in counts.get("gate_decision", ())}
    pairs = [(gate, decision) for gate, decisions in DECISIONS.items() for decision in decisions]
    yield _counter(
        "gate_decisions_total",
        "Recorded gate decisions by gate and outcome.",
        [
            Sample({"gate": gate, "decision": decision}, decided.get((gate, decision), 0))
            for gate, decision in sorted({*pairs, *decided})
        ],
    )
    organizations: dict[int | None, str] = {int(row.second): row.first for row in counts.get("organization", ())}
    blocked = dict.fromkeys([*organizations.values(), ""], 0)
    for key, number in queries.blocked_by_organization().items():
        blocked[organizations.get(key, "")] = blocked.get(organizations.get(key, ""), 0) + number
    yield _gauge(
        "production_model_versions_blocked",
        "Model versions in production that the deployment gate blocks, because a definition or source table that serving "
        "uses differs from training; by organization, empty for teams without one or of an archived one.",
        [Sample({"organization": slug}, number) for slug, number in sorted(blocked.items())],
    )
    yield _counter(
        "audit_events_total",
        "Events in the audit log: the sequence of its head.",
        [Sample({}, row.rows) for row in counts.get("audit_event", ())],
    )


def _of_alerts_and_approvals(counts: Mapping[str, Sequence[Counted]]) -> Iterator[Family]:
    unresolved = {(row.first, row.second): row.rows for row in counts.get("alert", ())}
    pairs = [(state, closes) for state in ("open", "acknowledged") for closes in ("true", "false")]
    yield _gauge(
        "alerts",
        "Unresolved alerts by state, and whether they close the deployment gate.",
        [
            Sample({"state": state, "closes_gate": closes}, unresolved.get((state, closes), 0))
            for state, closes in pairs
        ],
    )
    waiting = {row.first: row for row in counts.get("waiting", ())}
    yield _gauge(
        "approvals_waiting",
        "Requests and statements that wait for a second person and have not expired, by kind.",
        [Sample({"kind": kind}, waiting[kind].rows if kind in waiting else 0) for kind in WAITING],
    )
    yield _gauge(
        "approval_oldest_wait_seconds",
        "How long the oldest of them waits, by kind; 0 where none waits.",
        [Sample({"kind": kind}, _age(waiting[kind].oldest) if kind in waiting else 0) for kind in WAITING],
    )


def _of_work(counts: Mapping[str, Sequence[Counted]]) -> Iterator[Family]:
    rows = {(row.first, row.second): row for row in counts.get("work", ())}
    pairs = [(work, state) for work in WORK for state in ("queued", "running")]
    yield _gauge(
        "work_items",
        "Rows of background work that are not over, by kind of work: queued, or claimed by a worker.",
        [Sample({"work": w, "state": s}, rows[w, s].rows if (w, s) in rows else 0) for w, s in pairs],
    )
    yield _gauge(
        "work_oldest_queued_seconds",
        "How long ago the oldest queued row was made, by kind of work; 0 where none is queued.",
        [Sample({"work": w}, _age(rows[w, "queued"].oldest) if (w, "queued") in rows else 0) for w in WORK],
    )
    yield _gauge(
        "webhook_deliveries_failed",
        "Webhook deliveries that used up their attempts and are still stored.",
        [Sample({}, sum(row.rows for row in counts.get("failed_delivery", ())))],
    )


def _of_runs(times: RunTimes) -> Iterator[Family]:
    yield _counter(
        "check_runs_total",
        "Check runs that ended, by kind of check and outcome.",
        [Sample({"kind": kind, "outcome": outcome}, number) for (kind, outcome), number in sorted(times.ended.items())],
    )
    yield Family(
        f"{PREFIX}check_run_duration_seconds",
        "How long the last attempt of each check run that ended took, by kind of check.",
        HISTOGRAM,
        [
            sample
            for kind, durations in sorted(times.took.items())
            for sample in histogram({"kind": kind}, queries.BOUNDS, durations)
        ],
    )


def _of_processes() -> Iterator[Family]:
    messages, cached = _broker_messages(), _cache_answers()
    yield _gauge("broker_up", "Whether the broker answers.", [Sample({}, int(messages is not None))])
    yield _gauge("cache_up", "Whether the cache answers, which keeps the signs of life.", [Sample({}, int(cached))])
    yield _gauge(
        "broker_messages",
        "Messages to workers that wait in the broker. They are hints: plumbline_work_items counts the work itself.",
        [] if messages is None else [Sample({}, messages)],
    )
    age = beat.beat_age()
    yield _gauge(
        "scheduler_age_seconds",
        "Seconds since the scheduler's last sign of life; no sample where it gave none in the last week.",
        [] if age is None else [Sample({}, round(age, 3))],
    )
    yield _gauge(
        "worker_heartbeat_age_seconds",
        "Seconds since the newest heartbeat of a worker on a host; no sample for hosts without one in the last hour.",
        [Sample({"host": host}, round(age, 3)) for host, age in workers.age_by_host().items()],
    )


def _of_health(standings: Mapping[str, Assessed]) -> Iterator[Family]:
    yield _gauge(
        "health_score_ratio",
        "Health score of an organization's newest assessment, from 0 to 1; no sample where it scores nothing.",
        [
            Sample({"organization": slug}, round(standing.reached.health_score / 100, 6))
            for slug, standing in standings.items()
            if standing.reached.health_score is not None
        ],
    )
    yield _gauge(
        "health_levels_reached",
        "How many maturity levels above the lowest an organization's newest assessment reaches: confirmed, or once all "
        "partial work is finished (provisional).",
        [
            Sample({"organization": slug, "level": word}, _rank(standing, word))
            for slug, standing in standings.items()
            for word in ("confirmed", "provisional")
        ],
    )
    yield _gauge(
        "assessment_published_timestamp_seconds",
        "When an organization's newest assessment was published, in seconds since 1970.",
        [Sample({"organization": slug}, round(row.published_at.timestamp())) for slug, row in standings.items()],
    )


def _rank(standing: Assessed, word: str) -> int:
    reached = getattr(standing.reached, word)
    return 1 + standing.levels.index(reached) if reached in standing.levels else 0


def _broker_messages() -> int | None:
    if not settings.REDIS_URL:
        return None
    import redis

    names = [f"celery{Channel.sep}{step}" if step else "celery" for step in PRIORITY_STEPS]
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            return sum(int(client.llen(name)) for name in names)
    except (redis.RedisError, OSError):
        return None


def _cache_answers() -> bool:
    try:
        cache.get(beat.KEY)
    except Exception:  # whatever the cache's client raises
        return False
    return True


def _age(moment: datetime | None) -> float:
    return max(round((timezone.now() - moment).total_seconds(), 3), 0.0) if moment else 0.0


def _counter(name: str, help_text: str, samples: Iterable[Sample]) -> Family:
    return Family(f"{PREFIX}{name}", help_text, COUNTER, list(samples))


def _gauge(name: str, help_text: str, samples: Iterable[Sample]) -> Family:
    return Family(f"{PREFIX}{name}", help_text, GAUGE, list(samples))
