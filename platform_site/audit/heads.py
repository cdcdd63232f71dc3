"""Note the chain's head where writers of the database cannot change it: the chain alone does not show a cut tail."""

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
    """Append the head as a JSON line, on disk before this returns; False when the head row is missing."""
    head = _head()
    if head is None:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as noted:  # one write of one line: appenders of several processes do not mix theirs
        noted.write(json.dumps(head) + "\n")
        noted.flush()
        os.fsync(noted.fileno())
    return True


def send_head(url: str, secret: str) -> bool:
    """POST the head as JSON, signed (`X-Plumbline-Signature: sha256=…`, HMAC-SHA256 of the body); return whether it was accepted.

    The address comes from the operator's environment and may be inside the network; a redirect is not followed.
    """
    head = _head()
    if head is None:
        return False
    body = json.dumps(head).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", SIGNATURE: f"sha256={signature}"}
    try:
        answer = post(url, body, headers, allowed=ANYWHERE)
    except NotSent as error:
        log.error("the head of the audit chain was not sent: %s", error)
        return False
    if not answer.is_taken:
        log.error("the head of the audit chain was not accepted: status %d", answer.status)
    return answer.is_taken


def note_after_commit() -> None:
    """Note the head once the surrounding transaction is committed. A failure is logged, and does not stop the caller."""
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
