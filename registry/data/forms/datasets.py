"""The form that describes a data set, and the field that takes column names."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings

from platform_site.forms import ActionForm
from registry.models import Dataset


class ColumnsField(forms.CharField):
    """Column names, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [name for part in super().clean(value).split(",") if (name := part.strip())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class DatasetForm(ActionForm):
    """Files or a table to add as a data set."""

    name = forms.CharField(max_length=128, help_text="Lower-case letters, digits and _.")
    kind = forms.ChoiceField(choices=Dataset.Kind.choices)
    location = forms.CharField(
        max_length=500,
        help_text="Inside a data root: a file, a folder (Hive partitions become columns), or a pattern such as "
        "sales/*.parquet. For a table: schema.table.",
    )
    connection = forms.ChoiceField(
        required=False, help_text="For a table. An administrator defines connections; their secrets stay on the server."
    )
    key = ColumnsField(max_length=2_000, required=False, help_text="Columns that together identify a row.")
    event_time = forms.CharField(max_length=128, required=False, help_text="The column that says when a row happened.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["connection"]).choices = [("", "none: files")] + [
            (name, name) for name in settings.CONNECTIONS
        ]
