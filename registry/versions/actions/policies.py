"""Save a policy as its next version, and apply policies to what was registered (G6)."""

from __future__ import annotations

from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.people.models import Team
from platform_site.text.changes import changes
from registry.compute.definition import NAME
from registry.models import ApprovalRequest, GateDecision, GatePolicy, ModelVersion
from registry.models.fields import NAME_SENTENCE
from registry.versions.actions.approval_requests import outdate, request_policy
from registry.versions.actions.gates import record_decision
from registry.versions.queries import policies
from registry.versions.rules import gates
from registry.versions.rules.loosening import Terms, contradictory, differences, loosened
from registry.versions.rules.policies import looser
from registry.versions.rules.policy_checks import faults as check_faults
from registry.versions.rules.policy_checks import parse

TEAM_ONLY = "Only leads set the platform's policies, and only a team's contributors and leads set its own."
OWNER_ONLY = "This policy applies to other teams' models. Only members of the team that owns it can change it."


class Content(TypedDict):
    """What a version of a policy says, as a request keeps it."""

    name: str
    owner_team: str | None
    subject_team: str | None
    model_type: str
    on_registration: bool
    regulated: bool
    refuses_name_only: bool
    retired: bool
    checks: list[dict[str, Any]]
    reason: str


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
) -> GatePolicy | ApprovalRequest:
    """Save the next version of a policy, or request it where it is looser than the one in force; Invalid with every fault.

    A policy without an owner is the platform's. A team's own may tighten the platform's requirements, never loosen
    them. A policy that applies to another team's models is created by a lead and changed by its owner alone; it applies
    to every version as soon as it is registered, and so does one that is for ``regulated`` models only.
    ``refuses_name_only``: the gate is closed while a feature is compared by its name only; checks may then be left out.
    """
    before = policies.newest(name)
    _require_may_save(before, owner_team, subject_team, actor)
    faults = [*_name_faults(name), *_team_faults(owner_team, subject_team), *_owner_faults(before, owner_team)]
    if checks or not refuses_name_only:
        faults += [Fault(*fault) for fault in check_faults(checks)] or [
            *_contradictions(checks),
            *_looser_than_the_platform(owner_team, model_type, checks),
        ]
    if faults:
        raise Invalid(faults)
    reaches_others = bool(owner_team) and owner_team != subject_team
    content = Content(
        name=name,
        owner_team=owner_team or None,
        subject_team=subject_team or None,
        model_type=model_type,
        on_registration=on_registration or regulated or reaches_others,
        regulated=regulated,
        refuses_name_only=refuses_name_only,
        retired=retired,
        checks=[check.as_dict() for check in map(parse, checks)],
        reason=reason.strip(),
    )
    with transaction.atomic():
        return _save_or_request(before, content, actor)


def save_approved(before: GatePolicy, content: Content, *, requested_by: str, actor: Actor) -> GatePolicy:
    """Save the version that another person requested and the actor approved, inside the transaction of the caller."""
    return _write(before, content, saved_by=requested_by, approved_by=actor.name, actor=actor)


def _save_or_request(before: GatePolicy | None, content: Content, actor: Actor) -> GatePolicy | ApprovalRequest:
    after = terms_of(content)
    ways = loosened(before.terms, after) if before else ()
    if not before or not ways:
        return _write(before, content, saved_by=actor.name, actor=actor)
    if not content["reason"]:
        raise Invalid(
            [Fault("reason", "missing", f"Give a reason: another person decides about it. {'. '.join(ways)}.")]
        )
    return request_policy(before, content, ways, differences(before.terms, after), actor)


def terms_of(content: Content) -> Terms:
    """What a version would require, in the form that the rules compare."""
    return Terms(
        tuple(map(parse, content["checks"])),
        content["model_type"],
        content["subject_team"] or "",
        content["on_registration"],
        content["regulated"],
        content["refuses_name_only"],
        content["retired"],
    )


def _write(
    before: GatePolicy | None, content: Content, *, saved_by: str, approved_by: str = "", actor: Actor
) -> GatePolicy:
    """The next version with its event; requests that are based on an earlier one become stale."""
    slugs = (content["owner_team"], content["subject_team"])
    teams = {team.slug: team for team in Team.objects.filter(slug__in=[slug for slug in slugs if slug])}
    owner, subject = (teams.get(slug or "") for slug in slugs)
    fields: dict[str, Any] = {**content, "owner_team": owner, "subject_team": subject}
    policy = GatePolicy.objects.create(
        **fields,
        number=before.number + 1 if before else 1,
        saved_by=saved_by,
        saved_at=timezone.now(),
        approved_by=approved_by,
    )
    outdate(policy)
    payload: dict[str, Any] = {"number": policy.number, "saved_by": saved_by, "approved_by": approved_by} | content
    payload |= {"changes": changes(_saved(before, content), content) if before else {}}
    record("gate_policy.saved", subject=f"gate_policy:{policy.name}", actor=actor, payload=payload)
    return policy


def _saved(policy: GatePolicy, content: Content) -> dict[str, Any]:
    """What a stored version says of the same, its teams by their slugs."""
    values = {name: getattr(policy, name) for name in content}
    return values | {name: values[name] and values[name].slug for name in ("owner_team", "subject_team")}


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


def _team_faults(owner_team: str | None, subject_team: str | None) -> list[Fault]:
    slugs = (("owner_team", owner_team), ("subject_team", subject_team))
    known = set(Team.objects.filter(slug__in=[slug for _, slug in slugs if slug]).values_list("slug", flat=True))
    return [Fault(field, "unknown", f"There is no team {slug}.") for field, slug in slugs if slug and slug not in known]


def _owner_faults(before: GatePolicy | None, owner_team: str | None) -> list[Fault]:
    if before is None or (before.owner_team.slug if before.owner_team else None) == owner_team:
        return []
    return [Fault("owner_team", "fixed", f"The owner of {before.name} cannot change. Choose another name.")]


def _contradictions(checks: Any) -> list[Fault]:
    """Checks that nothing passes: such a version is never looser, and could drop others that nobody would miss later."""
    impossible = contradictory([parse(content) for content in checks])
    return [
        Fault("checks", "contradictory", f"No value passes {' and '.join(map(str, each))}. Remove one of them.")
        for each in impossible
    ]


def _looser_than_the_platform(owner_team: str | None, model_type: str, checks: Any) -> list[Fault]:
    if not owner_team:
        return []
    defaults = [check for policy in policies.platform_defaults(model_type) for check in policy.parsed]
    return [
        Fault(
            "checks",
            "looser",
            f"{own} is looser than the platform's {default}. A team can only tighten it; use an override for an exception.",
        )
        for own, default in looser([parse(content) for content in checks], defaults)
    ]
