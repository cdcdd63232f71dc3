"""`manage.py rotate_keys`: both keys go over, on record; what was signed, sealed and chained before holds."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from platform_site.audit import queries
from platform_site.audit.models import AuditEvent
from platform_site.outbound.sealing import seal, unseal
from platform_site.webhooks.models import Webhook

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NEW_SECRET, NEW_AUDIT = "the next secret key, long enough", "the next audit key, long enough to be one"


@pytest.fixture
def webhooks(people):
    fields = {"kind": "json", "from_sequence": 0, "events": ["*"], "owner": "lead", "created_at": timezone.now()}
    rows = [Webhook(sealed_url=seal(f"https://{name}.example"), sealed_secret=seal(name), **fields) for name in "ab"]
    rows.append(Webhook(sealed_url=seal("https://c.example"), **fields | {"kind": "slack"}))
    return Webhook.objects.bulk_create(rows)


@pytest.fixture
def new_keys(webhooks, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_SECRET, [settings.SECRET_KEY]
    settings.AUDIT_KEYS = [NEW_AUDIT, *settings.AUDIT_KEYS]


def output_of(capsys, **options) -> list[str]:
    call_command("rotate_keys", **options)
    return capsys.readouterr().out.splitlines()


def test_both_keys_go_over_and_what_was_before_holds(new_keys, settings, capsys):
    before = queries.head().sequence
    lines = output_of(capsys)
    assert lines[0].endswith(f"from event {before + 1} on.")
    assert lines[1] == "The secrets of 3 webhooks were sealed anew with SECRET_KEY."
    events = AuditEvent.objects.filter(sequence__gt=before).order_by("sequence")
    assert [(event.action, event.subject.partition(":")[0]) for event in events] == [
        ("audit_key.rotated", "audit_key"), ("secret_key.rotated", "secret_key"),
    ]  # fmt: skip
    settings.SECRET_KEY_FALLBACKS = []
    assert [unseal(row.sealed_url) for row in Webhook.objects.order_by("pk")] == [f"https://{x}.example" for x in "abc"]
    assert queries.verify().valid


def test_run_again_it_changes_nothing(new_keys, capsys):
    output_of(capsys)
    head = queries.head()
    assert "already, the first of AUDIT_KEYS" in output_of(capsys)[0]
    assert queries.head() == head


def test_a_secret_that_no_key_reads_is_counted_and_stays(webhooks, settings, capsys):
    settings.SECRET_KEY = NEW_SECRET
    with pytest.raises(CommandError, match="3 webhooks cannot be read"):
        call_command("rotate_keys")
    assert [row.sealed_url for row in Webhook.objects.order_by("pk")] == [row.sealed_url for row in webhooks]


def test_without_the_key_in_use_nothing_goes_over_unless_it_is_lost(webhooks, settings, capsys):
    settings.AUDIT_KEYS = [NEW_AUDIT]
    with pytest.raises(CommandError, match="none of these keys sealed event"):
        call_command("rotate_keys")
    output_of(capsys, lost_audit_key=True)
    assert AuditEvent.objects.first().action == "audit_key.lost"
