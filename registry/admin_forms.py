"""The admin's forms; each calls the action that pages and API call too."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings

from platform_site.errors import Fault, Invalid
from platform_site.forms import ActionModelForm
from platform_site.owned_forms import tags_form_field
from registry.checks.actions.checks import change_check, define_check, define_parity
from registry.data.actions.datasets import add_dataset
from registry.data.actions.source_tables import add_source_version, edit_source_table, register_source_table
from registry.data.forms.datasets import ColumnsField
from registry.data.rules.source import Source
from registry.data.rules.source import changes as source_changes
from registry.features.actions.details import edit_feature
from registry.models import Check, Dataset, Feature, FeatureVersion, RegisteredModel, SourceTable
from registry.versions.actions.details import edit_model

CONTENT = ("entity_key", "event_time", "row_key", "dialect")


class SourceTableForm(ActionModelForm):
    """A source table: the name by which feature logic reads a data set. A change of what it is adds a version."""

    dataset = forms.ModelChoiceField(Dataset.objects.order_by("name"), required=False)
    entity_key = ColumnsField(max_length=500, help_text="Columns that identify the entity, for example customer_id.")
    row_key = ColumnsField(
        max_length=500, required=False, help_text="Columns that identify a row; the data set's key when left empty."
    )

    event_time = forms.CharField(max_length=128, help_text="The column that orders an entity's rows.")
    dialect = forms.CharField(max_length=32, initial="duckdb")
    reason = forms.CharField(max_length=4_000, required=False, help_text="Why it changes; not needed for a new table.")
    tags = tags_form_field()

    class Meta:
        model = SourceTable
        fields = ("name", "owner_team", "description", "tags")

    field_order = ("name", "owner_team", "description", "dataset", "entity_key", "event_time", "row_key", "dialect")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].disabled = bool(self.instance.pk)
        if current := self.instance.current:
            self.initial.update({name: getattr(current, name) for name in CONTENT}, dataset=current.dataset_id)

    def perform(self, fields: dict[str, Any]) -> SourceTable:
        dataset = fields["dataset"].name if fields["dataset"] else None
        content = {name: fields[name] for name in CONTENT} | {"dataset": dataset}
        owner = fields["owner_team"].slug if fields["owner_team"] else ""
        if not self.instance.pk:
            added, _ = register_source_table(
                fields["name"], Source(**content), owner_team=owner, description=fields["description"], actor=self.actor
            )
            return edit_source_table(added, tags=fields["tags"], actor=self.actor) if fields["tags"] else added
        table = SourceTable.objects.select_related("owner_team", "current__dataset").get(pk=self.instance.pk)
        details = {name: fields[name] for name in ("description", "tags")} | ({"owner_team": owner} if owner else {})
        table = edit_source_table(table, **details, actor=self.actor)
        source = Source(**content, upstream=table.current.upstream if table.current else None)
        if table.current is None or source_changes(table.current.source, source):
            add_source_version(table, source, reason=fields["reason"], actor=self.actor)
        return table


class FeatureDetailsForm(ActionModelForm):
    """What can be edited of a feature."""

    tags = tags_form_field()

    class Meta:
        model = Feature
        fields = ("owner_team", "description", "tags")

    def perform(self, fields: dict[str, Any]) -> Feature:
        details = fields | {"owner_team": fields["owner_team"].slug}
        return edit_feature(Feature.objects.get(pk=self.instance.pk), **details, actor=self.actor)


class ModelDetailsForm(ActionModelForm):
    """What can be edited of a model."""

    tags = tags_form_field()

    class Meta:
        model = RegisteredModel
        fields = ("owner_team", "description", "tags", "silent_after_hours")

    def perform(self, fields: dict[str, Any]) -> RegisteredModel:
        details = fields | {"owner_team": fields["owner_team"].slug}
        return edit_model(RegisteredModel.objects.get(pk=self.instance.pk), **details, actor=self.actor)


class DatasetForm(ActionModelForm):
    """Files or a table as a data set; it cannot be changed later."""

    connection = forms.ChoiceField(
        required=False, help_text="Where it lies, if not in a data root. An administrator defines connections."
    )
    key = ColumnsField(max_length=2_000, required=False, help_text="Columns that together identify a row.")

    class Meta:
        model = Dataset
        fields = ("name", "kind", "location", "connection", "key", "event_time")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["connection"]).choices = [
            ("", "none: files"),
            *((name, name) for name in settings.CONNECTIONS),
        ]

    def perform(self, fields: dict[str, Any]) -> Dataset:
        return add_dataset(**fields, actor=self.actor)


class CheckForm(ActionModelForm):
    """A check of any kind by its parameters; of an existing one only the schedule and whether it blocks."""

    FIXED = ("name", "kind", "feature", "model", "parameters")

    class Meta:
        model = Check
        fields = ("name", "kind", "feature", "model", "parameters", "blocking", "schedule")
        help_texts = {
            "feature": "Only for definition parity.",
            "model": "The model whose alerts it opens; empty: every model concerned. Definition parity finds its models itself.",
            "parameters": "As in the API. Definition parity: "
            '{"trained": "…", "current": "…", "limit": 0}, both as versions are named. Drift: {"reference": "…", '
            '"reference_to": "-28d", "current_from": "-28d"}. Log parity: {"training": "…", "serving": "…", '
            '"entity_key": ["…"]}. Schema: {"dataset": "…"}.',
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.FIXED:
            self.fields[name].disabled = bool(self.instance.pk)

    def perform(self, fields: dict[str, Any]) -> Check:
        how = {"blocking": fields["blocking"], "schedule": fields["schedule"]}
        if self.instance.pk:
            return change_check(Check.objects.get(pk=self.instance.pk), **how, actor=self.actor)
        if not isinstance(fields["parameters"], dict):
            raise Invalid([Fault("parameters", "malformed", "parameters must be a JSON object: {…}.")])
        if fields["kind"] == Check.Kind.DEFINITION_PARITY:
            return self._parity(fields)
        return define_check(
            fields["kind"], name=fields["name"], parameters=fields["parameters"], model=fields["model"], **how, actor=self.actor
        )  # fmt: skip

    def _parity(self, fields: dict[str, Any]) -> Check:
        thresholds = dict(fields["parameters"])
        trained, current = (_version(fields["feature"], thresholds.pop(role, "")) for role in ("trained", "current"))
        if trained is None or current is None:
            unknown = [role for role, version in (("trained", trained), ("current", current)) if version is None]
            message = "{} does not name a version of the feature."
            raise Invalid([Fault("parameters", "unknown", message.format(role)) for role in unknown])
        check = define_parity(
            trained, current, parameters=thresholds, name=fields["name"], blocking=fields["blocking"], actor=self.actor
        )
        if not fields["schedule"]:
            return check
        return change_check(check, schedule=fields["schedule"], blocking=fields["blocking"], actor=self.actor)


def _version(feature: Feature | None, name: Any) -> FeatureVersion | None:
    return feature.versions.filter(name=name).first() if feature and isinstance(name, str) else None
