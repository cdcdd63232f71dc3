"""Register feature definitions, one or several at once (F4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import Entry, record_all
from platform_site.errors import Fault, Invalid
from registry.features.actions.current_version import move_current
from registry.features.actions.new_definitions import NewDefinition, judge, repeated
from registry.features.actions.plans import Plan, plan_of
from registry.features.actions.stored_versions import locked_features, versions_beside
from registry.features.queries import impact
from registry.features.queries.definitions import Judged
from registry.features.queries.gate_settings import parity_first
from registry.features.rules import change
from registry.features.signals import versions_added
from registry.models import CheckRun, Feature, FeatureVersion, FeatureVersionCommit, ModelVersion, SourceTable

MOST_AT_ONCE = 500
WAITS = (
    "It waits for its parity check: {} stays current until the check passes or another person accepts the difference."
)


class Registered(NamedTuple):
    """The outcome of a registration."""

    version: FeatureVersion
    created: bool
    changes: change.Changes
    warnings: tuple[str, ...] = ()
    would_block: tuple[ModelVersion, ...] = ()
    run: CheckRun | None = None


def register_feature(*, actor: Actor, **fields: Any) -> Registered:
    """Register a definition: the version with the same address unchanged, or a new one (F4).

    The fields are those of `NewDefinition`. The same definition at another pipeline commit stays the same version; the
    commit is added to its list. A new version beside an older one is compared with it on the real rows at
    once, by a parity check in the background. Raises Invalid with every fault, NotAllowed for another team's feature.
    """
    new = NewDefinition(**fields).as_stored()
    [judged] = judge([new])
    if judged.faults:
        raise Invalid(judged.faults)
    return _register([new], [judged], actor)[0]


def register_features(definitions: Sequence[NewDefinition], *, actor: Actor) -> list[Registered]:
    """The same for 1 to 500 definitions of different features, in their order: all of them, or none.

    A fault names the index of its definition: `definitions[17].null_handling`.
    """
    if not 1 <= len(definitions) <= MOST_AT_ONCE:
        sentence = f"{len(definitions)} definitions are not allowed. Give 1 to {MOST_AT_ONCE} in a call."
        raise Invalid([Fault("definitions", "out_of_range", sentence)])
    definitions = [new.as_stored() for new in definitions]
    judged = judge(definitions)
    every = zip(judged, repeated(definitions), strict=True)
    faults = [
        fault._replace(field=f"definitions[{index}].{fault.field}")
        for index, (own, repeated) in enumerate(every)
        for fault in (*own.faults, *repeated)
    ]
    if faults:
        raise Invalid(faults)
    return _register(definitions, judged, actor)


def _register(definitions: Sequence[NewDefinition], judged: Sequence[Judged], actor: Actor) -> list[Registered]:
    for team in sorted({new.owner_team for new in definitions}):
        access.require(access.can_contribute(actor, team), f"Only contributors of team {team} register its features.")
    with transaction.atomic():
        features, added = locked_features(definitions)
        beside = versions_beside(features.values(), definitions)
        waiting = parity_first(features.values())
        plans = [
            plan_of(new, content.runs_as, features[new.name], beside, waiting, actor)
            for new, content in zip(definitions, judged, strict=True)
        ]
        FeatureVersion.objects.bulk_create(plan.version for plan in plans if plan.created)
        entries = [entry for plan in plans for entry in _entries(plan, added)]
        entries += _record_commits([plan for plan in plans if not plan.created], actor)
        moves = [plan.move for plan in plans if plan.move]
        record_all([*entries, *move_current(moves, actor)], actor=actor)
        warnings = _warnings([plan.version for plan in plans])
        runs, blocked = _parity_runs(plans, actor), _would_block(plans)
        return [
            _outcome(plan, (*warnings[plan.version.pk], *content.warnings), runs, blocked)
            for plan, content in zip(plans, judged, strict=True)
        ]


def _entries(plan: Plan, added: Collection[str]) -> Iterator[Entry]:
    new, version = plan.new, plan.version
    if new.name in added:
        yield Entry("feature.added", f"feature:{new.name}", {"owner_team": new.owner_team})
    if plan.created:
        content = {"digest": version.digest, "number": version.number, "definition": new.definition.as_dict()}
        yield Entry("feature_version.registered", f"feature_version:{version}", content | {"reason": new.reason})


def _record_commits(plans: Sequence[Plan], actor: Actor) -> list[Entry]:
    """Add other pipeline commits to the lists of versions whose definition they leave as it is; their audit events."""
    plans = [plan for plan in plans if plan.new.pipeline_commit]
    prefetch_related_objects([plan.version for plan in plans], "later_commits")
    later = [(plan.version, plan.new.pipeline_commit) for plan in plans]
    later = [(version, commit) for version, commit in later if commit not in version.pipeline_commits]
    now = timezone.now()
    FeatureVersionCommit.objects.bulk_create(
        FeatureVersionCommit(feature_version=version, commit=commit, recorded_by=actor.name, recorded_at=now)
        for version, commit in later
    )
    action = "feature_version.commit_recorded"
    return [Entry(action, f"feature_version:{version}", {"pipeline_commit": commit}) for version, commit in later]


def _outcome(
    plan: Plan, warnings: Sequence[str], runs: Mapping[int, CheckRun], blocked: Mapping[int, tuple[ModelVersion, ...]]
) -> Registered:
    version = plan.version
    own = (*_description_stays(plan.new, version.feature), *warnings)
    if plan.base is None or not plan.created:
        return Registered(version, plan.created, plan.changes, own)
    waits = () if plan.move else (WAITS.format(plan.base.name),)
    return Registered(version, True, plan.changes, (*waits, *own), blocked.get(version.pk, ()), runs.get(version.pk))


def _description_stays(new: NewDefinition, feature: Feature) -> tuple[str, ...]:
    if not new.description or new.description == feature.description:
        return ()
    return (f"The description stays {feature.description!r}. Change it with PATCH features/{feature.name}/.",)


def _parity_runs(plans: Sequence[Plan], actor: Actor) -> dict[int, CheckRun]:
    """The runs that compare new versions with those before them, by the new one's key; none while data is not bound."""
    pairs = [(plan.base, plan.version) for plan in plans if plan.base and plan.created]
    answers: Any = versions_added.send(Feature, pairs=pairs, actor=actor) if pairs else ()
    return {key: run for _, runs in answers for key, run in (runs or {}).items()}


def _would_block(plans: Sequence[Plan]) -> dict[int, tuple[ModelVersion, ...]]:
    """The production model versions that each new current version blocks, by its key."""
    moved = [plan.version for plan in plans if plan.base and plan.created and plan.move]
    blocked = impact.would_block_each({version.feature_id: version.equivalence for version in moved})
    return {version.pk: blocked[version.feature_id] for version in moved}


def _warnings(versions: Sequence[FeatureVersion]) -> dict[int, tuple[str, ...]]:
    """What to know about each version, by its key; one query."""
    tables = {version.source_table for version in versions}
    bound = set(
        SourceTable.objects.filter(name__in=tables, current__dataset__isnull=False).values_list("name", flat=True)
    )
    sentence = "Source table {} is not bound to a data set. No check can compute this version until it is."
    return {
        version.pk: () if version.source_table in bound else (sentence.format(version.source_table),)
        for version in versions
    }
