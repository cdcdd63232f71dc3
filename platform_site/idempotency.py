"""A POST with an `Idempotency-Key` happens once: the same request again gets the first answer."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from platform_site.errors import Fault, Invalid, Refused
from platform_site.models import KeyedAnswer
from platform_site.people.models import User

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT = timedelta(days=1)
GIVEN_UP = timedelta(minutes=2)  # a request without an answer after this died with its process


class Replay(Exception):
    """This very request was answered before: give that answer again."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def begin(user: User, key: str, *, method: str, path: str, body: bytes) -> KeyedAnswer:
    """Open the record of a keyed request; Replay when it was answered, Refused while it is being worked on."""
    if not 1 <= len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid([Fault(HEADER, "malformed", f"Give a key of 1 to {LONGEST_KEY} printable ASCII characters.")])
    now = timezone.now()
    digest = hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()
    mine = KeyedAnswer.objects.filter(user=user, key=key)
    mine.filter(created_at__lt=now - KEPT).delete()
    mine.filter(status=None, created_at__lt=now - GIVEN_UP).delete()
    kept, created = KeyedAnswer.objects.get_or_create(
        user=user, key=key, defaults={"request_digest": digest, "created_at": now}
    )
    if created:
        return kept
    if kept.request_digest != digest:
        raise Invalid([Fault(HEADER, "reused", "This key was used for another request: choose a new one.")])
    if kept.status is None:
        raise Refused("in_progress", "The request with this key is being worked on: ask again in a moment.")
    raise Replay(kept.status, json.loads(kept.body))


def keep(kept: KeyedAnswer, status: int, body: str) -> None:
    """Keep the answer; a server error is forgotten, so that the request can be made again."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        forget(kept)
        return
    KeyedAnswer.objects.filter(pk=kept.pk).update(status=status, body=body)  # no row any more when it took too long


def forget(kept: KeyedAnswer) -> None:
    """Drop the record of a request that came to nothing, so that it can be made again."""
    KeyedAnswer.objects.filter(pk=kept.pk).delete()


def forget_old() -> int:
    """Delete the answers that are older than a day; how many."""
    return KeyedAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
