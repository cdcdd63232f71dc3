"""Marking a model as regulated, over the API."""

from __future__ import annotations

from typing import Any

from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint
from registry.regulation.actions.regulated_models import mark_regulated
from registry.regulation.serializers.regulated import RegulatedInput
from registry.versions.queries import model_versions
from registry.versions.serializers.models import ModelOutput


class Regulated(Endpoint):
    """Mark a model as regulated, or remove the regulated flag.

    Leads and approvers; taking the mark away is not for members of the model's own team.

    Policies for regulated models are put to its versions at once.
    """

    serializer_class = ModelOutput

    @Verb(
        "regulated",
        takes=RegulatedInput,
        examples={"credit": {"regulated": True, "reason": "It decides on consumer credit."}},
    )
    def put(self, name: str) -> Any:
        fields = self.body
        mark_regulated(model_versions.model(name), fields["regulated"], reason=fields["reason"], actor=self.actor)
        return model_versions.model(name)
