"""Noting the chain's head where the database's writers cannot change it: a chain alone does not show a cut tail."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from platform_site.audit import queries

log = logging.getLogger(__name__)


def note_head(path: Path) -> bool:
    """Append the head as a JSON line, on disk before this returns; False where the head row is gone."""
    head = queries.head()
    if head is None:
        return False
    line = json.dumps(head._asdict() | {"at": timezone.now().isoformat()}) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as noted:  # one write of one line: appenders of several processes do not mix theirs
        noted.write(line)
        noted.flush()
        os.fsync(noted.fileno())
    return True


def note_after_commit() -> None:
    """Note the head once the surrounding transaction holds. A disk that refuses it is told, and stops nobody."""
    transaction.on_commit(_note, robust=True)


def _note() -> None:
    try:
        note_head(settings.AUDIT_HEADS_FILE)
    except OSError as error:
        log.error("the head of the audit chain was not noted: %s", error)
