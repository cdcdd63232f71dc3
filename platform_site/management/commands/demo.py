"""`manage.py demo`: load the sample organization, the incident over orders and flights, and five people, or take them out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.access import actor_of
from platform_site.errors import Refusal
from platform_site.people.models import User
from platform_site.roof.demo import (
    adoption,
    goals,
    hatches,
    health,
    incidents,
    people,
    registry_story,
    regulated,
    removal,
    strategy,
    tickets,
)
from platform_site.text.wording import counted


class Command(BaseCommand):
    help = "Load the demo through the same actions that forms and the API use. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove",
            action="store_true",
            help="Delete its tickets and adoption data, archive its organizations and deactivate its accounts.",
        )

    def handle(self, *, remove: bool = False, **_: Any) -> None:
        if remove:
            self._remove()
            return
        password = people.load()
        if password:
            first, *others = people.PEOPLE
            self.stdout.write(f"  User      {first} (or {', '.join(others)})")
            self.stdout.write(f"  Password  {password} (for each of them; shown only this once)")
        names = ("lead", "contributor", "approver")
        lead, contributor, approver = (actor_of(User.objects.get(username=name)) for name in names)
        health.add_organizations(lead)
        tickets.load(lead, contributor)
        adoption.load(lead)
        hatches.load(lead)
        registry_story.set_policy(lead)
        regulated.load(lead, contributor, approver)
        registry_story.load(contributor, approver)
        regulated.serve(contributor, approver)
        health.load(lead)
        strategy.load(lead)
        goals.load(lead)
        incidents.load(contributor, lead)
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
