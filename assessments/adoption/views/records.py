"""The records of adoption, kind by kind: list, add, change, remove."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.adoption import forms
from assessments.adoption.actions import remove_entry
from assessments.adoption.actions.records import WHO
from assessments.adoption.queries.importing import MODELS
from assessments.adoption.queries.records import entries, entry
from assessments.models import Organization
from assessments.organizations.reported import require_may_change
from assessments.organizations.views import of_one_organization
from platform_site.access import can_report_adoption, require
from platform_site.errors import Unknown
from platform_site.pages import Table, actor, page_of, page_or_csv, search_in
from platform_site.text.wording import NOTHING


class Page(NamedTuple):
    """How a kind of record is shown: its words, the form, the columns and cells of its list, and what a search reads."""

    singular: str
    plural: str
    lead: str
    form: type[forms.EntryForm]
    columns: Sequence[str]
    cells: Callable[[Any], Sequence[Any]]
    searched: Sequence[str]


PAGES = {
    "projects": Page(
        "project", "Projects", "New model projects, on the platform or elsewhere.", forms.ProjectForm,
        ("Name", "Team", "Started on", "On the platform"),
        lambda row: (row.name, row.team, row.started_on, row.on_platform), ("name", "team"),
    ),
    "use-cases": Page(
        "use case", "Use cases", "What teams do with models: supported by the platform or not, done there or not.",
        forms.UseCaseForm, ("Name", "Team", "Supported", "On the platform"),
        lambda row: (row.name, row.team, row.supported, row.on_platform), ("name", "team"),
    ),
    "showstoppers": Page(
        "answer", "Answers", "What teams answered to “What would make you switch?”", forms.ShowstopperForm,
        ("Answer", "Team", "Day", "Counted as"), lambda row: (row.answer, row.team, row.day, row.counted_as),
        ("answer", "team", "counted_as"),
    ),
    "releases": Page(
        "release", "Releases", "What the platform team shipped, and whom it was for.", forms.ServingReleaseForm,
        ("Name", "Started on", "Released on", "Weeks", "Answers", "Use cases"),
        lambda row: (
            row.name, row.started_on, row.released_on, round(row.weeks, 1),
            "; ".join(sorted({answer.counted_as or answer.answer for answer in row.answers.all()})),
            "; ".join(use_case.name for use_case in row.use_cases.all()),
        ), ("name",),
    ),
    "training-runs": Page(
        "training run", "Training runs", "What orchestrators and people reported.", forms.TrainingRunPageForm,
        ("Model", "Team", "Started at", "Ended at", "Succeeded", "Orchestrator", "External id"),
        lambda row: (
            row.model, row.team, row.started_at, row.ended_at, row.succeeded, row.orchestrator, row.external_id,
        ), ("team", "model", "external_id"),
    ),
}  # fmt: skip


def page_of_kind(noun: str) -> Page:
    """The words and columns of a kind; Unknown for another word."""
    if noun not in PAGES:
        raise Unknown(f"There are no {noun[:60]} here. Choose from {', '.join(PAGES)}.")
    return PAGES[noun]


@require_safe
@of_one_organization
def record_list(request: HttpRequest, noun: str, organization: Organization | None) -> HttpResponse:
    """An organization's records of one kind, searched; as CSV whole, in the columns that an import reads."""
    page = page_of_kind(noun)
    everything = rows = entries(MODELS[noun], organization)
    if noun == "releases":
        rows = rows.prefetch_related("answers", "use_cases")
    search, rows = search_in(request, rows, *page.searched)
    shown = page_of(request, rows)
    context = {
        "page": page,
        "noun": noun,
        "pages": PAGES,
        "search": search,
        "everything": everything,
        "page_obj": shown,
        "rows": [(row.pk, row.sample, [_shown(cell) for cell in page.cells(row)]) for row in shown],
        "may_report": can_report_adoption(actor(request)),
    }
    columns = [column.lower().replace(" ", "_").replace("on_the_platform", "on_platform") for column in page.columns]
    table = Table(noun, columns, _file_cells(rows, page))
    return page_or_csv(request, "assessments/adoption/records.html", context, [table])


def _shown(cell: Any) -> str:
    """A cell as people read it: a moment in UTC, nothing as a dash."""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return NOTHING if cell in (None, "") else str(_file_cell(cell))


def _file_cells(rows: Any, page: Page) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=2_000):
        yield [_file_cell(cell) for cell in page.cells(row)]


def _file_cell(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell.astimezone(UTC).isoformat(timespec="seconds") if isinstance(cell, datetime) else cell


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def add(request: HttpRequest, noun: str, organization: Organization | None) -> HttpResponse:
    """Add a record."""
    page = page_of_kind(noun)
    require(can_report_adoption(actor(request)), WHO)
    form = page.form(request.POST or None, organization=organization, actor=actor(request))
    return _answer(request, form, page, noun)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """Change a record."""
    page, record = page_of_kind(noun), entry(MODELS[noun], pk)
    require(can_report_adoption(actor(request)), WHO)
    require_may_change(record, actor(request))
    return _answer(request, page.form(request.POST or None, instance=record, actor=actor(request)), page, noun)


@require_POST
def remove(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """Remove a record, with a reason."""
    page, record = page_of_kind(noun), entry(MODELS[noun], pk)
    removal = forms.RemovalForm(request.POST)
    require(can_report_adoption(actor(request)), WHO)
    require_may_change(record, actor(request))
    if removal.is_valid():
        removal.act(remove_entry, record, reason=removal.cleaned_data["reason"], actor=actor(request))
    if removal.errors:
        form = page.form(instance=record, actor=actor(request))
        return _show(request, form, page, noun, removal)
    messages.success(request, f"The {page.singular} was removed. The audit log has what it was.")
    return redirect("assessments:adoption_records", noun)


def _answer(request: HttpRequest, form: forms.EntryForm, page: Page, noun: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and form.submit():
        messages.success(request, f"The {page.singular} was {'changed' if form.instance.pk else 'added'}.")
        return redirect("assessments:adoption_records", noun)
    return _show(request, form, page, noun, forms.RemovalForm())


def _show(
    request: HttpRequest, form: forms.EntryForm, page: Page, noun: str, removal: forms.RemovalForm
) -> HttpResponse:
    context = {"form": form, "removal": removal, "page": page, "noun": noun, "record": form.instance}
    status = 422 if form.errors or removal.errors else 200
    return render(request, "assessments/adoption/record.html", context, status=status)
