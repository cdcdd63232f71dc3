"""The triage of many tickets, on SQLite and on PostgreSQL, beside the same figures added up ticket by ticket."""

from __future__ import annotations

import tempfile
from typing import Any

from tests.bench.scratch import manage, migrate, scratch_environment

TICKETS, SMALL = 1_000_000, 50_000
FILL = """
import random
from datetime import timedelta
from django.utils import timezone
from assessments.tickets.rules.tickets import TicketType
from assessments.models import Ticket
chance, now, kinds = random.Random(7), timezone.now(), ["", *TicketType]
def ticket(number):
    opened = now - timedelta(seconds=1 + chance.random() * 52 * 7 * 86_400)
    waited = timedelta(hours=chance.lognormvariate(2, 1.2)) if chance.random() < 0.9 else None
    return Ticket(
        source="bench", external_id=str(number), title="What is asked here is long enough to be a title",
        team=f"team_{{chance.randrange(40)}}", on_platform=chance.random() < 0.8, opened_at=opened,
        resolved_at=opened + waited if waited else None, type=chance.choice(kinds),
        effort_hours=round(chance.lognormvariate(0, 1), 2) if chance.random() < 0.7 else None,
    )
for begin in range(0, {tickets}, 10_000):
    Ticket.objects.bulk_create(ticket(number) for number in range(begin, min(begin + 10_000, {tickets})))
"""
ASK = """
import time
from datetime import timedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from assessments.tickets.rules import costs
from assessments.models import Ticket
from assessments.tickets.queries.triage import triage_of
if connection.vendor == "postgresql":
    connection.cursor().execute("VACUUM ANALYZE assessments_ticket")
window = {"start": timezone.now() - timedelta(weeks=53), "end": timezone.now()}
times = []
for _ in range(5):
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        found = triage_of(None, **window)
    times.append(time.perf_counter() - began)
began = time.perf_counter()
figures = costs.by_type([one.as_facts for one in Ticket.objects.defer("title", "body").iterator()])
one_by_one = time.perf_counter() - began
pairs = zip(figures, found.by_type, strict=True)
near = lambda one, other: abs(one - other) < 1e-5
same = all(
    (one.type, one.count) == (other.type, other.count)
    and near(one.median_resolution_hours, other.median_resolution_hours)
    and near(one.p90_resolution_hours, other.p90_resolution_hours)
    and near(one.recorded_hours / one.count, other.recorded_hours / other.count)
    and near(one.estimated_hours / one.count, other.estimated_hours / other.count)
    for one, other in pairs
)
print(found.total, len(asked), sorted(times)[2], max(times), one_by_one, same)
"""


def run(say: Any, *, small: bool) -> None:
    """Fill a scratch installation of each database with tickets of a year and say what the triage of all of them takes."""
    from tests.running import servers

    many = SMALL if small else TICKETS
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        _measure(say, "SQLite", scratch_environment(folder), many)
        with servers.postgres() as address:
            _measure(say, "PostgreSQL", scratch_environment(folder) | {"DATABASE_URL": address}, many)


def _measure(say: Any, database: str, own: dict[str, str], many: int) -> None:
    migrate(own)
    manage(own, "shell", "-v", "0", "-c", FILL.format(tickets=many))
    total, queries, middle, longest, one_by_one, same = manage(own, "shell", "-v", "0", "-c", ASK).split()
    say(
        f"{database}: {int(total):,} tickets in {queries} queries, {float(middle):.2f} s (median of 5, longest "
        f"{float(longest):.2f} s); ticket by ticket {float(one_by_one):.1f} s, {float(one_by_one) / float(middle):.0f} times "
        f"as long. The same figures: {same}."
    )
