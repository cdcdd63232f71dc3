"""One alias, one truth: what is moved here is written to the MLflow server that the model comes from.

A server that lets us move its aliases (`restore_aliases`) is written to, by a worker, until it took the move. At any other
server an alias is moved there; its event asks the gate and is followed here.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.utils import timezone

from platform_site import work
from platform_site.access import Actor
from platform_site.environment.mlflow import MlflowServer
from platform_site.errors import Fault, Invalid
from registry.imports.queries.tracking_server import TrackingServer
from registry.imports.rules.events import ALIAS, WRITE, Event
from registry.models import MlflowEvent, ModelAlias, ModelVersion, Observation, System

TASK = "registry.handle_mlflow_event"
UNDER_WAY = (MlflowEvent.State.QUEUED, MlflowEvent.State.RUNNING)


def write_at_origin(
    sender: object, *, version: ModelVersion | None, before: ModelVersion | None, alias: str, actor: Actor, **_: Any
) -> None:
    """Have a worker move the alias where the model comes from. Invalid where that server keeps its aliases to itself, or
    knows the alias and not the version."""
    if version is None and before is None:
        return
    moved = version or before
    assert moved is not None
    seen = list(Observation.objects.filter(model_version__model=moved.model_id, system=System.MLFLOW, gone_at=None))
    own = next((row for row in seen if row.model_version_id == moved.pk), None)
    server = server_at(own.origin) if own else None
    holder = next((row for row in seen if alias in row.aliases and server_at(row.origin)), None)
    if own is None or server is None:
        if version and holder:
            sentence = f"{alias} is an alias at {holder.origin}, which does not know {moved.version}. Choose a version of that server."
            raise Invalid([Fault("version", "not_at_origin", sentence)])
        return
    if not server.restore_aliases:
        if version is None and holder is None:
            return  # it is gone there already
        sentence = (
            f"The aliases of {moved.model.name} are those of {own.origin}: move {alias} there, and it is followed here through the "
            "gate. To move it here, an administrator sets restore_aliases (MLFLOW_RESTORE_ALIASES) for that server."
        )
        raise Invalid([Fault("alias", "held_at_origin", sentence)])
    name, _slash, number = own.external_id.rpartition("/")
    event = Event(ALIAS, WRITE, name, number, alias)
    row = MlflowEvent.objects.create(
        server=server.name, delivery_id=f"own-{uuid.uuid4()}", event=event._asdict(), created_at=timezone.now()
    )
    work.after_commit(TASK, row.pk, soon=True)


def write(server: MlflowServer, event: Event) -> str:
    """Let the server's alias name what it names here now; what was done, as a sentence."""
    tracking, place = TrackingServer(server.name), {"name": event.name, "alias": event.alias}
    of_model = Observation.objects.filter(origin=server.origin, external_id__startswith=f"{event.name}/")
    row = ModelAlias.objects.filter(name=event.alias, model__versions__observation__in=of_model).first()
    here = of_model.filter(model_version=row.model_version_id).select_related("model_version").first() if row else None
    if here is None:
        tracking.write("registered-models/alias", place, method="DELETE")
        return f"{event.alias} is taken away there too."
    number = here.external_id.rpartition("/")[2]
    tracking.write("registered-models/alias", place | {"version": number})
    return f"{event.alias} names {here.model_version} there too."


def is_being_written(server: MlflowServer, event: Event) -> bool:
    """Whether a move of this alias that was made here is still on its way there."""
    own = {"event__action": WRITE, "event__name": event.name, "event__alias": event.alias}
    return MlflowEvent.objects.filter(server=server.name, state__in=UNDER_WAY, **own).exists()


def server_at(origin: str) -> MlflowServer | None:
    """The server that an administrator named, whose records are known by this origin."""
    return next((server for server in settings.MLFLOW_SERVERS.values() if server.origin == origin), None)
