"""The forms that describe a source table: a new one, or an existing one anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.html import format_html

from platform_site.access import Actor, can_assess, can_contribute
from platform_site.errors import Fault, Refusal
from platform_site.forms import ActionForm
from platform_site.owned_forms import DetailsForm, team_choices
from registry.compute.dialects import DIALECTS, ENGINE, TITLES
from registry.compute.dialects.code import CODE
from registry.compute.upstream import JINJA, LONGEST_STORED, PYTHON, SQL_DIALECTS, SUPPLIED, UpstreamKind, from_dict
from registry.data.forms.datasets import ColumnsField
from registry.data.queries.source_faults import source_faults
from registry.data.queries.source_tables import completed
from registry.data.rules.described_upstream import Unclear, described_upstream
from registry.data.rules.source import Source, address
from registry.models import Dataset, SourceTable
from registry.models.fields import NAME

NO_UPSTREAM = [("", "not described")]
KIND_TITLES = {
    UpstreamKind.DBT: "a dbt model",
    UpstreamKind.FEAST: "a Feast view",
    UpstreamKind.VIEW: "a database view",
    UpstreamKind.PYTHON: "a Python file or notebook",
    UpstreamKind.OPENLINEAGE: "jobs that report OpenLineage events",
    UpstreamKind.OTHER: "something else",
}


class CodeField(forms.CharField):
    """Code, with line feeds alone as line ends, whatever the browser sends."""

    widget = forms.Textarea(attrs={"rows": 8, "class": "code", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), self.to_python(data))


class SourceForm(ActionForm):
    """What a source table is: its rows, whose they are, what orders them, what computes them."""

    dataset = forms.ChoiceField(
        required=False, label="Data set", help_text="Where the rows are. Features are computed once it is set."
    )
    entity_key = ColumnsField(
        max_length=2_000, help_text="Columns that identify the entity, with commas between them: customer_id."
    )
    event_time = forms.CharField(max_length=128, help_text="The column that orders an entity's rows.")
    row_key = ColumnsField(
        max_length=2_000, required=False, help_text="Columns that identify a row; the data set's key when left empty."
    )
    dialect = forms.ChoiceField(
        choices=[(name, TITLES.get(name, name)) for name in DIALECTS if name not in CODE],
        initial=ENGINE,
        help_text="The SQL that the table itself is queried in.",
    )
    upstream_kind = forms.ChoiceField(
        required=False,
        label="Upstream",
        choices=[*NO_UPSTREAM, *((str(kind), title) for kind, title in KIND_TITLES.items())],
        help_text="What computes the table before it is read here. A change of it then closes the gates of models trained before.",
    )
    upstream_name = forms.CharField(max_length=500, required=False, help_text="Its file or view: models/orders.sql.")
    upstream_dialect = forms.ChoiceField(
        required=False,
        choices=[("", "compared as text"), *((name, name) for name in sorted({*SQL_DIALECTS, PYTHON, JINJA}))],
        help_text="Of the code. SQL is compared by what it computes, not by its formatting.",
    )
    upstream_digest = forms.CharField(
        max_length=128, required=False, help_text="Instead of the code where it cannot leave its place: its hash."
    )
    upstream_text = CodeField(
        max_length=100_000,
        required=False,
        strip=False,
        label="Upstream code",
        help_text="The SQL or Python itself. It is compared and shown, and never run here.",
    )

    def __init__(self, *args: Any, table: SourceTable | None = None, **kwargs: Any) -> None:
        self.table, self.source = table, Source(None, [], "")
        if table:
            kwargs["initial"] = _initial(table)
        super().__init__(*args, **kwargs)
        names = Dataset.objects.order_by("name").values_list("name", flat=True)
        cast(forms.ChoiceField, self.fields["dataset"]).choices = [("", "none yet"), *((name, name) for name in names)]
        for name, field in self.fields.items():
            field.error_messages["required"] = f"Give the {name.replace('_', ' ')}."
        self._keep_what_is_stored()

    def _keep_what_is_stored(self) -> None:
        """Offer a stored dialect that is not in the list, and say which other files the upstream is built on."""
        current = self.table.current if self.table else None
        if current is None:
            return
        dialects = cast(forms.ChoiceField, self.fields["dialect"])
        if current.dialect not in dict(cast(Any, dialects.choices)):
            dialects.choices = [*cast(Any, dialects.choices), (current.dialect, current.dialect)]
        upstream = from_dict(current.upstream)
        if upstream and upstream.ancestors:
            names = ", ".join(ancestor.name for ancestor in upstream.ancestors[:5])
            more = f" and {len(upstream.ancestors) - 5} more" if len(upstream.ancestors) > 5 else ""
            self._explain(f"It is built on {names}{more}, which stay as they are; an import or the API changes them.")
        if upstream and len(upstream.text) >= LONGEST_STORED:
            self._explain(f"Only its first {LONGEST_STORED:,} characters are stored.")

    def _explain(self, sentence: str) -> None:
        """Add a sentence below the code; names that people gave are shown as text."""
        field = self.fields["upstream_text"]
        field.help_text = format_html("{} {}", field.help_text, sentence)

    def clean(self) -> dict[str, Any]:
        """Everything wrong with the description, beside what is wrong with single fields; nothing is written."""
        values = super().clean() or self.cleaned_data
        upstream = self._upstream(values)
        content = {name: values.get(name) or "" for name in ("event_time", "dialect")}
        content |= {name: values.get(name) or [] for name in ("entity_key", "row_key")}
        self.source = completed(Source(**content, dataset=values.get("dataset") or None, upstream=upstream))
        for fault in source_faults(self.table.name if self.table else values.get("name", ""), self.source):
            if self._at(fault.field) not in self.errors:
                self.add_error(self._at(fault.field), fault.message)
        return values

    def _upstream(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The upstream described; the stored one where none of its fields was changed."""
        fields = [name for name in self.fields if name.startswith("upstream_")]
        current = self.table.current if self.table else None
        if current and not set(fields) & set(self.changed_data):
            return cast("dict[str, Any] | None", current.upstream)
        if not values.get("upstream_kind"):
            for name in ("upstream_name", "upstream_text", "upstream_digest"):
                if values.get(name):
                    self.add_error("upstream_kind", "Choose what it is, or empty the fields of the upstream.")
                    break
            return None
        if not values.get("upstream_name"):
            self.add_error("upstream_name", "Name its file or view.")
        content = {name.removeprefix("upstream_"): values.get(name, "") for name in fields}
        stored = from_dict(current.upstream) if current else None
        built_on = stored.ancestors if stored else ()
        ancestors = [{"name": entry.name, "digest": entry.digest} for entry in built_on]
        try:
            upstream = described_upstream(**content, ancestors=ancestors)
            return upstream._replace(ancestors=built_on).as_dict()  # with their texts
        except Unclear as unclear:
            for problem in unclear.problems:
                self.add_error(self._at(f"upstream.{problem.field}"), problem.sentence)
            return None

    def _at(self, field: str) -> str | None:
        """The form's field for a fault's."""
        name = field.replace(".", "_")
        return name if name in self.fields else None

    def add_refusal(self, refusal: Refusal) -> None:
        """A name that is taken is a fault of the name."""
        if refusal.code == "exists" and "name" in self.fields:
            self.add_error("name", refusal.message)
            return
        for fault in refusal.faults or [Fault("", refusal.code, refusal.message)]:
            self.add_error(self._at(fault.field), fault.message)


class NewSourceForm(SourceForm):
    """A source table to add."""

    name = forms.CharField(
        max_length=128,
        validators=[NAME],
        help_text="The name that feature logic reads it by: lower-case letters, digits and _.",
    )
    owner_team = forms.ChoiceField(required=False, label="Owner", help_text="Its contributors add versions later.")
    description = forms.CharField(max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    field_order = ("name", "owner_team", "description")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [(slug, name) for slug, name in team_choices() if can_assess(actor) or can_contribute(actor, slug)]
        field = cast(forms.ChoiceField, self.fields["owner_team"])
        field.choices = own if len(own) == 1 else [("", "none: a lead sets it"), *own]


class NewVersionForm(SourceForm):
    """A source table described anew. ``seen`` is the address of the content whose effect was shown."""

    reason = forms.CharField(max_length=4_000, help_text="Why it changes. It is kept in the audit log.")
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    @property
    def is_seen(self) -> bool:
        """Whether what this content changes was shown before."""
        return bool(self.cleaned_data["seen"]) and self.cleaned_data["seen"] == address(self.source)

    def mark_seen(self) -> None:
        """The page that comes next shows what this content changes."""
        values = cast(QueryDict, self.data).copy()
        values["seen"] = address(self.source)
        self.data = values


class SourceDetailsForm(DetailsForm):
    """What can be edited of a source table; one without an owner gets no team that nobody chose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.initial["owner_team"]:
            cast(forms.ChoiceField, self.fields["owner_team"]).choices = [("", "none yet"), *team_choices()]


class BackForm(ActionForm):
    """Why a version of a source table is put in force again."""

    reason = forms.CharField(max_length=4_000, help_text="It is kept in the audit log.")


def _initial(table: SourceTable) -> dict[str, Any]:
    """The values in force, as the form shows them."""
    current = table.current
    if current is None:
        return {}
    upstream = from_dict(current.upstream)
    content = {name: getattr(current, name) for name in ("entity_key", "event_time", "row_key", "dialect")}
    content |= {"dataset": current.dataset.name if current.dataset else ""}
    if upstream is None:
        return content
    supplied = upstream.fingerprint.removeprefix(SUPPLIED) if upstream.fingerprint.startswith(SUPPLIED) else ""
    return content | {
        "upstream_kind": upstream.kind,
        "upstream_name": upstream.name,
        "upstream_text": upstream.text,
        "upstream_dialect": upstream.dialect,
        "upstream_digest": supplied,
    }
