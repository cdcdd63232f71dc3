"""The parity runs that follow a registration: one for each new version beside an older one, however many at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import Entry, record_all
from platform_site.errors import Refused
from platform_site.work import after_commit_each
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.data.queries.source_tables import in_force
from registry.models import Check, CheckRun, FeatureVersion

SENT_AT_ONCE = 50  # to the broker; the sweep sends the others, which are rows already
Pair = tuple[FeatureVersion, FeatureVersion]


def compare_each(pairs: Sequence[Pair], *, actor: Actor) -> dict[int, CheckRun]:
    """Queue the parity run of each new version with the one before it, by the new version's key; a fixed number of queries.

    They are not counted against what one person may queue: the registration stands, so its evidence is owed. There is none
    for code, whose values somebody has to materialize, nor while the source table of either is not bound to a data set.
    """
    comparable = _comparable(pairs)
    if not comparable:
        return {}
    access.require(
        access.can_run_check(actor), "Viewers may only read checks. Contributors, approvers and leads may run them."
    )
    with transaction.atomic():
        checks = _checks(comparable, actor)
        now = timezone.now()
        runs = CheckRun.objects.bulk_create(
            CheckRun(
                check_definition=checks[parity_name(*pair)],
                requested_by=actor.name,
                created_at=now,
                sent_at=now if place < SENT_AT_ONCE else None,
            )
            for place, pair in enumerate(comparable)
        )
        record_all([_queued(run) for run in runs], actor=actor)
        after_commit_each("registry.run_check", (run.pk for run in runs[:SENT_AT_ONCE]))
    return {version.pk: run for (_, version), run in zip(comparable, runs, strict=True)}


def parity_name(trained: FeatureVersion, current: FeatureVersion) -> str:
    """The name of the check that compares two versions: the same for the same two."""
    return f"parity-{trained.feature.name}-{trained.name}-{current.name}"[:200]


def _comparable(pairs: Sequence[Pair]) -> list[Pair]:
    tables = {version.source_table for pair in pairs for version in pair}
    bound = {row.source_table.name for row in in_force(tables) if row.dataset_id}
    return [pair for pair in pairs if all(not version.is_code and version.source_table in bound for version in pair)]


def _checks(pairs: Sequence[Pair], actor: Actor) -> dict[str, Check]:
    """The check of each pair, by name; those that are missing are added."""
    names = [parity_name(*pair) for pair in pairs]
    checks = {check.name: check for check in Check.objects.filter(name__in=names)}
    wanted = {name: _new_check(name, pair, actor) for name, pair in zip(names, pairs, strict=True)}
    for name, check in checks.items():
        if (check.kind, check.parameters) != (wanted[name].kind, wanted[name].parameters):
            raise Refused("check_name_taken", f"Check {name} exists with other parameters. Choose another name.")
    added = Check.objects.bulk_create(check for name, check in wanted.items() if name not in checks)
    record_all([_defined(check) for check in added], actor=actor)
    return checks | {check.name: check for check in added}


def _new_check(name: str, pair: Pair, actor: Actor) -> Check:
    trained, current = pair
    return Check(
        name=name,
        kind=Check.Kind.DEFINITION_PARITY,
        parameters={"trained": trained.name, "current": current.name} | ParityParameters().as_dict(),
        feature=trained.feature,
        created_by=actor.name,
        created_at=timezone.now(),
    )


def _defined(check: Check) -> Entry:
    about = {"feature": check.feature.name} if check.feature else {}
    payload = {"kind": check.kind, **check.parameters, **about, "blocking": False, "schedule": ""}
    return Entry("check.defined", f"check:{check.name}", payload)


def _queued(run: CheckRun) -> Entry:
    return Entry("check_run.queued", f"check_run:{run.pk}", {"check": run.check_definition.name})
