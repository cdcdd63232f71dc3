"""The forms of models, overrides and gate policies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from platform_site.forms import ActionForm
from platform_site.owned_forms import DetailsForm
from platform_site.pages import LONGEST_SEARCH
from platform_site.people.models import Team
from platform_site.text.wording import counted, label
from registry.compute.stats.fairness import FIGURES
from registry.models import GatePolicy, ModelVersion, Stage
from registry.models.model_versions import MOST_HOURS
from registry.versions.rules.overrides import LONGEST
from registry.versions.rules.policy_checks import SERVING, Check


class OverrideForm(ActionForm):
    """Why to pass a blocked gate, and for how long."""

    reason = forms.CharField(
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The approver and auditors read it.",
    )
    days = forms.TypedChoiceField(
        label="For how long",
        coerce=int,
        choices=[(days, counted(days, "day")) for days in (1, 3, 7, 14, LONGEST.days)],
        initial=7,
    )


class PinForm(ActionForm):
    """A feature to pin, and why; without a version its pin is removed, with or without a reason."""

    feature = forms.CharField(max_length=128)
    version = forms.CharField(max_length=64, required=False)
    reason = forms.CharField(max_length=4_000, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("version") and "reason" in values and not values["reason"]:
            self.add_error("reason", "Reason: write why serving computes this version. Whoever meets the pin reads it.")
        return values


class VersionField(forms.ModelChoiceField):
    """A version of one model, by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.version)


class AliasForm(ActionForm):
    """An alias, the version that it names from now on, and why."""

    alias = forms.CharField(max_length=63, help_text="Lower case, such as champion.")
    version = VersionField(
        queryset=ModelVersion.objects.none(), to_field_name="version", empty_label="Choose a version"
    )
    reason = forms.CharField(max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, versions: QuerySet[ModelVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("VersionField", self.fields["version"]).queryset = versions


class ModelDetailsForm(DetailsForm):
    """What can be edited of a model."""

    silent_after_hours = forms.IntegerField(
        min_value=1,
        max_value=MOST_HOURS,
        label="Silent after hours",
        help_text="In production, an alert opens when serving has reported nothing for longer.",
    )


class ChecksField(forms.CharField):
    """Checks as people write them, one per line: ``mape @ region=north <= 0.15``, ``main within 2% of serving``, and for
    fairness ``disparate_impact_ratio @ age_band: 18-25, 26-60 >= 0.8``."""

    COMPARED = re.compile(r"([^@<>]+?)(?:@([^<>]+?))?\s+within\s+([^<>%]+?)\s*%\s+of\s+serving\s*(\(informs\))?\s*\Z")
    LINE = re.compile(r"([^@<>]+?)(?:@([^<>]+?))?(<=|>=|<|>)([^<>]+?)(\(informs\))?\s*\Z")

    def clean(self, value: Any) -> list[dict[str, Any]]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return [self._check(line) for line in lines if line]

    def _check(self, line: str) -> dict[str, Any]:
        if compared := self.COMPARED.match(line):
            return self._compared_check(line, *compared.groups())
        match = self.LINE.match(line)
        if match is None:
            example = "write metric, operator and number, for example mape <= 0.15, or mape within 2% of serving."
            raise forms.ValidationError(f"{line!r} is not a check: {example}")
        metric, on, operator, number, informs = match.groups()
        on, _, groups = (on or "").partition(":") if metric.strip() in FIGURES else (on, "", "")
        threshold = self._number(number, line)
        named = [group.strip() for group in groups.split(",") if group.strip()]
        return {
            "metric": metric.strip(),
            "slice": (on or "").strip(),
            "operator": operator,
            "threshold": threshold,
            "required": informs is None,
        } | ({"groups": named} if named else {})

    def _compared_check(
        self, line: str, metric: str, on: str | None, percent: str, informs: str | None
    ) -> dict[str, Any]:
        return {
            "metric": metric.strip(),
            "slice": (on or "").strip(),
            "baseline": SERVING,
            "max_worse": float(Decimal(repr(self._number(percent, line))) / 100),
            "required": informs is None,
        }

    def _number(self, text: str, line: str) -> float:
        try:
            return float(text)
        except ValueError as error:
            raise forms.ValidationError(f"{text.strip()!r} in {line!r} is not a number.") from error

    @staticmethod
    def as_line(check: Check) -> str:
        """A check as one line."""
        if check.baseline:
            on, informs = f" @ {check.slice}" if check.slice else "", "" if check.required else " (informs)"
            percent = float(Decimal(repr(check.max_worse)) * 100)
            return f"{check.metric}{on} within {percent!r}% of serving{informs}".replace(".0%", "%")
        named = f": {', '.join(check.groups)}" if check.groups else ""
        on = f" @ {check.slice}{named}" if check.slice else ""
        return f"{check.metric}{on} {check.operator} {check.threshold!r}{'' if check.required else ' (informs)'}"


class PolicyForm(ActionForm):
    """The next version of a policy."""

    name = forms.CharField(
        max_length=128, help_text="A new name creates a policy; an existing name saves its next version."
    )
    owner_team = forms.ChoiceField(label="Owner", required=False)
    subject_team = forms.ChoiceField(label="Applies to the models of", required=False)
    model_type = forms.CharField(max_length=64, required=False, help_text="Empty: every type.")
    checks = ChecksField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "code", "spellcheck": "false"}),
        help_text="One per line, for example mape &lt;= 0.15 or mape @ region=north &lt;= 0.2, or compared with the version that "
        "serves: main within 2% of serving. End a line with (informs) if it never blocks. For fairness, disparate_impact_ratio @ age_band: 18-25, 26-60 &gt;= 0.8 names the column "
        "and the groups that must be reported.",
    )
    on_registration = forms.BooleanField(required=False, label="Check every version as soon as it is registered")
    regulated = forms.BooleanField(
        required=False, label="Apply to regulated models only, and check every version as soon as it is registered"
    )
    refuses_name_only = forms.BooleanField(
        required=False, label="Close the gate while a feature is compared by its name only"
    )
    retired = forms.BooleanField(required=False, label="Retire this policy: it requires nothing any more")
    reason = forms.CharField(max_length=4_000, help_text="It stays on record.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [(team.slug, team.name) for team in Team.objects.all()]
        for name, without_a_team in (("owner_team", "The platform"), ("subject_team", "Every team")):
            cast(forms.ChoiceField, self.fields[name]).choices = [("", without_a_team), *teams]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return cleaned | {name: cleaned.get(name) or None for name in ("owner_team", "subject_team")}

    @staticmethod
    def initial_of(policy: GatePolicy) -> dict[str, Any]:
        """The initial values that show a policy in the form."""
        return {
            "name": policy.name,
            "owner_team": policy.owner_team.slug if policy.owner_team else "",
            "subject_team": policy.subject_team.slug if policy.subject_team else "",
            "model_type": policy.model_type,
            "checks": "\n".join(ChecksField.as_line(check) for check in policy.parsed),
            "on_registration": policy.on_registration,
            "regulated": policy.regulated,
            "refuses_name_only": policy.refuses_name_only,
        }


class SettingsForm(ActionForm):
    """How the gates of this installation work."""

    skew_closes_gate = forms.BooleanField(
        required=False, label="Close the gate of a model version while serving computes another definition"
    )
    parity_first_in_production = forms.BooleanField(
        required=False,
        label="Parity first: a new version of a feature that a production model uses waits for its check",
    )
    reason = forms.CharField(
        max_length=4_000, help_text="It stays on record. Turning one off waits for another person."
    )


class ModelFilterForm(forms.Form):
    """What narrows the list of models, beside its chips: each as the address has it, whether or not such a thing exists."""

    search = forms.CharField(
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Name, owner, tag, version or hash"}),
    )
    owner_team = forms.ChoiceField(label="Owner", required=False)
    stage = forms.ChoiceField(
        required=False, choices=[("", "Any stage"), *((stage, label(stage)) for stage in reversed(Stage))]
    )

    def __init__(self, address: Mapping[str, str], *, teams: list[tuple[str, str]]) -> None:
        names = ("search", "owner_team", "stage", "tag")
        self.wanted = {name: address.get(name, "").strip()[:LONGEST_SEARCH] for name in names}
        super().__init__(initial=self.wanted)
        cast(forms.ChoiceField, self.fields["owner_team"]).choices = [("", "Every team"), *teams]
