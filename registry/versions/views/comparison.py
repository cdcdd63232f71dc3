"""Two versions of a model side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from platform_site.errors import Unknown
from registry.versions.queries import model_versions

MOST_LISTED = 200


@require_safe
def compare(request: HttpRequest, name: str) -> HttpResponse:
    """The two versions that the address names; without names the newest and the one before it."""
    model = model_versions.model(name)
    newest = list(model_versions.versions(model).values_list("version", flat=True)[:MOST_LISTED])
    if not newest:
        raise Unknown(f"{name} has no version yet, so that nothing can be compared.")
    base, head = (
        model_versions.version(name, request.GET.get(side) or default)
        for side, default in (("base", newest[min(1, len(newest) - 1)]), ("head", newest[0]))
    )
    compared = model_versions.compare_versions(base, head)
    chosen = {base.version, head.version}
    parts = [
        ("Metrics", "metrics", compared.metrics),
        ("Features", "features", compared.features),
        ("Hyperparameters", "hyperparameters", compared.hyperparameters),
        ("Data, code and container", "facts", compared.facts),
    ]
    context = {
        "model": model,
        "base": base,
        "head": head,
        "sides": [("base", "From", base), ("head", "To", head)],
        "names": newest + sorted(chosen - set(newest)),
        "compared": compared,
        "parts": sorted(parts, key=lambda part: not any(row.differs for row in part[2])),
    }
    return render(request, "registry/versions/comparison/page.html", context)
