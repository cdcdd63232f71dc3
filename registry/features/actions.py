"""Register feature definitions, and choose which version is current."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max, Q, prefetch_related_objects
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import Entry, record_all
from platform_site.errors import Fault, Invalid, NotAllowed, Refused
from platform_site.owned import edit_details, unknown_team
from platform_site.people.models import Team
from registry.compute.definition import NAME, Definition
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.features.queries import features as features_queries
from registry.features.queries import impact
from registry.features.queries.definitions import Judged, judge_each
from registry.features.queries.gate_settings import parity_first, waits
from registry.features.queries.parity_evidence import unanswered_by
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

MOST_AT_ONCE = 500
COMMIT = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\Z")


class NewDefinition(NamedTuple):
    """A definition to register, with the name and owner of its feature, and why."""

    name: str
    owner_team: str
    definition: Definition
    description: str = ""
    dialect: str = "duckdb"
    pipeline_commit: str = ""
    reason: str = ""

    def as_stored(self) -> NewDefinition:
        """The same with the one text of its logic that is stored and computed."""
        return self._replace(definition=self.definition.as_stored())


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
    [judged] = _judge([new])
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
    judged = _judge(definitions)
    every = zip(judged, _repeated(definitions), strict=True)
    faults = [
        fault._replace(field=f"definitions[{index}].{fault.field}")
        for index, (own, repeated) in enumerate(every)
        for fault in (*own.faults, *repeated)
    ]
    if faults:
        raise Invalid(faults)
    return _register(definitions, judged, actor)


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
            _require_not_waiting(feature, version)
            record_all(_move_current([Move(feature, feature.current, version, reason)], actor), actor=actor)
            current_set.send(Feature, feature=feature, version=version)
    return version


def edit_feature(feature: Feature, *, actor: Actor, **details: Any) -> Feature:
    """Change `description`, `owner_team`, `tags` or `requires_parity` of a feature: no part of any definition.

    ``requires_parity``: a new version waits for its parity check (F5).
    """
    with transaction.atomic():
        feature = Feature.objects.select_for_update(no_key=True).get(pk=feature.pk)
        edit_details("feature", feature, details, actor=actor)
    return feature


def accept_difference(feature: Feature, version: FeatureVersion, *, reason: str, actor: Actor) -> FeatureVersion:
    """Make a version current that waits for its parity check, although it computes other values (F5).

    By an approver or a lead who did not register it, with a reason. Refused where the version does not wait.
    """
    if actor.name == version.registered_by:
        raise NotAllowed("You registered this version, so another person must accept it.", code="own_request")
    allowed = access.can_accept_difference(actor, version.registered_by)
    access.require(allowed, "Only approvers and leads accept that a version computes other values.")
    if not reason.strip():
        raise Invalid([Fault("reason", "missing", "Give a reason for accepting the difference. It stays on record.")])
    with transaction.atomic():
        feature = Feature.objects.select_for_update(of=("self",), no_key=True).get(pk=feature.pk)
        if not waits(version, feature):
            raise Refused("not_waiting", f"{version} does not wait for its parity check. There is nothing to accept.")
        entries = _move_current([Move(feature, feature.current, version, reason.strip())], actor)
        payload = {"version": version.name, "registered_by": version.registered_by, "reason": reason.strip()}
        accepted = Entry("feature.difference_accepted", f"feature:{feature.name}", payload)
        record_all([*entries, accepted], actor=actor)
        current_set.send(Feature, feature=feature, version=version)
    return version


def _require_not_waiting(feature: Feature, version: FeatureVersion) -> None:
    if parity_first([feature]) and waits(version, feature):
        sentence = (
            f"{version} waits for its parity check. It becomes current when the check passes, or when an approver or a "
            f"lead other than {version.registered_by} accepts the difference."
        )
        raise Refused("parity_first", sentence)


def _judge(definitions: Sequence[NewDefinition]) -> list[Judged]:
    """What is wrong with each definition; as many queries for all of them as for one of each source table.

    What is stored already is not judged again: it keeps computing, and registering it again changes nothing.
    """
    teams = set(Team.objects.values_list("slug", flat=True))
    addresses = [(new.name, fingerprint.address(new.definition), new.dialect) for new in definitions]
    rows = FeatureVersion.objects.filter(digest__in=[digest for _, digest, _ in addresses])
    stored = set(rows.values_list("feature__name", "digest", "dialect"))
    unknown = [new for new, known in zip(definitions, addresses, strict=True) if known not in stored]
    contents = iter(judge_each([(new.definition, new.dialect) for new in unknown]))
    judged = [Judged([]) if known in stored else next(contents) for known in addresses]
    return [
        content._replace(
            faults=[
                *_name_faults(new.name),
                *_team_faults(new.owner_team, teams),
                *content.faults,
                *_commit_faults(new.pipeline_commit),
            ]
        )
        for new, content in zip(definitions, judged, strict=True)
    ]


def _repeated(definitions: Sequence[NewDefinition]) -> Iterator[list[Fault]]:
    first: dict[str, int] = {}
    for index, new in enumerate(definitions):
        before = first.setdefault(new.name, index)
        sentence = f"{new.name} is in this call already, as definitions[{before}]. Give each feature once."
        yield [Fault("name", "duplicate", sentence)] if before != index else []


def _name_faults(name: str) -> list[Fault]:
    return [] if NAME.match(name) else [Fault("name", "malformed", NAME_SENTENCE)]


def _team_faults(owner_team: str, known: Collection[str]) -> list[Fault]:
    return [] if owner_team in known else [Fault("owner_team", "unknown", unknown_team(owner_team))]


def _commit_faults(commit: str) -> list[Fault]:
    if not commit or COMMIT.match(commit):
        return []
    return [
        Fault("pipeline_commit", "malformed", f"{commit!r} is not a full git commit. Give its 40 or 64 hex digits.")
    ]


def _register(definitions: Sequence[NewDefinition], judged: Sequence[Judged], actor: Actor) -> list[Registered]:
    for team in sorted({new.owner_team for new in definitions}):
        access.require(access.can_contribute(actor, team), f"Only contributors of team {team} register its features.")
    with transaction.atomic():
        features, added = _locked_features(definitions)
        beside = _versions_beside(features.values(), definitions)
        waiting = parity_first(features.values())
        plans = [
            _plan(new, content.runs_as, features[new.name], beside, waiting, actor)
            for new, content in zip(definitions, judged, strict=True)
        ]
        FeatureVersion.objects.bulk_create(plan.version for plan in plans if plan.created)
        entries = [entry for plan in plans for entry in _entries(plan, added)]
        entries += _record_commits([plan for plan in plans if not plan.created], actor)
        moves = [plan.move for plan in plans if plan.move]
        record_all([*entries, *_move_current(moves, actor)], actor=actor)
        warnings = _warnings([plan.version for plan in plans])
        return [
            _outcome(plan, (*warnings[plan.version.pk], *content.warnings), actor)
            for plan, content in zip(plans, judged, strict=True)
        ]


def _locked_features(definitions: Sequence[NewDefinition]) -> tuple[dict[str, Feature], set[str]]:
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


class _Beside(NamedTuple):
    """The versions that a registration looks at: by feature the newest and the current one, by address the same one."""

    newest: dict[int, FeatureVersion]
    current: dict[int, FeatureVersion]
    same: dict[tuple[int, str], FeatureVersion]


def _versions_beside(features: Iterable[Feature], definitions: Sequence[NewDefinition]) -> _Beside:
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
    return _Beside(
        {version.feature_id: version for version in versions if version.number == version.last},
        {version.feature_id: version for version in versions if version.pk in current},
        {(version.feature_id, version.digest): version for version in versions},
    )


class _Plan(NamedTuple):
    """What registering one definition stores and answers."""

    new: NewDefinition
    version: FeatureVersion
    created: bool
    changes: change.Changes
    base: FeatureVersion | None = None
    move: Move | None = None


def _plan(
    new: NewDefinition,
    engine_logic: str,
    feature: Feature,
    beside: _Beside,
    waiting: Collection[int],
    actor: Actor,
) -> _Plan:
    existing = beside.same.get((feature.pk, fingerprint.address(new.definition)))
    if existing:
        _require_same_dialect(existing, new, engine_logic)
        return _Plan(new, existing, False, change.Changes())
    before = beside.newest.get(feature.pk)
    base = beside.current.get(feature.pk) or before
    version = _new_version(new, engine_logic, feature, before.number + 1 if before else 1, actor)
    changes = features_queries.changes_between(before, version)
    version.changes = changes.as_dict()
    move = None
    if base is None or feature.pk not in waiting:
        reason = new.reason or "A new version is current when registered."
        move = Move(feature, beside.current.get(feature.pk), version, reason)
    return _Plan(new, version, True, changes, base, move)


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


def _entries(plan: _Plan, added: Collection[str]) -> Iterator[Entry]:
    new, version = plan.new, plan.version
    if new.name in added:
        yield Entry("feature.added", f"feature:{new.name}", {"owner_team": new.owner_team})
    if plan.created:
        content = {"digest": version.digest, "number": version.number, "definition": new.definition.as_dict()}
        yield Entry("feature_version.registered", f"feature_version:{version}", content | {"reason": new.reason})


def _record_commits(plans: Sequence[_Plan], actor: Actor) -> list[Entry]:
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


def _outcome(plan: _Plan, warnings: Sequence[str], actor: Actor) -> Registered:
    new, version = plan.new, plan.version
    own = (*_description_stays(new, version.feature), *warnings)
    if plan.base is None or not plan.created:
        return Registered(version, plan.created, plan.changes, own)
    run = _parity_run(plan.base, version, actor)
    if plan.move is None:
        return Registered(version, True, plan.changes, (WAITS.format(plan.base.name), *own), (), run)
    blocked = impact.would_block(version.feature, version.equivalence)
    return Registered(version, True, plan.changes, own, blocked, run)


def _description_stays(new: NewDefinition, feature: Feature) -> tuple[str, ...]:
    if not new.description or new.description == feature.description:
        return ()
    return (f"The description stays {feature.description!r}. Change it with PATCH features/{feature.name}/.",)


def _parity_run(base: FeatureVersion, version: FeatureVersion, actor: Actor) -> CheckRun | None:
    """The run that compares a new version with the one before it; None while their data is not bound."""
    answers: Any = version_added.send(Feature, base=base, version=version, actor=actor)
    return next((run for _, run in answers if run), None)


class Move(NamedTuple):
    """A feature's current version, before and after, and why."""

    feature: Feature
    before: FeatureVersion | None
    after: FeatureVersion
    reason: str


def _move_current(moves: Sequence[Move], actor: Actor) -> list[Entry]:
    """Store the moves; their audit events, which the caller records."""
    for move in moves:
        move.feature.current = move.after
    Feature.objects.bulk_update([move.feature for move in moves], ["current"])
    now = timezone.now()
    CurrentVersionChange.objects.bulk_create(
        CurrentVersionChange(
            feature=move.feature,
            before=move.before,
            after=move.after,
            reason=move.reason,
            changed_by=actor.name,
            changed_at=now,
        )
        for move in moves
    )
    return [
        Entry(
            "feature.current_changed",
            f"feature:{move.feature.name}",
            {"from": move.before.name if move.before else None, "to": move.after.name, "reason": move.reason},
        )
        for move in moves
    ]


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


def accept_after_parity(run: CheckRun) -> None:
    """Make a version that waits for its parity check current once the check has passed (F5), over the data, and at least
    the rows, that it failed over before."""
    feature = run.check_definition.feature
    if feature is None or run.outcome != CheckRun.Outcome.PASSED or not parity_first([feature]):
        return
    parameters = run.check_definition.parameters
    if not _is_registration_check(feature, parameters):
        return
    if unanswered_by(run):
        return
    waited = feature.versions.filter(name=parameters["current"]).first()
    if waited and waited.number > (feature.current.number if feature.current else 0):
        reason = f"Its parity check passed (run {run.pk})."
        record_all(_move_current([Move(feature, feature.current, waited, reason)], SYSTEM), actor=SYSTEM)


def _is_registration_check(feature: Feature, parameters: Mapping[str, Any]) -> bool:
    """Whether a parity check is against the current version, with the limits of the check that registration starts."""
    required = {"trained": feature.current.name if feature.current else None, **ParityParameters().as_dict()}
    return {name: parameters.get(name) for name in required} == required
