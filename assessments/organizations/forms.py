"""The forms of organizations and capabilities, on pages and in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from assessments.models import Capability, Organization
from assessments.organizations.actions import (
    FACTS,
    add_capability,
    add_organization,
    change_organization,
    describe_capability,
)
from assessments.organizations.queries import list_capabilities, retirements_of
from assessments.organizations.rules.catalogue import Group, Priority
from platform_site.forms import ActionForm, ActionModelForm


class OrganizationForm(ActionModelForm):
    """An organization and the facts about it; an empty fact is unknown."""

    class Meta:
        model = Organization
        fields = ("slug", "name", *FACTS)
        labels: ClassVar[dict[str, str]] = {
            "production_models": "Models in production",
            "retraining_cadence": "How often the most frequently retrained model is retrained",
            "ships_demand_or_fraud": "Ships a demand or fraud model",
            "skew_or_drift_incidents_12m": "Incidents from skew, drift or silent failure in 12 months",
            "teams_with_own_tooling": "Teams that keep their own pipelines, training scripts or monitoring",
            "compliance": "Bound by law or contract",
            "on_call_engineers": "Engineers on call",
            "managed_cannot_meet": "What managed services cannot meet",
            "serves_real_time": "Serves in real time",
            "serves_batch": "Serves in batches",
            "serves_on_device": "Serves on devices",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].disabled = bool(self.instance.pk)

    def perform(self, fields: dict[str, Any]) -> Organization:
        known = fields | {name: fields[name] or None for name in ("retraining_cadence", "managed_cannot_meet")}
        if not self.instance.pk:
            return add_organization(**known, actor=self.actor)
        known.pop("slug")
        return change_organization(self.instance, **known, actor=self.actor)


class OwnCapabilityForm(ActionForm):
    """A capability that an organization adds."""

    name = forms.CharField(max_length=63, help_text="Lower-case letters, digits and _, for example gpu_quota.")
    description = forms.CharField(max_length=300, help_text="In plain words: what the platform can do.")
    group = forms.ChoiceField(choices=[(group.value, group.value) for group in Group])
    default_priority = forms.ChoiceField(
        label="Priority while it is missing", choices=[(word.value, word.value) for word in Priority], initial="medium"
    )


class RetirementForm(ActionForm):
    """A standard capability that an organization has no use for."""

    capability = forms.ChoiceField()
    reason = forms.CharField(
        label="Why it is not applicable", max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        capability: Any = self.fields["capability"]
        rows = list_capabilities().exclude(pk__in=retirements_of(organization).order_by().values("capability"))
        capability.choices = [(row.name, row.description) for row in rows]


class CapabilityForm(ActionModelForm):
    """One capability of a platform."""

    retired = forms.BooleanField(required=False, help_text="Later assessments leave it out; older ones keep it.")

    class Meta:
        model = Capability
        fields = ("name", "group", "description", "default_priority", "organization")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["retired"]
            return
        for name in ("name", "group", "organization"):
            self.fields[name].disabled = True
        self.initial["retired"] = self.instance.retired_at is not None

    def perform(self, fields: dict[str, Any]) -> Capability:
        if not self.instance.pk:
            return add_capability(**fields, actor=self.actor)
        changed = {name: fields[name] for name in ("description", "default_priority", "retired")}
        return describe_capability(self.instance, **changed, actor=self.actor)
