"""Import a file of records: upload, preview, store. Nothing is kept between the two but what the page sends back."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments.adoption.actions import import_file
from assessments.adoption.actions.importing import Imported, read_file
from assessments.adoption.actions.records import WHO
from assessments.adoption.forms import KIND_NAMES, ImportForm
from assessments.adoption.queries.importing import Plan, plan_import
from assessments.adoption.rules.files import KINDS
from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from platform_site.access import can_report_adoption, require
from platform_site.pages import actor
from platform_site.text.dates import zone_of
from platform_site.text.wording import counted

SHOWN_FAULTS, SHOWN_ROWS = 500, 20


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def import_records(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Show what a file would change; with `store` in the form, store all rows or the good rows only."""
    require(can_report_adoption(actor(request)), WHO)
    form = ImportForm(
        request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "projects")}
    )
    context: dict[str, Any] = {
        "form": form,
        "kinds": [(name, KINDS[noun]) for noun, name in KIND_NAMES],
    }
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        kind, about = KINDS[fields["kind"]], {"order": fields["order"], "zone": zone_of(fields["zone"])}
        store = request.POST.get("store", "")
        if store:
            arguments = about | {"organization": organization, "good_rows_only": store == "good"}
            done = form.act(import_file, fields["bytes"], kind, **arguments, actor=actor(request))
            if done:
                messages.success(request, _sentence(done))
                return redirect("assessments:adoption_records", kind.name)
        elif table := form.act(read_file, fields["bytes"], kind, **about):
            context |= _preview(plan_import(table, kind, organization), fields)
    return render(request, "assessments/adoption/import.html", context, status=422 if form.errors else 200)


def _preview(plan: Plan, fields: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of a plan, and the file for the form that stores it."""
    again = {name: fields[name] for name in ("kind", "order", "zone")}
    return {
        "plan": plan,
        "again": again | {"content": base64.b64encode(fields["bytes"]).decode()},
        "faults": plan.faults[:SHOWN_FAULTS],
        "new": [(row.line, [_cell(row.fields.get(column.name)) for column in plan.kind.columns]) for row in plan.new][
            :SHOWN_ROWS
        ],
        "changed": [
            (
                change.line,
                change.record,
                [(name, _cell(old), _cell(new)) for name, (old, new) in change.changes.items()],
            )
            for change in plan.changed[:SHOWN_ROWS]
        ],
    }


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(sorted(map(str, value)))
    return {True: "yes", False: "no", None: "–", "": "–"}.get(value) or str(value)


def _sentence(done: Imported) -> str:
    parts = [f"{counted(done.new, 'record')} added", f"{done.changed:,} changed", f"{done.same:,} as they were"]
    left = f" {counted(done.left_out, 'bad row')} left out." if done.left_out else ""
    return f"{', '.join(parts)}.{left}"
