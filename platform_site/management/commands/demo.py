"""`manage.py demo`: load the sample organization, the incident over orders and flights, and five people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from platform_site.access import actor_of
from platform_site.people.models import User
from platform_site.roof.demo import adoption, health, incidents, people, registry_story, regulated, strategy, tickets


class Command(BaseCommand):
    help = "Load the demo through the same actions that forms and the API use. A second run changes nothing."

    def handle(self, **_: Any) -> None:
        password = people.load()
        if password:
            first, *others = people.PEOPLE
            self.stdout.write(f"  User      {first} (or {', '.join(others)})")
            self.stdout.write(f"  Password  {password} (for each of them; shown only this once)")
        names = ("lead", "contributor", "approver")
        lead, contributor, approver = (actor_of(User.objects.get(username=name)) for name in names)
        health.load(lead)
        tickets.load(lead)
        adoption.load(lead)
        registry_story.set_policy(lead)
        regulated.load(lead, contributor)
        registry_story.load(contributor, approver)
        strategy.load(lead)
        incidents.load(contributor, lead)
        self.stderr.write("The demo is loaded.")
