"""The headers that prove where a delivery comes from, as Standard Webhooks 1.0 has them. Pure: standard library alone.

The signed text is `id.timestamp.body`, so that nobody sends an old delivery again as a new one. The headers of our own
that came before them stay for one more release.

>>> headers = standard_headers("whsec_" + "c2VjcmV0", delivery=12, timestamp=1772366400, body=b"{}")
>>> headers["webhook-id"], headers["webhook-signature"][:3]
('delivery_12', 'v1,')
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
OLD_DELIVERY, OLD_TIMESTAMP, OLD_SIGNATURE = "X-Plumbline-Delivery", "X-Plumbline-Timestamp", "X-Plumbline-Signature"
EVENT = "X-Plumbline-Event"
PREFIX = "whsec_"  # before a secret in base64, as the libraries of Standard Webhooks take it
SHORTEST_KEY, LONGEST_KEY = 24, 64  # bytes, by the specification


def new_secret() -> str:
    """A random secret of 32 bytes, as the libraries of Standard Webhooks take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_fault(secret: str) -> str:
    """What is wrong with a secret that begins with whsec_; empty when nothing is.

    >>> secret_fault("whsec_c2VjcmV0")
    'After whsec_ the secret must be base64 of 24 to 64 bytes; this one has 6.'
    """
    try:
        length = len(base64.b64decode(secret.removeprefix(PREFIX), validate=True))
    except binascii.Error:
        return "After whsec_ the secret must be base64 of 24 to 64 bytes; this one is not base64."
    if SHORTEST_KEY <= length <= LONGEST_KEY:
        return ""
    return f"After whsec_ the secret must be base64 of 24 to 64 bytes; this one has {length}."


def key_of(secret: str) -> bytes:
    """The key of the HMAC: what whsec_ stands before, decoded; any other secret as it is."""
    standard = secret.startswith(PREFIX) and not secret_fault(secret)
    return base64.b64decode(secret.removeprefix(PREFIX)) if standard else secret.encode()


def standard_headers(secret: str, *, delivery: int, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks. The number of a delivery stays the same when it is tried again."""
    name = f"delivery_{delivery}"
    signed = f"{name}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()
    return {ID: name, TIMESTAMP: str(timestamp), SIGNATURE: f"v1,{signature}"}


def signed_headers(secret: str, *, delivery: int, event: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a signed delivery: the three of Standard Webhooks, the event, and the three that came before them."""
    signed = f"{delivery}.{timestamp}.".encode() + body
    before = {
        OLD_DELIVERY: str(delivery),
        OLD_TIMESTAMP: str(timestamp),
        OLD_SIGNATURE: "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(),
    }
    return standard_headers(secret, delivery=delivery, timestamp=timestamp, body=body) | {EVENT: event} | before
