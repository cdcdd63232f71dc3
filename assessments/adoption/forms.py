"""The forms in which the admin takes what shows adoption."""

from __future__ import annotations

from typing import Any

from assessments.adoption.actions import Entry, add_entry, change_entry, record_training_runs
from assessments.models import ModelProject, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.errors import Invalid
from platform_site.forms import ActionModelForm


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
