"""Import and export in the admin, as CSV and JSON, of what is entered there by hand.

Each row goes through the form that the admin shows and so through its action: the same access, faults and audit events. A file
is previewed first and applied as a whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from import_export.admin import ImportExportMixin
from import_export.fields import Field
from import_export.formats import base_formats
from import_export.forms import ExportForm
from import_export.resources import Diff, ModelResource, modelresource_factory
from import_export.results import Error
from import_export.tmp_storages import CacheStorage

from platform_site.access import actor_of
from platform_site.admin import ActionAdmin
from platform_site.text.cells import original_text, safe_cell

MOST_ROWS = 5_000
NATURAL_NAMES = ("slug", "name")  # by which a file names another record


class GuardedCSV(base_formats.CSV):
    """CSV whose cells no spreadsheet takes for a formula; what is imported again is what was stored."""

    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        guarded = type(dataset)(*(tuple(map(safe_cell, row)) for row in dataset), headers=dataset.headers)
        return super().export_data(guarded, **kwargs)

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> Any:
        dataset = super().create_dataset(in_stream, **kwargs)
        return type(dataset)(*(tuple(map(original_text, row)) for row in dataset), headers=dataset.headers)


class CellChanges(Diff):
    """What an import would change in each cell: the library's own markup has inline styles, which browsers refuse here."""

    def as_html(self) -> list[str]:
        before = [""] * len(self.left) if self.new else self.left
        return [_cell_change(str(old), str(new)) for old, new in zip(before, self.right, strict=True)]


def _cell_change(old: str, new: str) -> str:
    """A cell of the preview.

    >>> _cell_change("3", "4"), _cell_change("", "4"), _cell_change("<b>", "<b>")
    ('<del>3</del> <ins>4</ins>', '<ins>4</ins>', '&lt;b&gt;')
    """
    if old == new:
        return format_html("{}", new)
    marks = [(tag, text) for tag, text in (("del", old), ("ins", new)) if text]
    return format_html_join(" ", "<{0}>{1}</{0}>", marks)


class SentenceAlone(Error):
    """What is wrong with a file, without the traceback that the library prints below it."""

    traceback = ""


class ActionResource(ModelResource):
    """How rows of a file become records: by the admin's form and its action.

    A row is about the record that its `id` names, or its natural key (`key`); any other row is about a new one. Columns that
    a file leaves out stay as they are.
    """

    def __init__(self, *, admin: Any, request: Any) -> None:
        super().__init__()
        self.admin, self.request = admin, request

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return CellChanges

    @classmethod
    def get_error_result_class(cls) -> type[Error]:
        return SentenceAlone

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Refuse a file with too many rows or unknown columns as a whole, before any row is looked at."""
        if sentence := self._fault(len(dataset), dataset.headers or ()):
            dataset.wipe()
            raise ValueError(sentence)

    def _fault(self, rows: int, columns: Iterable[str]) -> str:
        known = ["id", *self.admin.form.base_fields]
        if rows > MOST_ROWS:
            return f"The file has {rows:,} rows. Import at most {MOST_ROWS:,} at a time."
        if unknown := [name for name in columns if name not in known]:
            return f"{', '.join(map(repr, unknown))} is not a column. Choose from {', '.join(known)}."
        return ""

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> Model | None:
        """The record that a row is about; None for a new one."""
        names = [name for name in ("id", *self.admin.key) if row.get(name) not in (None, "")]
        if "id" in names:
            return self._by_id(row["id"])
        if not names or set(names) != set(self.admin.key):
            return None
        return self._meta.model.objects.filter(**{name: row[name] for name in names}).first()

    def _by_id(self, text: Any) -> Model:
        record = self._meta.model.objects.filter(pk=text).first() if str(text).isdecimal() else None
        if record is None:
            raise ValidationError({"id": f"There is no record {text!r}. Leave id empty for a new one."})
        return record

    def import_instance(self, instance: Model, row: Any, **kwargs: Any) -> None:
        """Nothing: the form reads the row."""

    def validate_instance(self, instance: Model, *args: Any, **kwargs: Any) -> None:
        """Nothing: the form and its action say what is wrong."""

    def save_instance(self, instance: Model, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Call the action with a row. ValidationError with every fault of it."""
        if not is_create and not self.admin.has_change_permission(self.request, instance):
            raise ValidationError(f"{instance} exists already and cannot be changed. Leave this row out.")
        options = {"instance": None if is_create else instance, "actor": actor_of(self.request.user)}
        form = self.admin.form(form_data(self.admin.form(**options), row), **options)
        record = form.submit() if form.is_valid() else None
        if form.errors:
            raise ValidationError({name or "__all__": list(map(str, faults)) for name, faults in form.errors.items()})
        if record is not None:
            instance.__dict__.update(record.__dict__)  # what the preview shows

    def save_m2m(self, instance: Model, row: Any, **kwargs: Any) -> None:
        """Nothing: the action wrote all of it."""


def form_data(form: forms.ModelForm, row: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser would send for a row: for columns that are not in the file, what the record has."""
    data = {}
    for name, field in form.fields.items():
        value = _cell(name, field, row[name]) if name in row else form.get_initial_for_field(field, name)
        value = field.prepare_value(value)
        if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
            value = str(value).strip().lower() in ("true", "1", "yes", "on") or None
        if value is not None:
            data[name] = value
    return data


def _cell(name: str, field: forms.Field, value: Any) -> Any:
    """A cell as the field's browser value: the key of the record that it names, a list with commas, JSON as text."""
    if value in (None, ""):
        return None
    if isinstance(field, forms.ModelChoiceField):
        return _key_of(name, field, value)
    if isinstance(value, dict) or (isinstance(value, list) and isinstance(field, forms.JSONField)):
        return json.dumps(value)
    return value


def _key_of(name: str, field: forms.ModelChoiceField, value: Any) -> Any:
    records = cast("QuerySet[Any]", field.queryset)
    record = records.filter(**{_natural_name(records.model): value}).first()
    if record is None:
        raise ValidationError({name: f"There is no {records.model._meta.verbose_name} {value!r}."})
    return record.pk


class ImportableAdmin(ImportExportMixin, ActionAdmin):
    """An admin of what is entered by hand, with import and export."""

    key: tuple[str, ...] = ()  # the fields that name a record in a file, beside its id
    attributes: Mapping[str, str] = {}  # where a field of the form is, when it is not a field of the record itself
    tmp_storage_class = CacheStorage  # any web process finds the file that was previewed
    formats = [GuardedCSV, base_formats.JSON]
    export_form_class = ExportForm  # the form that selects columns has inline scripts, which browsers refuse here
    skip_admin_log = True  # the audit log has it
    change_list_template = None

    def get_resource_classes(self, request: HttpRequest) -> list[type[ActionResource]]:
        columns = [name for name in self.form.base_fields if _is_column(self.model, name)]
        others = {name: _other(self.model, name) for name in columns if _is_relation(self.model, name)}
        others |= {name: Field(column_name=name, attribute=path) for name, path in self.attributes.items()}
        names = [name for name in self.form.base_fields if name in {*columns, *others}]
        options = {
            "fields": ("id", *names),
            "export_order": ("id", *names),
            "import_id_fields": (),
            "skip_unchanged": False,
        }
        return [modelresource_factory(self.model, ActionResource, options, others)]

    def get_resource_kwargs(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"admin": self, "request": request}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """All rows or none."""
        whole = {"use_transactions": True, "rollback_on_validation_errors": True}
        return super().get_import_data_kwargs(**kwargs) | whole

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Say what was imported; when a row was refused meanwhile, that nothing was."""
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)
        rows = [row.number for row in (*result.invalid_rows, *result.error_rows)]
        self.message_user(request, f"Nothing was imported: look at row {', '.join(map(str, rows[:10]))}.", "ERROR")
        return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.may(actor_of(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


def _is_column(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.fields)


def _is_relation(model: type[Model], name: str) -> bool:
    return bool(model._meta.get_field(name).is_relation)


def _other(model: type[Model], name: str) -> Field:
    """Another record in a file: by its slug or name."""
    return Field(column_name=name, attribute=f"{name}__{_natural_name(model._meta.get_field(name).related_model)}")


def _natural_name(model: Any) -> str:
    return next(name for name in NATURAL_NAMES if _is_column(model, name))
