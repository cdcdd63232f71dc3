"""Capabilities over the API: the catalogue, and those that organizations added."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from assessments.health.serializers.capabilities import (
    CapabilityChange,
    CapabilityInput,
    CapabilityOutput,
    RetirementInput,
    RetirementOutput,
)
from assessments.models import Capability
from assessments.organizations.actions import (
    add_capability,
    describe_capability,
    restore_standard,
    retire_standard,
)
from assessments.organizations.queries import (
    get_organization,
    get_own_capability,
    list_capabilities,
    own_capabilities,
    retirements_of,
)
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint

OWN = {
    "organization": "exampleco",
    "name": "gpu_quota",
    "group": "Training",
    "description": "GPU quotas that teams set themselves",
    "default_priority": "high",
}


class Capabilities(ListEndpoint):
    """The catalogue of capabilities.

    The whole standard catalogue at once, in its order; with `organization`, what that organization added follows, retired
    ones too.
    """

    serializer_class = CapabilityOutput
    pagination_class = None
    filterset_class = filters(Capability, "group")
    other_parameters = ("organization",)
    parameters = (OpenApiParameter("organization", str, description="The slug of an organization."),)

    def rows(self) -> Any:
        slug = self.request.query_params.get("organization", "")
        return list_capabilities() | own_capabilities(get_organization(slug)) if slug else list_capabilities()

    @Verb("add", takes=CapabilityInput, status=201, examples={"one of your own": OWN})
    def post(self) -> Any:
        """Add a capability of an organization's own; assessments begun later include it."""
        fields = dict(self.body)
        return add_capability(organization=get_organization(fields.pop("organization")), **fields, actor=self.actor)


class OwnCapability(Endpoint):
    """Change or retire a capability that an organization added: later assessments leave a retired one out."""

    serializer_class = CapabilityOutput

    @Verb("change_capability", takes=CapabilityChange, examples={"retire it": {"retired": True}})
    def patch(self, slug: str, name: str) -> Any:
        capability, fields = get_own_capability(get_organization(slug), name), dict(self.body)
        before: dict[str, Any] = {
            "description": capability.description,
            "default_priority": capability.default_priority,
            "retired": capability.retired_at is not None,
        }
        return describe_capability(capability, **before | fields, actor=self.actor)


class Retirements(ListEndpoint):
    """List the standard capabilities that an organization has no use for."""

    noun = "organizations_retirements"
    serializer_class = RetirementOutput

    def rows(self) -> Any:
        return retirements_of(get_organization(self.kwargs["slug"]))

    @Verb(
        "retire",
        takes=RetirementInput,
        status=201,
        examples={"no images": {"capability": "compute_scaling", "reason": "Every model is trained on one machine."}},
    )
    def post(self, slug: str) -> Any:
        """Retire a standard capability for an organization.

        Assessments begun later state it as not applicable with this reason. 422 for one that is retired already.
        """
        return retire_standard(get_organization(slug), **self.body, actor=self.actor)


class Retirement(Endpoint):
    """Take a retirement back: the next draft begins with the status of the last assessment."""

    noun = "organizations_retirements"
    serializer_class = RetirementOutput

    @Verb("restore", status=204)
    def delete(self, slug: str, name: str) -> None:
        restore_standard(get_organization(slug), capability=name, actor=self.actor)
