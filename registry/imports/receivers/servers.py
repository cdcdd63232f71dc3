"""Import MLflow servers that belong to a team on a schedule, whole and in parts, and note what is gone there.

Aliases that moved since they were read last ask the gate as their webhook would: a server without webhooks is guarded too,
as late as it is read.
"""

from __future__ import annotations

import logging
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from platform_site.access import SYSTEM, Actor
from platform_site.environment.mlflow import MlflowServer
from platform_site.errors import Refusal
from registry.imports.actions import import_at_once, read_mlflow
from registry.imports.queries.alias_moves import alias_moves
from registry.imports.queries.tracking_server import TrackingServer
from registry.imports.receivers.events import is_guarded, take_event
from registry.imports.rules.candidates import RecordKind
from registry.models import MlflowReading, Observation, System
from registry.versions.actions.observed import mark_gone

TURN_S = 300.0  # a reading that takes longer goes on in the next turn, where this one ended
LOST_AFTER = timedelta(minutes=15)
CRASHED = "An error of Plumbline ended it; the log of the worker has the details."
log = logging.getLogger(__name__)


def import_servers() -> int:
    """Import every server that has an owner team and is due; from how many. One that does not answer stops none of the others."""
    count = 0
    for server in settings.MLFLOW_SERVERS.values():
        if server.owner_team and (reading := _claimed(server)):
            try:
                import_server(server, reading)
                count += 1
            except Refusal as refusal:
                log.warning("MLflow server %s was not imported: %s", server.name, refusal)
                _failed(reading, str(refusal))
            except Exception:
                log.exception("MLflow server %s was not imported", server.name)
                _failed(reading, CRASHED)
            finally:
                reading.busy_until = None
                reading.save()
    return count


def _failed(reading: MlflowReading, problem: str) -> None:
    """Keep why; the next reading begins anew."""
    reading.problem, reading.next_cursor, reading.seen = problem[:1_000], "", []


def _claimed(server: MlflowServer) -> MlflowReading | None:
    """The reading of a server, claimed for this worker; None while another one reads it, and until it is due."""
    now = timezone.now()
    MlflowReading.objects.get_or_create(origin=server.origin)
    due = Q(began_at=None) | Q(began_at__lte=now - timedelta(minutes=server.import_minutes)) | ~Q(next_cursor="")
    free = MlflowReading.objects.filter(Q(busy_until=None) | Q(busy_until__lt=now), due, origin=server.origin)
    claimed = free.update(busy_until=now + LOST_AFTER)
    return MlflowReading.objects.get(origin=server.origin) if claimed else None


def import_server(server: MlflowServer, reading: MlflowReading) -> None:
    """Import a server, look after look; once it was read whole, versions that it no longer has are noted as gone."""
    actor, turn_ends = Actor(f"mlflow:{server.name}", roles=SYSTEM.roles), time.monotonic() + TURN_S
    if not reading.next_cursor:
        reading.began_at, reading.seen = timezone.now(), []
    seen = set(reading.seen)
    while True:
        look = TrackingServer(server.name).look(cursor=reading.next_cursor)
        for event in alias_moves(server, look.document["registered_models"]):
            if is_guarded(server, event):
                take_event(server.name, f"read-{uuid.uuid4()}", event)
        extract = read_mlflow(look.document, server.origin)
        seen |= {
            candidate.external_id for candidate in extract.candidates if candidate.kind == RecordKind.MODEL_VERSION
        }
        seen |= {entry.external_id for entry in extract.unmapped}
        import_at_once(System.MLFLOW, extract, server.owner_team, actor)
        reading.next_cursor = look.next_cursor
        if not look.next_cursor:
            break
        if time.monotonic() > turn_ends:
            reading.seen = sorted(seen)
            return
    known = Observation.objects.filter(
        system=System.MLFLOW, origin=server.origin, gone_at=None, observed_at__lt=reading.began_at
    )
    rows = known.select_related("model_version__model")
    mark_gone([row for row in rows if row.external_id not in seen], actor=actor)
    reading.read_at, reading.problem, reading.seen = timezone.now(), "", []
