"""How models stand, one or a list of them, and what narrows and sorts the list; in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from platform_site.owned import narrowed
from registry.features.queries.gate_settings import gate_settings
from registry.models import Alert, GatePolicy, ModelVersion, RegisteredModel, ServedShare, ServingRevision, Stage
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.headline import blocked_now
from registry.versions.queries.policies import current
from registry.versions.queries.snapshots import current_shares
from registry.versions.rules.metrics import MAIN_METRICS, OTHER

SEARCHED = ("name", "description", "tags", "owner_team__name", "owner_team__slug")
HEXADECIMAL = frozenset("0123456789abcdef")
SHORTEST_HASH = 6
COUNTED = ("alerts", "skew", "closing")
STAGES = (Stage.OBSERVED, Stage.REGISTERED, Stage.STAGING, Stage.PRODUCTION)


class ListedModel(NamedTuple):
    """How a model of the list stands.

    ``state``: blocked, serving, in_shadow (it runs, and no user gets its answers), not_deployed (in the stage production and
    runs nowhere), not_in_production or no_version.
    ``alerts`` are unresolved; of them ``skew`` say that serving is not what training was, and ``closing`` close its gates.
    ``blocked`` are the versions whose definitions or source tables changed.
    """

    model: RegisteredModel
    state: str
    in_production: Sequence[ModelVersion] = ()
    shares: Sequence[ServedShare] = ()
    alerts: int = 0
    skew: int = 0
    closing: int = 0
    blocked: Sequence[ModelVersion] = ()

    @property
    def stage(self) -> str:
        """The furthest stage of any of its versions; empty where it has none that is not archived."""
        rank = getattr(self.model, "stage_rank", 0)
        return STAGES[rank - 1] if rank else ""


def models(*, search: str = "", tag: str = "", owner_team: str = "", stage: str = "") -> QuerySet[RegisteredModel]:
    """The models that a search leaves: by name, description, tag and owner of the model, and by version, commit and digest
    of its versions; with a tag, of a team, with a version in a stage."""
    rows = narrowed(RegisteredModel.objects.select_related("owner_team"), tag=tag, owner_team=owner_team)
    if stage:
        rows = rows.filter(Exists(ModelVersion.objects.filter(model=OuterRef("pk"), stage=stage)))
    if search:
        matches = Q(*((f"{field}__icontains", search) for field in SEARCHED), _connector=Q.OR)
        rows = rows.filter(matches | Q(pk__in=_versions_like(search).values("model")))
    return rows


def _versions_like(search: str) -> QuerySet[ModelVersion]:
    """The versions with that in their name, or with a commit or digest that begins so."""
    named = Q(version__icontains=search)
    digits = search.lower().removeprefix("sha256:")
    if len(digits) >= SHORTEST_HASH and HEXADECIMAL.issuperset(digits):
        named |= Q(code_commit__startswith=digits) | Q(artifact_digest__startswith=digits)
    return ModelVersion.objects.filter(named).order_by()


# -- states ----------------------------------------------------------------------------------------------------------------


def in_states(rows: QuerySet[RegisteredModel], states: Iterable[str]) -> QuerySet[RegisteredModel]:
    """The models that are in every one of the states of `STATES`; a word that is not one of them changes nothing."""
    for state in states:
        if state in STATES:
            rows = rows.filter(STATES[state]())
    return rows


def _closing() -> Q:
    """The alerts that close a gate, as the settings have it; one query."""
    closes = Q(blocking=True)
    if gate_settings().skew_closes_gate:
        closes |= Q(finding=Alert.Kind.SKEW)
    return closes


def _alerts(*conditions: Q) -> Q:
    """The models with such an unresolved alert."""
    return Q(pk__in=Alert.objects.filter(*conditions).exclude(state=Alert.State.RESOLVED).order_by().values("model"))


def _in_production() -> QuerySet[ModelVersion]:
    return ModelVersion.objects.filter(stage=Stage.PRODUCTION).order_by()


def _blocked() -> Q:
    """What `blocked_models` counts."""
    changed = {version.model_id for version in blocked_now()[0]}
    return Q(pk__in=changed) | _alerts(_closing()) & Q(pk__in=_in_production().values("model"))


def blocked_models(organization_id: int | None = None) -> int:
    """How many models have a version in production that the gate blocks: what it was trained on changed, or an alert closes
    the gate; of an organization's teams and teams without one."""
    rows = RegisteredModel.objects.filter(_blocked())
    if organization_id is not None:
        owned = Q(owner_team__organization=organization_id) | Q(owner_team__organization=None)
        rows = rows.filter(owned)
    return rows.count()


def _serving() -> Q:
    return Q(pk__in=_with_traffic().values("revision__model"))


def _with_traffic() -> QuerySet[ServedShare]:
    return current_shares().filter(percent__gt=0).order_by()


def _in_shadow() -> Q:
    return Q(pk__in=current_shares().filter(percent=0).order_by().values("revision__model")) & ~_serving()


def _not_deployed() -> Q:
    runs = current_shares().order_by().values("model_version")
    return Q(pk__in=_in_production().exclude(pk__in=runs).values("model"))


def _uncovered() -> Q:
    return ~covered_by(current())


def covered_by(policies: Iterable[GatePolicy]) -> Q:
    """The models that a policy applies to, as `policies_for` chooses them for one."""
    covered = Q(pk__in=())
    for policy in policies:
        applies = Q(pk__isnull=False)
        if policy.subject_team_id:
            applies &= Q(owner_team=policy.subject_team_id)
        if policy.regulated:
            applies &= Q(regulated=True)
        if policy.model_type:
            others = ~Q(model_type__in=MAIN_METRICS) if policy.model_type == OTHER else Q(pk__in=())
            applies &= Q(model_type=policy.model_type) | others
        covered |= applies
    return covered


STATES: Mapping[str, Callable[[], Q]] = {
    "blocked": _blocked,
    "serving": _serving,
    "in_shadow": _in_shadow,
    "not_deployed": _not_deployed,
    "alert": _alerts,
    "skew": lambda: _alerts(Q(finding__in=Alert.OF_SERVING)),
    "no_policy": _uncovered,
    "observed": lambda: Q(pk__in=ModelVersion.objects.filter(stage=Stage.OBSERVED).order_by().values("model")),
    "regulated": lambda: Q(regulated=True),
}


# -- order -----------------------------------------------------------------------------------------------------------------


def _version_count() -> Any:
    return _count(ModelVersion.objects.filter(model=OuterRef("pk")))


def _alert_count() -> Any:
    return _count(Alert.objects.filter(model=OuterRef("pk")).exclude(state=Alert.State.RESOLVED))


def _count(rows: QuerySet[Any]) -> Any:
    return Coalesce(Subquery(rows.order_by().values("model").annotate(rows=Count("pk")).values("rows")), 0)


def _last_deployed() -> Any:
    """When anything of the model last began to serve anywhere."""
    return Subquery(ServingRevision.objects.filter(model=OuterRef("pk")).order_by("-made_at").values("made_at")[:1])


def _stage() -> Any:
    """The furthest stage of any of its versions, as a number: 4 for production, 0 for none."""
    has = [Exists(ModelVersion.objects.filter(model=OuterRef("pk"), stage=stage)) for stage in STAGES]
    cases = [When(condition, then=Value(number)) for number, condition in enumerate(has, start=1)]
    return Case(*reversed(cases), default=Value(0))


SORTS: Mapping[str, Callable[[], Any]] = {
    "name": lambda: F("name"),
    "team": lambda: F("owner_team__slug"),
    "stage": _stage,
    "versions": _version_count,
    "deployed": _last_deployed,
    "alerts": _alert_count,
}
NAME = "name"


def in_order(rows: QuerySet[RegisteredModel], sort: str) -> QuerySet[RegisteredModel]:
    """The rows by a column of `SORTS`, the other way round with a minus before it; by name where that is none.

    What has no value, as a model that was never deployed, comes last either way.
    """
    column, descends = sort.removeprefix("-"), sort.startswith("-")
    key = SORTS.get(column, SORTS[NAME])()
    by = key.desc(nulls_last=True) if descends and column in SORTS else key.asc(nulls_last=True)
    return rows.order_by(by, "name")


# -- rows ------------------------------------------------------------------------------------------------------------------


def listed(page: Iterable[RegisteredModel]) -> list[ListedModel]:
    """How each of the models stands; a fixed number of queries."""
    rows = list(page)
    keys = [row.pk for row in rows]
    production = _by_model(_in_production().filter(model__in=keys).order_by("-registered_at"), lambda row: row.model_id)
    shares = _by_model(_shares_of(keys), lambda row: row.revision.model_id)
    alerts = _alerts_of(keys)
    blocked = _by_model(
        blocked_in_production(ModelVersion.objects.filter(model__in=keys)), lambda version: version.model_id
    )
    entries = []
    for row in rows:
        of_model = (by_model.get(row.pk, []) for by_model in (production, shares, blocked))
        counts = alerts.get(row.pk, {})
        in_production, traffic, changed = of_model
        entry = ListedModel(
            row, "", in_production, traffic, **{name: counts.get(name, 0) for name in COUNTED}, blocked=changed
        )
        entries.append(entry._replace(state=_state(entry)))
    return entries


def _state(entry: ListedModel) -> str:
    if entry.blocked or (entry.in_production and entry.closing):
        return "blocked"
    if any(share.percent for share in entry.shares):
        return "serving"
    if entry.shares:
        return "in_shadow"
    if entry.in_production:
        return "not_deployed"
    return "not_in_production" if entry.model.version_count else "no_version"  # type: ignore[attr-defined] # annotated


def with_figures(rows: QuerySet[RegisteredModel]) -> QuerySet[RegisteredModel]:
    """The rows with their number of versions, when they were last deployed, and their furthest stage."""
    return rows.annotate(version_count=_version_count(), last_deployed_at=_last_deployed(), stage_rank=_stage())


def _shares_of(keys: Collection[int]) -> QuerySet[ServedShare]:
    rows = current_shares().filter(revision__model__in=keys).select_related("revision", "model_version")
    return rows.order_by("revision__environment", "-percent", "pk")


def _alerts_of(keys: Collection[int]) -> dict[int, dict[str, int]]:
    """How many unresolved alerts each model has, how many of skew, and how many close its gate."""
    unresolved = Alert.objects.filter(model__in=keys).exclude(state=Alert.State.RESOLVED).order_by()
    counted: Any = unresolved.values("model").annotate(
        alerts=Count("pk"),
        skew=Count("pk", filter=Q(finding__in=Alert.OF_SERVING)),
        closing=Count("pk", filter=_closing()),
    )
    return {counts["model"]: counts for counts in counted}


def _by_model(rows: Iterable[Any], key: Callable[[Any], int]) -> dict[int, list[Any]]:
    by_model: dict[int, list[Any]] = {}
    for row in rows:
        by_model.setdefault(key(row), []).append(row)
    return by_model


def owning_teams() -> list[tuple[str, str]]:
    """The slug and name of each team that owns a model, by name; one query."""
    owners = RegisteredModel.objects.order_by("owner_team__name").values_list("owner_team__slug", "owner_team__name")
    return list(owners.distinct())


def badge_key(name: str) -> str:
    """The secret part of the address of a model's badge: the same until SECRET_KEY changes."""
    return badge_keys(name)[0]


def badge_keys(name: str) -> list[str]:
    """That of now, and those of the SECRET_KEY_FALLBACKS, which still open it."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [
        salted_hmac("registry.badge", name, secret=secret, algorithm="sha256").hexdigest()[:32] for secret in secrets
    ]
