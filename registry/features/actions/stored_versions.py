"""Lock the features of a registration, and read the versions that it stands beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import F, Max, Q
from django.utils import timezone

from platform_site.errors import NotAllowed
from platform_site.people.models import Team
from registry.features.actions.new_definitions import NewDefinition
from registry.features.rules import fingerprint
from registry.models import Feature, FeatureVersion


def locked_features(definitions: Sequence[NewDefinition]) -> tuple[dict[str, Feature], set[str]]:
    """The features by name, locked in the order of their keys, and the names of those that had no version before.

    What is missing is added in the order of names, so that two callers with the same new names take turns too.
    """
    team_of = dict(Team.objects.filter(slug__in={new.owner_team for new in definitions}).values_list("slug", "pk"))
    wanted = {new.name: new for new in definitions}
    rows = Feature.objects.filter(name__in=wanted)
    missing = sorted(set(wanted) - set(rows.values_list("name", flat=True)))
    now = timezone.now()
    Feature.objects.bulk_create(
        [
            Feature(
                name=name,
                owner_team_id=team_of[wanted[name].owner_team],
                description=wanted[name].description,
                created_at=now,
            )
            for name in missing
        ],
        ignore_conflicts=True,
    )
    features = {feature.name: feature for feature in rows.select_for_update(no_key=True).order_by("pk")}
    others = [name for name, new in wanted.items() if features[name].owner_team_id != team_of[new.owner_team]]
    if others:
        raise NotAllowed(_belongs_elsewhere(others))
    with_versions = FeatureVersion.objects.filter(feature__in=features.values(), number=1)
    return features, set(features) - set(with_versions.values_list("feature__name", flat=True))


def _belongs_elsewhere(names: Sequence[str]) -> str:
    owners = Feature.objects.filter(name__in=names).values_list("name", "owner_team__slug").order_by("name")
    return " ".join(f"{name} belongs to team {team}. Only that team can change it." for name, team in owners)


class Beside(NamedTuple):
    """The versions that a registration looks at: by feature the newest and the current one, by address the same one."""

    newest: dict[int, FeatureVersion]
    current: dict[int, FeatureVersion]
    same: dict[tuple[int, str], FeatureVersion]


def versions_beside(features: Iterable[Feature], definitions: Sequence[NewDefinition]) -> Beside:
    """One query. The current version is read anew: what a feature was joined with before its lock may be out of date."""
    features = list(features)
    current = {feature.current_id for feature in features}
    addresses = {fingerprint.address(new.definition) for new in definitions}
    versions = (
        FeatureVersion.objects.filter(feature__in=features)
        .annotate(last=Max("feature__versions__number"))
        .filter(Q(number=F("last")) | Q(pk__in=current) | Q(digest__in=addresses))
    )
    by_key = {feature.pk: feature for feature in features}
    for version in versions:
        version.feature = by_key[version.feature_id]
    return Beside(
        {version.feature_id: version for version in versions if version.number == version.last},
        {version.feature_id: version for version in versions if version.pk in current},
        {(version.feature_id, version.digest): version for version in versions},
    )
