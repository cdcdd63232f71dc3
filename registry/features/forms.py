"""The forms that register a definition and choose the current version."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from platform_site.forms import ActionForm
from platform_site.owned_forms import OwnerField
from registry.compute.definition import Definition, NullHandling
from registry.compute.dialects import DIALECTS, ENGINE, TITLES
from registry.compute.dialects.code import LONGEST
from registry.compute.engines.feature_sql import DATA_TYPES

RULES = {
    NullHandling.NONE: "none: the logic handles nulls itself",
    NullHandling.FORWARD_FILL: "forward_fill: carry the entity's last value forward",
    NullHandling.ZERO_FILL: "zero_fill: replace nulls by 0",
    NullHandling.DROP: "drop: leave rows with nulls out",
}


class FeatureForm(ActionForm):
    """A definition to register."""

    name = forms.CharField(max_length=128, help_text="Lower-case letters, digits and _.")
    owner_team = OwnerField(help_text="The team that is responsible for it.")
    description = forms.CharField(max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    source_table = forms.CharField(max_length=128, help_text="The table whose columns the logic uses.")
    dialect = forms.ChoiceField(
        choices=[(name, TITLES.get(name, name)) for name in DIALECTS],
        initial=ENGINE,
        required=False,
        help_text="What the logic is written in. SQL is translated to DuckDB; Python is compared by its tokens and never run.",
    )
    computation_logic = forms.CharField(
        max_length=LONGEST,
        strip=False,
        label="Computation logic",
        help_text="One SQL expression over the source table, or the code that computes the feature.",
        widget=forms.Textarea(attrs={"rows": 6, "class": "code", "spellcheck": "false"}),
    )
    null_handling = forms.ChoiceField(
        choices=list(RULES.items()), help_text="Applied to the columns of the logic before it runs."
    )
    data_type = forms.ChoiceField(choices=[(word, word) for word in DATA_TYPES], initial="float64")
    pipeline_commit = forms.CharField(max_length=64, required=False, help_text="The commit of the pipeline, if known.")
    reason = forms.CharField(max_length=4_000, help_text="Why this definition; kept in the audit log.")

    def clean_dialect(self) -> str:
        return self.cleaned_data["dialect"] or ENGINE

    def arguments(self) -> dict[str, Any]:
        """The arguments of `register_feature`."""
        others = {name: value for name, value in self.cleaned_data.items() if name not in Definition._fields}
        return others | {"definition": Definition(*(self.cleaned_data[name] for name in Definition._fields))}


class CurrentForm(ActionForm):
    """Which version to make current, and why."""

    version = forms.ChoiceField()
    reason = forms.CharField(max_length=4_000, help_text="Kept in the audit log.")

    def __init__(self, *args: Any, versions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["version"]).choices = [
            (version.name, f"{version.name} (number {version.number})") for version in versions
        ]
