"""`manage.py token USERNAME`: print a new API token, alone on its line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.access import SYSTEM
from platform_site.errors import Refusal
from platform_site.people.actions import create_service_account, issue_token
from platform_site.people.models import User


class Command(BaseCommand):
    help = "Make an API token for a person or a service account and print it. It is shown only once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--scope",
            action="append",
            dest="scopes",
            help="read, write, approve or admin; may be repeated; read by default",
        )
        parser.add_argument("--expires-in-days", type=int, dest="expires_in_days", help="never by default")
        parser.add_argument("--name", default="", help="what the token is for")
        parser.add_argument("--service", action="store_true", help="first add a service account of that name")
        parser.add_argument("--team", default="", help="with --service: the slug of its team")
        parser.add_argument("--owner", default="", help="with --service: the person who answers for it")
        parser.add_argument(
            "--role", action="append", dest="roles", help="with --service: a role, may be repeated; viewer by default"
        )

    def handle(
        self, *, username: str, service: bool, team: str, owner: str, roles: list[str] | None, **fields: Any
    ) -> None:
        try:
            if service:
                self._add(username, team=team, roles=roles or ["viewer"], owner=owner)
            self.stdout.write(self._made(_user(username), **fields))
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal

    def _add(self, name: str, *, owner: str, **fields: Any) -> None:
        if not owner:
            raise CommandError("--owner is missing. Name the person who answers for the account.", returncode=2)
        create_service_account(name=name, owner=owner, **fields, actor=SYSTEM)

    def _made(self, user: User, *, name: str, scopes: list[str] | None, expires_in_days: int | None, **_: Any) -> str:
        return issue_token(
            user, name=name, scopes=scopes or ["read"], expires_in_days=expires_in_days, actor=SYSTEM
        ).text


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user {username}.", returncode=2)
    return user
