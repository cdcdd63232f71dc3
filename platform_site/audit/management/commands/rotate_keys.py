"""`manage.py rotate_keys`: go over to the newest AUDIT_KEY and SECRET_KEY, on record."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.access import SYSTEM
from platform_site.audit.chain import key_id
from platform_site.audit.record import change_key
from platform_site.errors import NotReady
from platform_site.text.wording import counted
from platform_site.webhooks.actions.targets import reseal_secrets


class Command(BaseCommand):
    help = "Seal the audit log with the first of AUDIT_KEYS and stored secrets with SECRET_KEY, from now on. Run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--lost-audit-key",
            action="store_true",
            help="the key in use is lost for good: go on with another, on record",
        )

    def handle(self, *, lost_audit_key: bool, **_: Any) -> None:
        try:
            event = change_key(actor=SYSTEM, is_lost=lost_audit_key)
        except NotReady as refusal:
            raise CommandError(refusal.message) from refusal
        newest = key_id(settings.AUDIT_KEYS[0])
        if event is None:
            self.stdout.write(f"The audit log is sealed with key {newest} already, the first of AUDIT_KEYS.")
        else:
            self.stdout.write(f"The audit log is sealed with key {newest} from event {event.sequence} on.")
        count, lost = reseal_secrets(actor=SYSTEM)
        self.stdout.write(f"The secrets of {counted(count, 'webhook')} were sealed anew with SECRET_KEY.")
        if lost:
            raise CommandError(
                f"{counted(lost, 'webhook')} cannot be read with SECRET_KEY or SECRET_KEY_FALLBACKS. Add the key that sealed them, or "
                "enter their address and secret anew."
            )
