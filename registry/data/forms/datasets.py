"""The form that describes a data set, and the field that takes column names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings

from platform_site.errors import Refusal
from platform_site.forms import ActionForm
from registry.compute.reading.description import ENCODINGS, KINDS, MILLISECONDS, SECONDS
from registry.data.queries.readings import FIELD
from registry.models import Dataset


class ColumnsField(forms.CharField):
    """Column names, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [name for part in super().clean(value).split(",") if (name := part.strip())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class UploadForm(ActionForm):
    """A small file to store in the data root."""

    file = forms.FileField(label="File", help_text="Parquet or CSV, at most 50 MiB. It goes into the folder uploads.")


class DatasetForm(ActionForm):
    """Files or a table to add as a data set."""

    name = forms.CharField(max_length=128, help_text="Lower-case letters, digits and _.")
    kind = forms.ChoiceField(choices=Dataset.Kind.choices)
    location = forms.CharField(
        max_length=500,
        help_text="Inside a data root: a file, a folder (Hive partitions become columns), or a pattern such as "
        "sales/*.parquet. At a connection: the table, as schema.table, or a path below what the connection names. "
        "Of Delta and Iceberg: the table's folder, as it is or as folder@version.",
    )
    connection = forms.ChoiceField(
        required=False,
        help_text="Where it lies, if not in a data root. An administrator defines connections; their secrets stay on the server.",
    )
    key = ColumnsField(max_length=2_000, required=False, help_text="Columns that together identify a row.")
    event_time = forms.CharField(
        max_length=128,
        required=False,
        help_text="The column that says when a row happened: dates or times; whole numbers where you say since when they count.",
    )
    event_time_kind = forms.ChoiceField(
        label="Event time is written as",
        required=False,
        choices=[
            ("", "found in the data"),
            *((kind, KINDS[kind]) for kind in (SECONDS, MILLISECONDS, "timestamp", "date")),
        ],
    )
    encoding = forms.ChoiceField(
        label="Encoding of CSV",
        required=False,
        choices=[("", "UTF-8, or what a byte order mark says"), *((name, name) for name in ENCODINGS)],
    )

    def stated(self) -> dict[str, Any]:
        """What is stated about how the files are read."""
        values = self.cleaned_data
        column, kind = values["event_time"], values["event_time_kind"]
        kinds = {"kinds": {column: kind}} if column and kind else {}
        return kinds | ({"encoding": values["encoding"]} if values["encoding"] else {})

    def add_refusal(self, refusal: Refusal) -> None:
        """The faults of `read` stand at the fields that state it."""
        own = {f"{FIELD}.encoding": "encoding"}
        shift_faults(refusal, lambda field: "event_time_kind" if ".kinds." in field else own.get(field, field))
        super().add_refusal(refusal)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["connection"]).choices = [("", "none: files")] + [
            (name, name) for name in settings.CONNECTIONS
        ]


def shift_faults(refusal: Refusal, field_of: Callable[[str], str]) -> None:
    """Put the faults of an action to the fields of a form."""
    refusal.faults = tuple(fault._replace(field=field_of(fault.field)) for fault in refusal.faults)
