"""The signature of what MLflow sends, and what it says.

>>> signature("secret", "d-1", "1764500000", b"{}")[:3]
'v1,'
>>> parse(b'{"entity": "model_version_alias", "action": "created", "data": {"name": "churn", "alias": "champion", "version": "3"}}')
Event(entity='model_version_alias', action='created', name='churn', version='3', alias='champion', key='', before='')
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, NamedTuple

from registry.imports.rules import document
from registry.imports.rules.candidates import Fault, Unreadable

LARGEST_BYTES, LONGEST_ID = 256 * 1024, 200
OLDEST_S = 300  # an event that was signed earlier is refused, and so is one from the future
OWN_TAGS = ("plumbline.gate", "plumbline.gate_url")
VERSION, TAG, ALIAS = "model_version", "model_version_tag", "model_version_alias"
ENTITIES = (VERSION, TAG, ALIAS)
WRITE = "write"  # the action of an event of our own: an alias that was moved here is to be written to MLflow


class Event(NamedTuple):
    """What happened: to which entity, and the names in it; a name that it does not have is empty.

    ``before`` is the version that an alias named before, where that was read and not sent by a webhook.
    """

    entity: str
    action: str
    name: str = ""
    version: str = ""
    alias: str = ""
    key: str = ""
    before: str = ""

    @property
    def concerns_us(self) -> bool:
        """Whether it says anything about a version: not about prompts, and not about the tags that we write."""
        return self.entity in ENTITIES and bool(self.name) and self.key not in OWN_TAGS


def signature(secret: str, delivery_id: str, timestamp: str, body: bytes) -> str:
    """What MLflow writes into X-MLflow-Signature."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def is_signed(header: str, secret: str, delivery_id: str, timestamp: str, body: bytes) -> bool:
    """Whether one of the signatures in a header is right; several are separated by spaces while a secret is changed."""
    expected = signature(secret, delivery_id, timestamp, body).encode()
    return any(hmac.compare_digest(expected, part.encode()) for part in header.split(" "))


def is_fresh(timestamp: str, now: float) -> bool:
    """Whether something was signed in the last minutes.

    >>> is_fresh("1000", 1200.0), is_fresh("1000", 1301.0), is_fresh("2000", 1000.0), is_fresh("x", 0.0)
    (True, False, False, False)
    """
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 13 and abs(now - int(timestamp)) <= OLDEST_S


def parse(body: bytes) -> Event:
    """The event in a body; Unreadable with every fault."""
    content = document.document(body, "body")
    reader = document.Reader()
    data = reader.object(content, "data", "")
    names = {name: reader.text(data, name, "data", longest=500) for name in ("name", "alias", "key") if name in data}
    event = Event(reader.text(content, "entity", ""), reader.text(content, "action", ""), **names)
    reader.finish()
    if not event.entity or not event.action:
        raise Unreadable([Fault("entity", "missing", "entity and action are missing: it is not an event of MLflow.")])
    return event._replace(version=_number(data.get("version")))


def _number(value: Any) -> str:
    return str(value)[:64] if isinstance(value, str | int) and not isinstance(value, bool) else ""
