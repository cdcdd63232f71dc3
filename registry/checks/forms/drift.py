"""The form of drift checks, whose input becomes the parameters that the API takes."""

from __future__ import annotations

from typing import Any

from django import forms

from registry.checks.forms.base import MOMENT, CheckForm
from registry.checks.forms.line_fields import KindsField, LimitsField, WeightsField
from registry.compute.kinds.drift.parameters import KINDS, LIMITED, WINDOWS
from registry.compute.kinds.quality.parameters import CLASS, NUMBER, PROBABILITY
from registry.data.forms.datasets import ColumnsField
from registry.models import Check


class DriftForm(CheckForm):
    """A drift check: a reference and current data."""

    KIND = Check.Kind.DRIFT
    DATA_SETS = ("reference", "current", "labels")
    EMPTY_CHOICES = CheckForm.EMPTY_CHOICES | {"labels": "The data compared"}

    reference = forms.ChoiceField()
    current = forms.ChoiceField(required=False)
    reference_from = forms.CharField(max_length=40, required=False, help_text=MOMENT)
    reference_to = forms.CharField(max_length=40, required=False, help_text="Not included.")
    current_from = forms.CharField(max_length=40, required=False)
    current_to = forms.CharField(max_length=40, required=False)
    window = forms.ChoiceField(
        required=False, choices=[("", "none: both sides whole"), *((word, word) for word in WINDOWS)]
    )
    calibrated = forms.BooleanField(required=False, label="Take each column's limits from the windows of the reference")
    columns = ColumnsField(
        max_length=100_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="If empty, every column except key and event time.",
    )
    limits = LimitsField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "code", "spellcheck": "false"}),
        help_text=f"One per line: psi 0.2, or dep_delay psi 0.3. Choose from {', '.join(LIMITED)}.",
    )
    importance = WeightsField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "code", "spellcheck": "false"}),
        help_text="How much a column matters to the model's owner, one per line: dep_delay 3. Columns are ranked by effect "
        "times importance.",
    )
    minimum_rows = forms.IntegerField(
        initial=200, min_value=1, help_text="With fewer values on either side, or in a window, a column is not judged."
    )
    ignore = ColumnsField(
        max_length=100_000, required=False, help_text="Columns that are not compared, such as ids of rows."
    )
    kinds = KindsField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "code", "spellcheck": "false"}),
        help_text=f"What a column is when its type says something else, one per line: zip category. Choose from {', '.join(KINDS)}.",
    )
    columns_left_out_limit = forms.IntegerField(
        required=False,
        min_value=0,
        help_text="The columns that may be left out before the check does not pass; if empty, 0.",
    )
    rows_left_out_limit = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        help_text="The share of rows that may be left out before the check does not pass, 0 to 1; if empty, 0.01.",
    )
    prediction = forms.CharField(
        max_length=128, required=False, help_text="The column of predictions, for their metrics and fairness."
    )
    label = forms.CharField(max_length=128, required=False, help_text="The column of true values.")
    labels = forms.ChoiceField(
        required=False,
        label="Labels that came later",
        help_text="A data set with the column of true values, joined by its key. A row without a label yet is late.",
    )
    group = forms.CharField(max_length=128, required=False, help_text="The column of groups, for fairness.")
    prediction_kind = forms.ChoiceField(
        required=False,
        label="Predictions are",
        choices=[
            ("", "what their values say"),
            (NUMBER, "numbers"),
            (CLASS, "classes"),
            (PROBABILITY, "probabilities"),
        ],
    )
    positive = forms.CharField(
        max_length=128,
        required=False,
        label="Positive class",
        help_text="What a probability, precision and recall are about; if empty, the greater of two classes.",
    )
    favourable = forms.CharField(
        max_length=128,
        required=False,
        label="Favourable class",
        help_text="The class that is good for whom it is about, for fairness; if empty, the positive class.",
    )
    threshold = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        help_text="From which probability on a row is predicted positive; if empty, 0.5.",
    )
    estimate = forms.BooleanField(
        required=False, label="Estimate the metrics of rows without a label from the probabilities"
    )

    def parameters(self) -> dict[str, Any]:
        parameters = super().parameters()
        return parameters | parameters.pop("limits", {})
