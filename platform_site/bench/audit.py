"""The audit chain at scale: how quickly a million events are verified, and in how much memory."""

from __future__ import annotations

import tempfile
from typing import Any

from platform_site.bench.scratch import manage, scratch_environment

EVENTS, SMALL = 1_000_000, 50_000
FILL = """
from datetime import UTC, datetime
from django.conf import settings
from django.db import transaction
from platform_site.audit.chain import GENESIS, canonical, link, seal
from platform_site.audit.models import AuditEvent, AuditHead
at, payload = datetime.now(UTC).isoformat(), canonical({{"decision": "BLOCKED", "gate": "deployment", "conflicts": ["orders"]}})
sequence, previous = 0, GENESIS
with transaction.atomic():
    while sequence < {events}:
        batch = []
        for sequence in range(sequence + 1, min(sequence + 5_000, {events}) + 1):
            fields = (sequence, at, "lead", "gate.decided", f"model_version:model_{{sequence % 5000}}/v1", payload, previous)
            previous = link(*fields)
            batch.append(AuditEvent(*fields, previous, seal(previous, settings.AUDIT_KEY)))
        AuditEvent.objects.bulk_create(batch)
    AuditHead.objects.update_or_create(pk=1, defaults={{"sequence": sequence, "hash": previous}})
"""
VERIFY = """
import resource, time
from platform_site.audit import queries
began = time.perf_counter()
found = queries.verify()
print(found.valid, found.events, time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def run(say: Any, *, small: bool) -> None:
    """Fill a scratch log, verify it in a process of its own, and tell events a second and the process's peak memory."""
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        own = scratch_environment(folder)
        manage(own, "migrate", "-v", "0")
        manage(own, "shell", "-v", "0", "-c", FILL.format(events=SMALL if small else EVENTS))
        valid, events, seconds, memory = manage(own, "shell", "-v", "0", "-c", VERIFY).split()
    rate = int(events) / float(seconds)
    say(f"{int(events):,} events, whole: {valid}. {rate:,.0f} a second, {int(memory) / 1024:.0f} MB at the peak.")
