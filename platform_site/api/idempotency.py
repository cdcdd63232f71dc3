"""A POST with an `Idempotency-Key` happens once: the same request again gets the first answer."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.problems import TooLarge
from platform_site.api.rendering import Json
from platform_site.errors import Fault, Invalid, Refused
from platform_site.models import KeyedAnswer

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT = timedelta(days=1)
GIVEN_UP = timedelta(minutes=2)  # a request without an answer after this died with its process


class Replay(Exception):
    """This very request was answered before: give that answer again."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


def begin(request: Request) -> KeyedAnswer | None:
    """Open the record of a keyed request; Replay when it was answered, Refused while it is being worked on."""
    key = request.headers.get(HEADER, "")
    if not key:
        return None
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid([Fault(HEADER, "malformed", f"Give a key of at most {LONGEST_KEY} printable characters.")])
    now, digest = timezone.now(), _digest(request)
    KeyedAnswer.objects.filter(user=request.user, key=key, created_at__lt=now - KEPT).delete()
    KeyedAnswer.objects.filter(user=request.user, key=key, status=None, created_at__lt=now - GIVEN_UP).delete()
    kept, created = KeyedAnswer.objects.get_or_create(
        user=request.user, key=key, defaults={"request_digest": digest, "created_at": now}
    )
    if created:
        return kept
    if kept.request_digest != digest:
        raise Invalid([Fault(HEADER, "reused", "This key was used for another request: choose a new one.")])
    if kept.status is None:
        raise Refused("in_progress", "The request with this key is being worked on: ask again in a moment.")
    raise Replay(kept.status, json.loads(kept.body))


def keep(kept: KeyedAnswer, response: Response) -> None:
    """Keep the answer; a server error is forgotten, so that the request can be made again."""
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kept.delete()
        return
    kept.status, kept.body = response.status_code, Json().render(response.data).decode() or "null"
    kept.save(update_fields=["status", "body"])


def forget_old() -> int:
    """Delete the answers that are older than a day; how many."""
    return KeyedAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _digest(request: Request) -> str:
    try:
        body = request._request.body
    except RequestDataTooBig as error:
        raise TooLarge("The body is too large.") from error
    return hashlib.sha256(b"\n".join([request.method.encode(), request.path.encode(), body])).hexdigest()
