"""Save a policy as its next version, and apply policies to what was registered (G6)."""

from __future__ import annotations

from collections.abc import Mapping
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
from registry.versions.actions.gates import record_decision
from registry.versions.queries import policies
from registry.versions.rules import gates
from registry.versions.rules import policies as rules

TEAM_ONLY = "Only leads set the platform's policies, and only a team's contributors and leads set its own."
OWNER_ONLY = "This policy applies to other teams' models. Only members of the team that owns it can change it."


SAVED = (
    "number",
    "checks",
    "reason",
    "retired",
    "model_type",
    "regulated",
    "refuses_name_only",
)  # of it in the audit log


def save_policy(
    *,
    name: str,
    checks: Any,
    owner_team: str | None = None,
    subject_team: str | None = None,
    model_type: str = "",
    on_registration: bool = False,
    regulated: bool = False,
    refuses_name_only: bool = False,
    retired: bool = False,
    reason: str = "",
    actor: Actor,
) -> GatePolicy:
    """Save the next version of a policy; the versions before it stay. Invalid with every fault.

    A policy without an owner is the platform's. A team's own may tighten the platform's requirements, never loosen
    them. A policy that applies to another team's models is created by a lead and changed by its owner alone.
    ``regulated``: it applies to regulated models only, and to every version of them as soon as it is registered.
    ``refuses_name_only``: the gate is closed while a feature is compared by its name only; checks may then be left out.
    """
    before = policies.newest(name)
    _require_may_save(before, owner_team, subject_team, actor)
    teams = {team.slug: team for team in Team.objects.filter(slug__in=[owner_team or "", subject_team or ""])}
    faults = [*_name_faults(name), *_team_faults(owner_team, subject_team, teams), *_owner_faults(before, owner_team)]
    if checks or not refuses_name_only:
        faults += [Fault(*fault) for fault in rules.faults(checks)] or _loosening(owner_team, model_type, checks)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        policy = GatePolicy.objects.create(
            name=name,
            number=_next_number(name),
            owner_team=teams.get(owner_team or ""),
            subject_team=teams.get(subject_team or ""),
            model_type=model_type,
            on_registration=on_registration or regulated,
            regulated=regulated,
            refuses_name_only=refuses_name_only,
            retired=retired,
            checks=[check.as_dict() for check in map(rules.parse, checks)],
            reason=reason,
            saved_by=actor.name,
            saved_at=timezone.now(),
        )
        payload = {"owner_team": owner_team, "subject_team": subject_team} | {
            part: getattr(policy, part) for part in SAVED
        }
        record("gate_policy.saved", subject=f"gate_policy:{name}", actor=actor, payload=payload)
    return policy


def _next_number(name: str) -> int:
    newest = GatePolicy.objects.filter(name=name).order_by("-number").first()
    return newest.number + 1 if newest else 1


def apply_registration_policies(version: ModelVersion, actor: Actor) -> GateDecision | None:
    """Apply the policies for every registration to this version and record the result; inside the caller's transaction."""
    results = tuple(policies.check_results(version, on_registration=True))
    if not results:
        return None
    verdict = gates.gate(stage="staging", conflicts=(), checks=results)
    return record_decision(version, GateDecision.Gate.POLICY, verdict, actor)


def _require_may_save(
    before: GatePolicy | None, owner_team: str | None, subject_team: str | None, actor: Actor
) -> None:
    if before and before.owner_team and before.owner_team_id != before.subject_team_id:
        access.require(access.can_keep_policy(actor, before.owner_team.slug), OWNER_ONLY)
        return
    own = access.can_set_policy(actor, owner_team or None)
    reaches_others = owner_team != subject_team
    access.require(own and (not reaches_others or access.can_assess(actor)), TEAM_ONLY)


def _name_faults(name: str) -> list[Fault]:
    return [] if NAME.match(name) else [Fault("name", "malformed", NAME_SENTENCE)]


def _team_faults(owner_team: str | None, subject_team: str | None, known: Mapping[str, Team]) -> list[Fault]:
    slugs = (("owner_team", owner_team), ("subject_team", subject_team))
    return [Fault(field, "unknown", f"There is no team {slug}.") for field, slug in slugs if slug and slug not in known]


def _owner_faults(before: GatePolicy | None, owner_team: str | None) -> list[Fault]:
    if before is None or (before.owner_team.slug if before.owner_team else None) == owner_team:
        return []
    return [Fault("owner_team", "fixed", f"The owner of {before.name} cannot change. Choose another name.")]


def _loosening(owner_team: str | None, model_type: str, checks: Any) -> list[Fault]:
    if not owner_team:
        return []
    defaults = [check for policy in policies.platform_defaults(model_type) for check in policy.parsed]
    return [
        Fault(
            "checks",
            "looser",
            f"{own} is looser than the platform's {default}. A team can only tighten it; use an override for an exception.",
        )
        for own, default in rules.looser([rules.parse(content) for content in checks], defaults)
    ]
