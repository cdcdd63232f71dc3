"""The audit chain at scale: how quickly events are appended and verified, and in how much memory."""

from __future__ import annotations

import tempfile
from typing import Any

from tests.bench.scratch import manage, migrate, scratch_environment

EVENTS, SMALL = 1_000_000, 50_000
APPENDED = 2_000
FILL = """
import time
from datetime import UTC, datetime
from django.conf import settings
from django.db import connection, transaction
from platform_site.audit.chain import GENESIS, Event, canonical, link, seal
from platform_site.audit.models import AuditEvent, AuditHead
at, payload = datetime.now(UTC).isoformat(timespec="microseconds"), canonical({{"decision": "BLOCKED", "gate": "deployment", "conflicts": ["orders"]}})
insert = f"INSERT INTO {{AuditEvent._meta.db_table}} ({{', '.join(Event._fields)}}) VALUES ({{', '.join(['%s'] * len(Event._fields))}})"
def events():
    previous = GENESIS
    for sequence in range(1, {events} + 1):
        fields = (sequence, at, "lead", "gate.decided", f"model_version:model_{{sequence % 5000}}/v1", payload, previous)
        previous = link(*fields)
        yield *fields, previous, seal(previous, settings.AUDIT_KEYS[0])
    AuditHead.objects.update(sequence={events}, hash=previous)
began = time.perf_counter()
with transaction.atomic(), connection.cursor() as cursor:
    cursor.executemany(insert, events())
print(time.perf_counter() - began)
"""
APPEND = """
import time
from django.db import transaction
from platform_site.access import SYSTEM
from platform_site.audit.record import record
began = time.perf_counter()
for number in range({events}):
    with transaction.atomic():
        record("gate.decided", subject=f"model_version:model_{{number}}/v1", actor=SYSTEM, payload={{"gate": "deployment"}})
print(time.perf_counter() - began)
"""
VERIFY = """
import resource, time
from platform_site.audit import queries
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before, began = peak(), time.perf_counter()
found = queries.verify()
print(found.valid, found.events, time.perf_counter() - began, before, peak())
"""


def run(say: Any, *, small: bool, events: int | None = None) -> None:
    """Fill a scratch log with `events`, append some more one by one, verify all in a process of its own.

    Said are events a second of each, and the verifying process's peak memory (RSS) beside what it had when it began.
    """
    many = events or (SMALL if small else EVENTS)
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        own = scratch_environment(folder)
        migrate(own)
        filled = float(_shell(own, FILL.format(events=many)))
        more = min(APPENDED, many)
        appended = float(_shell(own, APPEND.format(events=more)))
        valid, verified, seconds, before, peak = _shell(own, VERIFY).split()
    say(f"Filled with {many:,} events in one transaction: {many / filled:,.0f} a second.")
    say(f"Appended {more:,} more, a transaction each: {more / appended:,.0f} a second.")
    say(
        f"{int(verified):,} events, whole: {valid}. {int(verified) / float(seconds):,.0f} a second, "
        f"{int(peak) / 1024:.0f} MB at the peak, {int(before) / 1024:.0f} MB before the first."
    )


def _shell(own: dict[str, str], program: str) -> str:
    return manage(own, "shell", "-v", "0", "-c", program)
