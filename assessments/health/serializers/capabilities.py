"""The catalogue of capabilities."""

from __future__ import annotations

from rest_framework import serializers

from assessments.health.rules.maturity import levels_of
from assessments.models import Capability, Retirement
from assessments.organizations.rules.catalogue import Group, Priority
from platform_site.api.serializers import StrictSerializer


class CapabilityChange(StrictSerializer):
    """What to change of a capability that an organization added."""

    description = serializers.CharField(max_length=300, required=False)
    default_priority = serializers.ChoiceField(choices=[word.value for word in Priority], required=False)
    retired = serializers.BooleanField(required=False, help_text="Later assessments leave it out, older ones keep it.")


class CapabilityInput(StrictSerializer):
    """A capability to add to an organization's assessments."""

    organization = serializers.CharField(max_length=63, help_text="The slug of the organization.")
    name = serializers.CharField(max_length=63, help_text="Lower-case letters, digits and _, beginning with a letter.")
    group = serializers.ChoiceField(choices=[group.value for group in Group])
    description = serializers.CharField(max_length=300)
    default_priority = serializers.ChoiceField(
        choices=[word.value for word in Priority], required=False, default=Priority.MEDIUM.value
    )


class CapabilityOutput(serializers.ModelSerializer):
    """One capability of the catalogue; `levels` are the maturity levels that require it."""

    levels = serializers.SerializerMethodField()
    organization = serializers.CharField(
        source="organization.slug", default=None, allow_null=True, help_text="Null: the standard catalogue."
    )

    class Meta:
        model = Capability
        fields = ("name", "group", "description", "default_priority", "levels", "organization", "retired_at")
        read_only_fields = fields

    def get_levels(self, capability: Capability) -> list[str]:
        return levels_of(capability.name)


class RetirementInput(StrictSerializer):
    """A capability of the standard catalogue that an organization has no use for."""

    capability = serializers.CharField(max_length=63)
    reason = serializers.CharField(max_length=1_000, help_text="Why it is not applicable.")


class RetirementOutput(serializers.ModelSerializer):
    """A capability that later assessments of an organization state as not applicable, and why."""

    organization = serializers.CharField(source="organization.slug")
    capability = serializers.CharField(source="capability.name")

    class Meta:
        model = Retirement
        fields = ("organization", "capability", "reason", "retired_by", "retired_at")
        read_only_fields = fields
