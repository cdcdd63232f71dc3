"""The forms that define checks over data sets, by kind, and the form of a schedule."""

from __future__ import annotations

from django import forms

from platform_site.forms import ActionForm
from registry.checks.forms.base import CheckForm
from registry.checks.forms.drift import DriftForm
from registry.checks.forms.line_fields import AllowedField
from registry.checks.forms.parity import LogParityForm, MaterializedParityForm
from registry.data.forms.datasets import ColumnsField
from registry.models import Check


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
