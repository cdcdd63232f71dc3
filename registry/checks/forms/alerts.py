"""The forms of alerts: which to list, and until when one is acknowledged."""

from __future__ import annotations

from typing import Any

from django import forms

from platform_site.forms import ActionForm
from registry.checks.forms.base import offer
from registry.checks.queries.checks import UNRESOLVED
from registry.models import Alert


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
        offer(self, "model", [("", "Every model"), *((name, name) for name in models)])
