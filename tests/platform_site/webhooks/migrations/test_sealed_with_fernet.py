"""Secrets that an earlier release sealed with a cipher of its own are readable afterwards, and nothing is lost of others."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from platform_site.outbound.sealing import CannotUnseal, unseal
from platform_site.webhooks.models import Webhook

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
MIGRATION = import_module("platform_site.webhooks.migrations.0003_sealed_with_fernet")
KEY = "a key for this test, and for nothing else"
URL, SECRET = "https://hooks.example/services/a-long-and-secret-path-of-seventy-characters", "whsec_secret"
# Sealed with KEY by the release before.
OLD_URL = (
    "egPRzPph6PdiTI17l2q9B5tGpZURNpzR4MKzQMoDuXCdFV2qBYoCA6saFCGmI8Ezvl2lrktydqH6U+ngo2NwXsZJAaaT/uFRtdK8"
    "5hL0wcjsJa8/mF1d3ctA15QvCIEPEmWkLKQ79rnfdI4f9T247FE95AohaDaLGDTf"
)
OLD_SECRET = "ea8vtsDsYGAeaTETpTdOVk3iSs7qozdNptx9gUubNYyRPuG7goJVUN2oD5jtDvrNxVFAa7jD91rAYijW"


@pytest.fixture
def webhook():
    fields = {"kind": "json", "from_sequence": 0, "events": ["*"], "owner": "lead", "created_at": timezone.now()}
    return Webhook.objects.create(sealed_url=OLD_URL, sealed_secret=OLD_SECRET, **fields)


def sealed_now(webhook: Webhook) -> tuple[str, str]:
    MIGRATION.seal_with_fernet(apps, None)
    webhook.refresh_from_db()
    return webhook.sealed_url, webhook.sealed_secret


@pytest.mark.parametrize("keys", [(KEY, []), ("a newer key, long enough to be one", [KEY])], ids=["key", "fallback"])
def test_they_are_read_afterwards_and_once_is_enough(keys, webhook, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = keys
    sealed = sealed_now(webhook)
    assert [*map(unseal, sealed)] == [URL, SECRET]
    assert sealed_now(webhook) == sealed


def test_what_no_key_reads_stays_as_it_is(webhook, settings):
    settings.SECRET_KEY = "a key that sealed nothing at all"
    assert sealed_now(webhook) == (OLD_URL, OLD_SECRET)
    with pytest.raises(CannotUnseal):
        unseal(OLD_SECRET)
