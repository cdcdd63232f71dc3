"""The form in which an incident is told, on the page and in the admin; it calls its action once it is valid."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.models import Capability, Postmortem
from assessments.postmortems.actions import change_postmortem, write_postmortem
from assessments.postmortems.rules import MEANINGS, Classification, read_links
from platform_site.errors import Invalid
from platform_site.forms import ActionModelForm
from platform_site.text.wording import label

TIMES = ("happened_at", "would_have_been_seen_at", "seen_at")
LABELS = {
    "capability": "Which capability would have prevented it?",
    "prevention": "How?",
    "lesson_1": "First lesson",
    "lesson_2": "Second lesson",
    "lesson_3": "Third lesson",
}


def moment(label: str) -> forms.DateTimeField:
    """A day and a time in UTC, by the browser's own control; in the admin too."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class PostmortemForm(ActionModelForm):
    """An incident, what would have prevented it, and exactly three lessons."""

    classification = forms.ChoiceField(
        label="Where the cause lay",
        widget=forms.RadioSelect,
        choices=[(word.value, f"{label(word)}: {MEANINGS[word]}") for word in Classification],
    )
    happened_at = moment("It happened, in UTC")
    would_have_been_seen_at = moment("With that capability it would have been seen, in UTC")
    seen_at = moment("It was seen, in UTC")
    links = forms.CharField(
        label="What of the registry took part",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono"}),
        help_text="One a line: feature NAME VERSION, model NAME VERSION, check NUMBER or run NUMBER; a version may be "
        "left out.",
    )

    class Meta:
        model = Postmortem
        fields = (
            "organization", "title", "classification", "what_happened", "capability", "prevention", *TIMES, "links",
            "lesson_1", "lesson_2", "lesson_3",
        )  # fmt: skip
        labels = LABELS
        help_texts = {"capability": "", "prevention": ""}
        widgets = {
            "what_happened": forms.Textarea(attrs={"rows": 6}),
            "prevention": forms.Textarea(attrs={"rows": 3}),
            **{f"lesson_{number}": forms.Textarea(attrs={"rows": 2}) for number in (1, 2, 3)},
        }

    field_order = Meta.fields

    def __init__(self, *args: Any, corrects: Postmortem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.corrects = corrects
        self.fields["capability"].queryset = Capability.objects.filter(retired_at=None)
        self.fields["organization"].disabled = bool(self.instance.pk)
        if self.instance.pk:
            self.initial["links"] = "\n".join(map(str, self.instance.links.all()))

    def perform(self, fields: dict[str, Any]) -> Postmortem:
        told = fields | {"capability": fields["capability"].name, "links": read_links(fields["links"])}
        told["lessons"] = [told.pop(f"lesson_{number}") for number in (1, 2, 3)]
        organization = told.pop("organization")
        try:
            if self.instance.pk:
                return change_postmortem(self.instance, **told, actor=self.actor)
            return write_postmortem(organization, **told, corrects=self.corrects, actor=self.actor)
        except Invalid as invalid:
            faults = (fault._replace(field=fault.field.split(".")[0]) for fault in invalid.faults)
            raise Invalid(faults) from invalid


def told_in(postmortem: Postmortem) -> dict[str, Any]:
    """What a correction begins with: everything that the postmortem says."""
    told = {name: getattr(postmortem, name) for name in PostmortemForm.Meta.fields if name != "links"}
    return told | {"links": "\n".join(map(str, postmortem.links.all()))}
