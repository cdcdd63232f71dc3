"""Filters of a list, by the names that its answers use."""

from __future__ import annotations

from django.db.models import Model
from django_filters import FilterSet
from django_filters.filterset import filterset_factory


def filters(model: type[Model], /, *fields: str, **renamed: str) -> type[FilterSet]:
    """A filter by equality for each field, and for each ``name="path__to__field"`` under that name.

    `filters(Feature, owner_team="owner_team__slug")` makes `?owner_team=data-platform`.
    """
    paths = {name: name for name in fields} | renamed
    made = filterset_factory(model, fields=list(paths.values())).base_filters
    meta = type("Meta", (), {"model": model, "fields": []})
    return type(f"{model.__name__}Filters", (FilterSet,), {"Meta": meta} | {n: made[p] for n, p in paths.items()})
