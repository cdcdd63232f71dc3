"""`manage.py demo`: load two organizations with twelve weeks of history and the incident over orders and flights, or take them out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.errors import Refusal
from platform_site.roof.demo import people, removal
from platform_site.roof.demo.history import story as history
from platform_site.text.wording import counted


class Command(BaseCommand):
    help = "Load the demo through the same actions that forms and the API use. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove",
            action="store_true",
            help="Delete its tickets and adoption data, archive its organizations and deactivate its accounts.",
        )

        parser.add_argument(
            "--core",
            action="store_true",
            help="Load only the sample organization and the incident, without the other teams and their twelve weeks.",
        )

    def handle(self, *, remove: bool = False, core: bool = False, **_: Any) -> None:
        if remove:
            self._remove()
            return
        password = history.load(whole=not core)
        if password:
            first, *others = people.PEOPLE
            self.stdout.write(f"  User      {first} (or {', '.join(others)})")
            self.stdout.write(f"  Password  {password} (for each of them; shown only this once)")
        self.stderr.write("The demo is loaded.")

    def _remove(self) -> None:
        try:
            removed = removal.remove()
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            f"Removed {counted(removed.samples, 'sample')}, archived {counted(removed.organizations, 'organization')}, "
            f"deactivated {counted(removed.accounts, 'account')}. Features, models and published assessments are "
            "written once and stay: start with another STATE_DIR and `up --no-demo` to begin without them."
        )
