"""The forms of this room: shape only; what makes sense is for the action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from assessments.health.queries import assessments
from assessments.health.rules.capability_file import read_sheet
from assessments.health.rules.maturity import LEVELS
from assessments.health.rules.rubric import MOST_LEVELS, ladder
from assessments.models import Organization, Rubric, Ticket
from assessments.organizations.rules.catalogue import Priority, Status
from assessments.tickets.rules.tickets import TicketType
from platform_site.errors import Fault
from platform_site.forms import ActionForm
from platform_site.text.wording import in_words

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
        self.fields["organization"].queryset = assessments.organizations()
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


class TriageForm(forms.Form):
    """Which tickets the triage is of. Everything has a default: an unfilled form is the last twelve weeks."""

    weeks = forms.TypedChoiceField(
        label="Window", choices=[(count, f"{count} weeks") for count in (4, 12, 26, 52)], coerce=int, empty_value=12,
        required=False, initial=12,
    )  # fmt: skip
    to = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    team = forms.ChoiceField(required=False)
    on_platform = forms.TypedChoiceField(
        label="Platform", required=False, coerce=lambda word: word == "yes", empty_value=None,
        choices=[("", "all"), ("yes", "on it"), ("no", "off it")],
    )  # fmt: skip

    def __init__(self, *given: Any, teams: Sequence[str]) -> None:
        super().__init__(*given)
        self.fields["team"].choices = [("", "all"), *((team, team) for team in teams if team)]

    def asked(self) -> dict[str, Any]:
        """As `triage_of` takes it; what is not valid is left at its default, and the form says so."""
        self.is_valid()
        until = self.cleaned_data.get("to")
        end = datetime.combine(until + timedelta(days=1), time(), tzinfo=UTC) if until else timezone.now()
        return {
            "start": end - timedelta(weeks=self.cleaned_data.get("weeks") or 12),
            "end": end,
            "team": self.cleaned_data.get("team") or None,
            "on_platform": self.cleaned_data.get("on_platform"),
        }


class TicketFilter(forms.Form):
    """Which tickets the list shows."""

    q = forms.CharField(label="Words", required=False, max_length=200)
    type = forms.ChoiceField(
        required=False,
        choices=[
            ("", "all"),
            ("untagged", "untagged"),
            *((str(kind), in_words(kind)) for kind in TicketType),
        ],
    )
    team = forms.ChoiceField(required=False)
    open = forms.BooleanField(label="Open ones only", required=False)

    def __init__(self, *given: Any, teams: Sequence[str]) -> None:
        super().__init__(*given)
        self.fields["team"].choices = [("", "all"), *((team, team) for team in teams if team)]

    def filtered(self, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """The tickets that fit; a filter that is not valid filters nothing, and the form says so."""
        self.is_valid()
        told = self.cleaned_data
        if words := told.get("q"):
            rows = rows.filter(Q(title__icontains=words) | Q(external_id=words))
        if kind := told.get("type"):
            rows = rows.filter(type="" if kind == "untagged" else kind)
        if team := told.get("team"):
            rows = rows.filter(team=team)
        return rows.filter(resolved_at=None) if told.get("open") else rows


class SimulatorForm(forms.Form):
    """A share in per cent of each type that would no longer arrive, and the weeks that are looked at."""

    weeks = TriageForm.base_fields["weeks"]

    def __init__(self, given: QueryDict) -> None:
        untouched = {str(kind): "0" for kind in TicketType} | {"weeks": "12"}
        super().__init__(untouched | given.dict())
        for kind in TicketType:
            slider = forms.NumberInput(attrs={"type": "range", "step": 5, "min": 0, "max": 100})
            self.fields[str(kind)] = forms.IntegerField(
                label=in_words(kind), min_value=0, max_value=100, required=False, initial=0, widget=slider
            )

    def reductions(self) -> dict[str, float]:
        """Shares 0..1 by type; what is not valid counts as 0, and the form says so."""
        self.is_valid()
        return {str(kind): (self.cleaned_data.get(str(kind)) or 0) / 100 for kind in TicketType}

    def window(self) -> dict[str, datetime]:
        """As `triage_of` takes it."""
        self.is_valid()
        end = timezone.now()
        return {"start": end - timedelta(weeks=self.cleaned_data.get("weeks") or 12), "end": end}


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
        self.capabilities = [capability.name for capability in assessments.capabilities_of(organization)]
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
