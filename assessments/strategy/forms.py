"""Forms of strategies, on pages and in the admin: decisions that differ from a proposal, and rehearsals."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.models import Organization, RecoveryDecision, Rehearsal, SourcingDecision
from assessments.strategy.actions.strategy import decide_strategy, record_rehearsal
from platform_site.errors import Invalid
from platform_site.forms import ActionModelForm


class DecisionForm(ActionModelForm):
    """What the forms below share: the part of the strategy that they decide, and the group or capability it is about."""

    part = ""
    organization: Organization | None = None

    def __init__(self, *args: Any, organization: Organization | None = None, about: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization, self.about = organization, about
        self.fields["reason"].widget = forms.Textarea(attrs={"rows": 3})

    def target(self, fields: dict[str, Any]) -> tuple[Organization, str]:
        """The organization, and the group or capability."""
        assert self.organization is not None, "pages pass the organization"
        return self.organization, self.about

    def perform(self, fields: dict[str, Any]) -> Any:
        organization, about = self.target(fields)
        decided: dict[str, Any] = {
            name: fields[name] for name in ("choice", "own_part", "keeper", "reason") if name in fields
        }
        parts: dict[str, Any] = {self.part: {about: decided}}
        try:
            decide_strategy(organization, **parts, actor=self.actor)
        except Invalid as invalid:
            where = f"{self.part}.{about}."
            raise Invalid(
                fault._replace(field=fault.field.removeprefix(where)) for fault in invalid.faults
            ) from invalid
        return organization


class SourcingForm(DecisionForm):
    """Where a group's capabilities come from."""

    part = "sourcing"

    class Meta:
        model = SourcingDecision
        fields: tuple[str, ...] = ("choice", "own_part", "reason")


class RecoveryForm(DecisionForm):
    """Who should run a capability."""

    part = "recovery"

    class Meta:
        model = RecoveryDecision
        fields: tuple[str, ...] = ("keeper", "reason")


class RehearsalForm(ActionModelForm):
    """An attempt to rebuild a production model from the registry alone."""

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    class Meta:
        model = Rehearsal
        fields: tuple[str, ...] = ("model", "version", "rehearsed_on", "rebuilt", "hours", "newcomer", "notes")
        widgets = {"rehearsed_on": forms.DateInput(attrs={"type": "date"}), "notes": forms.Textarea(attrs={"rows": 3})}

    def perform(self, fields: dict[str, Any]) -> Rehearsal:
        arguments = {"organization": self.organization} | fields
        return record_rehearsal(arguments.pop("organization"), **arguments, actor=self.actor)


class SourcingEntry(SourcingForm):
    """The same in the admin, where the organization and the group are chosen too."""

    class Meta(SourcingForm.Meta):
        fields = ("organization", "group", "choice", "own_part", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("organization", "group"):
            self.fields[name].disabled = bool(self.instance.pk)

    def target(self, fields: dict[str, Any]) -> tuple[Organization, str]:
        return fields["organization"], fields["group"]

    def perform(self, fields: dict[str, Any]) -> SourcingDecision:
        super().perform(fields)
        return fields["organization"].sourcing_decisions.get(group=fields["group"])


class RecoveryEntry(RecoveryForm):
    """The same in the admin, where the organization and the capability are chosen too."""

    class Meta(RecoveryForm.Meta):
        fields = ("organization", "capability", "keeper", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("organization", "capability"):
            self.fields[name].disabled = bool(self.instance.pk)

    def target(self, fields: dict[str, Any]) -> tuple[Organization, str]:
        return fields["organization"], fields["capability"].name

    def perform(self, fields: dict[str, Any]) -> RecoveryDecision:
        super().perform(fields)
        return fields["organization"].recovery_decisions.get(capability=fields["capability"])


class RehearsalEntry(RehearsalForm):
    """The same in the admin, where the organization is chosen too."""

    class Meta(RehearsalForm.Meta):
        fields = ("organization", *RehearsalForm.Meta.fields)
