"""The forms of what shows adoption, on its pages and in the admin."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms

from assessments.adoption.actions import Entry, add_entry, change_entry, record_training_runs
from assessments.adoption.actions.merging import LONGEST_ANSWER
from assessments.adoption.actions.records import LINKS, LONGEST_REASON
from assessments.adoption.queries.importing import answers_by_words
from assessments.adoption.rules.adoption import AnswerCount
from assessments.adoption.rules.files import KINDS, LARGEST_BYTES
from assessments.models import EscapeHatch, ModelProject, Organization, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.errors import Invalid
from platform_site.forms import ActionForm, ActionModelForm
from platform_site.text.dates import Order, zone_names
from platform_site.text.wording import label as label_of

ORDERS = {
    "": "as the file shows",
    str(Order.DAY_FIRST): "day first: 31.12.2026",
    str(Order.MONTH_FIRST): "month first: 12/31/2026",
}

KIND_NAMES = [(noun, label_of(noun.replace("-", "_"))) for noun in KINDS]


def day_input() -> forms.DateInput:
    """The browser's own control for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def moment_input() -> forms.DateTimeInput:
    """The browser's own control for a day and time, which are read as UTC."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class EntryForm(ActionModelForm):
    """What the forms below share. ``organization`` is that of the page; without one the team decides."""

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def perform(self, fields: dict[str, Any]) -> Entry:
        if self.instance.pk:
            return change_entry(self.instance, **fields, actor=self.actor)
        return add_entry(self._meta.model, **fields, organization=self.organization, actor=self.actor)


class TrainingRunForm(EntryForm):
    """A training run that nothing reported by itself."""

    class Meta:
        model = TrainingRun
        fields = ("team", "model", "started_at", "ended_at", "succeeded", "orchestrator", "external_id")
        labels = {
            "started_at": "Started at (UTC)",
            "ended_at": "Ended at (UTC)",
            "external_id": "Identifier of the run",
        }

    def perform(self, fields: dict[str, Any]) -> Entry:
        if self.instance.pk:
            return super().perform(fields)
        try:
            record_training_runs([fields], organization=self.organization, actor=self.actor)
        except Invalid as invalid:
            raise Invalid(fault._replace(field=fault.field.removeprefix("0.")) for fault in invalid.faults) from invalid
        return TrainingRun.objects.filter(**fields).latest("pk")


class TrainingRunPageForm(TrainingRunForm):
    """The same with the browser's own controls; the admin has others."""

    class Meta(TrainingRunForm.Meta):
        widgets = {"started_at": moment_input(), "ended_at": moment_input()}


class ProjectForm(EntryForm):
    """A new model project."""

    class Meta:
        model = ModelProject
        fields = ("name", "team", "started_on", "on_platform")
        labels = {"on_platform": "It began on the platform"}
        widgets = {"started_on": day_input()}


class UseCaseForm(EntryForm):
    """Something that teams do with models."""

    class Meta:
        model = UseCase
        fields = ("name", "team", "supported", "on_platform", "escape_hatch")
        labels = {"supported": "The platform supports it", "on_platform": "It runs on the platform"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization = self.instance.organization if self.instance.pk else self.organization
        fields: dict[str, Any] = self.fields
        if "escape_hatch" in fields and organization:
            fields["escape_hatch"].queryset = EscapeHatch.objects.filter(organization=organization)


class ShowstopperForm(EntryForm):
    """A team's answer to "what would make you switch?"."""

    class Meta:
        model = ShowstopperAnswer
        fields = ("team", "answer", "day")
        widgets = {"day": day_input()}


class ReleaseForm(EntryForm):
    """A capability that was shipped."""

    class Meta:
        model = Release
        fields = ("name", "started_on", "released_on")
        widgets = {"started_on": day_input(), "released_on": day_input()}


class ServingReleaseForm(ReleaseForm):
    """The same, with the answers and use cases of the organization that it serves."""

    answers = forms.MultipleChoiceField(
        required=False,
        label="Answers that it serves",
        widget=forms.CheckboxSelectMultiple,
        help_text="Whether the teams that gave them became active afterwards is shown on the page of adoption.",
    )
    use_cases = forms.ModelMultipleChoiceField(
        UseCase.objects.none(),
        required=False,
        label="Use cases that it serves",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization = self.instance.organization if self.instance.pk else self.organization
        fields: dict[str, Any] = self.fields
        self.named = answers_by_words(organization)
        fields["answers"].choices = self._choices()
        fields["use_cases"].queryset = UseCase.objects.filter(organization=organization)
        for name in [name for name in LINKS if not list(fields[name].choices)]:
            del fields[name]
        if self.instance.pk:
            served = {answer.pk for answer in self.instance.answers.all()}
            self.initial["answers"] = [words for words, rows in self.named.items() if served & {row.pk for row in rows}]
            self.initial["use_cases"] = list(self.instance.use_cases.all())

    def _choices(self) -> list[tuple[str, str]]:
        """Each answer once, under what it is counted as, with its teams; by its words."""
        choices = {}
        for words, rows in self.named.items():
            shown = rows[0].counted_as or " ".join(rows[0].answer.split())
            if words == " ".join(shown.split()).casefold():
                teams = ", ".join(sorted({row.team for row in rows}))
                choices[words] = f"{shown} ({teams})"
        return sorted(choices.items())

    def perform(self, fields: dict[str, Any]) -> Entry:
        chosen = fields.get("answers", [])
        answers = {answer.pk: answer for words in chosen for answer in self.named[words]}
        links = {"answers": list(answers.values()), "use_cases": list(fields.get("use_cases", []))}
        return super().perform(fields | {name: links[name] for name in LINKS if name in fields})


class RemovalForm(ActionForm):
    """Why a record is removed."""

    reason = forms.CharField(max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}))


class MergeForm(ActionForm):
    """Answers that mean the same, and what to count them as."""

    wordings = forms.MultipleChoiceField(label="Answers that mean the same", widget=forms.CheckboxSelectMultiple)
    into = forms.CharField(label="Count them as", max_length=LONGEST_ANSWER)

    def __init__(self, data: Any = None, *, answers: list[AnswerCount]) -> None:
        super().__init__(data)
        choices = [
            (answer.answer, f"{answer.answer} · {answer[1]:,}× · {', '.join(answer.teams)}") for answer in answers
        ]
        self.fields["wordings"].choices = choices  # type: ignore[attr-defined]


class ImportForm(ActionForm):
    """A file of records. After the preview its content comes back from the page, so nothing is stored meanwhile."""

    kind = forms.ChoiceField(label="What the file has", choices=KIND_NAMES)
    file = forms.FileField(
        required=False,
        help_text=f"CSV, or a JSON list of objects; at most {LARGEST_BYTES // 2**20} MiB and 5,000 rows.",
    )
    order = forms.ChoiceField(label="Dates in the file", required=False, choices=list(ORDERS.items()))
    zone = forms.CharField(
        label="Time zone of times that name none", required=False, initial="UTC", max_length=64,
        help_text="For example Europe/Berlin.",
    )  # fmt: skip
    content = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"] or "UTC"
        if zone not in zone_names():
            raise forms.ValidationError(f"{zone} is not a time zone. Write a name such as Europe/Berlin, or UTC.")
        return zone

    def clean(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().clean() or {}
        file = fields.get("file")
        if file is not None and file.size > LARGEST_BYTES:
            self.add_error(
                "file", f"The file has {file.size:,} bytes; at most {LARGEST_BYTES:,} are read. Send it in parts."
            )
        elif file is not None:
            fields["bytes"] = file.read()
        else:
            fields["bytes"] = self._content(fields.get("content", ""))
        return fields

    def _content(self, text: str) -> bytes:
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            self.add_error("file", "Choose a file that is not empty.")
        return content
