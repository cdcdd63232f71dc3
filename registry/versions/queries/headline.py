"""What can be said of everything in production at once: is it served what it was trained on?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from platform_site.text.wording import counted
from registry.features.rules.naming import names_a_column
from registry.models import Alert, FeatureVersion, ModelVersion, SourceTable, Stage
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.snapshots import current_shares


class Headline(NamedTuple):
    """What stands against the claim that every model in production is served what it was trained on.

    ``blocked``: versions whose serving definitions differ. ``alerts``: open ones of skew, or that close a gate.
    ``features`` of versions in production, ``by_name`` those that are compared by their name only,
    ``without_features`` the versions that declare none, and ``undeployed`` those that no deployment lets serve.
    """

    blocked: Sequence[ModelVersion]
    alerts: Sequence[Alert]
    features: int
    by_name: int
    without_features: int
    undeployed: int = 0

    @property
    def compares(self) -> bool:
        """Whether anything in production can be blocked: a model there uses registered features, or states to use none."""
        return bool(self.features or self.without_features)

    @property
    def claims(self) -> bool:
        """Whether nothing stands against it, and the comparisons rest on definitions."""
        return (
            not (self.blocked or self.alerts or self.by_name or self.without_features or self.undeployed)
            and self.features > 0
        )

    @property
    def reserve(self) -> str:
        """What the comparison cannot tell, as one sentence; empty where it can."""
        parts = []
        if self.by_name:
            parts.append(f"{self.by_name:,} of {counted(self.features, 'feature')} compared by name only")
        if self.without_features:
            parts.append(f"{counted(self.without_features, 'model version')} without features: nothing can be compared")
        if self.undeployed:
            parts.append(f"{counted(self.undeployed, 'model version')} in the stage production without a deployment")
        return "; ".join(parts)


def of_organization(organization_id: int | None, model: str = "model") -> Q:
    """Models of an organization's teams and of teams without one, by the path to the model; all of them for None."""
    owner = f"{model}__owner_team__organization"
    return Q() if organization_id is None else Q((owner, organization_id)) | Q((owner, None))


def headline(organization_id: int | None = None) -> Headline:
    """The headline of the registry, or of one organization's models: a fixed number of queries, however much is in
    production."""
    used = _features_in_production(organization_id)
    described = set(SourceTable.objects.filter(current__upstream__isnull=False).values_list("name", flat=True))
    by_name = {
        name for name, logic, dialect, table in used if table not in described and names_a_column(logic, dialect)
    }
    production = ModelVersion.objects.filter(of_organization(organization_id), stage=Stage.PRODUCTION)
    whose = {organization_id, None}
    blocked = blocked_in_production()
    return Headline(
        [
            version
            for version in blocked
            if organization_id is None or version.model.owner_team.organization_id in whose
        ],
        list(_alerts_in_production().filter(of_organization(organization_id))),
        len({name for name, *_ in used}),
        len(by_name),
        production.filter(uses_no_features=True).count(),
        production.exclude(pk__in=current_shares().filter(percent__gt=0).values("model_version")).count(),
    )


def _features_in_production(organization_id: int | None) -> QuerySet[FeatureVersion, tuple[str, str, str, str]]:
    trained = "trained_in__snapshot__model_version"
    whose = of_organization(organization_id, f"{trained}__model")
    versions = FeatureVersion.objects.filter(whose, **{f"{trained}__stage": Stage.PRODUCTION})
    return versions.order_by().values_list("feature__name", "computation_logic", "dialect", "source_table").distinct()


def _alerts_in_production() -> QuerySet[Alert]:
    """The open alerts of skew, and those that close a gate, of models with a version in production."""
    concerning = Q(blocking=True) | Q(finding__in=Alert.OF_SERVING)
    open_alerts = Alert.objects.exclude(state=Alert.State.RESOLVED).filter(concerning)
    served = ModelVersion.objects.filter(stage=Stage.PRODUCTION).values("model")
    return open_alerts.filter(model__in=served).select_related("model__owner_team")
