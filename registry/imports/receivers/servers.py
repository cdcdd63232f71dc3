"""Import MLflow servers that belong to a team, whole and in parts, and note what is gone there."""

from __future__ import annotations

import logging

from django.conf import settings

from platform_site.access import SYSTEM, Actor
from platform_site.environment.mlflow import MlflowServer
from platform_site.errors import Refusal
from registry.imports.actions import import_at_once, read_mlflow
from registry.imports.queries.tracking_server import TrackingServer
from registry.imports.rules.candidates import RecordKind
from registry.models import Observation, System
from registry.versions.actions.observed import mark_gone

MOST_LOOKS = 1_000
log = logging.getLogger(__name__)


def import_servers() -> int:
    """Import every server that has an owner team; from how many. One that does not answer stops none of the others."""
    count = 0
    for server in settings.MLFLOW_SERVERS.values():
        if server.owner_team:
            try:
                import_server(server)
                count += 1
            except Refusal as refusal:
                log.warning("MLflow server %s was not imported: %s", server.name, refusal)
    return count


def import_server(server: MlflowServer) -> None:
    """Import a server whole, look after look; afterwards versions that it no longer has are noted as gone."""
    actor = Actor(f"mlflow:{server.name}", roles=SYSTEM.roles)
    seen: set[str] = set()
    cursor = ""
    for _ in range(MOST_LOOKS):
        look = TrackingServer(server.name).look(cursor=cursor)
        extract = read_mlflow(look.document, server.origin)
        seen |= {
            candidate.external_id for candidate in extract.candidates if candidate.kind == RecordKind.MODEL_VERSION
        }
        seen |= {entry.external_id for entry in extract.unmapped}
        import_at_once(System.MLFLOW, extract, server.owner_team, actor)
        cursor = look.next_cursor
        if not cursor:
            break
    else:
        return  # it was not read whole: nothing follows about what is gone
    known = Observation.objects.filter(system=System.MLFLOW, origin=server.origin, gone_at=None)
    rows = known.select_related("model_version__model")
    mark_gone([row for row in rows if row.external_id not in seen], actor=actor)
