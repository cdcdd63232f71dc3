"""The escape-hatch catalogue over the API."""

from __future__ import annotations

from typing import Any

from assessments import models as records
from assessments.organizations.api import OfOneOrganization
from assessments.tickets.actions.hatches import add_hatch, change_hatch
from assessments.tickets.queries import hatches
from assessments.tickets.serializers.hatches import HatchChange, HatchInput, HatchOutput
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read

EXAMPLE = {
    "name": "Own container image",
    "offers": "Any image for training, with the platform's logging and registration.",
    "how_to_use": "Build from the base image, push it, and name it in train.yaml.",
    "owner_team": "platform",
}


class Hatches(OfOneOrganization, ListEndpoint):
    """List escape hatches."""

    serializer_class = HatchOutput
    filterset_class = filters(records.EscapeHatch, owner_team="owner_team__slug")
    search_fields = ("name", "offers")
    ordering_fields = ("name", "since")

    def rows(self) -> Any:
        return hatches.hatches(self.organization)

    @Verb("add", takes=HatchInput, status=201, examples={"own images": EXAMPLE})
    def post(self) -> Any:
        """Add an escape hatch."""
        return add_hatch(self.organization, **self.body, actor=self.actor)


class Hatch(Read):
    """An escape hatch."""

    noun = "escape_hatches"
    serializer_class = HatchOutput

    def content(self, pk: int) -> Any:
        return hatches.hatch(pk)

    @Verb("change", takes=HatchChange, examples={"better steps": {"how_to_use": "Name the image in train.yaml."}})
    def patch(self, pk: int) -> Any:
        """Change an escape hatch."""
        return change_hatch(hatches.hatch(pk), **self.body, actor=self.actor)
