"""What registering a definition stores: the same version again or a new one, and whether that becomes current."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.utils import timezone

from platform_site.access import Actor
from platform_site.errors import Fault, Invalid
from registry.features.actions.current_version import Move
from registry.features.actions.new_definitions import NewDefinition
from registry.features.actions.stored_versions import Beside
from registry.features.queries import features as features_queries
from registry.features.rules import change, fingerprint
from registry.models import Feature, FeatureVersion


class Plan(NamedTuple):
    """What registering one definition stores and answers."""

    new: NewDefinition
    version: FeatureVersion
    created: bool
    changes: change.Changes
    base: FeatureVersion | None = None
    move: Move | None = None


def plan_of(
    new: NewDefinition,
    engine_logic: str,
    feature: Feature,
    beside: Beside,
    waiting: Collection[int],
    actor: Actor,
) -> Plan:
    """The plan for one definition; ``waiting``: the features whose new versions wait for their parity check."""
    existing = beside.same.get((feature.pk, fingerprint.address(new.definition)))
    if existing:
        _require_same_dialect(existing, new, engine_logic)
        return Plan(new, existing, False, change.Changes())
    before = beside.newest.get(feature.pk)
    base = beside.current.get(feature.pk) or before
    version = _new_version(new, engine_logic, feature, before.number + 1 if before else 1, actor)
    changes = features_queries.changes_between(before, version)
    version.changes = changes.as_dict()
    move = None
    if base is None or feature.pk not in waiting:
        reason = new.reason or "A new version is current when registered."
        move = Move(feature, beside.current.get(feature.pk), version, reason)
    return Plan(new, version, True, changes, base, move)


def _require_same_dialect(existing: FeatureVersion, new: NewDefinition, engine_logic: str) -> None:
    """The address holds the text and not its dialect. The same text in another dialect must therefore run as the same."""
    if existing.dialect == new.dialect or existing.runs_as == (engine_logic or new.definition.computation_logic):
        return
    sentence = f"This text is registered as {existing.name} in dialect {existing.dialect}, where it computes something else. Add a comment to it, such as /* {new.dialect} */."
    raise Invalid([Fault("dialect", "other_dialect", sentence)])


def _new_version(new: NewDefinition, engine_logic: str, feature: Feature, number: int, actor: Actor) -> FeatureVersion:
    digest = fingerprint.address(new.definition)
    version = FeatureVersion(
        feature=feature,
        number=number,
        name=fingerprint.version_name(digest),
        digest=digest,
        **new.definition.as_dict(),
        dialect=new.dialect,
        engine_logic=engine_logic,
        pipeline_commit=new.pipeline_commit,
        reason=new.reason,
        registered_by=actor.name,
        registered_at=timezone.now(),
    )
    version.equivalence = fingerprint.equivalence(version.in_engine, version.compared_in)
    return version
