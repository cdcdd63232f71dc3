"""What the gates would decide now, and what they have decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from registry.models import Alert, GateDecision, ModelVersion
from registry.versions.queries import overrides, policies
from registry.versions.queries.compatibility import Compatibility, approvers, compatibility_of
from registry.versions.queries.registration import missing_of
from registry.versions.queries.skew import skew_causes
from registry.versions.rules import gates
from registry.versions.rules.compatibility import UsedFeature
from registry.versions.rules.lifecycle import Stage
from registry.versions.rules.overrides import Cause
from registry.versions.rules.policies import CheckResult, name_only_cause, no_policy_cause


class GatedVersion(NamedTuple):
    """A model version with what the deployment gate says of it now, and the features that it compared."""

    version: ModelVersion
    verdict: gates.Verdict
    used: Sequence[UsedFeature] = ()


def deployment_verdict(
    version: ModelVersion, *, environment: str = "", pins: Mapping[str, str] | None = None, requester: str = ""
) -> gates.Verdict:
    """What the deployment gate would decide now, in one environment if one is named; nothing is recorded."""
    return gated_version(version, environment=environment, pins=pins, requester=requester).verdict


def gated_version(
    version: ModelVersion, *, environment: str = "", pins: Mapping[str, str] | None = None, requester: str = ""
) -> GatedVersion:
    """The same with what it was decided on.

    ``requester`` is who asks: not among those who could approve an override.

    A version in production must still meet its policies: a promotion is valid only as long as they hold. A version of
    a regulated model must meet them at every stage, so that it cannot serve unchecked in an environment with another
    name.
    """
    policies_apply = version.stage == Stage.PRODUCTION or (version.model.regulated and not version.is_observed)
    checks = policies.check_results(version, environment=environment) if policies_apply else None
    compared = compatibility_of(version, pins=pins)
    verdict = _verdict(version, checks, compared, environment=environment, requester=requester)
    return GatedVersion(version, verdict, compared.used)


def promotion_verdict(version: ModelVersion, to: str, *, requester: str = "") -> gates.Verdict:
    """What the promotion gate would decide now.

    A version enters production only if serving computes what training did and its policies let it through; every
    other stage is open.
    """
    if to != Stage.PRODUCTION:
        return gates.Verdict(gates.Decision.PROCEED)
    checks = policies.check_results(version)
    unjudged = [] if checks else [no_policy_cause(version.model.model_type)]
    return _verdict(version, checks, compatibility_of(version), requester=requester, others=unjudged)


def causes_to_override(version: ModelVersion) -> tuple[Cause, ...]:
    """What blocks a version on its way to production, or in it, and may be overridden."""
    verdict = promotion_verdict(version, Stage.PRODUCTION)
    return tuple(cause for cause in verdict.causes if cause.overridable)


def decisions_since(moment: datetime, whose: Q) -> dict[str, int]:
    """How often the gates answered what about some models since a moment; one query."""
    decisions = GateDecision.objects.filter(whose, decided_at__gte=moment).order_by()
    return dict(decisions.values_list("decision").annotate(rows=Count("pk")))


def _verdict(
    version: ModelVersion,
    checks: Sequence[CheckResult] | None,
    compared: Compatibility,
    *,
    environment: str = "",
    requester: str = "",
    others: Sequence[Cause] = (),
) -> gates.Verdict:
    """The verdict over everything that decides. ``checks`` None: policies do not apply at this stage; ``others`` close
    the gate too."""
    closing_alerts, open_alerts = _alerts_of(version.model_id)
    of_policies = [] if checks is None else _causes_of_policies(version, checks, compared)
    return gates.gate(
        stage=version.stage,
        environment=environment,
        conflicts=compared.conflicts,
        alerts=[*closing_alerts, *skew_causes(version), *of_policies, *others],
        checks=checks or (),
        overrides=overrides.approved_overrides(version),
        at=timezone.now(),
        basis=compared.rests_on,
        approvers=approvers(requester) if compared.blocks else gates.NOBODY,
        open_alerts=open_alerts,
        missing=missing_of(version),
    )


def _causes_of_policies(version: ModelVersion, checks: Sequence[CheckResult], compared: Compatibility) -> list[Cause]:
    """What policies refuse beside the results of their checks."""
    refusing = policies.refusing_name_only(version.model) if compared.by_name else ()
    refused = [name_only_cause(policy.name, policy.number, compared.by_name) for policy in refusing]
    return [*_missing_fairness_policy(version, checks), *refused]


def _missing_fairness_policy(version: ModelVersion, checks: Sequence[CheckResult]) -> list[Cause]:
    """The cause that no other team's policy checks the fairness of a regulated model, if that is so."""
    if not version.model.regulated or any(check.owner and check.check.is_fairness for check in checks):
        return []
    sentence = "The model is regulated, and no other team's policy checks its fairness. Ask another team to save one."
    return [Cause("regulated:unjudged", sentence)]


def blocking_alerts(model_id: int) -> list[Cause]:
    """The open alerts of a model that block its gates, as causes."""
    return _alerts_of(model_id)[0]


def _alerts_of(model_id: int) -> tuple[list[Cause], list[str]]:
    """The open alerts of a model that block its gates, as causes, and the titles of those of skew that do not; one query."""
    concerning = Q(blocking=True) | Q(finding__in=Alert.OF_SERVING)
    alerts = Alert.objects.filter(concerning, model_id=model_id).exclude(state=Alert.State.RESOLVED)
    rows = list(alerts.values_list("pk", "title", "blocking"))
    causes = [Cause(f"alert:{pk}", f"A blocking alert is open: {title}") for pk, title, blocking in rows if blocking]
    return causes, [title for _, title, blocking in rows if not blocking]
