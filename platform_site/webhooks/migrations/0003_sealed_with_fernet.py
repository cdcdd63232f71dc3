"""Stored secrets, sealed until now with a cipher of our own (HMAC-SHA256 in counter mode), are sealed with Fernet.

What no key of this installation reads stays as it is: `doctor` counts it. Run again, it changes nothing.
"""

import base64
import hmac

from django.conf import settings
from django.db import migrations

from platform_site.outbound.sealing import seal

NONCE, MAC, BLOCK = 16, 32, 32


def seal_with_fernet(apps, schema_editor):
    for webhook in apps.get_model("webhooks", "Webhook").objects.order_by("pk").iterator():
        before = webhook.sealed_url, webhook.sealed_secret
        webhook.sealed_url, webhook.sealed_secret = map(_sealed_anew, before)
        if (webhook.sealed_url, webhook.sealed_secret) != before:
            webhook.save(update_fields=["sealed_url", "sealed_secret"])


def _sealed_anew(sealed):
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        plain = sealed and _opened(sealed, key.encode())
        if plain:
            return seal(plain.decode())
    return sealed


def _opened(sealed, key):
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError:
        return None
    hidden, mac = raw[:-MAC], raw[-MAC:]
    derive = {
        each: hmac.digest(key, f"plumbline.outbound.sealing.{each}".encode(), "sha256") for each in ("seal", "stream")
    }
    if len(hidden) <= NONCE or not hmac.compare_digest(mac, hmac.digest(derive["seal"], hidden, "sha256")):
        return None
    nonce, text, stream = hidden[:NONCE], hidden[NONCE:], b""
    while len(stream) < len(text):
        stream += hmac.digest(derive["stream"], nonce + (len(stream) // BLOCK).to_bytes(8), "sha256")
    return bytes(byte ^ mask for byte, mask in zip(text, stream, strict=False))


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_destinations_and_quiet_hours")]

    operations = [migrations.RunPython(seal_with_fernet, migrations.RunPython.noop)]
