"""What an organization wants to reach, over the API."""

from __future__ import annotations

from typing import Any

from assessments.health.actions.targets import remove_target, set_target
from assessments.health.queries.targets import get_target
from assessments.health.serializers.targets import TargetInput, TargetOutput
from assessments.organizations.queries import get_organization
from platform_site.api.verbs import Verb
from platform_site.api.views import Read

EXAMPLE = {"score": 60, "level": "1", "due_on": "2027-03-31"}


class Target(Read):
    """An organization's target, and where it is on the way.

    404 while nobody set one.
    """

    noun = "organizations_target"
    serializer_class = TargetOutput

    def content(self, slug: str) -> Any:
        return get_target(get_organization(slug))

    @Verb("set", takes=TargetInput, examples={"a score and a level": EXAMPLE})
    def put(self, slug: str) -> Any:
        """Set or replace an organization's target.

        422 with every fault: neither score nor level, an unknown level, a day that is over.
        """
        organization = get_organization(slug)
        set_target(organization, **self.body, actor=self.actor)
        return get_target(organization)

    @Verb("remove", status=204)
    def delete(self, slug: str) -> None:
        """Remove an organization's target; the audit log keeps it."""
        remove_target(get_organization(slug), actor=self.actor)
