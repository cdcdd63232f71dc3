"""What can be said of everything in production at once: is it served what it was trained on?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from platform_site.text.wording import counted
from registry.features.rules.naming import names_a_column
from registry.models import Alert, FeatureVersion, ModelVersion, SourceTable, Stage
from registry.versions.queries.blocked import blocked_in_production


class Headline(NamedTuple):
    """What stands against the claim that every model in production is served what it was trained on.

    ``blocked``: versions whose serving definitions differ. ``alerts``: open ones of skew, or that close a gate.
    ``features`` of versions in production, ``by_name`` those that are compared by their name only, and
    ``without_features`` the versions that declare none.
    """

    blocked: Sequence[ModelVersion]
    alerts: Sequence[Alert]
    features: int
    by_name: int
    without_features: int

    @property
    def claims(self) -> bool:
        """Whether nothing stands against it, and the comparisons rest on definitions."""
        return not (self.blocked or self.alerts or self.by_name or self.without_features) and self.features > 0

    @property
    def reserve(self) -> str:
        """What the comparison cannot tell, as one sentence; empty where it can."""
        parts = []
        if self.by_name:
            parts.append(f"{self.by_name:,} of {counted(self.features, 'feature')} compared by name only")
        if self.without_features:
            parts.append(f"{counted(self.without_features, 'model version')} without features: nothing can be compared")
        return "; ".join(parts)


def headline() -> Headline:
    """The headline of the registry: a fixed number of queries, however much is in production."""
    used = _features_in_production()
    described = set(SourceTable.objects.filter(current__upstream__isnull=False).values_list("name", flat=True))
    by_name = {
        name for name, logic, dialect, table in used if table not in described and names_a_column(logic, dialect)
    }
    production = ModelVersion.objects.filter(stage=Stage.PRODUCTION)
    return Headline(
        blocked_in_production(),
        list(_alerts_in_production()),
        len({name for name, *_ in used}),
        len(by_name),
        production.filter(uses_no_features=True).count(),
    )


def _features_in_production() -> QuerySet[FeatureVersion, tuple[str, str, str, str]]:
    versions = FeatureVersion.objects.filter(trained_in__snapshot__model_version__stage=Stage.PRODUCTION)
    return versions.order_by().values_list("feature__name", "computation_logic", "dialect", "source_table").distinct()


def _alerts_in_production() -> QuerySet[Alert]:
    """The open alerts of skew, and those that close a gate, of models with a version in production."""
    concerning = Q(blocking=True) | Q(finding=Alert.Finding.SKEW)
    open_alerts = Alert.objects.exclude(state=Alert.State.RESOLVED).filter(concerning)
    served = ModelVersion.objects.filter(stage=Stage.PRODUCTION).values("model")
    return open_alerts.filter(model__in=served).select_related("model__owner_team")
