"""The forms of log parity and of parity of two materializations."""

from __future__ import annotations

from typing import Any

from django import forms

from registry.checks.forms.base import MOMENT, CheckForm, offer
from registry.compute.definition import PYTHON
from registry.compute.kinds.parity.log_parameters import BY_KEY, BY_TIME
from registry.data.forms.datasets import ColumnsField
from registry.models import Check, Feature

TOLERANCE = "If empty, floats may differ by 1e-9 relative (1e-6 for float32) and all else not at all."


def _absolute_tolerance() -> forms.FloatField:
    return forms.FloatField(
        required=False,
        min_value=0,
        label="Absolute tolerance",
        help_text=f"By how much numbers may differ. {TOLERANCE}",
    )


def _relative_tolerance() -> forms.FloatField:
    return forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        label="Relative tolerance",
        help_text="By which share of the trained value numbers may differ.",
    )


class LogParityForm(CheckForm):
    """A log-parity check: what serving logged, compared with what the model was trained on; or two materializations of
    one table."""

    KIND = Check.Kind.LOG_PARITY
    DATA_SETS = ("training", "serving")

    training = forms.ChoiceField()
    serving = forms.ChoiceField()
    entity_key = ColumnsField(max_length=2_000, help_text="Columns of both data sets that identify whose row it is.")
    match_by = forms.ChoiceField(
        required=False,
        label="Match rows by",
        choices=[(BY_TIME, "entity and event time: a serving log"), (BY_KEY, "key alone: two materializations")],
        help_text="By key, the columns above identify a row, and a row on one side only counts as one that differs.",
    )
    features = ColumnsField(max_length=100_000, required=False, help_text="If empty, every column that both have.")
    since = forms.CharField(max_length=40, required=False, help_text=MOMENT)
    until = forms.CharField(max_length=40, required=False)
    tolerance_s = forms.FloatField(
        initial=0, min_value=0, label="Tolerance", help_text="How many seconds event times may be apart."
    )
    limit = forms.FloatField(
        initial=0, min_value=0, max_value=1, help_text="The share of rows that may differ, 0 to 1."
    )
    matched_minimum = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        help_text="The share of the trained rows that must be matched for the check to pass, 0 to 1; if empty, 0.95.",
    )
    minimum_rows = forms.IntegerField(
        required=False, min_value=1, help_text="The rows that must be matched for the check to pass; if empty, 200."
    )
    unmatched_limit = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        help_text="The share of rows that may be on one side only before the check fails, 0 to 1; if empty, any.",
    )
    atol = _absolute_tolerance()
    rtol = _relative_tolerance()


class MaterializedParityForm(CheckForm):
    """A definition-parity check of a feature in Python, whose values two data sets hold."""

    KIND = Check.Kind.DEFINITION_PARITY
    OF_THE_CHECK = ("name", "blocking", "feature", "trained", "current")
    DATA_SETS = ("trained_dataset", "current_dataset")

    model = None  # type: ignore[assignment]  # that is how a form leaves a field out
    schedule = None  # type: ignore[assignment]
    feature = forms.ChoiceField(help_text="Features in Python; those in SQL are computed and compared by themselves.")
    trained = forms.CharField(max_length=64, help_text="The version trained on.")
    trained_dataset = forms.ChoiceField(label="Its values are in")
    trained_column = forms.CharField(max_length=128, label="Column")
    current = forms.CharField(max_length=64, help_text="The version to compare with it.")
    current_dataset = forms.ChoiceField(label="Its values are in")
    current_column = forms.CharField(max_length=128, label="Column")
    key = ColumnsField(max_length=2_000, help_text="Columns of both data sets that identify a row.")
    limit = forms.FloatField(
        initial=0, min_value=0, max_value=1, help_text="The share of rows that may differ, 0 to 1."
    )
    atol = _absolute_tolerance()
    rtol = _relative_tolerance()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_python = Feature.objects.filter(versions__dialect=PYTHON).distinct().values_list("name", flat=True)
        offer(self, "feature", [("", "Choose a feature"), *((name, name) for name in in_python)])
