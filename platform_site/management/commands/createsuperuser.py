"""Django's `createsuperuser` leaves no audit event: this one names ours."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Use `manage.py people add NAME --role administrator`, which has its audit event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", nargs="*")

    def handle(self, **_: Any) -> None:
        raise CommandError(
            "It would change an account without an event: use manage.py people add NAME --role administrator.",
            returncode=2,
        )
