"""Forms of the tickets' pages: shape only; what makes sense is for the action, whose faults come back to their fields."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.models import TicketImport
from assessments.tickets.rules.files import LARGEST_BYTES, Format
from assessments.tickets.rules.rows import FIELDS, NEEDED
from platform_site.forms import ActionForm
from platform_site.text.wording import label as label_of

FORMATS = {
    Format.CSV: "CSV of any tracker",
    Format.JIRA: "Jira, CSV export",
    Format.GITHUB: "GitHub, JSON list of issues",
}


class ImportForm(ActionForm):
    """A file of tickets, and where it comes from."""

    file = forms.FileField(
        help_text="At most 64 MiB. CSV in UTF-8 if you can choose; the first line names the columns."
    )
    format = forms.ChoiceField(choices=list(FORMATS.items()))
    source = forms.CharField(
        max_length=60,
        help_text="One name for each tracker, as jira: the same ticket of the same source is kept once.",
    )

    def clean_file(self) -> Any:
        """The size is checked before a byte is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError("The file is larger than 64 MiB: split it and send the parts.")
        return file

    def arguments(self) -> dict[str, Any]:
        """The arguments of `offer_import`."""
        given = self.cleaned_data
        file = given["file"]
        told = {"source": given["source"], "file_format": given["format"], "filename": file.name}
        return told | {"content": file.read()}


class MappingForm(ActionForm):
    """Which column holds which field of a ticket."""

    def __init__(self, *args: Any, offered: TicketImport, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, initial=offered.mapping, **kwargs)
        choices = [("", "not in the file"), *((column, column) for column in columns)]
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(choices=choices, required=name in NEEDED, label=label_of(name))
