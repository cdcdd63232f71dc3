"""Forms of the tickets' pages: shape only; what makes sense is for the action, whose faults come back to their fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from assessments.models import EscapeHatch, Organization, Ticket, TicketImport
from assessments.models.ticket_imports import REPOSITORY
from assessments.organizations.reported import may_change
from assessments.tickets.actions.hatches import add_hatch, change_hatch
from assessments.tickets.actions.tickets import TRIAGE, add_ticket, record_ticket
from assessments.tickets.queries.campaigns import possible_people
from assessments.tickets.queries.tickets import MOST_SEARCHED, newest
from assessments.tickets.queries.triage import DEFAULT_WEEKS
from assessments.tickets.rules.campaigns import USUAL
from assessments.tickets.rules.columns import FIELDS, NEEDED
from assessments.tickets.rules.files import Format
from assessments.tickets.rules.rows import Reading
from assessments.tickets.rules.simulator import CEILINGS
from assessments.tickets.rules.tickets import TicketType
from platform_site.forms import ActionForm, ActionModelForm
from platform_site.text.csv_files import LARGEST_BYTES
from platform_site.text.dates import Order
from platform_site.text.durations import Unit
from platform_site.text.wording import in_words
from platform_site.text.wording import label as label_of

FORMATS = {
    Format.CSV: "CSV of any tracker: Jira, Zendesk, Linear, ServiceNow, GitLab, a sheet",
    Format.JIRA: "Jira, CSV export",
    Format.GITHUB: "GitHub, issues as JSON: REST, GraphQL or gh",
}


class ImportForm(ActionForm):
    """A file of tickets, and where it comes from."""

    file = forms.FileField(help_text="At most 64 MiB. CSV is best in UTF-8; the first line names the columns.")
    format = forms.ChoiceField(choices=list(FORMATS.items()))
    source = forms.CharField(
        max_length=60,
        help_text="One name for each tracker, for example jira. The same ticket of the same source is stored once.",
    )

    def clean_file(self) -> Any:
        """The size is checked before a byte is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(
                f"The file has {file.size:,} bytes; at most {LARGEST_BYTES:,} are read. Split it and send the parts."
            )
        return file

    def arguments(self) -> dict[str, Any]:
        """The arguments of `offer_import`."""
        fields, file = self.cleaned_data, self.cleaned_data["file"]
        about = {"source": fields["source"], "file_format": fields["format"], "filename": file.name}
        return about | {"content": file.read()}


class MappingForm(ActionForm):
    """Which column holds which field of a ticket, and how the cells are read."""

    date_format = forms.ChoiceField(
        required=False,
        choices=[
            ("", "as each date shows"), (Order.MONTH_FIRST, "month first: 09/18/2026"),
            (Order.DAY_FIRST, "day first: 18/09/2026"), (Order.YEAR_FIRST, "year first: 26/09/18"),
        ],
        help_text="Of dates written in numbers.",
    )  # fmt: skip
    time_zone = forms.CharField(
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"list": "zones"}),
        help_text="Of times that name none, for example Europe/Berlin.",
    )
    effort_unit = forms.ChoiceField(
        required=False,
        choices=[("", "as each cell says"), *((unit.value, unit.value) for unit in Unit)],
        help_text="What a bare number counts. A day is 8 hours of work.",
    )
    repository = forms.RegexField(
        REPOSITORY, required=False, max_length=140, help_text="Of issues that name none, for example acme/platform."
    )

    def __init__(self, data: Any = None, *, offered: TicketImport, columns: list[str]) -> None:
        super().__init__(data, initial=offered.mapping | offered.reading._asdict())
        choices = [("", "not in the file"), *((column, column) for column in columns)]
        self.mapped = [] if offered.format == Format.GITHUB else list(FIELDS)
        for name in self.mapped:
            self.fields[name] = forms.ChoiceField(choices=choices, required=name in NEEDED, label=label_of(name))
        of_columns = ("date_format", "time_zone", "effort_unit")
        for name in of_columns if offered.format == Format.GITHUB else ("repository",):
            del self.fields[name]
        questions = dict(offered.questions)
        self.order_fields([*questions, *self.mapped, *Reading._fields])
        self.mapping_before = offered.mapping
        for name, sentence in questions.items():
            self.fields[name].required, self.fields[name].help_text = True, sentence

    def arguments(self) -> dict[str, Any]:
        """The arguments of `map_columns`."""
        values = self.cleaned_data
        mapping = {name: values[name] for name in self.mapped} or self.mapping_before
        return {"mapping": mapping, "reading": Reading(**{name: values.get(name, "") for name in Reading._fields})}


def team_field(teams: Sequence[str]) -> forms.ChoiceField:
    """A choice of the teams that opened a ticket, or of all."""
    return forms.ChoiceField(required=False, choices=[("", "all"), *((team, team) for team in teams if team)])


class TriageForm(forms.Form):
    """Which tickets the triage covers. Everything has a default: an empty form covers the last four weeks."""

    weeks = forms.TypedChoiceField(
        label="Window", choices=[(count, f"{count} weeks") for count in (4, 12, 26, 52)], coerce=int,
        required=False, initial=DEFAULT_WEEKS,
    )  # fmt: skip
    to = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    team = forms.ChoiceField(required=False)  # its choices are the teams of the day
    on_platform = forms.TypedChoiceField(
        label="Platform", required=False, coerce=lambda word: word == "yes", empty_value=None,
        choices=[("", "all"), ("yes", "on the platform"), ("no", "off the platform")],
    )  # fmt: skip

    def __init__(self, data: Any = None, *, teams: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["team"] = team_field(teams)

    def selection(self) -> dict[str, Any]:
        """As `triage_of` takes it; what is not valid is left at its default, and the form says so."""
        self.is_valid()
        until = self.cleaned_data.get("to")
        end = datetime.combine(until + timedelta(days=1), time(), tzinfo=UTC) if until else timezone.now()
        return {
            "start": end - timedelta(weeks=self.cleaned_data.get("weeks") or DEFAULT_WEEKS),
            "end": end,
            "team": self.cleaned_data.get("team") or None,
            "on_platform": self.cleaned_data.get("on_platform"),
        }


class TicketFilter(forms.Form):
    """Which tickets the list shows."""

    most_searched = MOST_SEARCHED
    q = forms.CharField(label="Words", required=False, max_length=200)
    type = forms.ChoiceField(
        required=False,
        choices=[
            ("", "all"),
            ("untagged", "unlabelled"),
            *((str(kind), in_words(kind)) for kind in TicketType),
        ],
    )
    team = forms.ChoiceField(required=False)  # its choices are the teams of the day
    open = forms.BooleanField(label="Open only", required=False)

    def __init__(self, data: Any = None, *, teams: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["team"] = team_field(teams)

    def filtered(self, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """The tickets that fit; a filter that is not valid filters nothing, and the form says so."""
        self.is_valid()
        fields = self.cleaned_data
        if words := fields.get("q"):
            named = newest(rows).filter(title__icontains=words).order_by().values("pk")
            rows = rows.filter(pk__in=named.union(rows.filter(external_id=words).order_by().values("pk")))
        if kind := fields.get("type"):
            rows = rows.filter(type="" if kind == "untagged" else kind)
        if team := fields.get("team"):
            rows = rows.filter(team=team)
        return rows.filter(resolution_hours=None) if fields.get("open") else rows


class SimulatorForm(forms.Form):
    """The percentage of each type that would no longer arrive, how much a fix can remove at most, and the window."""

    weeks = TriageForm.base_fields["weeks"]

    def __init__(self, data: QueryDict) -> None:
        ceilings = {f"ceiling_{kind}": str(round(100 * CEILINGS[kind])) for kind in TicketType}
        untouched = {str(kind): "0" for kind in TicketType} | {"weeks": str(DEFAULT_WEEKS)} | ceilings
        super().__init__(untouched | data.dict())
        for kind in TicketType:
            self.fields[f"ceiling_{kind}"] = forms.IntegerField(
                label=f"{in_words(kind)}, at most %", min_value=0, max_value=100, required=False
            )
        for kind in TicketType:
            slider = forms.NumberInput(attrs={"type": "range", "step": 5, "min": 0})
            self.fields[str(kind)] = forms.IntegerField(
                label=in_words(kind), min_value=0, max_value=100, required=False, initial=0, widget=slider
            )
            self.fields[str(kind)].widget.attrs["max"] = round(100 * self.ceilings()[kind])

    @property
    def levers(self) -> list[forms.BoundField]:
        """The sliders, and the window."""
        return [self[str(kind)] for kind in TicketType] + [self["weeks"]]

    @property
    def ceiling_fields(self) -> list[forms.BoundField]:
        """What the sliders end at."""
        return [self[f"ceiling_{kind}"] for kind in TicketType]

    def ceilings(self) -> dict[str, float]:
        """The most that a fix of each type removes, shares 0..1; what is not valid counts as it was proposed."""
        values = {kind: self[f"ceiling_{kind}"].field for kind in TicketType}
        return {str(kind): self._share(f"ceiling_{kind}", field, CEILINGS[kind]) for kind, field in values.items()}

    def _share(self, name: str, field: forms.Field, otherwise: float) -> float:
        try:
            percent = field.clean(self.data.get(name))
        except forms.ValidationError:
            return otherwise
        return otherwise if percent is None else percent / 100

    def reductions(self) -> dict[str, float]:
        """Shares 0..1 by type, none above its ceiling; what is not valid counts as 0, and the form says so."""
        self.is_valid()
        cuts, ceilings = self.cleaned_data, self.ceilings()
        return {str(kind): min((cuts.get(str(kind)) or 0) / 100, ceilings[kind]) for kind in TicketType}

    def window(self) -> dict[str, Any]:
        """As `triage_of` takes it."""
        self.is_valid()
        end = timezone.now()
        return {"start": end - timedelta(weeks=self.cleaned_data.get("weeks") or DEFAULT_WEEKS), "end": end}


MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MOMENTS = ("opened_at", "resolved_at")
TEAM = forms.TextInput(attrs={"list": "teams", "autocomplete": "off"})


class TicketForm(ActionModelForm):
    """A support ticket. A type that is chosen here is a person's word; left empty, one is proposed."""

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = (
            "source", "external_id", "title", "body", "team", "requester", "labels", "on_platform", "opened_at",
            "resolved_at", "effort_hours", "type",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"source", "external_id"} & set(self.fields):
            self.fields[name].disabled = bool(self.instance.pk)
        if self.instance.pk and not may_change(self.actor)(self.instance):
            for name in set(self.fields) - TRIAGE:
                self.fields[name].disabled = True
        for name in {*MOMENTS} & set(self.fields):
            self.fields[name].help_text = "UTC."
        if "escape_hatch" in self.fields:
            own = EscapeHatch.objects.filter(organization=self.instance.organization_id)
            cast("forms.ModelChoiceField[EscapeHatch]", self.fields["escape_hatch"]).queryset = own
        if "type" in self.fields:
            kinds = [("", "no type yet"), *((str(kind), label_of(kind)) for kind in TicketType)]
            cast("forms.ChoiceField", self.fields["type"]).choices = kinds
        if "effort_hours" in self.fields:
            self.fields["effort_hours"].help_text = "Hours of work, not of waiting."

    def perform(self, fields: dict[str, Any]) -> Ticket:
        """Change what the form was sent to change, and nothing that it only shows: a minute cuts no seconds."""
        key = {"source": self.instance.source, "external_id": self.instance.external_id} if self.instance.pk else {}
        changed = {name: value for name, value in fields.items() if not key or self._is_changed(name, value)}
        if not key and not fields["type"]:
            del changed["type"]
        ticket, _ = record_ticket(**(changed | key), actor=self.actor)
        return ticket

    def _is_changed(self, name: str, value: Any) -> bool:
        before = self.initial.get(name)
        if self.fields[name].disabled:
            return False
        if name in MOMENTS and before and value:
            return bool(before.replace(second=0, microsecond=0) != value)
        return name in self.changed_data


class TicketPageForm(TicketForm):
    """The same on pages, where a moment is one control, and with the escape hatch that answers it."""

    class Meta(TicketForm.Meta):
        fields = (*TicketForm.Meta.fields, "escape_hatch")
        widgets = dict.fromkeys(MOMENTS, MOMENT) | {"team": TEAM}


class CorrectionForm(TicketPageForm):
    """What is corrected most, in a row of the list."""

    class Meta(TicketPageForm.Meta):
        fields = ("type", "team", "resolved_at", "effort_hours")


class NewTicketForm(TicketPageForm):
    """A ticket that no tracker has."""

    class Meta(TicketPageForm.Meta):
        fields = (
            "title",
            "body",
            "team",
            "requester",
            "on_platform",
            "opened_at",
            "resolved_at",
            "effort_hours",
            "type",
        )

    def __init__(self, data: Any = None, *, organization: Organization | None, actor: Any) -> None:
        super().__init__(data, initial={"opened_at": timezone.now()}, actor=actor)
        self.organization = organization

    def perform(self, fields: dict[str, Any]) -> Ticket:
        """Under an id of our own."""
        return add_ticket(
            **{name: value for name, value in fields.items() if value or name != "type"}, actor=self.actor
        )


class HatchForm(ActionModelForm):
    """An entry of the escape-hatch catalogue."""

    class Meta:
        model = EscapeHatch
        fields = ("name", "offers", "how_to_use", "owner_team", "since")
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def perform(self, fields: dict[str, Any]) -> EscapeHatch:
        values = fields | {"owner_team": fields["owner_team"].slug}
        if self.instance.pk:
            return change_hatch(self.instance, **values, actor=self.actor)
        return add_hatch(self.organization, **values, actor=self.actor)


def day_field(label: str, help_text: str) -> forms.DateField:
    """A day, chosen from a calendar."""
    day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=day, help_text=help_text)


class CampaignForm(ActionForm):
    """Start a labelling campaign."""

    starts_on = day_field("First day", "Tickets opened from this day on are labelled.")
    ends_on = day_field("Last day", "Four weeks are enough for most teams.")
    people = forms.MultipleChoiceField(
        label="Who takes part", widget=forms.CheckboxSelectMultiple, help_text="Contributors and leads label tickets."
    )

    def __init__(self, data: Any = None) -> None:
        today = timezone.now().date()
        super().__init__(data, initial={"starts_on": today, "ends_on": today + USUAL})
        people = [(user.username, user.get_full_name() or user.username) for user in possible_people()]
        cast("forms.MultipleChoiceField", self.fields["people"]).choices = people

    def arguments(self) -> dict[str, Any]:
        """The arguments of `start_campaign`."""
        return dict(self.cleaned_data)
