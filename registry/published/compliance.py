"""What is on record of the decisions and versions of an organization that a regulator may ask for."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, Q

from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from registry.models import ReportedDecision
from registry.published import rebuilding


class Held(NamedTuple):
    """Reported decisions, those with an explanation, events of the installation's audit chain, complete and all production
    versions, regulator packs handed out."""

    decisions: int
    explained: int
    events: int
    complete: int
    versions: int
    packs: int


def held(organization_id: int | None, on_record: rebuilding.Record) -> Held:
    """What is held, in three queries; ``on_record`` is what was read of its production versions."""
    decisions = ReportedDecision.objects.filter(model_version__model__owner_team__organization=organization_id)
    counted = decisions.order_by().aggregate(all=Count("pk"), explained=Count("pk", filter=~Q(method="")))
    head = audit.head()
    packs = AuditEvent.objects.filter(action="regulator_pack.handed_out").count()
    events = head.sequence if head else 0
    return Held(counted["all"], counted["explained"], events, on_record.complete, on_record.total, packs)
