"""What every form of a check has."""

from __future__ import annotations

from typing import Any

from django import forms

from platform_site.forms import ActionForm
from registry.models import Dataset, RegisteredModel

MOMENT = "2013-01-31, 2013-01-31T12:00 or -7d for seven days before the run; if empty, no bound."


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
            offer(self, field, [*first, *names])
        if "model" in self.fields:
            models = [(name, name) for name in RegisteredModel.objects.values_list("name", flat=True)]
            offer(self, "model", [("", "Every model concerned"), *models])
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


def offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
