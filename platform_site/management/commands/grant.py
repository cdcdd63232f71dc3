"""`manage.py grant ROLE`: let another role of PostgreSQL run the application, without changing recorded rows."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction

from platform_site.roof import grants


class Command(BaseCommand):
    help = "Give a PostgreSQL role only the privileges that the application needs. Run it as the owner of the tables."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role in the DATABASE_URL of web server and workers")
        parser.add_argument("--sql", action="store_true", help="print the statements instead of running them")

    def handle(self, *, role: str, sql: bool, **_: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("DATABASE_URL is a SQLite database. Only PostgreSQL has roles.", returncode=2)
        if sql:
            self.stdout.write("\n".join(f"{statement};" for statement in grants.statements(role)))
            return
        if role == connection.settings_dict["USER"]:
            raise CommandError(f"{role} owns the tables. Name the role that will run the application.", returncode=2)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in grants.statements(role):
                    cursor.execute(statement)
        except DatabaseError as error:
            raise CommandError(f"Nothing was granted: {error}") from error
        self.stdout.write(f"{role} may run the application and cannot change recorded rows.")
