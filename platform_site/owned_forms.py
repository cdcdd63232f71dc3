"""The fields and the form of what a team owns: owner, description, tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.html import format_html

from platform_site.forms import ActionForm
from platform_site.owned import LONGEST_DESCRIPTION, owner_of
from platform_site.people.models import Team
from platform_site.text.tags import MOST_TAGS

NO_TEAM = 'There is no team yet. A lead or an administrator adds one on <a href="{}">Teams</a>.'


def team_choices() -> list[tuple[str, str]]:
    """Every team by its slug, with its name; one query."""
    return list(Team.objects.values_list("slug", "name"))


class OwnerField(forms.ChoiceField):
    """One of the teams, or ``nobody`` where that says what it means to choose none; where there is no team yet, the field
    says who adds one and where."""

    def __init__(self, *, label: str = "Owner", help_text: str, nobody: str = "") -> None:
        none = [("", nobody)] if nobody else []
        super().__init__(
            label=label, help_text=help_text, required=not nobody, choices=lambda: [*none, *team_choices()]
        )

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.choices = list(
            cast("Iterable[tuple[str, str]]", self.choices)
        )  # read once, not once to check and once to show
        if not self.choices:
            self.help_text = format_html(NO_TEAM, reverse("teams"))
        return super().get_bound_field(form, field_name)


class TagsField(forms.CharField):
    """Tags, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [tag for part in super().clean(value).split(",") if (tag := part.strip())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def tags_form_field() -> TagsField:
    """The field for tags in a form."""
    return TagsField(
        max_length=1_000, required=False, help_text=f"At most {MOST_TAGS}, with commas between them: demand, tier-1."
    )


class DetailsForm(ActionForm):
    """What can be edited of something that a team owns."""

    owner_team = OwnerField(help_text="Its contributors may then change it, and you may not unless you are one.")
    description = forms.CharField(
        max_length=LONGEST_DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    tags = tags_form_field()

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """The initial values that show a record in the form."""
        values = {name: getattr(row, name) for name in cls.base_fields}
        return values | {"owner_team": owner_of(row)}
