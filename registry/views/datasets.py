"""Data sets and source tables."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.queries import datasets
from registry.views.shared import page_of


@require_safe
def dataset_list(request: HttpRequest) -> HttpResponse:
    """Every data set, and every source table with the data set behind it."""
    context = {"page_obj": page_of(request, datasets.datasets()), "tables": datasets.source_tables()[:200]}
    return render(request, "registry/datasets.html", context)


@require_safe
def dataset(request: HttpRequest, name: str) -> HttpResponse:
    """One data set: where it lies, what it looked like when."""
    found = datasets.dataset(name)
    snapshots = list(found.snapshots.all()[:50])
    context = {"dataset": found, "snapshots": snapshots, "tables": found.source_tables.all()}
    return render(request, "registry/dataset.html", context)
