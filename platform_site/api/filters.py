"""Filters of a list, by the names that its answers use."""

from __future__ import annotations

import re
from collections.abc import Mapping

import django_filters
from django.db.models import Model
from django.http import QueryDict
from django_filters import FilterSet
from django_filters.filterset import filterset_factory

# What a filter takes, where the library would drop in silence what it cannot read, and list everything.
TAKES: Mapping[type[django_filters.Filter], tuple[re.Pattern[str], str]] = {
    django_filters.BooleanFilter: (re.compile("true|false"), "Write true or false."),
    django_filters.NumberFilter: (re.compile(r"-?[0-9]{1,18}"), "Write a whole number."),
    django_filters.IsoDateTimeFilter: (re.compile(".+"), "Write a moment, such as 2026-01-05T08:00:00Z."),
}


def filters(model: type[Model], /, *fields: str, **renamed: str) -> type[FilterSet]:
    """A filter by equality for each field, and for each ``name="path__to__field"`` under that name.

    `filters(Feature, owner_team="owner_team__slug")` makes `?owner_team=data-platform`.
    """
    paths = {name: name for name in fields} | renamed
    made = filterset_factory(model, fields=list(paths.values())).base_filters
    meta = type("Meta", (), {"model": model, "fields": []})
    return type(f"{model.__name__}Filters", (FilterSet,), {"Meta": meta} | {n: made[p] for n, p in paths.items()})


def faults(filterset: type[FilterSet] | None, given: QueryDict) -> dict[str, str]:
    """What is wrong with the parameters of a list, by name: given twice, or not what their filter takes."""
    found = {name: "Give it once." for name in given if len(given.getlist(name)) > 1}
    for name, one in getattr(filterset, "base_filters", {}).items():
        for kind, (pattern, sentence) in TAKES.items():
            if name in given and isinstance(one, kind) and not pattern.fullmatch(given[name]):
                found[name] = sentence
    return found
