"""Filters of a list, named as the fields in its answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django_filters import FilterSet
from django_filters.filterset import filterset_factory

from platform_site.owned import tagged
from platform_site.text.tags import SENTENCE, TAG


class TagFilter(django_filters.CharFilter):
    """The rows with a tag."""

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return tagged(rows, value) if value else rows


# What a filter accepts. The library itself would ignore a value that it cannot read, and list everything.
TAKES: Mapping[type[django_filters.Filter], tuple[re.Pattern[str], str]] = {
    django_filters.BooleanFilter: (re.compile("true|false"), "Write true or false."),
    django_filters.NumberFilter: (re.compile(r"-?[0-9]{1,18}"), "Write a whole number."),
    TagFilter: (re.compile(TAG.pattern, re.IGNORECASE), f"It is not a tag. {SENTENCE}"),
    django_filters.IsoDateTimeFilter: (re.compile(".+"), "Write a date and time, such as 2026-01-05T08:00:00Z."),
}


def filters(model: type[Model], /, *fields: str, **renamed: str | django_filters.Filter) -> type[FilterSet]:
    """A filter by equality for each field, and for each ``name="path__to__field"`` under that name; or another filter.

    `filters(Feature, owner_team="owner_team__slug", tag=TagFilter())` makes `?owner_team=data-platform&tag=risk`.
    """
    others = {name: path for name, path in renamed.items() if isinstance(path, django_filters.Filter)}
    paths = {name: name for name in fields} | {name: path for name, path in renamed.items() if name not in others}
    made = filterset_factory(model, fields=list(paths.values())).base_filters
    meta = type("Meta", (), {"model": model, "fields": []})
    return type(
        f"{model.__name__}Filters", (FilterSet,), {"Meta": meta} | {n: made[p] for n, p in paths.items()} | others
    )


def faults(filterset: type[FilterSet] | None, parameters: QueryDict) -> dict[str, str]:
    """What is wrong with the parameters of a list, by name: repeated, or not what their filter accepts."""
    problems = {name: f"{name} may be given only once." for name in parameters if len(parameters.getlist(name)) > 1}
    for name, field_filter in getattr(filterset, "base_filters", {}).items():
        for kind, (pattern, sentence) in TAKES.items():
            value = str(parameters.get(name, ""))
            if name in parameters and isinstance(field_filter, kind) and not pattern.fullmatch(value):
                problems[name] = f"{name}: {value} is not valid. {sentence}"
    return problems
