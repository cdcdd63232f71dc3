"""Texts that the database keeps and only Plumbline reads: the secrets that sign what is sent, addresses that are one.

HMAC-SHA256 in counter mode as a stream, then HMAC-SHA256 over nonce and text, each with a key of its own that is made
of `SECRET_KEY`: a copy of the database alone shows nothing. The standard library has no cipher; its HMAC is one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

NONCE, SEAL = 16, 32


class Unreadable(Exception):
    """It was sealed with another `SECRET_KEY`, or changed since."""


def seal(text: str) -> str:
    """The text as only `unseal` reads it; two seals of one text differ."""
    plain, nonce = text.encode(), secrets.token_bytes(NONCE)
    hidden = nonce + _mixed(plain, nonce)
    return base64.b64encode(hidden + _mac(hidden)).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed; `Unreadable` when the key is another one or a bit of it changed."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError as error:
        raise Unreadable("It is no sealed text.") from error
    hidden, mac = raw[:-SEAL], raw[-SEAL:]
    if len(hidden) < NONCE or not hmac.compare_digest(mac, _mac(hidden)):
        raise Unreadable("It was sealed with another SECRET_KEY.")
    return _mixed(hidden[NONCE:], hidden[:NONCE]).decode()


def _mixed(text: bytes, nonce: bytes) -> bytes:
    key, stream = _key("stream"), b""
    while len(stream) < len(text):
        counter = (len(stream) // hashlib.sha256().digest_size).to_bytes(8)
        stream += hmac.digest(key, nonce + counter, "sha256")
    return bytes(one ^ other for one, other in zip(text, stream, strict=False))


def _mac(hidden: bytes) -> bytes:
    return hmac.digest(_key("seal"), hidden, "sha256")


def _key(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"plumbline.outbound.sealing.{purpose}".encode(), "sha256")
