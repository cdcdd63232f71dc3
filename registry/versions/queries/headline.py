"""What can be said of everything in production at once: is it served what it was trained on?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from platform_site.audit.until_changed import Happened, UntilChanged
from platform_site.text.wording import counted
from registry.features.rules.naming import names_a_column
from registry.models import Alert, FeatureVersion, ModelVersion, SnapshotEntry, SourceTable, Stage
from registry.versions.queries.blocked import blocked_in_production, concerned
from registry.versions.queries.blocked_since import blocked_since
from registry.versions.queries.overrides import in_force
from registry.versions.queries.snapshots import current_shares
from registry.versions.rules.compatibility import Author

# What begins like this changes neither a definition, nor what is in production or serves, nor an override.
QUIET = (
    "access_request.", "adoption", "alert.", "assessment.", "check_run.cancel", "check_run.queued", "decisions.", "gate.decided",
    "initiative.", "postmortem.", "regulator_pack.", "review.", "service_account.", "serving.reported", "ticket", "token.",
    "training_runs.", "user.", "webhook.",
)  # fmt: skip


class Figures(NamedTuple):
    """What is counted over everything in production; as in `Headline`."""

    features: int
    by_name: int
    without_features: int
    undeployed: int


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
    return _headline(organization_id, blocked_in_production(), _figures(organization_id)[0])


def headline_now(organization_id: int | None = None) -> Headline:
    """The same, from what was computed before where nothing happened since that may change it."""
    return _headline(organization_id, blocked_now()[0], figures_now(organization_id))


def _headline(organization_id: int | None, blocked: Sequence[ModelVersion], figures: Figures) -> Headline:
    whose = {organization_id, None}
    own = [
        version for version in blocked if organization_id is None or version.model.owner_team.organization_id in whose
    ]
    alerts = list(_alerts_in_production().filter(of_organization(organization_id)))
    return Headline(own, alerts, *figures)


Blocked = tuple[list[ModelVersion], dict[int, Author]]


def _blocked() -> tuple[Blocked, datetime | None]:
    """The blocked versions, who changed what behind each of them, and when the next override ends."""
    ends = _next_end()
    versions = blocked_in_production()
    return (versions, blocked_since(versions)), ends


def _blocked_after(before: Blocked, events: Sequence[Happened]) -> tuple[Blocked, datetime | None] | None:
    """The same, where only the versions that the events are about are looked at again; None where they may be about all."""
    ends, keys = _next_end(), concerned(events)
    if keys is None:
        return None
    again = blocked_in_production(ModelVersion.objects.filter(pk__in=keys)) if keys else []
    touched = set(keys)
    versions = [version for version in before[0] if version.pk not in touched] + again
    authors = {pk: author for pk, author in before[1].items() if pk not in touched} | blocked_since(again)
    return (sorted(versions, key=lambda version: (version.model.name, version.version)), authors), ends


def _next_end() -> datetime | None:
    return in_force().order_by("expires_at").values_list("expires_at", flat=True).first()


def _figures(organization_id: int | None) -> tuple[Figures, None]:
    """What is counted over everything in production."""
    used = _features_in_production(organization_id)
    described = set(SourceTable.objects.filter(current__upstream__isnull=False).values_list("name", flat=True))
    by_name = {
        feature for feature, logic, dialect, table in used if table not in described and names_a_column(logic, dialect)
    }
    production = ModelVersion.objects.filter(of_organization(organization_id), stage=Stage.PRODUCTION)
    serving = current_shares().filter(percent__gt=0).values("model_version")
    figures = Figures(
        len({feature for feature, *_ in used}),
        len(by_name),
        production.filter(uses_no_features=True).count(),
        production.exclude(pk__in=serving).count(),
    )
    return figures, None


blocked_now = UntilChanged(_blocked, quiet=QUIET, update=_blocked_after)
figures_now = UntilChanged(_figures, quiet=QUIET)


def _features_in_production(organization_id: int | None) -> QuerySet[FeatureVersion, tuple[int, str, str, str]]:
    """The definitions that models in production were trained on: feature, logic, dialect and source table."""
    whose = of_organization(organization_id, "snapshot__model_version__model")
    entries = SnapshotEntry.objects.filter(whose, snapshot__model_version__stage=Stage.PRODUCTION).order_by()
    versions = FeatureVersion.objects.filter(pk__in=entries.values("feature_version")).order_by()
    return versions.values_list("feature", "computation_logic", "dialect", "source_table")


def _alerts_in_production() -> QuerySet[Alert]:
    """The open alerts of skew, and those that close a gate, of models with a version in production."""
    concerning = Q(blocking=True) | Q(finding__in=Alert.OF_SERVING)
    open_alerts = Alert.objects.exclude(state=Alert.State.RESOLVED).filter(concerning)
    served = ModelVersion.objects.filter(stage=Stage.PRODUCTION).values("model")
    return open_alerts.filter(model__in=served).select_related("model__owner_team")
