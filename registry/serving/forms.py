"""Forms to change what serves, to roll back, and to request a fast lane."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone

from platform_site.forms import ActionForm
from registry.models import ModelVersion
from registry.serving.queries.deployments import Place
from registry.serving.queries.proposals import Proposal
from registry.serving.rules.fast_lane import DEFAULT_DAYS, DEFAULT_POINTS, LONGEST_DAYS
from registry.serving.rules.limits import HIGHER, LOWER
from registry.serving.rules.rollout import DEFAULT

MOST_ROWS = 8  # metrics that the form of a fast lane offers a limit for
DIRECTIONS = [(LOWER, "Lower is better"), (HIGHER, "Higher is better")]
NOTHING = ("none", "null", "-", "–")


class NamesField(forms.CharField):
    """Names with their values, one per line: ``alarm = 0.5``; ``alarm = none`` removes it."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"})

    def clean(self, value: Any) -> dict[str, Any]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return dict(self._pair(line) for line in lines if line)

    def _pair(self, line: str) -> tuple[str, Any]:
        name, equals, wanted = (part.strip() for part in line.partition("="))
        if not (name and equals and wanted):
            raise forms.ValidationError(f"{line!r} is not a pair. Write name = value, for example alarm_above = 0.8.")
        return name, None if wanted.lower() in NOTHING else self.read(wanted, line)

    def read(self, wanted: str, line: str) -> Any:
        """The value of a line."""
        return wanted


class ThresholdsField(NamesField):
    """Names with numbers, one per line."""

    def read(self, wanted: str, line: str) -> float:
        try:
            return float(wanted)
        except ValueError as error:
            raise forms.ValidationError(f"{wanted!r} in {line!r} is not a number.") from error


class StepsField(forms.CharField):
    """Steps of a rollout, one per line: ``25% for 60 minutes``."""

    LINE = re.compile(r"(\d{1,3})\s*%?(?:\s+for\s+(\d{1,5})(?:\s*min(?:utes?)?)?)?\Z")
    widget = forms.Textarea(attrs={"rows": 4, "class": "code", "spellcheck": "false"})

    def clean(self, value: Any) -> list[dict[str, int]]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return [self._step(line) for line in lines if line]

    def _step(self, line: str) -> dict[str, int]:
        match = self.LINE.match(line)
        if match is None:
            raise forms.ValidationError(
                f"{line!r} is not a step. Write a percentage and how long to hold it, for example 25% for 60 minutes."
            )
        return {"percent": int(match.group(1)), "hold_minutes": int(match.group(2) or 0)}

    @staticmethod
    def format(steps: Any) -> str:
        """Steps as text, one per line."""
        return "\n".join(f"{step['percent']}% for {step['hold_minutes']} minutes" for step in steps)


class ServingForm(ActionForm):
    """A change of what serves."""

    FIELDS = {"traffic_percent": "percent", "feature_pins": "pins"}
    version = forms.ChoiceField()
    environment = forms.CharField(max_length=63, help_text="production, staging or another name.")
    how = forms.ChoiceField(
        label="How",
        choices=[("at_once", "At once, if no approval is needed"), ("in_steps", "In steps, with one approval")],
        widget=forms.RadioSelect,
        initial="at_once",
    )
    traffic_percent = forms.IntegerField(
        label="Traffic in percent",
        required=False,
        min_value=0,
        max_value=100,
        help_text="The versions that served before share the rest. Leave empty to keep the traffic as it is. 0 runs a "
        "version that does not serve yet as shadow: it computes, and no user gets its answers.",
    )
    shadow = forms.TypedChoiceField(
        label="At 0%",
        required=False,
        empty_value=None,
        coerce=lambda value: value == "true",
        choices=[
            ("", "A version that has traffic leaves, any other runs as shadow"),
            ("true", "The version runs as shadow"),
            ("false", "The version leaves"),
        ],
    )
    steps = StepsField(
        required=False, initial=StepsField.format(DEFAULT), help_text="For a change in steps. One step per line."
    )
    thresholds = ThresholdsField(
        required=False,
        help_text="One per line, only those that change: alarm_above = 0.8. alarm_above = none removes it.",
    )
    feature_pins = NamesField(
        required=False,
        help_text="One per line, only those that change: feature = version. feature = none removes the pin.",
    )
    reason = forms.CharField(max_length=4_000, help_text="The approver and auditors read it.")

    def __init__(self, *args: Any, versions: list[ModelVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["version"]).choices = [
            (version.version, f"{version.version} ({version.stage})") for version in versions
        ]

    def proposal(self) -> Proposal:
        """The change that the form describes."""
        values = self.cleaned_data
        steps = values["steps"] if values["how"] == "in_steps" else None
        percent = None if steps is not None else values["traffic_percent"]
        return Proposal(percent, values["thresholds"], values["feature_pins"], steps, values["shadow"])


class RollbackForm(ActionForm):
    """The revision to go back to, and why."""

    to_revision = forms.TypedChoiceField(label="Revision to restore", coerce=int)
    reason = forms.CharField(max_length=4_000, help_text="It stays on record.")
    rehearsal = forms.BooleanField(
        required=False, label="Rehearse only: it is recorded, and what serves does not change"
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["to_revision"]).choices = [
            (revision.number, _revision_label(revision)) for revision in place.earlier
        ]


class FastLaneForm(ActionForm):
    """A standing approval to be approved by another person."""

    environment = forms.CharField(max_length=63, help_text="production, staging or another name.")
    until = forms.DateTimeField(
        label="Until (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=f"At most {LONGEST_DAYS} days ahead.",
    )
    most_points = forms.IntegerField(
        label="Largest traffic step, in points",
        min_value=1,
        max_value=100,
        initial=DEFAULT_POINTS,
        help_text="How much of the traffic one change may give to a retrained version.",
    )
    same_recipe = forms.BooleanField(
        label="Code, container and hyperparameters have to be the same", required=False, initial=True
    )
    reason = forms.CharField(max_length=4_000, required=False, help_text="The approver and auditors read it.")

    def __init__(self, *args: Any, baseline: Mapping[str, Any] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.now() + timedelta(days=DEFAULT_DAYS)
        metrics = (baseline or {"metrics": []})["metrics"]
        self.metrics = [metric for metric in metrics if not metric["slice"]][:MOST_ROWS]
        for index, metric in enumerate(self.metrics):
            name, value = metric["metric"], metric["value"]
            self.fields[f"better_{index}"] = forms.ChoiceField(label=f"{name}: which way", choices=DIRECTIONS)
            self.fields[f"max_worse_{index}"] = forms.FloatField(
                label=f"{name}: at most so much worse, in percent of its error",
                required=False,
                min_value=0,
                max_value=100,
                initial=2 if index == 0 else None,
                help_text=f"The version that serves has {value:g}. Leave empty for no such limit.",
            )
            self.fields[f"worst_{index}"] = forms.FloatField(label=f"{name}: worst value", required=False)
        self.order_fields(["environment", *(name for name in self.fields if name[-1].isdigit()), "until"])

    def request_fields(self) -> dict[str, Any]:
        """What the action takes; metrics without a limit are left out."""
        values = self.cleaned_data
        names = ("environment", "until", "most_points", "same_recipe", "reason")
        limits = [self._limit(index, metric["metric"]) for index, metric in enumerate(self.metrics)]
        return {name: values[name] for name in names} | {
            "limits": [limit for limit in limits if (limit["worst"], limit["max_worse"]) != (None, None)]
        }

    def _limit(self, index: int, metric: str) -> dict[str, Any]:
        values = self.cleaned_data
        percent = values[f"max_worse_{index}"]
        return {
            "metric": metric,
            "slice": "",
            "better": values[f"better_{index}"],
            "worst": values[f"worst_{index}"],
            "max_worse": None if percent is None else round(percent / 100, 6),
        }


def _revision_label(revision: Any) -> str:
    """A revision in a list of choices."""
    weights = ", ".join(
        f"{name} {weight}%" if weight else f"{name} as shadow"
        for name, weight in revision.configuration.weights.items()
    )
    return f"revision {revision.number}: {weights or 'no traffic'}"
