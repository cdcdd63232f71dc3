"""The registry's forms: shape only; what makes sense is for the action, whose faults come back to their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from platform_site.admin import ActionForm
from platform_site.errors import Refusal
from platform_site.people.models import Team
from registry.actions.datasets import save_source_table
from registry.domain.definition import Definition, NullHandling
from registry.engines.feature_sql import DATA_TYPES
from registry.models import SourceTable

RULES = {
    NullHandling.NONE: "none: the logic deals with nulls itself",
    NullHandling.FORWARD_FILL: "forward_fill: carry the entity's last value forward",
    NullHandling.ZERO_FILL: "zero_fill: put 0",
    NullHandling.DROP: "drop: leave the row out",
}


class Acting(forms.Form):
    """A form that calls an action once it is valid, and shows what the action refuses at its fields."""

    def act(self, action: Callable[..., Any], *given: Any, **arguments: Any) -> Any:
        """What the action returns; None when it refused, and then the form has the faults."""
        try:
            return action(*given, **arguments)
        except Refusal as refusal:
            for fault in refusal.faults:
                self.add_error(fault.field if fault.field in self.fields else None, fault.message)
            if not refusal.faults:
                self.add_error(None, refusal.message)
            return None


class ColumnsField(forms.CharField):
    """Column names, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [name for part in super().clean(value).split(",") if (name := part.strip())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class SourceTableForm(ActionForm, forms.ModelForm):
    """The admin's form: what feature logic calls its table."""

    entity_key = ColumnsField(max_length=500, help_text="Columns that name whose row it is, such as customer_id.")
    row_key = ColumnsField(
        max_length=500, required=False, help_text="Columns that tell rows apart; the data set's key when left empty."
    )

    class Meta:
        model = SourceTable
        fields = ("name", "dataset", "entity_key", "event_time", "row_key", "dialect")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].disabled = bool(self.instance.pk)

    def perform(self, given: dict[str, Any]) -> SourceTable:
        return save_source_table(**given, actor=self.actor)


class FeatureForm(Acting):
    """A definition to register."""

    name = forms.CharField(max_length=128, help_text="Lower-case letters, digits and _.")
    owner_team = forms.ChoiceField(label="Owner", help_text="The team that answers for it.")
    description = forms.CharField(max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    source_table = forms.CharField(max_length=128, help_text="The table that the logic's columns are of.")
    computation_logic = forms.CharField(
        max_length=8_000,
        strip=False,
        label="Computation logic",
        help_text="One SQL expression over the source table, in DuckDB's dialect.",
        widget=forms.Textarea(attrs={"rows": 6, "class": "code", "spellcheck": "false"}),
    )
    null_handling = forms.ChoiceField(
        choices=list(RULES.items()), help_text="Runs before the logic, on the columns that it computes with."
    )
    data_type = forms.ChoiceField(choices=[(word, word) for word in DATA_TYPES], initial="float64")
    pipeline_commit = forms.CharField(max_length=64, required=False, help_text="The commit of the pipeline, if known.")
    reason = forms.CharField(max_length=4_000, help_text="Why this definition; it stays on record.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_team"].choices = [(team.slug, team.name) for team in Team.objects.all()]

    def arguments(self) -> dict[str, Any]:
        """The arguments of `register_feature`."""
        others = {name: value for name, value in self.cleaned_data.items() if name not in Definition._fields}
        return others | {"definition": Definition(*(self.cleaned_data[name] for name in Definition._fields))}


class CurrentForm(Acting):
    """Which version to make current, and why."""

    version = forms.ChoiceField()
    reason = forms.CharField(max_length=4_000, help_text="It stays on record.")

    def __init__(self, *args: Any, versions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [(one.name, f"{one.name} (number {one.number})") for one in versions]


class AcknowledgeForm(Acting):
    """Until when somebody looks after an alert."""

    until = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
