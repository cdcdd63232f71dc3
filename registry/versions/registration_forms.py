"""The forms that add a model and register a version of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from platform_site.errors import Refusal
from platform_site.forms import ActionForm
from platform_site.owned_forms import OwnerField
from registry.models import DatasetSnapshot, RegisteredModel

RESULTS = (1, 2, 3)
FIELDS = {
    "artifact.uri": "artifact_uri", "artifact.digest": "artifact_digest", "lineage.feature_snapshot": "features",
    "lineage.uses_no_features": "uses_no_features", "lineage.evaluations": "metric_1",
}  # fmt: skip


class ModelForm(ActionForm):
    """A model to add."""

    name = forms.CharField(max_length=128, help_text="Lower-case letters, digits and _. It stays.")
    owner_team = OwnerField(help_text="The team that is responsible for it.")
    model_type = forms.CharField(max_length=64, required=False, help_text="For example regression or classification.")
    serving_mode = forms.ChoiceField(choices=RegisteredModel.ServingMode.choices)
    description = forms.CharField(max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class VersionForm(ActionForm):
    """A version to register, with its six lineage parts. Features are stored at the versions that are current."""

    version = forms.CharField(max_length=200, help_text="For example v1.")
    artifact_uri = forms.CharField(
        max_length=2_000, label="Address of the artifact", help_text="For example s3://models/demand/1."
    )
    artifact_digest = forms.CharField(
        max_length=80, label="SHA-256 of the artifact", help_text="sha256sum FILE prints it."
    )
    code_commit = forms.CharField(max_length=64, help_text="git rev-parse HEAD prints it.")
    data_snapshot = forms.ChoiceField(
        required=False, label="Trained on", help_text="A snapshot of a data set: its page takes one."
    )
    features = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, help_text="Stored at the version that is current now."
    )
    uses_no_features = forms.BooleanField(
        required=False, label="It uses no registered feature", help_text="Another person has to confirm it."
    )
    container_digest = forms.CharField(
        max_length=80, label="Digest of the image", help_text="sha256: and 64 digits; docker inspect prints it."
    )
    hyperparameters = forms.JSONField(
        initial=dict, required=False, help_text="A JSON object; {} when there are none.",
        widget=forms.Textarea(attrs={"rows": 2, "class": "code", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        snapshots: Iterable[DatasetSnapshot] = (),
        features: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        taken = [(row.digest, f"{row.dataset.name}: {row.rows:,} rows, {row.digest[:12]}") for row in snapshots]
        cast(forms.ChoiceField, self.fields["data_snapshot"]).choices = [("", "none yet"), *taken]
        cast(forms.MultipleChoiceField, self.fields["features"]).choices = [
            (name, f"{name} ({version})") for name, version in features
        ]
        for number in RESULTS:
            first = number == RESULTS[0]
            self.fields[f"metric_{number}"] = forms.CharField(
                max_length=120, required=False, label=f"Metric {number}", help_text="For example mape." if first else ""
            )
            self.fields[f"value_{number}"] = forms.FloatField(required=False, label=f"Value {number}")

    def clean(self) -> dict[str, Any]:
        """A metric has a value, and the other way round."""
        values = super().clean() or self.cleaned_data
        for number in RESULTS:
            metric, value = values.get(f"metric_{number}"), values.get(f"value_{number}")
            if metric and value is None and f"value_{number}" not in self.errors:
                self.add_error(f"value_{number}", f"Give the value of {metric}.")
            if value is not None and not metric:
                self.add_error(f"metric_{number}", f"Name the metric whose value is {value:g}.")
        return values

    def arguments(self) -> dict[str, Any]:
        """The arguments of `register_version`."""
        values = self.cleaned_data
        parts = {
            "code_commit": values["code_commit"],
            "data_snapshot": values["data_snapshot"],
            "feature_snapshot": {"latest": values["features"]} if values["features"] else {},
            "container_digest": values["container_digest"],
            "hyperparameters": values["hyperparameters"] or {},
            "evaluations": [
                {"metric": values[f"metric_{number}"], "value": values[f"value_{number}"]}
                for number in RESULTS
                if values[f"metric_{number}"]
            ],
        }
        if values["uses_no_features"]:
            parts["uses_no_features"] = True
        artifact = {"uri": values["artifact_uri"], "digest": values["artifact_digest"]}
        return {"version": values["version"], "artifact": artifact, "lineage_parts": parts}

    def add_refusal(self, refusal: Refusal) -> None:
        """The faults of the gate stand at the fields that supply the part."""
        refusal.faults = tuple(fault._replace(field=_field_of(fault.field)) for fault in refusal.faults)
        super().add_refusal(refusal)


def _field_of(part: str) -> str:
    """The field that supplies a part.

    >>> _field_of("lineage.code_commit"), _field_of("lineage.evaluations.1.value"), _field_of("lineage.feature_snapshot.x")
    ('code_commit', 'value_2', 'features')
    """
    place = part.removeprefix("lineage.evaluations.").partition(".")[0]
    if part.startswith("lineage.evaluations.") and place.isdigit():
        return f"value_{int(place) + 1}"
    known = next((field for prefix, field in FIELDS.items() if part == prefix or part.startswith(f"{prefix}.")), None)
    return known or part.removeprefix("lineage.").partition(".")[0]
