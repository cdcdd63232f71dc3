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
ABANDONED_AFTER = timedelta(minutes=2)  # a request without an answer after this died with its process


class Replay(Exception):
    """The same request was answered before: send that answer again."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def begin(user: User, key: str, *, method: str, path: str, body: bytes) -> KeyedAnswer:
    """Open the record of a keyed request; Replay when it was answered, Refused while it is in progress."""
    if not 1 <= len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid(
            [
                Fault(
                    HEADER,
                    "malformed",
                    f"{HEADER} must have 1 to {LONGEST_KEY} printable ASCII characters; this one has {len(key)}.",
                )
            ]
        )
    now = timezone.now()
    digest = hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()
    own = KeyedAnswer.objects.filter(user=user, key=key)
    own.filter(created_at__lt=now - KEPT).delete()
    own.filter(status=None, created_at__lt=now - ABANDONED_AFTER).delete()
    answer, created = KeyedAnswer.objects.get_or_create(
        user=user, key=key, defaults={"request_digest": digest, "created_at": now}
    )
    if created:
        return answer
    if answer.request_digest != digest:
        raise Invalid([Fault(HEADER, "reused", f"{HEADER} {key} was used for another request. Choose a new key.")])
    if answer.status is None:
        raise Refused("in_progress", "A request with this key is in progress. Try again in a moment.")
    raise Replay(answer.status, json.loads(answer.body))


def keep(answer: KeyedAnswer, status: int, body: str) -> None:
    """Store the answer; after a server error the record is deleted, so that the request can be made again."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        forget(answer)
        return
    KeyedAnswer.objects.filter(pk=answer.pk).update(status=status, body=body)  # no row any more when it took too long


def forget(answer: KeyedAnswer) -> None:
    """Delete the record of a request that failed, so that it can be made again."""
    KeyedAnswer.objects.filter(pk=answer.pk).delete()
