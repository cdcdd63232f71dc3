"""How the audit log names model versions, and what it holds of a model."""

from __future__ import annotations

from django.db.models import QuerySet

from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from registry.models import ModelVersion, RegisteredModel

MOST_VERSIONS = 500


def subject_of(version: ModelVersion) -> str:
    """A model version: ``model_version:name/version``."""
    return subject(version.model.name, version.version)


def subject(name: str, version: str) -> str:
    """The same from the names alone."""
    return f"model_version:{name}/{version}"


def events_of_model(model: RegisteredModel) -> QuerySet[AuditEvent]:
    """The events about a model and its newest versions, newest first."""
    versions = model.versions.order_by("-registered_at").values_list("version", flat=True)[:MOST_VERSIONS]
    subjects = [f"model:{model.name}", *(subject(model.name, version) for version in versions)]
    return audit.events().filter(subject__in=subjects)
