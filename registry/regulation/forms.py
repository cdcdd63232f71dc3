"""The forms that filter reported decisions, choose a moment and mark a model as regulated."""

from __future__ import annotations

from typing import Any

from django import forms

from platform_site.forms import ActionForm
from registry.regulation.queries.decisions import NOT_EXPLAINED
from registry.regulation.rules.model_card import HEADINGS, LONGEST
from registry.regulation.rules.reported_decision import METHODS


class DecisionFilterForm(forms.Form):
    """Which reported decisions to list."""

    external_id = forms.CharField(max_length=120, required=False, label="Id begins with")
    environment = forms.CharField(max_length=64, required=False)
    method = forms.ChoiceField(
        choices=[("", "Any"), *((name, name) for name in METHODS), (NOT_EXPLAINED, "Not explained")],
        required=False,
        label="Explained by",
    )
    since = forms.DateTimeField(
        label="Since (UTC)", required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        label="Until (UTC)", required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class MomentForm(forms.Form):
    """The moment to look back to, UTC."""

    at = forms.DateTimeField(
        label="At (UTC)",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class RegulatedForm(ActionForm):
    """Why a model is regulated, or is no longer."""

    regulated = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=4_000, help_text="It stays on record.")


class CardTextsForm(ActionForm):
    """The texts of a model card, one field for each heading of Annex IV, and why they change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for heading in HEADINGS:
            self.fields[heading.text] = forms.CharField(
                label=f"{heading.number} {heading.title}",
                help_text=heading.hint,
                max_length=LONGEST,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.fields["reason"] = forms.CharField(max_length=4_000, help_text="Why the texts change. It stays on record.")

    @property
    def texts(self) -> dict[str, str]:
        """The texts by their names."""
        return {heading.text: self.cleaned_data[heading.text] for heading in HEADINGS}
