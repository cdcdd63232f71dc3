"""What the jobs behind a source table say of it: a new version where its own team reported them, else something that waits."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import NotAllowed, Refusal, Refused
from registry.compute.upstream import Upstream, UpstreamKind, from_dict
from registry.compute.upstream_change import sentence
from registry.data.actions.source_tables import Added, add_source_version
from registry.data.queries.source_tables import change_refusal
from registry.lineage.queries.chains import Chain, chain_behind, datasets_after
from registry.lineage.queries.matches import How, Match, matches
from registry.models import LineageDataset, SourceObservation, SourceTable, SourceTableVersion

State = SourceObservation.State
BY_NAME = "{name} in {namespace} has the name of this table, and may be another one. Accept it if it is this table."
OF_OTHERS = "{who} reported {job}, and contributes to no team that owns this table."
LEFT_TO_OTHERS = "What computes the table is supplied by {kind}; lineage events do not change it."
SHOWN = 3


def observe(outputs: Collection[int], *, actor: Actor) -> tuple[list[SourceTableVersion], list[SourceObservation]]:
    """Look at every source table that is computed from these data sets: the versions that were added, and what waits."""
    rows = LineageDataset.objects.filter(pk__in=datasets_after(outputs)).order_by("pk")
    versions: list[SourceTableVersion] = []
    waiting: list[SourceObservation] = []
    for match in matches(rows):
        outcome = _observe(match, actor)
        if isinstance(outcome, Added):
            versions.append(outcome.version)
        elif outcome:
            waiting.append(outcome)
    return versions, waiting


def accept_observation(observation: SourceObservation, *, reason: str, actor: Actor) -> Added:
    """Take what events say computes a table, as its owner; the data set is bound to the table from then on."""
    with transaction.atomic():
        table, row = _locked(observation, actor)
        upstream = _upstream(table)
        if upstream is not None and upstream.kind != UpstreamKind.OPENLINEAGE:
            raise Refused("upstream_of_others", LEFT_TO_OTHERS.format(kind=upstream.kind))
        _decide(row, State.ACCEPTED, actor)
        bound = LineageDataset.objects.filter(pk=row.dataset_id, source_table=None)
        if bound.update(source_table=table, bound_by=actor.name):
            payload = {"namespace": row.dataset.namespace, "name": row.dataset.name}
            record("source_table.lineage_bound", subject=f"source_table:{table.name}", actor=actor, payload=payload)
        assert table.current is not None
        return add_source_version(
            table, table.current.source._replace(upstream=row.upstream), reason=reason or row.sentence, actor=actor
        )


def dismiss_observation(observation: SourceObservation, *, reason: str, actor: Actor) -> SourceObservation:
    """Say as its owner that this does not compute the table; the same code is not offered again."""
    with transaction.atomic():
        table, row = _locked(observation, actor)
        _decide(row, State.DISMISSED, actor)
        payload = {"dataset": row.dataset.name, "digest": row.digest, "reason": reason}
        record("source_table.observation_dismissed", subject=f"source_table:{table.name}", actor=actor, payload=payload)
    return row


def _locked(observation: SourceObservation, actor: Actor) -> tuple[SourceTable, SourceObservation]:
    tables = SourceTable.objects.select_for_update(of=("self",), no_key=True).select_related("owner_team")
    table = tables.select_related("owner_team", "current__dataset").get(pk=observation.source_table_id)
    if refusal := change_refusal(table, actor):
        raise NotAllowed(refusal)
    row = SourceObservation.objects.select_related("dataset").get(pk=observation.pk)
    if row.state != State.WAITING:
        raise Refused("observation_decided", f"This observation is {row.state} already.")
    return table, row


def _observe(match: Match, actor: Actor) -> Added | SourceObservation | None:
    table, chain = match.table, chain_behind([match.dataset.pk])
    upstream, before = chain.upstream, _upstream(table)
    if upstream is None or table.current is None or chain.is_cut:
        return None
    if before is not None and before.kind != UpstreamKind.OPENLINEAGE:
        return None
    if before is not None and before.digest == upstream.digest:
        _outdate(match)
        return None
    reason = _reason(before, upstream)
    because = _because(match, chain, actor)
    if not because:
        try:
            source = table.current.source._replace(upstream=upstream.as_dict())
            added = add_source_version(table, source, reason=reason, actor=actor)
        except Refusal as refusal:
            because = refusal.message
        else:
            _outdate(match)
            return added
    return _wait(match, upstream, reason, because, actor)


def _because(match: Match, chain: Chain, actor: Actor) -> str:
    """Why a change waits for the owners; empty where the reports are their own, of a data set that is certainly theirs."""
    if match.how == How.NAME:
        return BY_NAME.format(name=match.dataset.name, namespace=match.dataset.namespace)
    owner = match.table.owner_team
    outside = chain.reporters_outside(owner.slug if owner else None)
    if outside:
        named = ", ".join(str(job) for job in outside[:SHOWN]) + (" …" if outside[SHOWN:] else "")
        return OF_OTHERS.format(who=" and ".join(sorted({job.reported_by for job in outside})[:SHOWN]), job=named)
    return change_refusal(match.table, actor)


def _reason(before: Upstream | None, upstream: Upstream) -> str:
    if before is None:
        others = len(upstream.ancestors)
        built_on = f", built on {others} more" if others else ""
        return f"What computes the table is known from lineage events: {upstream.name}{built_on}."
    changed = sentence(before, upstream)
    return f"{changed[:1].upper()}{changed[1:]}, as lineage events report."


def _wait(match: Match, upstream: Upstream, reason: str, because: str, actor: Actor) -> SourceObservation | None:
    rows = SourceObservation.objects.filter(source_table=match.table, dataset=match.dataset)
    known = rows.filter(digest=upstream.digest, state__in=[State.WAITING, State.DISMISSED]).first()
    if known:
        return known if known.state == State.WAITING else None
    _outdate(match)
    row = SourceObservation.objects.create(
        source_table=match.table,
        dataset=match.dataset,
        digest=upstream.digest,
        upstream=upstream.as_dict(),
        sentence=reason,
        because=because,
        reported_by=actor.name,
        observed_at=timezone.now(),
    )
    owner = match.table.owner_team.slug if match.table.owner_team else None
    payload = {
        "title": f"{match.table.name}: {reason}",
        "because": because,
        "owner_team": owner,
        "digest": upstream.digest,
    }
    record("source_table.change_observed", subject=f"source_table:{match.table.name}", actor=actor, payload=payload)
    return row


def _outdate(match: Match) -> None:
    rows = SourceObservation.objects.filter(source_table=match.table, dataset=match.dataset, state=State.WAITING)
    rows.update(state=State.OUTDATED, decided_at=timezone.now())


def _decide(row: SourceObservation, state: str, actor: Actor) -> None:
    row.state, row.decided_by, row.decided_at = state, actor.name, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])


def _upstream(table: SourceTable) -> Upstream | None:
    return from_dict(table.current.upstream) if table.current else None
