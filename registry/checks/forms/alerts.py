"""The forms of alerts: which to list, and for how long one is acknowledged."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django import forms

from platform_site.forms import ActionForm
from registry.checks.forms.base import offer
from registry.checks.queries.checks import UNRESOLVED
from registry.checks.rules.acknowledgements import TITLES, Period, ends, returns
from registry.models import Alert


class AcknowledgeForm(ActionForm):
    """For how long an alert is acknowledged, or until when; and which of its findings was the newest on the page."""

    acknowledge_for = forms.ChoiceField(choices=[("", "Until a moment"), *TITLES.items()], required=False)
    until = forms.DateTimeField(
        required=False, label="Until (UTC)", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A moment is needed unless a period was chosen."""
        values = super().clean() or {}
        if not values.get("acknowledge_for") and not values.get("until") and not self.errors:
            self.add_error("until", "Choose 1 day, 1 week or Until fixed, or give a moment (UTC).")
        return values

    def end(self, now: datetime) -> datetime | None:
        """When the acknowledgement ends; None: when it is fixed."""
        period, until = self.cleaned_data["acknowledge_for"], self.cleaned_data["until"]
        return ends(Period(period), now) if period else until


class Choice(NamedTuple):
    """A period to acknowledge for: its value, its title, and when the alert would return."""

    value: str
    title: str
    returns: str


def choices(now: datetime) -> list[Choice]:
    """The periods to choose from, as of a moment."""
    return [Choice(period, title, returns(ends(period, now))) for period, title in TITLES.items()]


class AlertFilterForm(forms.Form):
    """Which alerts to list; without a choice those that are not resolved."""

    STATES = [(UNRESOLVED, "Not resolved"), *Alert.State.choices, ("", "Every state")]
    state = forms.ChoiceField(choices=STATES, required=False)
    model = forms.ChoiceField(required=False)
    team = forms.SlugField(required=False, label="Owned by team", max_length=64)
    blocking = forms.TypedChoiceField(
        label="Gate",
        choices=[("", "Any"), ("1", "Closes the gate"), ("0", "Informational")],
        coerce=lambda word: word == "1",
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, models: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "model", [("", "Every model"), *((name, name) for name in models)])
