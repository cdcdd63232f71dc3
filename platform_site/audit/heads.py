"""Noting the chain's head where the database's writers cannot change it: a chain alone does not show a cut tail."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from platform_site.audit import queries
from platform_site.outbound.client import ANYWHERE, NotSent, post
from platform_site.work import send

SIGNATURE = "X-Plumbline-Signature"
log = logging.getLogger(__name__)


def note_head(path: Path) -> bool:
    """Append the head as a JSON line, on disk before this returns; False where the head row is gone."""
    told = _head()
    if told is None:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as noted:  # one write of one line: appenders of several processes do not mix theirs
        noted.write(json.dumps(told) + "\n")
        noted.flush()
        os.fsync(noted.fileno())
    return True


def send_head(url: str, secret: str) -> bool:
    """POST the head as JSON, signed (`X-Plumbline-Signature: sha256=…`, HMAC-SHA256 of the body); whether it was taken.

    The address is the operator's, from the environment, and may be inside; a redirect is not followed.
    """
    told = _head()
    if told is None:
        return False
    body = json.dumps(told).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", SIGNATURE: f"sha256={signature}"}
    try:
        answer = post(url, body, headers, allowed=ANYWHERE)
    except NotSent as error:
        log.error("the head of the audit chain was not taken: %s", error)
        return False
    if not answer.is_taken:
        log.error("the head of the audit chain was not taken: status %d", answer.status)
    return answer.is_taken


def note_after_commit() -> None:
    """Note the head once the surrounding transaction holds. What refuses it is told, and stops nobody."""
    transaction.on_commit(_note, robust=True)


def _note() -> None:
    try:
        note_head(settings.AUDIT_HEADS_FILE)
    except OSError as error:
        log.error("the head of the audit chain was not noted: %s", error)
    if settings.AUDIT_HEADS_URL:
        send("platform_site.send_audit_head")


def _head() -> dict[str, Any] | None:
    head = queries.head()
    return head._asdict() | {"at": timezone.now().isoformat()} if head else None
