"""The registry's forms: shape only; what makes sense is for the action, whose faults come back to their fields."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from platform_site.forms import ActionForm
from platform_site.people.models import Team
from platform_site.text.wording import counted
from registry.checks.queries.checks import UNRESOLVED
from registry.compute.definition import Definition, NullHandling
from registry.compute.engines.feature_sql import DATA_TYPES
from registry.compute.stats.fairness import FIGURES
from registry.models import Alert, GatePolicy
from registry.regulation.queries.decisions import NOT_EXPLAINED
from registry.regulation.rules.reported_decision import METHODS
from registry.versions.rules.overrides import LONGEST
from registry.versions.rules.policies import Check

RULES = {
    NullHandling.NONE: "none: the logic deals with nulls itself",
    NullHandling.FORWARD_FILL: "forward_fill: carry the entity's last value forward",
    NullHandling.ZERO_FILL: "zero_fill: put 0",
    NullHandling.DROP: "drop: leave the row out",
}


class ColumnsField(forms.CharField):
    """Column names, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [name for part in super().clean(value).split(",") if (name := part.strip())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class FeatureForm(ActionForm):
    """A definition to register."""

    name = forms.CharField(max_length=128, help_text="Lower-case letters, digits and _.")
    owner_team = forms.ChoiceField(label="Owner", help_text="The team that answers for it.")
    description = forms.CharField(max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    source_table = forms.CharField(max_length=128, help_text="The table that the logic's columns are of.")
    computation_logic = forms.CharField(
        max_length=8_000,
        strip=False,
        label="Computation logic",
        help_text="One SQL expression over the source table, in DuckDB's dialect.",
        widget=forms.Textarea(attrs={"rows": 6, "class": "code", "spellcheck": "false"}),
    )
    null_handling = forms.ChoiceField(
        choices=list(RULES.items()), help_text="Runs before the logic, on the columns that it computes with."
    )
    data_type = forms.ChoiceField(choices=[(word, word) for word in DATA_TYPES], initial="float64")
    pipeline_commit = forms.CharField(max_length=64, required=False, help_text="The commit of the pipeline, if known.")
    reason = forms.CharField(max_length=4_000, help_text="Why this definition; it stays on record.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_team"].choices = [(team.slug, team.name) for team in Team.objects.all()]

    def arguments(self) -> dict[str, Any]:
        """The arguments of `register_feature`."""
        others = {name: value for name, value in self.cleaned_data.items() if name not in Definition._fields}
        return others | {"definition": Definition(*(self.cleaned_data[name] for name in Definition._fields))}


class CurrentForm(ActionForm):
    """Which version to make current, and why."""

    version = forms.ChoiceField()
    reason = forms.CharField(max_length=4_000, help_text="It stays on record.")

    def __init__(self, *args: Any, versions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [
            (version.name, f"{version.name} (number {version.number})") for version in versions
        ]


class AcknowledgeForm(ActionForm):
    """Until when somebody looks after an alert."""

    until = forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))


class AlertFilterForm(forms.Form):
    """Which alerts to list; those that nobody resolved unless told."""

    STATES = [(UNRESOLVED, "Not resolved"), *Alert.State.choices, ("", "Every state")]
    state = forms.ChoiceField(choices=STATES, required=False)
    model = forms.ChoiceField(required=False)
    blocking = forms.TypedChoiceField(
        label="Gate",
        choices=[("", "Any"), ("1", "Closes the gate"), ("0", "Informs")],
        coerce=lambda word: word == "1",
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, models: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", "Every model"), *((name, name) for name in models)]


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


class OverrideForm(ActionForm):
    """Why a gate should be passed, and for how long."""

    reason = forms.CharField(
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever approves it reads it, and so does an auditor.",
    )
    days = forms.TypedChoiceField(
        label="For how long",
        coerce=int,
        choices=[(days, counted(days, "day")) for days in (1, 3, 7, 14, LONGEST.days)],
        initial=7,
    )


class ChecksField(forms.CharField):
    """Checks as people write them, one in a line: ``mape @ region=north <= 0.15``, and of fairness
    ``disparate_impact_ratio @ age_band: 18-25, 26-60 >= 0.8``."""

    LINE = re.compile(r"([^@<>]+?)(?:@([^<>]+?))?(<=|>=|<|>)([^<>]+?)(\(informs\))?\s*\Z")

    def clean(self, value: Any) -> list[dict[str, Any]]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return [self._check(line) for line in lines if line]

    def _check(self, line: str) -> dict[str, Any]:
        found = self.LINE.match(line)
        if found is None:
            raise forms.ValidationError(f"{line!r} is no check: write metric, operator and number, as in mape <= 0.15.")
        metric, on, operator, number, informs = found.groups()
        on, _, groups = (on or "").partition(":") if metric.strip() in FIGURES else (on, "", "")
        try:
            threshold = float(number)
        except ValueError as error:
            raise forms.ValidationError(f"{number.strip()!r} in {line!r} is no number.") from error
        named = [group.strip() for group in groups.split(",") if group.strip()]
        return {
            "metric": metric.strip(),
            "slice": (on or "").strip(),
            "operator": operator,
            "threshold": threshold,
            "required": informs is None,
        } | ({"groups": named} if named else {})

    @staticmethod
    def told(check: Check) -> str:
        """A check as its line."""
        named = f": {', '.join(check.groups)}" if check.groups else ""
        on = f" @ {check.slice}{named}" if check.slice else ""
        return f"{check.metric}{on} {check.operator} {check.threshold!r}{'' if check.required else ' (informs)'}"


class PolicyForm(ActionForm):
    """The next version of a policy."""

    name = forms.CharField(max_length=128, help_text="A new name begins a policy, a known one goes on with it.")
    owner_team = forms.ChoiceField(label="Whose", required=False)
    subject_team = forms.ChoiceField(label="Put to the models of", required=False)
    model_type = forms.CharField(max_length=64, required=False, help_text="Empty: every type.")
    checks = ChecksField(
        widget=forms.Textarea(attrs={"rows": 4, "class": "code", "spellcheck": "false"}),
        help_text="One in a line, such as mape &lt;= 0.15 or mape @ region=north &lt;= 0.2; "
        "(informs) at the end of one that closes nothing. Of fairness: disparate_impact_ratio @ age_band: 18-25, 26-60 "
        "&gt;= 0.8 names the column and the groups that must be told of.",
    )
    on_registration = forms.BooleanField(required=False, label="Put to every version as soon as it is registered")
    regulated = forms.BooleanField(
        required=False, label="Put to regulated models alone, each version as soon as it is registered"
    )
    retired = forms.BooleanField(required=False, label="Retire it: it asks for nothing any more")
    reason = forms.CharField(max_length=4_000, help_text="It stays on record.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [(team.slug, team.name) for team in Team.objects.all()]
        self.fields["owner_team"].choices = [("", "The platform"), *teams]
        self.fields["subject_team"].choices = [("", "Every team"), *teams]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        return given | {name: given.get(name) or None for name in ("owner_team", "subject_team")}

    @staticmethod
    def told(policy: GatePolicy) -> dict[str, Any]:
        """A policy as the form shows it."""
        return {
            "name": policy.name,
            "owner_team": policy.owner_team.slug if policy.owner_team else "",
            "subject_team": policy.subject_team.slug if policy.subject_team else "",
            "model_type": policy.model_type,
            "checks": "\n".join(ChecksField.told(check) for check in policy.parsed),
            "on_registration": policy.on_registration,
            "regulated": policy.regulated,
        }
