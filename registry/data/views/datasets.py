"""Data sets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import can_describe_data
from platform_site.pages import Panel, act_and_redirect, actor, page_of, panel_context
from registry.data.actions.datasets import add_dataset, change_reading, take_snapshot
from registry.data.actions.uploads import upload_file
from registry.data.forms.datasets import DatasetForm, UploadForm
from registry.data.forms.reading import ReadForm
from registry.data.queries import datasets
from registry.data.queries.folders import KIND_OF, listing
from registry.models import Dataset

SHOWN = 20

ADDED = ("name", "kind", "location", "connection", "key", "event_time")


@require_safe
def dataset_list(request: HttpRequest) -> HttpResponse:
    """Every data set, and the first source tables, each with the data set behind it."""
    tables = datasets.source_tables()
    context = {
        "page_obj": page_of(request, datasets.datasets()),
        "tables": tables[:SHOWN],
        "table_count": tables.count(),
    }
    return render(request, "registry/data/datasets.html", context | {"may_add": can_describe_data(actor(request))})


@require_safe
def dataset(request: HttpRequest, name: str, panels: Iterable[Panel] = ()) -> HttpResponse:
    """One data set: where it lies, how it looks now, its snapshots, and which checks read it."""
    record = datasets.dataset(name)
    context = {
        "dataset": record,
        "preview": datasets.preview(record),
        "shown": datasets.reading(record),
        "snapshots": list(record.snapshots.all()[:50]),
        "tables": datasets.source_tables().filter(current__dataset=record),
        "may_describe": can_describe_data(actor(request)),
    }
    return render(request, "registry/data/dataset.html", context | panel_context(panels, request, record))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Describe files inside the data roots as a data set."""
    form = DatasetForm(request.POST or None, initial=_chosen(request))
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ADDED}
        added = form.act(add_dataset, **fields, read=form.stated(), actor=actor(request))
        if added:
            messages.success(request, f"Data set {added.name} was added.")
            return redirect("registry:dataset", added.name)
    return _add_page(request, form)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Store a small file in the data root; the form for its data set comes next."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid() and (location := form.act(upload_file, form.cleaned_data["file"], actor=actor(request))):
        messages.success(request, f"{location} is stored. Describe it as a data set.")
        chosen = urlencode({"location": location, "folder": location.rpartition("/")[0]})
        return redirect(f"{resolve_url('registry:dataset_add')}?{chosen}")
    return _add_page(request, DatasetForm(), upload=form)


def _add_page(request: HttpRequest, form: DatasetForm, upload: UploadForm | None = None) -> HttpResponse:
    may_browse = can_describe_data(actor(request))
    context = {
        "form": form,
        "upload": upload or UploadForm(),
        "listing": listing(request.GET.get("folder", ""), settings.DATA_ROOTS) if may_browse else None,
        "roots": settings.DATA_ROOTS,
    }
    faulty = form.errors or (upload and upload.errors)
    return render(request, "registry/data/dataset_form.html", context, status=422 if faulty else 200)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What is known of a file that was picked: its location, its kind, and a name to begin with."""
    location = request.GET.get("location", "")[:500]
    if not location:
        return {}
    stem, _, suffix = location.rpartition("/")[2].rpartition(".")
    kind = KIND_OF.get(f".{suffix.lower()}", Dataset.Kind.PARQUET)
    name = re.sub(r"[^a-z0-9_]+", "_", (stem or suffix).lower()).strip("_")
    return {"location": location, "kind": kind, "name": name[:128]}


@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, name: str) -> HttpResponse:
    """Change how the files of a data set are read."""
    record = datasets.dataset(name)
    shown = datasets.reading(record)
    form = ReadForm(request.POST if request.method == "POST" else None, shown=shown, kind=record.kind)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.act(change_reading, record, form.stated(), actor=actor(request))
    ):
        messages.success(request, "Saved. Every reader uses it from now on.")
        return redirect("registry:dataset", name)
    context = {"dataset": record, "form": form, "shown": shown}
    return render(request, "registry/data/reading.html", context, status=422 if form.errors else 200)


@require_POST
def snapshot(request: HttpRequest, name: str) -> HttpResponse:
    """Take a snapshot of a data set."""
    record = datasets.dataset(name)
    return act_and_redirect(
        request,
        lambda: take_snapshot(record, actor=actor(request)),
        done="Snapshot recorded. The same content gives the same snapshot.",
        to=resolve_url("registry:dataset", name),
    )
