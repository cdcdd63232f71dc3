"""The forms that define checks over data sets, whose input becomes the parameters that the API takes, and the forms of
alerts."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from platform_site.forms import ActionForm
from registry.checks.queries.checks import UNRESOLVED
from registry.compute.definition import PYTHON
from registry.compute.kinds.drift.parameters import KINDS, LIMITED, WINDOWS
from registry.compute.kinds.parity.log_parameters import BY_KEY, BY_TIME
from registry.compute.kinds.quality.parameters import CLASS, NUMBER, PROBABILITY
from registry.data.forms.datasets import ColumnsField
from registry.models import Alert, Check, Dataset, Feature, RegisteredModel

MOMENT = "2013-01-31, 2013-01-31T12:00 or -7d for seven days before the run; if empty, no bound."


TOLERANCE = "If empty, floats may differ by 1e-9 relative (1e-6 for float32) and all else not at all."


class LimitsField(forms.CharField):
    """Limits, one per line: ``psi 0.2`` for every column, ``dep_delay psi 0.3`` for one."""

    LINE = re.compile(r"(?:(?P<column>.+?)\s+)?(?P<statistic>[a-z_]+)\s*=?\s*(?P<limit>[-+.\deE]+)\Z")

    def clean(self, value: Any) -> dict[str, dict[str, Any]]:
        limits: dict[str, float] = {}
        by_column: dict[str, dict[str, float]] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            match = self.LINE.match(line)
            if match is None:
                raise forms.ValidationError(f"{line!r} is not a limit. Write psi 0.2, or dep_delay psi 0.3.")
            chosen = by_column.setdefault(match["column"], {}) if match["column"] else limits
            chosen[match["statistic"]] = self._number(match["limit"], line)
        return {"limits": limits, "column_limits": by_column}

    @staticmethod
    def _number(text: str, line: str) -> float:
        try:
            return float(text)
        except ValueError as error:
            raise forms.ValidationError(f"{text!r} in {line!r} is not a number.") from error


class KindsField(forms.CharField):
    """Kinds of columns, one per line: ``zip category``."""

    def clean(self, value: Any) -> dict[str, str]:
        kinds: dict[str, str] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            column, _, kind = line.rpartition(" ")
            if not column.strip() or kind not in KINDS:
                raise forms.ValidationError(
                    f"{line!r} is not a kind. Write zip category; choose from {', '.join(KINDS)}."
                )
            kinds[column.strip()] = kind
        return kinds


class WeightsField(forms.CharField):
    """Weights of columns, one per line: ``dep_delay 3``."""

    LINE = re.compile(r"(?P<column>.+?)\s+(?P<weight>[-+.\deE]+)\Z")

    def clean(self, value: Any) -> dict[str, float]:
        weights: dict[str, float] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            column, weight = self._weight(line)
            weights[column] = weight
        return weights

    def _weight(self, line: str) -> tuple[str, float]:
        match = self.LINE.match(line)
        try:
            if match:
                return match["column"], float(match["weight"])
        except ValueError:  # such as 1-2: the pattern is wider than a number
            pass
        raise forms.ValidationError(f"{line!r} is not a weight. Write dep_delay 3.")


class AllowedField(forms.CharField):
    """Allowed values, one column per line: ``status: open, shipped``."""

    def clean(self, value: Any) -> list[dict[str, Any]]:
        columns = []
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            column, colon, values = line.partition(":")
            if not colon or not values.strip():
                raise forms.ValidationError(f"{line!r} names no values. Write status: open, shipped.")
            allowed = [value.strip() for value in values.split(",") if value.strip()]
            columns.append({"name": column.strip(), "allowed": allowed})
        return columns


class CheckForm(ActionForm):
    """The fields that every check over data sets has."""

    KIND = ""
    OF_THE_CHECK: tuple[str, ...] = ("name", "model", "blocking", "schedule")
    DATA_SETS: tuple[str, ...] = ()
    EMPTY_CHOICES: dict[str, str] = {"current": "The reference's"}

    name = forms.CharField(max_length=200)
    model = forms.ChoiceField(
        required=False,
        help_text="The model that its alerts are about; if empty, every model that is computed from the data.",
    )
    schedule = forms.CharField(
        max_length=100,
        required=False,
        help_text="Five cron fields, UTC, such as 30 6 * * *. Best left empty until the first run has shown "
        "how many false alarms to expect.",
    )
    blocking = forms.BooleanField(required=False, label="An alert closes the deployment gate")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in Dataset.objects.values_list("name", flat=True)]
        for field in self.DATA_SETS:
            first = [("", self.EMPTY_CHOICES.get(field, "Choose a data set"))]
            _offer(self, field, [*first, *names])
        if "model" in self.fields:
            models = [(name, name) for name in RegisteredModel.objects.values_list("name", flat=True)]
            _offer(self, "model", [("", "Every model concerned"), *models])
        for field in filter(self.fields.__contains__, ("model", "schedule", "blocking")):
            self.fields[field] = self.fields.pop(field)  # they come last

    def parameters(self) -> dict[str, Any]:
        """What was filled in, as the parameters of the check."""
        fields = {name: value for name, value in self.cleaned_data.items() if name not in self.OF_THE_CHECK}
        return {name: value for name, value in fields.items() if value not in ("", None, [], {})}

    def arguments(self) -> dict[str, Any]:
        """The arguments of `define_check` but the model, which the caller looks up."""
        return {name: self.cleaned_data[name] for name in ("name", "blocking", "schedule")} | {
            "parameters": self.parameters()
        }


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
        _offer(self, "feature", [("", "Choose a feature"), *((name, name) for name in in_python)])


class SchemaForm(CheckForm):
    """A schema check: a data set, compared with what the features computed from it need."""

    KIND = Check.Kind.SCHEMA
    DATA_SETS = ("dataset",)

    dataset = forms.ChoiceField()
    unique = ColumnsField(max_length=2_000, required=False, help_text="Columns that together identify a row.")
    columns = AllowedField(
        required=False,
        label="Allowed values",
        widget=forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"}),
        help_text="One column per line, for example status: open, shipped.",
    )


FORMS: dict[str, type[CheckForm]] = {
    form.KIND: form for form in (DriftForm, LogParityForm, SchemaForm, MaterializedParityForm)
}


class ScheduleForm(ActionForm):
    """When a check runs automatically, and whether its alerts close the gate."""

    schedule = forms.CharField(
        max_length=100,
        required=False,
        help_text="Five cron fields, UTC, such as 30 6 * * *; if empty, it runs only by hand.",
    )
    blocking = forms.BooleanField(required=False, label="An alert closes the deployment gate")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class AcknowledgeForm(ActionForm):
    """Until when an alert is acknowledged."""

    until = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))


class AlertFilterForm(forms.Form):
    """Which alerts to list; without a choice those that are not resolved."""

    STATES = [(UNRESOLVED, "Not resolved"), *Alert.State.choices, ("", "Every state")]
    state = forms.ChoiceField(choices=STATES, required=False)
    model = forms.ChoiceField(required=False)
    blocking = forms.TypedChoiceField(
        label="Gate",
        choices=[("", "Any"), ("1", "Closes the gate"), ("0", "Informational")],
        coerce=lambda word: word == "1",
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, models: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "model", [("", "Every model"), *((name, name) for name in models)])


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
