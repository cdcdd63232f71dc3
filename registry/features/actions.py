"""Register feature definitions, and choose which version is current."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, NotAllowed
from platform_site.people.models import Team
from registry.compute.definition import NAME, Definition
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.features.queries import impact
from registry.features.queries.definitions import definition_faults
from registry.features.rules import change, fingerprint
from registry.features.signals import current_set, version_added
from registry.models import (
    CheckRun,
    CurrentVersionChange,
    Feature,
    FeatureVersion,
    FeatureVersionCommit,
    ModelVersion,
    SourceTable,
)
from registry.models.fields import NAME_SENTENCE

COMMIT = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\Z")


class Registered(NamedTuple):
    """The outcome of a registration."""

    version: FeatureVersion
    created: bool
    changes: change.Changes
    warnings: tuple[str, ...] = ()
    would_block: tuple[ModelVersion, ...] = ()
    run: CheckRun | None = None


def register_feature(
    *,
    name: str,
    owner_team: str,
    definition: Definition,
    description: str = "",
    dialect: str = "duckdb",
    pipeline_commit: str = "",
    reason: str = "",
    actor: Actor,
) -> Registered:
    """Register a definition: the version with the same address unchanged, or a new one (F4).

    The same definition at another pipeline commit stays the same version; the commit is added to its list.

    A new version beside an older one is compared with it on the real rows at once, by a parity check in the
    background. Raises Invalid with every fault, NotAllowed for another team's feature.
    """
    faults = [
        *_name_faults(name, owner_team),
        *definition_faults(definition, dialect),
        *_commit_faults(pipeline_commit),
    ]
    if faults:
        raise Invalid(faults)
    access.require(
        access.can_contribute(actor, owner_team), f"Only contributors of team {owner_team} register its features."
    )
    with transaction.atomic():
        feature = _locked_feature(name, owner_team, description, actor)
        digest = fingerprint.address(definition)
        existing = feature.versions.filter(digest=digest).first()
        if existing:
            _record_commit(existing, pipeline_commit, actor)
            return Registered(existing, False, change.Changes(), _warnings(existing))
        return _add_version(feature, definition, digest, dialect, pipeline_commit, reason, actor)


def set_current(feature: Feature, version: FeatureVersion, *, reason: str, actor: Actor) -> FeatureVersion:
    """Make another version, older or newer, the one that serving computes by default, with a reason (F5)."""
    team = feature.owner_team.slug
    access.require(access.can_contribute(actor, team), f"Only contributors of team {team} set the current version.")
    if not reason.strip():
        raise Invalid(
            [Fault("reason", "missing", "Give a reason for changing the current version; it is kept in the audit log.")]
        )
    with transaction.atomic():
        feature = Feature.objects.select_for_update(no_key=True).get(pk=feature.pk)
        if feature.current_id != version.pk:
            _move_current(feature, version, reason, actor)
            current_set.send(Feature, feature=feature, version=version)
    return version


def _name_faults(name: str, owner_team: str) -> list[Fault]:
    faults = [] if NAME.match(name) else [Fault("name", "malformed", NAME_SENTENCE)]
    known = list(Team.objects.values_list("slug", flat=True))
    if owner_team not in known:
        choices = f"Choose {', '.join(known)}." if known else "Add a team in the admin first."
        sentence = f"There is no team {owner_team!r}. {choices}"
        faults.append(Fault("owner_team", "unknown", sentence))
    return faults


def _commit_faults(commit: str) -> list[Fault]:
    if not commit or COMMIT.match(commit):
        return []
    return [
        Fault("pipeline_commit", "malformed", f"{commit!r} is not a full git commit. Give its 40 or 64 hex digits.")
    ]


def _locked_feature(name: str, owner_team: str, description: str, actor: Actor) -> Feature:
    team = Team.objects.get(slug=owner_team)
    defaults = {"owner_team": team, "description": description, "created_at": timezone.now()}
    feature, created = Feature.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        name=name, defaults=defaults
    )
    if created:
        record("feature.added", subject=f"feature:{name}", actor=actor, payload={"owner_team": owner_team})
    elif feature.owner_team_id != team.pk:
        raise NotAllowed(f"{name} belongs to team {feature.owner_team.slug}. Only that team can change it.")
    return feature


def _record_commit(version: FeatureVersion, commit: str, actor: Actor) -> None:
    """Add another pipeline commit to the list of a version whose definition it leaves as it is."""
    if not commit or commit in version.pipeline_commits:
        return
    FeatureVersionCommit.objects.create(
        feature_version=version, commit=commit, recorded_by=actor.name, recorded_at=timezone.now()
    )
    payload = {"pipeline_commit": commit}
    record("feature_version.commit_recorded", subject=f"feature_version:{version}", actor=actor, payload=payload)


def _add_version(
    feature: Feature,
    definition: Definition,
    digest: str,
    dialect: str,
    pipeline_commit: str,
    reason: str,
    actor: Actor,
) -> Registered:
    before = feature.versions.order_by("-number").first()
    base = feature.current or before
    changes = change.changes(before.definition if before else None, definition, dialect)
    version = FeatureVersion.objects.create(
        feature=feature,
        number=before.number + 1 if before else 1,
        name=fingerprint.version_name(digest),
        digest=digest,
        equivalence=fingerprint.equivalence(definition, dialect),
        **definition.as_dict(),
        dialect=dialect,
        pipeline_commit=pipeline_commit,
        changes=changes.as_dict(),
        reason=reason,
        registered_by=actor.name,
        registered_at=timezone.now(),
    )
    payload = {"digest": digest, "number": version.number, "definition": definition.as_dict(), "reason": reason}
    record("feature_version.registered", subject=f"feature_version:{version}", actor=actor, payload=payload)
    if base is None or not feature.requires_parity:
        _move_current(feature, version, reason or "A new version is current when registered.", actor)
    run = _parity_run(base, version, actor) if base else None
    return Registered(version, True, changes, _warnings(version), impact.would_block(feature, version.equivalence), run)


def _parity_run(base: FeatureVersion, version: FeatureVersion, actor: Actor) -> CheckRun | None:
    """The run that compares a new version with the one before it; None while their data is not bound."""
    answers: Any = version_added.send(Feature, base=base, version=version, actor=actor)
    return next((run for _, run in answers if run), None)


def _move_current(feature: Feature, version: FeatureVersion, reason: str, actor: Actor) -> None:
    before, feature.current = feature.current, version
    feature.save(update_fields=["current"])
    CurrentVersionChange.objects.create(
        feature=feature,
        before=before,
        after=version,
        reason=reason,
        changed_by=actor.name,
        changed_at=timezone.now(),
    )
    payload = {"from": before.name if before else None, "to": version.name, "reason": reason}
    record("feature.current_changed", subject=f"feature:{feature.name}", actor=actor, payload=payload)


def _warnings(version: FeatureVersion) -> tuple[str, ...]:
    table = SourceTable.objects.filter(name=version.source_table, dataset__isnull=False).exists()
    if table:
        return ()
    return (
        f"Source table {version.source_table} is not bound to a data set. No check can compute this version until it is.",
    )


def accept_after_parity(run: CheckRun) -> None:
    """Make a version that waits for its parity check current once the check has passed (F5)."""
    feature = run.check_definition.feature
    if feature is None or not feature.requires_parity or run.outcome != CheckRun.Outcome.PASSED:
        return
    parameters = run.check_definition.parameters
    if not _is_registration_check(feature, parameters):
        return
    waited = feature.versions.filter(name=parameters["current"]).first()
    if waited and waited.number > (feature.current.number if feature.current else 0):
        _move_current(feature, waited, f"Its parity check passed (run {run.pk}).", SYSTEM)


def _is_registration_check(feature: Feature, parameters: Mapping[str, Any]) -> bool:
    """Whether a parity check is against the current version, with the limits of the check that registration starts."""
    required = {"trained": feature.current.name if feature.current else None, **ParityParameters().as_dict()}
    return {name: parameters.get(name) for name in required} == required
