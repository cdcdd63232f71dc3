"""`manage.py people add|password|reset-lock NAME`: the first account, a forgotten password, a locked door; on record."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.access import SYSTEM
from platform_site.errors import Refusal
from platform_site.people import queries
from platform_site.people.actions import create_user
from platform_site.people.actions.door import reset_lock
from platform_site.people.actions.passwords import set_password


class Command(BaseCommand):
    help = "Add a person, set a password, or open the door again after too many wrong ones. Each has its audit event."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="add a person; the password is asked for, or read from standard input")
        add.add_argument("username")
        add.add_argument("--role", action="append", dest="roles", default=[], help="a role; may be repeated")
        add.add_argument(
            "--team", action="append", dest="teams", default=[], help="the slug of a team; may be repeated"
        )
        password = verbs.add_parser("password", help="set a password: sessions and tokens end")
        password.add_argument("username")
        reset = verbs.add_parser("reset-lock", help="forget the wrong passwords for a name")
        reset.add_argument("username")

    def handle(self, *, verb: str, username: str, **options: Any) -> None:
        try:
            {"add": self._add, "password": self._password, "reset-lock": self._reset}[verb](username, **options)
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal

    def _add(self, username: str, *, roles: list[str], teams: list[str], **_: Any) -> None:
        create_user(username=username, password=read_password(), roles=roles, teams=teams, actor=SYSTEM)
        self.stdout.write(f"{username} is added, as {', '.join(roles) or 'nobody with a role'}.")

    def _password(self, username: str, **_: Any) -> None:
        user = queries.person(username)
        set_password(user, read_password(), actor=SYSTEM)
        self.stdout.write(f"{username} has a new password. Sessions and tokens have ended.")

    def _reset(self, username: str, **_: Any) -> None:
        queries.person(username)
        count = reset_lock(username, actor=SYSTEM)
        self.stdout.write(f"{count} failed attempts count no more: {username} can sign in.")


def read_password() -> str:
    """The password: twice from a terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise CommandError("The two passwords differ. Nothing was changed.", returncode=2)
    return first
