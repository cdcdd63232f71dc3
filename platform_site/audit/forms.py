"""The filter of the audit page."""

from django import forms


class EventFilterForm(forms.Form):
    """Each field narrows the list; an empty one does not."""

    subject = forms.CharField(required=False, max_length=300, label="About")
    actor = forms.CharField(required=False, max_length=150, label="Who")
    kind = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    action = forms.CharField(required=False, max_length=80)
    day = forms.DateField(required=False, widget=forms.HiddenInput)
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="Before", widget=forms.DateInput(attrs={"type": "date"}))
