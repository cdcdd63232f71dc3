"""The forms that define checks over data sets, whose input becomes the parameters that the API takes, and the forms of
alerts."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from platform_site.forms import ActionForm
from registry.checks.queries.checks import UNRESOLVED
from registry.compute.kinds.drift.parameters import LIMITED, WINDOWS
from registry.data.forms import ColumnsField
from registry.models import Alert, Check, Dataset, RegisteredModel

MOMENT = "2013-01-31, 2013-01-31T12:00 or -7d for seven days before the run; empty for no bound."


class LimitsField(forms.CharField):
    """Limits, one in a line: ``psi 0.2`` for every column, ``dep_delay psi 0.3`` for one."""

    LINE = re.compile(r"(?:(?P<column>.+?)\s+)?(?P<statistic>[a-z_]+)\s*=?\s*(?P<limit>[-+.\deE]+)\Z")

    def clean(self, value: Any) -> dict[str, dict[str, Any]]:
        limits: dict[str, float] = {}
        by_column: dict[str, dict[str, float]] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            found = self.LINE.match(line)
            if found is None:
                raise forms.ValidationError(f"{line!r} is no limit: write psi 0.2, or dep_delay psi 0.3.")
            chosen = by_column.setdefault(found["column"], {}) if found["column"] else limits
            chosen[found["statistic"]] = self._number(found["limit"], line)
        return {"limits": limits, "column_limits": by_column}

    @staticmethod
    def _number(told: str, line: str) -> float:
        try:
            return float(told)
        except ValueError as error:
            raise forms.ValidationError(f"{told!r} in {line!r} is no number.") from error


class WeightsField(forms.CharField):
    """Weights of columns, one in a line: ``dep_delay 3``."""

    LINE = re.compile(r"(?P<column>.+?)\s+(?P<weight>[-+.\deE]+)\Z")

    def clean(self, value: Any) -> dict[str, float]:
        found: dict[str, float] = {}
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            told = self.LINE.match(line)
            try:
                found[told["column"]] = float(told["weight"])
            except (TypeError, ValueError) as error:
                raise forms.ValidationError(f"{line!r} is no weight: write dep_delay 3.") from error
        return found


class AllowedField(forms.CharField):
    """Allowed values, a column in a line: ``status: open, shipped``."""

    def clean(self, value: Any) -> list[dict[str, Any]]:
        found = []
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            column, colon, values = line.partition(":")
            if not colon or not values.strip():
                raise forms.ValidationError(f"{line!r} names no values: write status: open, shipped.")
            allowed = [one.strip() for one in values.split(",") if one.strip()]
            found.append({"name": column.strip(), "allowed": allowed})
        return found


class CheckForm(ActionForm):
    """What every check over data sets has."""

    KIND = ""
    OF_THE_CHECK = ("name", "model", "blocking", "schedule")
    DATA_SETS: tuple[str, ...] = ()

    name = forms.CharField(max_length=200)
    model = forms.ChoiceField(
        required=False, help_text="Whose alerts it raises; without one, every model's that is computed from the data."
    )
    schedule = forms.CharField(
        max_length=100,
        required=False,
        help_text="Five cron fields, UTC, such as 30 6 * * *. Better left empty until the first run has said how many "
        "false alarms to expect.",
    )
    blocking = forms.BooleanField(required=False, label="An alert closes the deployment gate")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in Dataset.objects.values_list("name", flat=True)]
        for field in self.DATA_SETS:
            first = [("", "Choose a data set" if self.fields[field].required else "The reference's")]
            self.fields[field].choices = [*first, *names]
        models = [(name, name) for name in RegisteredModel.objects.values_list("name", flat=True)]
        self.fields["model"].choices = [("", "Every model concerned"), *models]
        for field in ("model", "schedule", "blocking"):
            self.fields[field] = self.fields.pop(field)  # they come last

    def parameters(self) -> dict[str, Any]:
        """What was filled in, as the parameters of the check."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in self.OF_THE_CHECK}
        return {name: value for name, value in given.items() if value not in ("", None, [], {})}

    def arguments(self) -> dict[str, Any]:
        """The arguments of `define_check` but the model, which the caller looks up."""
        return {name: self.cleaned_data[name] for name in ("name", "blocking", "schedule")} | {
            "parameters": self.parameters()
        }


class DriftForm(CheckForm):
    """A reference against what is current."""

    KIND = Check.Kind.DRIFT
    DATA_SETS = ("reference", "current")

    reference = forms.ChoiceField()
    current = forms.ChoiceField(required=False)
    reference_from = forms.CharField(max_length=40, required=False, help_text=MOMENT)
    reference_to = forms.CharField(max_length=40, required=False, help_text="Not included.")
    current_from = forms.CharField(max_length=40, required=False)
    current_to = forms.CharField(max_length=40, required=False)
    window = forms.ChoiceField(
        required=False, choices=[("", "none: both sides whole"), *((word, word) for word in WINDOWS)]
    )
    calibrated = forms.BooleanField(required=False, label="Each column's limits from the reference's own windows")
    columns = ColumnsField(
        max_length=100_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Empty: all but key and time.",
    )
    limits = LimitsField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "code", "spellcheck": "false"}),
        help_text=f"One in a line: psi 0.2, or dep_delay psi 0.3. Of {', '.join(LIMITED)}.",
    )
    importance = WeightsField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "code", "spellcheck": "false"}),
        help_text="What matters to the model's owner, one in a line: dep_delay 3. Columns are ranked by effect times this.",
    )
    minimum_rows = forms.IntegerField(initial=200, min_value=1, help_text="With fewer on a side nothing is said.")
    prediction = forms.CharField(
        max_length=128, required=False, help_text="The column of predictions, for metric drift."
    )
    label = forms.CharField(max_length=128, required=False, help_text="The column of true values.")
    group = forms.CharField(max_length=128, required=False, help_text="The column of groups, for fairness.")

    def parameters(self) -> dict[str, Any]:
        given = super().parameters()
        return given | given.pop("limits", {})


class LogParityForm(CheckForm):
    """What serving logged against what was trained on."""

    KIND = Check.Kind.LOG_PARITY
    DATA_SETS = ("training", "serving")

    training = forms.ChoiceField()
    serving = forms.ChoiceField()
    entity_key = ColumnsField(max_length=2_000, help_text="Columns that both have and that tell whose row it is.")
    features = ColumnsField(max_length=100_000, required=False, help_text="Empty: every column that both have.")
    since = forms.CharField(max_length=40, required=False, help_text=MOMENT)
    until = forms.CharField(max_length=40, required=False)
    tolerance_s = forms.FloatField(
        initial=0, min_value=0, label="Tolerance", help_text="Seconds that times may be apart."
    )
    limit = forms.FloatField(
        initial=0, min_value=0, max_value=1, help_text="The share of rows that may differ, 0 to 1."
    )
    unmatched_limit = forms.FloatField(
        initial=1, min_value=0, max_value=1, help_text="The share of rows that may be on one side only, 0 to 1."
    )


class SchemaForm(CheckForm):
    """A data set against what the features computed from it rely on."""

    KIND = Check.Kind.SCHEMA
    DATA_SETS = ("dataset",)

    dataset = forms.ChoiceField()
    unique = ColumnsField(max_length=2_000, required=False, help_text="Columns that together tell rows apart.")
    columns = AllowedField(
        required=False,
        label="Allowed values",
        widget=forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"}),
        help_text="A column in a line, such as status: open, shipped.",
    )


FORMS = {form.KIND: form for form in (DriftForm, LogParityForm, SchemaForm)}


class ScheduleForm(ActionForm):
    """When a check runs by itself, and whether its alerts close the gate."""

    schedule = forms.CharField(
        max_length=100, required=False, help_text="Five cron fields, UTC, such as 30 6 * * *; empty: by hand alone."
    )
    blocking = forms.BooleanField(required=False, label="An alert closes the deployment gate")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class AcknowledgeForm(ActionForm):
    """Until when somebody looks after an alert."""

    until = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))


class AlertFilterForm(forms.Form):
    """Which alerts to list; those that nobody resolved unless told."""

    STATES = [(UNRESOLVED, "Not resolved"), *Alert.State.choices, ("", "Every state")]
    state = forms.ChoiceField(choices=STATES, required=False)
    model = forms.ChoiceField(required=False)
    blocking = forms.TypedChoiceField(
        label="Gate",
        choices=[("", "Any"), ("1", "Closes the gate"), ("0", "Informs")],
        coerce=lambda word: word == "1",
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, models: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", "Every model"), *((name, name) for name in models)]
