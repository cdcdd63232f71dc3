"""The admin's forms of this room; each calls its action once it is valid."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.adoption.actions import Entry, add_entry, change_entry, record_training_runs
from assessments.models import (
    Capability,
    ModelProject,
    Organization,
    Release,
    ShowstopperAnswer,
    Ticket,
    TrainingRun,
    UseCase,
)
from assessments.organizations.actions import (
    FACTS,
    add_capability,
    add_organization,
    change_organization,
    describe_capability,
)
from assessments.tickets.actions.tickets import record_ticket
from platform_site.errors import Invalid
from platform_site.forms import ActionModelForm


class OrganizationForm(ActionModelForm):
    """Whose platform it is, and what is known of it; an empty fact is one that nobody said."""

    class Meta:
        model = Organization
        fields = ("slug", "name", *FACTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].disabled = bool(self.instance.pk)

    def perform(self, fields: dict[str, Any]) -> Organization:
        told = fields | {name: fields[name] or None for name in ("retraining_cadence", "managed_cannot_meet")}
        if not self.instance.pk:
            return add_organization(**told, actor=self.actor)
        told.pop("slug")
        return change_organization(self.instance, **told, actor=self.actor)


class CapabilityForm(ActionModelForm):
    """One thing a platform can do."""

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
        told = {name: fields[name] for name in ("description", "default_priority", "retired")}
        return describe_capability(self.instance, **told, actor=self.actor)


class TicketForm(ActionModelForm):
    """A support ticket. A type that is chosen here is a person's word; left empty, one is proposed."""

    class Meta:
        model = Ticket
        fields = (
            "source", "external_id", "title", "body", "team", "requester", "on_platform", "opened_at", "resolved_at",
            "effort_hours", "type",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "external_id"):
            self.fields[name].disabled = bool(self.instance.pk)

    def perform(self, fields: dict[str, Any]) -> Ticket:
        told = {name: value for name, value in fields.items() if name != "type" or "type" in self.changed_data}
        ticket, _ = record_ticket(**told, actor=self.actor)
        return ticket


class TrainingRunForm(ActionModelForm):
    """A training run that nothing reported by itself."""

    class Meta:
        model = TrainingRun
        fields = ("team", "model", "started_at", "succeeded", "orchestrator", "external_id")

    def perform(self, fields: dict[str, Any]) -> TrainingRun:
        try:
            record_training_runs([fields], actor=self.actor)
        except Invalid as invalid:
            raise Invalid(fault._replace(field=fault.field.removeprefix("0.")) for fault in invalid.faults) from invalid
        return TrainingRun.objects.filter(**fields).latest("pk")


class EntryForm(ActionModelForm):
    """What the forms below share."""

    def perform(self, fields: dict[str, Any]) -> Entry:
        if self.instance.pk:
            return change_entry(self.instance, **fields, actor=self.actor)
        return add_entry(self._meta.model, **fields, actor=self.actor)


class ProjectForm(EntryForm):
    """A new model project."""

    class Meta:
        model = ModelProject
        fields = ("name", "team", "started_on", "on_platform")


class UseCaseForm(EntryForm):
    """Something that teams do with models."""

    class Meta:
        model = UseCase
        fields = ("name", "team", "supported", "on_platform")


class ShowstopperForm(EntryForm):
    """A team's answer to "what would make you switch?"."""

    class Meta:
        model = ShowstopperAnswer
        fields = ("team", "answer", "day")


class ReleaseForm(EntryForm):
    """A capability that was shipped."""

    class Meta:
        model = Release
        fields = ("name", "started_on", "released_on")
