"""What model versions show on the page of a feature."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from registry.models import Feature
from registry.versions.queries import overrides


def of_feature(request: HttpRequest, feature: Feature) -> dict[str, Any]:
    """The overrides in force that cover a conflict of a feature."""
    return {"overrides": overrides.of_feature(feature)}
