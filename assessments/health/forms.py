"""The forms of assessments and levels: they check types; the actions check what makes sense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from assessments.health.actions.exemptions import grant_exemption
from assessments.health.actions.targets import set_target
from assessments.health.queries.targets import targetable_levels
from assessments.health.rules.capability_file import read_capability_file
from assessments.health.rules.maturity import LEVELS
from assessments.health.rules.recommendations import title_of
from assessments.health.rules.rubric import MOST_LEVELS, ladder
from assessments.models import AssessmentItem, Exemption, HealthTarget, Organization, Rubric, TeamAnswer
from assessments.organizations.queries import capabilities_of, list_organizations
from assessments.organizations.rules.catalogue import Priority, Status
from platform_site.errors import Fault, Refusal, Refused
from platform_site.forms import ActionForm, ActionModelForm
from platform_site.text.wording import in_words, label

LARGEST_FILE = 1_000_000  # bytes
STARTS = {
    "last": "the last published assessment",
    "catalogue": "the catalogue, with every capability missing",
    "file": "a file, which overrides the last published assessment",
}


class BeginForm(ActionForm):
    """The organization, the day, and what the draft starts from."""

    organization = forms.ModelChoiceField(queryset=Organization.objects.none(), to_field_name="slug")
    assessed_on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    model_count = forms.IntegerField(label="Models in production", required=False, min_value=0, max_value=2**31 - 1)
    team_count = forms.IntegerField(label="Teams", required=False, min_value=0, max_value=2**31 - 1)
    start = forms.ChoiceField(label="Start from", choices=STARTS.items(), initial="last", widget=forms.RadioSelect)
    file = forms.FileField(
        required=False,
        help_text="CSV or JSON with capability (or name), status, priority, notes, evidence_url, and group for one of your own; at most 1 MB."
        " A JSON or CSV report of an assessment is such a file.",
    )

    def __init__(self, *args: Any, shown: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization: Any = self.fields["organization"]
        organization.queryset = list_organizations(archived=False)
        self.fields["assessed_on"].initial = timezone.localdate()
        if shown:
            self.initial.update(
                organization=shown.slug, model_count=shown.production_models, team_count=shown.shipping_teams
            )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        fields["items"] = self._items(fields.get("file")) if fields.get("start") == "file" else ()
        return fields

    def arguments(self) -> dict[str, Any]:
        """The arguments of `begin_assessment`, without the organization."""
        fields = {name: self.cleaned_data[name] for name in ("assessed_on", "model_count", "team_count", "items")}
        return fields | {"from_last": self.cleaned_data["start"] != "catalogue"}

    def message_of(self, fault: Fault) -> str:
        """The message with the number of the row, for a fault in a row of the file."""
        parts = fault.field.split(".")
        return f"Row {int(parts[1]) + 1}: {fault.message}" if parts[0] == "items" else fault.message

    def _items(self, file: Any) -> tuple[dict[str, str], ...]:
        if file is None:
            self.add_error("file", "Choose the file to start from.")
            return ()
        if file.size > LARGEST_FILE:
            self.add_error("file", f"The file has {file.size:,} bytes; at most {LARGEST_FILE:,} are allowed.")
            return ()
        content = read_capability_file(file.read().decode("utf-8", errors="replace"))
        for fault in content.faults:
            self.add_error("file", fault)
        return content.items


class CellForm(ActionForm):
    """The values of one capability, and the revision that the editor saw."""

    refusal: Refused | None = None  # why nothing was saved: another editor was faster, or it is published

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    status = forms.ChoiceField(choices=[(word.value, word.value) for word in Status])
    priority = forms.ChoiceField(choices=[(word.value, word.value) for word in Priority])
    notes = forms.CharField(required=False, max_length=4_000)
    evidence_url = forms.URLField(required=False, max_length=500, assume_scheme="https")

    def add_refusal(self, refusal: Refusal) -> None:
        """Remember a refusal beside showing it: the page then shows the stored values too."""
        if isinstance(refusal, Refused):
            self.refusal = refusal
        super().add_refusal(refusal)


class RubricForm(ActionForm):
    """An organization's own levels: their names, and the first level that requires each capability."""

    names = forms.CharField(
        label="Levels, lowest first",
        widget=forms.Textarea(attrs={"rows": MOST_LEVELS}),
        max_length=500,
        help_text="One per line: short name = label, for example 1 = Reproducible.",
    )
    reason = forms.CharField(label="Reason for the change", max_length=500)

    def __init__(self, *args: Any, organization: Organization, rubric: Rubric | None) -> None:
        super().__init__(*args)
        self.capabilities = [capability.name for capability in capabilities_of(organization)]
        levels = rubric.levels if rubric else LEVELS
        self.fields["names"].initial = "\n".join(f"{level.level} = {level.label}" for level in levels)
        choices = [(0, "not required"), *((place, f"from level {place} on") for place in range(1, MOST_LEVELS + 1))]
        for name in self.capabilities:
            first = next((place for place, level in enumerate(levels, start=1) if name in level.requires), 0)
            self.fields[f"from_{name}"] = forms.TypedChoiceField(label=name, choices=choices, coerce=int, initial=first)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `make_rubric`, without the organization."""
        fields = self.cleaned_data
        lines = [line.partition("=") for line in fields["names"].splitlines() if line.strip()]
        first_levels = {name: first for name in self.capabilities if (first := fields[f"from_{name}"])}
        levels = ladder([(name.strip(), label.strip()) for name, _, label in lines], first_levels)
        return {"levels": levels, "reason": fields["reason"]}


class TargetForm(ActionForm):
    """What an organization wants to reach: a score, a level, or both, by a day."""

    score = forms.IntegerField(label="Score in percent", required=False, min_value=1, max_value=100)
    level = forms.ChoiceField(required=False)
    due_on = forms.DateField(
        label="By",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="For example the last day of a quarter.",
    )

    def __init__(self, data: Any, *, organization: Organization, target: HealthTarget | None) -> None:
        names = ("score", "level", "due_on")
        super().__init__(data, initial={name: getattr(target, name) for name in names} if target else {})
        level: Any = self.fields["level"]
        level.choices = [("", "No level"), *targetable_levels(organization).items()]


class TargetEntry(ActionModelForm):
    """The same in the admin, where the organization is chosen too."""

    class Meta:
        model = HealthTarget
        fields = ("organization", "score", "level", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].disabled = bool(self.instance.pk)

    def perform(self, fields: dict[str, Any]) -> HealthTarget:
        return set_target(fields.pop("organization"), **fields, actor=self.actor)


class ExemptionForm(ActionForm):
    """A capability to leave out for a time."""

    capability = forms.ChoiceField()
    reason = forms.CharField(max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))
    ends_on = forms.DateField(
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="At most a year from now. It can be ended earlier.",
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        capability: Any = self.fields["capability"]
        rows = capabilities_of(organization).order_by("position", "name")
        capability.choices = [(row.name, title_of(row.name, row.description)) for row in rows]


class ExemptionEntry(ActionModelForm):
    """The same in the admin, where the organization is chosen too."""

    class Meta:
        model = Exemption
        fields = ("organization", "capability", "reason", "ends_on")

    def perform(self, fields: dict[str, Any]) -> Exemption:
        granted = fields | {"capability": fields["capability"].name}
        return grant_exemption(granted.pop("organization"), **granted, actor=self.actor)


class AnswersForm(ActionForm):
    """What a team says about each capability of a draft; leave a status empty where there is nothing to say."""

    def __init__(self, data: Any, *, items: Sequence[AssessmentItem], standing: Sequence[TeamAnswer]) -> None:
        super().__init__(data)
        self.names = [item.capability.name for item in items]
        before = {answer.capability_id: answer for answer in standing}
        statuses = [("", "No answer"), *((word.value, label(word)) for word in Status)]
        for item in items:
            capability, answer = item.capability, before.get(item.capability_id)
            self.fields[f"status_{capability.name}"] = forms.ChoiceField(
                label=title_of(capability.name, capability.description),
                choices=statuses,
                required=False,
                initial=answer.status if answer else "",
            )
            self.fields[f"note_{capability.name}"] = forms.CharField(
                label=f"Note on {in_words(capability.name)}",
                required=False,
                max_length=4_000,
                initial=answer.note if answer else "",
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    @property
    def rows(self) -> list[tuple[str, Any, Any]]:
        """The name of each capability with the fields of its status and its note."""
        return [(name, self[f"status_{name}"], self[f"note_{name}"]) for name in self.names]

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        for name in self.names:
            if fields.get(f"note_{name}") and not fields.get(f"status_{name}"):
                self.add_error(f"status_{name}", "Choose a status for this note.")
        return fields

    def answers(self) -> list[dict[str, str]]:
        """What was answered, as the action takes it."""
        fields = self.cleaned_data
        return [
            {"capability": name, "status": fields[f"status_{name}"], "note": fields[f"note_{name}"]}
            for name in self.names
            if fields[f"status_{name}"]
        ]

    def add_refusal(self, refusal: Refusal) -> None:
        """Each fault of an answer at the fields of its capability."""
        answers = self.answers()
        for fault in refusal.faults or [Fault("", refusal.code, refusal.message)]:
            parts = fault.field.split(".")
            name = answers[int(parts[1])]["capability"] if len(parts) == 3 else ""
            field = f"note_{name}" if parts[-1] == "note" else f"status_{name}"
            self.add_error(field if name else None, fault.message)
