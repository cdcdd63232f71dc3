"""Hold a looser policy, looser gate settings or the promotion of a regulated model until another person decides, and end
such requests (G6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from platform_site.access import SYSTEM, Actor
from platform_site.audit.chain import canonical
from platform_site.audit.record import record
from platform_site.errors import Refused
from registry.models import ApprovalRequest, GateDecision, GatePolicy, GateSettings, ModelVersion
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.rules.loosening import Difference

State = ApprovalRequest.State
STALE = "What this request was based on has changed since. Request it again; it then shows what holds now."


def request_policy(
    before: GatePolicy, content: Mapping[str, Any], ways: Sequence[str], diff: Sequence[Difference], actor: Actor
) -> ApprovalRequest:
    """Hold the next version of a policy, inside the transaction of the caller."""
    return _request(
        actor,
        kind=ApprovalRequest.Kind.POLICY,
        policy=before,
        content=dict(content),
        ways=list(ways),
        diff=[row._asdict() for row in diff],
        digest=digest_of({"policy": before.name, "based_on": before.number, "content": dict(content)}),
        reason=content["reason"],
    )


def request_settings(
    before: GateSettings, content: Mapping[str, Any], ways: Sequence[str], diff: Sequence[Difference], actor: Actor
) -> ApprovalRequest:
    """Hold the next settings of the gates, inside the transaction of the caller."""
    return _request(
        actor,
        kind=ApprovalRequest.Kind.SETTINGS,
        content=dict(content),
        ways=list(ways),
        diff=[row._asdict() for row in diff],
        digest=settings_digest(before, content),
        reason=content["reason"],
    )


def settings_digest(before: GateSettings, content: Mapping[str, Any]) -> str:
    """What the approval of gate settings is for: these settings, after those."""
    return digest_of({"gate_settings": before.pk or 0, "content": dict(content)})


def request_promotion(decision: GateDecision, to: str, reason: str, actor: Actor) -> ApprovalRequest:
    """Hold a promotion on which the gate has decided, inside the transaction of the caller. Another request to promote
    this version becomes stale: it rests on something else."""
    version, digest = decision.model_version, promotion_digest(decision, to)
    for other in waiting_for(version).exclude(digest=digest):
        close(other, State.STALE, actor=SYSTEM)
    rows = [Difference("Stage", version.stage, to), *map(_compared, decision.checks)]
    return _request(
        actor,
        kind=ApprovalRequest.Kind.PROMOTION,
        model_version=version,
        gate_decision=decision,
        content={"to": to},
        diff=[row._asdict() for row in rows],
        digest=digest,
        reason=reason,
    )


def promotion_digest(decision: GateDecision, to: str) -> str:
    """What the approval of a promotion is for: this step, and everything that the gate saw."""
    seen = {name: getattr(decision, name) for name in ("checks", "overridden", "open_alerts", "rests_on")}
    parts = ("feature", "issue", "trained_on", "current")
    seen["conflicts"] = [[conflict.get(part) for part in parts] for conflict in decision.conflicts]
    version = {"model": decision.model_version.model.name, "version": decision.model_version.version, "to": to}
    return digest_of(version | seen)


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a content in its canonical form."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def waiting_for(subject: GatePolicy | GateSettings | ModelVersion) -> QuerySet[ApprovalRequest]:
    """The undecided requests about a policy, by its name, the gate settings or a model version; expired ones included."""
    rows = ApprovalRequest.objects.filter(state=State.WAITING).select_related("policy", "model_version__model")
    if isinstance(subject, GatePolicy):
        return rows.filter(policy__name=subject.name)
    if isinstance(subject, GateSettings):
        return rows.filter(kind=ApprovalRequest.Kind.SETTINGS)
    return rows.filter(model_version=subject)


def outdate(saved: GatePolicy | GateSettings) -> None:
    """End the requests about a policy, or the gate settings, that wait: they are based on what was before."""
    for request in waiting_for(saved):
        close(request, State.STALE, actor=SYSTEM)


def close(request: ApprovalRequest, state: str, *, actor: Actor, reason: str = "") -> None:
    """End a request that waits, with its event, inside the transaction of the caller; Refused if it was decided."""
    fields = {"state": state, "decided_by": actor.name, "decided_at": timezone.now(), "decision_reason": reason}
    if not ApprovalRequest.objects.filter(pk=request.pk, state=State.WAITING).update(**fields):
        raise Refused("approval_request_decided", f"Approval request {request.pk} was already decided.")
    for name, value in fields.items():
        setattr(request, name, value)
    _record(request, "outdated" if state == State.STALE else state, actor)


def _request(actor: Actor, *, digest: str, **fields: Any) -> ApprovalRequest:
    """Store a request; one for the same that waits is returned as it is, an expired one is closed."""
    now = timezone.now()
    same = ApprovalRequest.objects.filter(state=State.WAITING, digest=digest)
    for earlier in same.select_related("policy", "model_version__model"):
        if earlier.status == State.WAITING:
            return earlier
        close(earlier, State.EXPIRED, actor=SYSTEM)
    request = ApprovalRequest.objects.create(
        digest=digest,
        requested_by=actor.name,
        requested_at=now,
        expires_at=now + timedelta(days=settings.CHANGE_REQUEST_DAYS),
        **fields,
    )
    _record(request, "requested", actor)
    return request


def _record(request: ApprovalRequest, verb: str, actor: Actor) -> None:
    payload = {
        "approval_request": request.pk,
        "kind": request.kind,
        "title": request.title,
        "content": request.content,
        "ways": request.ways,
        "digest": request.digest,
        "reason": request.decision_reason or request.reason,
        "requested_by": request.requested_by,
    }
    record(f"approval_request.{verb}", subject=_subject(request), actor=actor, payload=payload)


def _subject(request: ApprovalRequest) -> str:
    if request.model_version:
        return subject_of(request.model_version)
    return f"gate_policy:{request.policy.name}" if request.policy else "gate_settings"


def _compared(check: Mapping[str, Any]) -> Difference:
    """A check of the gate: what serves has, and what this version has."""
    on = f" on {check['slice']}" if check["slice"] else ""
    serving, observed = check.get("serving_value"), check["observed"]
    values = ("–" if value is None else f"{value:g}" for value in (serving, observed))
    return Difference(f"{check['metric']}{on} ({check['outcome']})", *values)
