"""Hand out a regulator pack, and record that it was handed out and to whom."""

from __future__ import annotations

import hashlib

from django.db import transaction

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from registry.models import ModelVersion
from registry.regulation.pack import archive
from registry.versions.queries.audit_subjects import subject_of


def hand_out(version: ModelVersion, *, actor: Actor) -> bytes:
    """The archive of a version as of now."""
    access.require(access.can_ask_gate(actor), "Only people with a role can download a regulator pack.")
    content = archive.build(version)
    with transaction.atomic():
        payload = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        record("regulator_pack.handed_out", subject=subject_of(version), actor=actor, payload=payload)
    return content
