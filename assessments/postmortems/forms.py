"""The form of a postmortem, on the page and in the admin."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.models import Capability, Postmortem
from assessments.postmortems.actions import change_postmortem, write_postmortem
from assessments.postmortems.rules import MEANINGS, Classification, Moment, Prevention, read_links, read_preventions
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
    """A field for a day and time in UTC, with the browser's own control; in the admin too."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class PostmortemForm(ActionModelForm):
    """An incident, what would have prevented it, and exactly three lessons."""

    classification = forms.ChoiceField(
        label="Kind of cause",
        widget=forms.RadioSelect,
        choices=[(word.value, f"{label(word)}: {MEANINGS[word]}") for word in Classification],
    )
    happened_at = moment("Happened at (UTC)")
    would_have_been_seen_at = moment("Would have been noticed with that capability at (UTC)")
    seen_at = moment("Noticed at (UTC)")
    links = forms.CharField(
        label="Links to the registry",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono"}),
        help_text="One per line: feature NAME VERSION, model NAME VERSION, check NUMBER or run NUMBER. The version is "
        "optional.",
    )

    moment = forms.ChoiceField(
        label="When would it have been seen?",
        choices=[(word.value, label(word)) for word in Moment],
        widget=forms.RadioSelect,
    )
    others = forms.CharField(
        label="What else would have prevented it?",
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One per line: CAPABILITY MOMENT: how. For example: lineage registration: The table would have been named. "
        "Moments are pull_request, registration, deployment and serving.",
    )

    class Meta:
        model = Postmortem
        fields = (
            "organization", "title", "classification", "what_happened", "capability", "prevention", "moment", "others",
            *TIMES, "links", "lesson_1", "lesson_2", "lesson_3",
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
        capability: Any = self.fields["capability"]
        capability.queryset = Capability.objects.filter(retired_at=None)
        self.fields["organization"].disabled = bool(self.instance.pk)
        if self.instance.pk:
            self.initial["links"] = "\n".join(map(str, self.instance.links.all()))
            self.initial["others"] = "\n".join(map(str, self.instance.preventions[1:]))

    def perform(self, fields: dict[str, Any]) -> Postmortem:
        arguments = fields | {"links": read_links(fields["links"])}
        first = Prevention(arguments.pop("capability").name, arguments.pop("prevention"), arguments.pop("moment"))
        arguments["preventions"] = [first, *read_preventions(arguments.pop("others"))]
        arguments["lessons"] = [arguments.pop(f"lesson_{number}") for number in (1, 2, 3)]
        organization = arguments.pop("organization")
        try:
            if self.instance.pk:
                return change_postmortem(self.instance, **arguments, actor=self.actor)
            return write_postmortem(organization, **arguments, corrects=self.corrects, actor=self.actor)
        except Invalid as invalid:
            faults = (fault._replace(field=_field_of(fault.field)) for fault in invalid.faults)
            raise Invalid(faults) from invalid


def _field_of(name: str) -> str:
    """The field of the form that a fault of the action is shown at."""
    first, _, place = name.partition(".")
    if first != "preventions":
        return first
    return "prevention" if place == "0" else "others"


def initial_for_correction(postmortem: Postmortem) -> dict[str, Any]:
    """The initial values of a correction: everything in the postmortem that it corrects."""
    initial = {
        name: getattr(postmortem, name) for name in PostmortemForm.Meta.fields if name not in ("links", "others")
    }
    others = "\n".join(map(str, postmortem.preventions[1:]))
    return initial | {"links": "\n".join(map(str, postmortem.links.all())), "others": others}
