"""Features and their versions, as lists and pages show them."""

from __future__ import annotations

from django.db.models import Count, Max, QuerySet

from platform_site.errors import Unknown
from registry.models import CurrentVersionChange, Feature, FeatureVersion


def features() -> QuerySet[Feature]:
    """Every feature with its owner, current version, number of versions and the time of the newest."""
    return (
        Feature.objects.select_related("owner_team", "current")
        .annotate(version_count=Count("versions"), changed_at=Max("versions__registered_at"))
        .order_by("name")
    )


def feature(name: str) -> Feature:
    """One feature by name; Unknown when there is none."""
    found = features().filter(name=name).first()
    if found is None:
        raise Unknown(f"There is no feature {name}.")
    return found


def versions(feature: Feature) -> QuerySet[FeatureVersion]:
    """The versions of a feature, newest first, each with how many model versions were trained on it."""
    return feature.versions.select_related("feature").annotate(model_count=Count("trained_in")).order_by("-number")


def version(feature: Feature, name: str) -> FeatureVersion:
    """One version by its 12-digit name or its full digest; Unknown when there is none."""
    wanted = {"digest": name} if len(name) == 64 else {"name": name}
    found = feature.versions.select_related("feature").filter(**wanted).first()
    if found is None:
        raise Unknown(f"Feature {feature.name} has no version {name}.")
    return found


def current_history(feature: Feature) -> QuerySet[CurrentVersionChange]:
    """When which version was current, newest first."""
    return feature.current_changes.select_related("before", "after")
