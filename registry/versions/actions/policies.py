"""Save a policy as its next version, and put policies to what was registered (G6)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.people.models import Team
from registry.compute.definition import NAME
from registry.models import GateDecision, GatePolicy, ModelVersion
from registry.models.fields import NAME_SENTENCE
from registry.versions.actions.gates import keep_decision
from registry.versions.queries import policies
from registry.versions.rules import gates
from registry.versions.rules import policies as rules

ONLY_ITS_OWN = "The platform's policies are set by leads, a team's by its contributors and leads."
KEPT_BY_ITS_OWNER = "This policy is put to other teams' models: only members of the team that owns it change it."


def save_policy(
    *,
    name: str,
    checks: Any,
    owner_team: str | None = None,
    subject_team: str | None = None,
    model_type: str = "",
    on_registration: bool = False,
    regulated: bool = False,
    retired: bool = False,
    reason: str = "",
    actor: Actor,
) -> GatePolicy:
    """Save the next version of a policy; the versions before it stay. Invalid with every fault.

    A policy without an owner is the platform's. A team's own may tighten what the platform asks for, never loosen it;
    one that is put to another team's models is begun by a lead and kept by its owner alone. ``regulated``: it is put to
    regulated models alone, and to every version of them as soon as it is registered.
    """
    before = policies.newest(name)
    _require_right(before, owner_team, subject_team, actor)
    faults = [] if NAME.match(name) else [Fault("name", "malformed", NAME_SENTENCE)]
    teams = {team.slug: team for team in Team.objects.filter(slug__in=[owner_team, subject_team])}
    for field, slug in (("owner_team", owner_team), ("subject_team", subject_team)):
        if slug and slug not in teams:
            faults.append(Fault(field, "unknown", f"There is no team {slug!r}."))
    if before and (before.owner_team.slug if before.owner_team else None) != owner_team:
        faults.append(Fault("owner_team", "fixed", f"{name} keeps its owner: choose another name."))
    faults += [Fault(*fault) for fault in rules.faults(checks)] or _loosening(owner_team, model_type, checks)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        newest = GatePolicy.objects.filter(name=name).order_by("-number").first()
        policy = GatePolicy.objects.create(
            name=name,
            number=newest.number + 1 if newest else 1,
            owner_team=teams.get(owner_team),
            subject_team=teams.get(subject_team),
            model_type=model_type,
            on_registration=on_registration or regulated,
            regulated=regulated,
            retired=retired,
            checks=[check.as_dict() for check in map(rules.parse, checks)],
            reason=reason,
            saved_by=actor.name,
            saved_at=timezone.now(),
        )
        payload = {"number": policy.number, "checks": policy.checks, "reason": reason, "retired": retired}
        payload |= {"owner_team": owner_team, "subject_team": subject_team, "model_type": model_type}
        payload |= {"regulated": regulated}
        record("gate_policy.saved", subject=f"gate_policy:{name}", actor=actor, payload=payload)
    return policy


def judge_on_registration(version: ModelVersion, actor: Actor) -> GateDecision | None:
    """Put the policies that want every version to this one and keep what they saw; inside the caller's transaction."""
    judged = tuple(policies.judged(version, on_registration=True))
    if not judged:
        return None
    verdict = gates.gate(stage="staging", conflicts=(), checks=judged)
    return keep_decision(version, GateDecision.Gate.POLICY, verdict, actor)


def _require_right(before: GatePolicy | None, owner_team: str | None, subject_team: str | None, actor: Actor) -> None:
    if before and before.owner_team_id and before.owner_team_id != before.subject_team_id:
        access.require(access.can_keep_policy(actor, before.owner_team.slug), KEPT_BY_ITS_OWNER)
        return
    own = access.can_set_policy(actor, owner_team or None)
    reaches_others = owner_team != subject_team
    access.require(own and (not reaches_others or access.can_assess(actor)), ONLY_ITS_OWN)


def _loosening(owner_team: str | None, model_type: str, checks: Any) -> list[Fault]:
    if not owner_team:
        return []
    defaults = [check for policy in policies.platform_defaults(model_type) for check in policy.parsed]
    return [
        Fault("checks", "looser", f"{own} asks for less than the platform's {default}: that needs an override.")
        for own, default in rules.looser([rules.parse(given) for given in checks], defaults)
    ]
