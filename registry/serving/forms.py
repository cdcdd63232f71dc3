"""The forms by which people change what serves, and go back."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from platform_site.forms import ActionForm
from registry.models import ModelVersion
from registry.serving.queries.deployments import Place
from registry.serving.queries.proposals import Proposal
from registry.serving.rules.rollout import DEFAULT

NOTHING = ("none", "null", "-", "–")


class NamesField(forms.CharField):
    """Names and what they are to be, one in a line: ``alarm = 0.5``; ``alarm = none`` removes it."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"})

    def clean(self, value: Any) -> dict[str, Any]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return dict(self._pair(line) for line in lines if line)

    def _pair(self, line: str) -> tuple[str, Any]:
        name, equals, wanted = (part.strip() for part in line.partition("="))
        if not (name and equals and wanted):
            raise forms.ValidationError(f"{line!r} says nothing: write a name, = and what it is to be.")
        return name, None if wanted.lower() in NOTHING else self.read(wanted, line)

    def read(self, wanted: str, line: str) -> Any:
        """The value of a line."""
        return wanted


class ThresholdsField(NamesField):
    """The same with numbers."""

    def read(self, wanted: str, line: str) -> float:
        try:
            return float(wanted)
        except ValueError as error:
            raise forms.ValidationError(f"{wanted!r} in {line!r} is no number.") from error


class StepsField(forms.CharField):
    """Steps as people write them, one in a line: ``25 % for 60 minutes``."""

    LINE = re.compile(r"(\d{1,3})\s*%?(?:\s+for\s+(\d{1,5})(?:\s*min(?:utes?)?)?)?\Z")
    widget = forms.Textarea(attrs={"rows": 4, "class": "code", "spellcheck": "false"})

    def clean(self, value: Any) -> list[dict[str, int]]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return [self._step(line) for line in lines if line]

    def _step(self, line: str) -> dict[str, int]:
        found = self.LINE.match(line)
        if found is None:
            raise forms.ValidationError(
                f"{line!r} is no step: write a percentage and its hold, as in 25 % for 60 minutes."
            )
        return {"percent": int(found.group(1)), "hold_minutes": int(found.group(2) or 0)}

    @staticmethod
    def told(steps: Any) -> str:
        """Steps as their lines."""
        return "\n".join(f"{step['percent']} % for {step['hold_minutes']} minutes" for step in steps)


class ServingForm(ActionForm):
    """What to change of what serves."""

    FIELDS = {"traffic_percent": "percent", "feature_pins": "pins"}
    version = forms.ChoiceField()
    environment = forms.CharField(max_length=63, help_text="production, staging, or a name of your own.")
    how = forms.ChoiceField(
        label="How",
        choices=[("at_once", "At once, when nobody has to approve it"), ("in_steps", "In steps, approved once")],
        widget=forms.RadioSelect,
        initial="at_once",
    )
    traffic_percent = forms.IntegerField(
        label="Traffic in percent",
        required=False,
        min_value=0,
        max_value=100,
        help_text="What remains stays with the versions that served before. Empty: the traffic stays as it is.",
    )
    steps = StepsField(
        required=False, initial=StepsField.told(DEFAULT), help_text="For a change in steps: one in a line."
    )
    thresholds = ThresholdsField(
        required=False, help_text="Only those that change: alarm_above = 0.8; alarm_above = none removes one."
    )
    feature_pins = NamesField(
        required=False, help_text="Only those that change: feature = version; feature = none lifts a pin."
    )
    reason = forms.CharField(max_length=4_000, help_text="Whoever approves it reads it, and so does an auditor.")

    def __init__(self, *args: Any, versions: list[ModelVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [
            (version.version, f"{version.version} ({version.stage})") for version in versions
        ]

    def asked(self) -> Proposal:
        """The change as actions take it."""
        given = self.cleaned_data
        steps = given["steps"] if given["how"] == "in_steps" else None
        percent = None if steps is not None else given["traffic_percent"]
        return Proposal(percent, given["thresholds"], given["feature_pins"], steps)


class RollbackForm(ActionForm):
    """The revision to go back to, and why."""

    to_revision = forms.TypedChoiceField(label="Back to", coerce=int)
    reason = forms.CharField(max_length=4_000, help_text="It stays on record.")
    rehearsal = forms.BooleanField(required=False, label="Only rehearse it: recorded, and nothing serves otherwise")

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_revision"].choices = [(one.number, told(one)) for one in place.earlier]


def told(revision: Any) -> str:
    """A revision in a list of choices."""
    weights = ", ".join(f"{name} {weight} %" for name, weight in revision.configuration.weights.items())
    return f"revision {revision.number}: {weights or 'no traffic'}"
