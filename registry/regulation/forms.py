"""The forms that filter reported decisions, choose a moment and mark a model as regulated."""

from __future__ import annotations

from django import forms

from platform_site.forms import ActionForm
from registry.regulation.queries.decisions import NOT_EXPLAINED
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
