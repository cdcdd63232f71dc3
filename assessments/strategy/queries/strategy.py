"""What the rules advise an organization, from what was entered, assessed, measured and decided (T5 to T10)."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet

from assessments.health.queries.assessments import statuses_of
from assessments.health.queries.evidence import evidence_of
from assessments.health.queries.known import known_of
from assessments.health.rules.evidence import Evidence
from assessments.health.rules.maturity import LEVELS
from assessments.models import Assessment, Organization, RecoveryDecision, Rehearsal, SourcingDecision
from assessments.organizations.queries import current_assessment
from assessments.organizations.rules.build_depth import BuildDepth, build_depth
from assessments.organizations.rules.facts import TEAM_FACTS, Facts, KnownFact, known_facts
from assessments.organizations.rules.golden_paths import MODES, GoldenPath, golden_path
from assessments.organizations.rules.reason import Reason
from assessments.strategy.queries.triggers import facts_of
from assessments.strategy.rules import recovery
from assessments.strategy.rules.deferral import Size
from assessments.strategy.rules.obligations import Held, Obligation, obligations
from assessments.strategy.rules.operating_model import OperatingModel, operating_model
from assessments.strategy.rules.plan import Plan, Situation, plan_for
from assessments.strategy.rules.readiness import Readiness, Rehearsed, readiness
from assessments.strategy.rules.recovery import Keeper, ProposedKeeper
from assessments.strategy.rules.sourcing import Proposal, proposals
from assessments.strategy.rules.triggers import Evaluation, evaluate
from platform_site.errors import Unknown
from registry.published import compliance, rebuilding

SHOWN = 20


class Sourced(NamedTuple):
    """A group: the proposal, and the decision that differs from it (None: the proposal stands)."""

    proposal: Proposal
    decision: SourcingDecision | None

    @property
    def group(self) -> str:
        return str(self.proposal.group)

    @property
    def choice(self) -> str | None:
        return self.decision.choice if self.decision else self.proposal.choice

    @property
    def own_part(self) -> str:
        return self.decision.own_part if self.decision else self.proposal.own_part


class Recovered(NamedTuple):
    """A capability that runs: who is proposed to run it, and the decision that differs from that."""

    proposal: ProposedKeeper
    decision: RecoveryDecision | None

    @property
    def capability(self) -> str:
        return self.proposal.capability

    @property
    def keeper(self) -> str | None:
        """Who should run it; None while it is open where its group comes from."""
        return self.decision.keeper if self.decision else self.proposal.keeper


class Strategy(NamedTuple):
    """Everything that the page, the file and the API show of an organization's strategy."""

    organization: Organization
    facts: list[KnownFact]
    evaluation: Evaluation
    assessment: Assessment | None
    plan: Plan
    sourcing: list[Sourced]
    depth: BuildDepth
    routed_around: Reason
    recovery: list[Recovered]
    operating_model: OperatingModel
    golden_path: GoldenPath
    readiness: Readiness
    obligations: list[Obligation]
    lacking: list[rebuilding.Lacking]
    rehearsals: list[Rehearsal]

    @property
    def is_routed_around(self) -> bool:
        """Whether some team keeps its own tooling, or nobody said."""
        return next(fact.value for fact in self.facts if fact.name == "teams_with_own_tooling") != 0

    @property
    def handed_over(self) -> list[Recovered]:
        """What a managed service does better, in the order in which to migrate it."""
        return [row for row in self.recovery if row.keeper == Keeper.MANAGED]

    @property
    def owned(self) -> list[Recovered]:
        """What the platform team should own."""
        return [row for row in self.recovery if row.keeper == Keeper.TEAM]

    @property
    def open_rows(self) -> list[Recovered]:
        """What stays open until it is decided where its group comes from."""
        return [row for row in self.recovery if row.keeper is None]


def strategy_of(organization: Organization) -> Strategy:
    """The strategy now, in a fixed number of queries."""
    facts, assessment = facts_of(organization), current_assessment(organization)
    modes = rebuilding.serving_modes(organization.pk)
    statuses = statuses_of(assessment) if assessment else {}
    engineers, on_call, served, need = (getattr(organization, name) for name in TEAM_FACTS)
    on_record, rehearsals = rebuilding.record(organization.pk), list(rehearsals_of(organization)[:SHOWN])
    sourcing = _sourcing(organization, facts)
    evidence = evidence_of(assessment) if assessment else []
    situation = _situation(organization, facts, assessment, evidence, sourcing)
    return Strategy(
        organization,
        [
            *known_facts(facts),
            *(KnownFact(name, getattr(organization, name), False) for name in TEAM_FACTS),
            *_modes(organization, modes),
        ],
        situation.evaluation,
        assessment,
        plan_for(situation),
        sourcing,
        build_depth(engineers, on_call, served, need),
        recovery.routed_around(facts.teams_with_own_tooling, facts.shipping_teams),
        _recovery(organization, statuses, sourcing),
        operating_model(engineers, facts.shipping_teams),
        golden_path({mode.name.removeprefix("serves_"): mode.value for mode in _modes(organization, modes)}, modes),
        readiness(*on_record, _newest(rehearsals)),
        obligations(Held(*compliance.held(organization.pk, on_record))) if facts.compliance else [],
        rebuilding.lacking(organization.pk, SHOWN) if on_record.complete < on_record.total else [],
        rehearsals,
    )


def plan_of(assessment: Assessment, evidence: list[Evidence] | None = None) -> Plan:
    """The one plan of an assessment's organization, judged by this assessment; ``evidence`` where it was read already."""
    organization = assessment.organization
    facts = facts_of(organization)
    lines = evidence_of(assessment) if evidence is None else evidence
    return plan_for(_situation(organization, facts, assessment, lines, _sourcing(organization, facts)))


def _situation(
    organization: Organization,
    facts: Facts,
    assessment: Assessment | None,
    evidence: list[Evidence],
    sourcing: list[Sourced],
) -> Situation:
    """Everything that the plan is made from."""
    return Situation(
        evaluate(facts),
        Size(
            organization.platform_engineers,
            facts.shipping_teams,
            facts.production_models,
            facts.models_planned_next_quarter,
        ),
        facts.compliance,
        facts.skew_or_drift_incidents_12m,
        [item.as_item for item in assessment.items.all()] if assessment else [],
        assessment.levels if assessment else LEVELS,
        known_of(organization, evidence),
        {line.capability: str(line.highest) for line in evidence if line.contradicts},
        _choices(sourcing),
    )


def get_sourcing(organization: Organization, place: int) -> Sourced:
    """The proposal and decision for the group at a place, counted from 1; Unknown where there is none."""
    rows = _sourcing(organization, facts_of(organization))
    if not 1 <= place <= len(rows):
        raise Unknown(f"There is no group {place}: choose from 1 to {len(rows)}.")
    return rows[place - 1]


def get_recovery(organization: Organization, capability: str) -> Recovered:
    """The proposal and decision for a capability that runs; Unknown where it does not."""
    assessment = current_assessment(organization)
    facts = facts_of(organization)
    statuses = statuses_of(assessment) if assessment else {}
    rows = _recovery(organization, statuses, _sourcing(organization, facts))
    match = next((row for row in rows if row.capability == capability), None)
    if match is None:
        raise Unknown(f"{organization.slug} does not run {capability}, according to its newest assessment.")
    return match


def rehearsals_of(organization: Organization) -> QuerySet[Rehearsal]:
    """Its rehearsals, the newest first."""
    return Rehearsal.objects.filter(organization=organization).order_by("-rehearsed_on", "-pk")


def _modes(organization: Organization, models: dict[str, int]) -> list[KnownFact]:
    """Which ways of serving are in use: as entered, else as measured where the registry has production models."""
    known = []
    for mode in MODES:
        entered = getattr(organization, f"serves_{mode}")
        measured = entered is None and bool(models)
        other = True if entered is False and mode in models else None
        known.append(KnownFact(f"serves_{mode}", mode in models if measured else entered, measured, other))
    return known


def _sourcing(organization: Organization, facts: Facts) -> list[Sourced]:
    """Each group's proposal, by the build depth, and the decision that differs."""
    decided = {decision.group: decision for decision in organization.sourcing_decisions.all()}
    engineers, on_call, served, need = (getattr(organization, name) for name in TEAM_FACTS)
    depth = build_depth(engineers, on_call, served, need)
    rows = proposals(depth.choice, engineers, facts.compliance)
    return [Sourced(row, decided.get(row.group)) for row in rows]


def _choices(sourcing: list[Sourced]) -> dict[str, str | None]:
    """Where each group comes from, as decided, else as proposed."""
    return {row.group: row.choice and str(row.choice) for row in sourcing}


def _recovery(organization: Organization, statuses: dict[str, str], sourcing: list[Sourced]) -> list[Recovered]:
    decided = {
        decision.capability.name: decision for decision in organization.recovery_decisions.select_related("capability")
    }
    proposed = recovery.recovery(statuses, _choices(sourcing))
    rows = [Recovered(row, decided.get(row.capability)) for row in proposed]
    return sorted(rows, key=lambda row: recovery.in_order(row.proposal, row.keeper))


def _newest(rehearsals: list[Rehearsal]) -> Rehearsed | None:
    if not rehearsals:
        return None
    last = rehearsals[0]
    return Rehearsed(f"{last.model} {last.version}", last.rehearsed_on, last.rebuilt, float(last.hours))
