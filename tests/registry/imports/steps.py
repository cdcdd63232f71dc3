"""What the tests of imports share: an import read, its steps, applied."""

from __future__ import annotations

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from platform_site.access import Actor
from registry.imports.actions import apply_import, propose_file_import, propose_server_import
from registry.imports.queries import plans as imports
from registry.models import (
    Import,
)

TEAM = "data-platform"


def offered(system: str, document: dict, actor: Actor, team: str = TEAM) -> Import:
    content = json.dumps(document).encode()
    return propose_file_import(system=system, filename="file.json", content=content, owner_team=team, actor=actor)


def effects(offered: Import, actor: Actor) -> dict[str, str]:
    steps, _, _ = imports.shown(offered, actor)
    return {step.name or step.external_id: step.effect for step in steps}


def sentences(offered: Import, actor: Actor) -> dict[str, str]:
    steps, _, _ = imports.shown(offered, actor)
    return {step.name or step.external_id: step.sentence for step in steps}


def applied(offered: Import, actor: Actor) -> Import:
    return apply_import(offered, digest=imports.plan(offered, actor).digest, actor=actor)


def counts(offered: Import, actor: Actor) -> dict[str, int]:
    return {effect: count for effect, count in imports.shown(offered, actor)[1].items() if count}


def read(tracking, actor: Actor) -> Import:
    return propose_server_import(url=tracking.url, owner_team="forecasting", actor=actor)


def upload(document: object) -> SimpleUploadedFile:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return SimpleUploadedFile("registry.json", content, "application/json")
