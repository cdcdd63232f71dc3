"""Secrets that the database stores and only Plumbline reads: signing secrets, and addresses that are secret.

HMAC-SHA256 in counter mode as a stream, then HMAC-SHA256 over nonce and text, each with a key of its own, derived
from `SECRET_KEY`: a copy of the database alone reveals nothing. The standard library has no cipher, but it has HMAC.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

NONCE, SEAL = 16, 32


class CannotUnseal(Exception):
    """The text was sealed with another `SECRET_KEY`, or changed since."""


def seal(text: str) -> str:
    """The text as only `unseal` reads it; two seals of one text differ."""
    plain, nonce = text.encode(), secrets.token_bytes(NONCE)
    hidden = nonce + _mixed(plain, nonce)
    return base64.b64encode(hidden + _mac(hidden)).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed; `CannotUnseal` when the key or the text has changed."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError as error:
        raise CannotUnseal("The stored text is not a sealed text.") from error
    hidden, mac = raw[:-SEAL], raw[-SEAL:]
    if len(hidden) < NONCE or not hmac.compare_digest(mac, _mac(hidden)):
        raise CannotUnseal("The stored text was sealed with another SECRET_KEY, or changed since.")
    return _mixed(hidden[NONCE:], hidden[:NONCE]).decode()


def _mixed(text: bytes, nonce: bytes) -> bytes:
    key, stream = _key("stream"), b""
    while len(stream) < len(text):
        counter = (len(stream) // hashlib.sha256().digest_size).to_bytes(8)
        stream += hmac.digest(key, nonce + counter, "sha256")
    return bytes(byte ^ mask for byte, mask in zip(text, stream, strict=False))


def _mac(hidden: bytes) -> bytes:
    return hmac.digest(_key("seal"), hidden, "sha256")


def _key(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"plumbline.outbound.sealing.{purpose}".encode(), "sha256")
