"""The impact graph around a feature, a model or a source table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_safe

from platform_site.errors import Unknown
from registry.features.queries import features
from registry.serving.queries import graph
from registry.serving.rules.graph import READABLE, Graph, fold, layout
from registry.versions.panels import model_head
from registry.versions.queries import model_versions


@require_safe
def of_feature(request: HttpRequest, name: str) -> HttpResponse:
    """What a feature is computed from, and what was trained on it."""
    feature = features.feature(name)
    return _page(request, graph.around_feature(feature), name, resolve_url("registry:feature", name))


@require_safe
def of_model(request: HttpRequest, name: str) -> HttpResponse:
    """What a model's versions were trained on."""
    model = model_versions.model(name)
    head = model_head(model) | {"tab": "lineage", "base": "registry/versions/model/base.html"}
    return _page(request, graph.around_model(model), name, resolve_url("registry:model", name), head)


@require_safe
def of_source(request: HttpRequest, name: str) -> HttpResponse:
    """What depends on a source table."""
    whole = graph.around_source(name)
    if not whole.nodes:
        raise Unknown(f"No feature is computed from source table {name}.")
    return _page(request, whole, name, resolve_url("registry:source_table", name))


def _page(
    request: HttpRequest, whole: Graph, name: str, back: str, head: Mapping[str, Any] = MappingProxyType({})
) -> HttpResponse:
    shown = fold(whole)
    drawing = layout(shown)
    labels = {node.key: node.label for node in shown.nodes}
    context = {
        "base": "registry/serving/graph_base.html",
        "name": name,
        "back": back,
        "drawing": drawing,
        "columns": drawing.columns,
        "edges": [(labels[start], labels[end]) for start, end in sorted(shown.edges)],
        "total": len(whole.nodes),
        "reported": any(node.column < 0 for node in whole.nodes),
        "traced": graph.traced_columns(whole),
        "folded": len(whole.nodes) > READABLE,
    }
    return render(request, "registry/serving/graph.html", context | dict(head))
