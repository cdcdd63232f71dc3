"""`manage.py token USERNAME`: print a new API token, alone on its line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.access import SYSTEM
from platform_site.errors import Refusal
from platform_site.people.actions import make_token
from platform_site.people.models import User


class Command(BaseCommand):
    help = "Make an API token for somebody and print it, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--scope", action="append", dest="scopes", help="read, write, approve or admin; read if none"
        )
        parser.add_argument("--expires-in-days", type=int, dest="expires_in_days")

    def handle(self, *, username: str, scopes: list[str] | None, expires_in_days: int | None, **_: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is nobody called {username}.", returncode=2)
        try:
            text = make_token(user, scopes=scopes or ["read"], expires_in_days=expires_in_days, actor=SYSTEM)
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal
        self.stdout.write(text)
