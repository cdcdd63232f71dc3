"""Secrets that the database stores and only Plumbline reads: signing secrets, and addresses that are secret.

Fernet (AES-128-CBC and HMAC-SHA256) under a key derived from `SECRET_KEY`: a copy of the database alone reveals nothing. What
an earlier key sealed is read with `SECRET_KEY_FALLBACKS`.
"""

from __future__ import annotations

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotUnseal(Exception):
    """The text was sealed with another `SECRET_KEY`, or changed since."""


def seal(text: str) -> str:
    """The text as only `unseal` reads it; two seals of one text differ."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed; `CannotUnseal` when the key or the text has changed."""
    try:
        return _every_key().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal("The stored text was sealed with another SECRET_KEY, or changed since.") from error


def reseal(sealed: str) -> str:
    """The same text under the newest key; the text as it is when that sealed it already. `CannotUnseal` as `unseal`."""
    try:
        _fernet(settings.SECRET_KEY).decrypt(sealed.encode())
    except InvalidToken:
        return seal(unseal(sealed))
    return sealed


def _every_key() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(key.encode(), b"plumbline.outbound.sealing.fernet", "sha256")))
