"""The forms of initiatives: shape only; the actions check what the names stand for."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.initiatives.actions.initiatives import change_initiative, propose_initiative
from assessments.initiatives.queries import levels_of, possible_owners
from assessments.initiatives.rules import FOLLOWING, Origin, State, targets
from assessments.models import Initiative, Organization
from assessments.organizations.queries import capabilities_of
from platform_site.errors import Fault, Invalid
from platform_site.forms import ActionForm, ActionModelForm
from platform_site.text.wording import label

PLAIN = ("title", "owner", "target", "due_on", "effort_days", "link", "notes")


class InitiativeForm(ActionForm):
    """Propose an initiative of an organization, or change one."""

    title = forms.CharField(max_length=200, help_text="What will be true when it is done.")
    capabilities = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    target = forms.ChoiceField(help_text="It closes by itself when a published assessment reaches this.")
    owner = forms.ChoiceField(required=False)
    due_on = forms.DateField(label="Due", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    effort_days = forms.IntegerField(label="Effort in days", required=False, min_value=0, max_value=10_000)
    link = forms.URLField(label="Link to the issue", required=False, max_length=500, assume_scheme="https")
    notes = forms.CharField(required=False, max_length=8_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        fields: Any = self.fields
        fields["capabilities"].choices = [
            (capability.name, capability.description or label(capability.name))
            for capability in capabilities_of(organization).order_by("position", "name")
        ]
        fields["target"].choices = list(targets(levels_of(organization)).items())
        fields["owner"].choices = [("", "Nobody yet"), *_grouped(possible_owners(organization))]

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action."""
        return dict(self.cleaned_data)


class ChangeForm(InitiativeForm):
    """The same with the state, for one that exists."""

    state = forms.ChoiceField()
    reason = forms.CharField(
        label="Why it is dropped", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        names = [capability.name for capability in initiative.capabilities.all()]
        initial = {name: getattr(initiative, name) for name in (*PLAIN, "state", "reason")} | {"capabilities": names}
        super().__init__(*args, organization=initiative.organization, initial=initial, **kwargs)
        following = (State(initiative.state), *FOLLOWING[initiative.state])
        fields: Any = self.fields
        fields["state"].choices = [(state.value, label(state)) for state in following]


class CommentForm(ActionForm):
    """A comment."""

    text = forms.CharField(label="Comment", max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}))


def read_origin(text: str) -> tuple[str, str]:
    """What an address says that an initiative comes from: `recommendation:lineage`; nothing where it says nothing known.

    >>> read_origin("plan_step:lineage"), read_origin("luck:1")
    (('plan_step', 'lineage'), ('', ''))
    """
    kind, _, name = text.partition(":")
    return (kind, name[:128]) if kind in list(Origin) else ("", "")


def _grouped(owners: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The owners as a list of choices, teams before people."""
    groups = (("Teams", "team:"), ("People", "person:"))
    return [(name, [row for row in owners.items() if row[0].startswith(start)]) for name, start in groups]


class InitiativeEntry(ActionModelForm):
    """An initiative in the admin, where the organization is chosen too; a new one is proposed."""

    link = forms.URLField(required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Initiative
        fields = (
            "organization", "title", "capabilities", "owner_person", "owner_team", "target", "due_on", "effort_days",
            "link", "notes", "state", "reason",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["organization"].disabled = True
            return
        for name in ("state", "reason"):
            self.fields.pop(name, None)

    def validate_constraints(self) -> None:
        """The action sets what follows from a state before it checks them."""

    def perform(self, fields: dict[str, Any]) -> Initiative:
        arguments = {name: value for name, value in fields.items() if name not in ("owner_person", "owner_team")}
        arguments["capabilities"] = [capability.name for capability in arguments["capabilities"]]
        arguments["owner"] = self._owner(fields["owner_person"], fields["owner_team"])
        organization = arguments.pop("organization")
        if self.instance.pk:
            return change_initiative(self.instance, **arguments, actor=self.actor)
        return propose_initiative(organization, **arguments, actor=self.actor)

    def _owner(self, person: Any, team: Any) -> str:
        if person and team:
            raise Invalid([Fault("owner_team", "invalid", "A person or a team owns it, not both.")])
        return f"person:{person.get_username()}" if person else f"team:{team.slug}" if team else ""
