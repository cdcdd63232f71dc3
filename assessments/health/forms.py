"""The forms of this room: shape only; what makes sense is for the action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from assessments.health.rules.capability_file import read_sheet
from assessments.health.rules.maturity import LEVELS
from assessments.health.rules.rubric import MOST_LEVELS, ladder
from assessments.models import Organization, Rubric
from assessments.organizations.queries import capabilities_of, list_organizations
from assessments.organizations.rules.catalogue import Priority, Status
from platform_site.errors import Fault
from platform_site.forms import ActionForm

LARGEST_FILE = 1_000_000  # bytes
STARTS = {
    "last": "the last published assessment",
    "catalogue": "the catalogue, everything missing",
    "file": "a file, over the last published assessment",
}


class BeginForm(ActionForm):
    """Whose assessment, of which day, and what it starts from."""

    organization = forms.ModelChoiceField(queryset=None, to_field_name="slug")
    assessed_on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    model_count = forms.IntegerField(label="Models in production", required=False, min_value=0, max_value=2**31 - 1)
    team_count = forms.IntegerField(label="Teams", required=False, min_value=0, max_value=2**31 - 1)
    start = forms.ChoiceField(label="Start from", choices=STARTS.items(), initial="last", widget=forms.RadioSelect)
    file = forms.FileField(
        required=False,
        help_text="CSV or JSON with capability, status, priority, notes, evidence_url; at most 1 MB.",
    )

    def __init__(self, *given: Any, **arguments: Any) -> None:
        super().__init__(*given, **arguments)
        self.fields["organization"].queryset = list_organizations()
        self.fields["assessed_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        told["items"] = self._items(told.get("file")) if told.get("start") == "file" else ()
        return told

    def arguments(self) -> dict[str, Any]:
        """The arguments of `begin_assessment` but the organization."""
        fields = {name: self.cleaned_data[name] for name in ("assessed_on", "model_count", "team_count", "items")}
        return fields | {"from_last": self.cleaned_data["start"] != "catalogue"}

    def message_of(self, fault: Fault) -> str:
        """A fault of a row of the file names the row."""
        parts = fault.field.split(".")
        return f"Row {int(parts[1]) + 1}: {fault.message}" if parts[0] == "items" else fault.message

    def _items(self, file: Any) -> tuple[dict[str, str], ...]:
        if file is None:
            self.add_error("file", "Choose the file to start from.")
            return ()
        if file.size > LARGEST_FILE:
            self.add_error("file", f"The file has {file.size:,} bytes; at most {LARGEST_FILE:,} are read.")
            return ()
        sheet = read_sheet(file.read().decode("utf-8", errors="replace"))
        for fault in sheet.faults:
            self.add_error("file", fault)
        return sheet.items


class CellForm(forms.Form):
    """One capability as an editor states it, and the revision that she saw."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    status = forms.ChoiceField(choices=[(word.value, word.value) for word in Status])
    priority = forms.ChoiceField(choices=[(word.value, word.value) for word in Priority])
    notes = forms.CharField(required=False, max_length=4_000)
    evidence_url = forms.URLField(required=False, max_length=500, assume_scheme="https")


class RubricForm(ActionForm):
    """An organization's own levels: their names, and from which of them on each capability is asked for."""

    names = forms.CharField(
        label="Levels, the lowest first",
        widget=forms.Textarea(attrs={"rows": MOST_LEVELS}),
        max_length=500,
        help_text="One a line: a short name, =, what it is called. For example 1 = Reproducible.",
    )
    reason = forms.CharField(label="Why they change", max_length=500)

    def __init__(self, *given: Any, organization: Organization, rubric: Rubric | None) -> None:
        super().__init__(*given)
        self.capabilities = [capability.name for capability in capabilities_of(organization)]
        now = rubric.levels if rubric else LEVELS
        self.fields["names"].initial = "\n".join(f"{level.level} = {level.label}" for level in now)
        choices = [(0, "never"), *((place, f"from the {place}. on") for place in range(1, MOST_LEVELS + 1))]
        for name in self.capabilities:
            first = next((place for place, level in enumerate(now, start=1) if name in level.requires), 0)
            self.fields[f"from_{name}"] = forms.TypedChoiceField(label=name, choices=choices, coerce=int, initial=first)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `make_rubric` but the organization."""
        fields = self.cleaned_data
        lines = [line.partition("=") for line in fields["names"].splitlines() if line.strip()]
        first_levels = {name: first for name in self.capabilities if (first := fields[f"from_{name}"])}
        levels = ladder([(name.strip(), label.strip()) for name, _, label in lines], first_levels)
        return {"levels": levels, "reason": fields["reason"]}
