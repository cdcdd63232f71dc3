"""The one ordered plan of an organization: steps, what waits and until when (T5). Report, page, file and API show this one.

>>> from assessments.organizations.rules.facts import Facts
>>> from assessments.strategy.rules.triggers import evaluate
>>> plan = plan_for(Situation(evaluate(Facts(production_models=4)), Size(models=4)))
>>> str(plan.kind), [step.capability for step in plan.steps][:2], plan.steps[0].state
('phase_1', ['project_templates', 'orchestrated_training'], 'not_assessed')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from assessments.health.rules.advice import advice_for
from assessments.health.rules.maturity import LEVELS, Level, blockers
from assessments.health.rules.recommendations import (
    NOTHING_KNOWN,
    ORDER,
    Known,
    Recommendation,
    facts_of,
    prevented,
    recommendations,
    title_of,
)  # fmt: skip
from assessments.health.rules.scoring import Item, critical_gaps
from assessments.organizations.rules.catalogue import CAPABILITIES, Status, position
from assessments.organizations.rules.reason import Reason
from assessments.strategy.rules.deferral import Size, deferral, size_in_words
from assessments.strategy.rules.phases import (
    AFTER_INCIDENTS,
    EASES,
    FEATURE_STORE,
    PHASE_1,
    REGULATED,
    SUCCESS,
    WEEKS,
    Kind,
    core_of,
)  # fmt: skip
from assessments.strategy.rules.sourcing import ASK_COMPLIANCE
from assessments.strategy.rules.triggers import Evaluation
from platform_site.text.wording import counted

FIRST = 3  # what a lead reads of the recommendations
NOT_ASSESSED = "Not assessed."
RULE = (
    "No condition met: MLOps in each project. One or two: Phase 1. Once Phase 1 stands: the next level. A critical gap, one of the "
    "first three recommendations, or a capability whose absence caused an incident never waits."
)


class Situation(NamedTuple):
    """What the plan is made from. ``items``: empty while nothing is assessed; ``measured``: statuses that contradict those
    entered; ``sources``: where each group comes from; ``skew_or_drift``: incidents of twelve months."""

    evaluation: Evaluation
    size: Size = Size()
    compliance: bool | None = None
    skew_or_drift: int | None = None
    items: Sequence[Item] = ()
    levels: Sequence[Level] = LEVELS
    known: Known = NOTHING_KNOWN
    measured: Mapping[str, str] = {}
    sources: Mapping[str, str | None] = {}


class Step(NamedTuple):
    """One step: its capability (a stable id), why it is needed here (facts alone) and anywhere, and how to begin.

    ``place`` counts the open steps from 1; ``source`` says where its group comes from; ``measured`` is set where it differs
    from the status.
    """

    capability: str
    title: str
    group: str
    place: int | None
    state: str
    status: str | None
    measured: str | None
    why: str
    matters: str
    first_step: str
    source: str | None
    by_compliance: bool

    @property
    def is_open(self) -> bool:
        return self.state != "done"


class Deferred(NamedTuple):
    """What waits, why, and the condition that ends it."""

    capability: str
    title: str
    status: str | None
    why: str
    until: str


class Exempted(NamedTuple):
    """What the plan leaves out until a day because somebody exempted it, and why."""

    capability: str
    title: str
    status: str | None
    until: date
    reason: str
    sentence: str


class Plan(NamedTuple):
    """The plan; open steps come first, in the order to take them. ``weeks`` is the target of a first phase; ``would_change``
    lists what would change a verdict of no platform yet; ``ask`` is set while a missing fact could change the plan."""

    kind: Kind
    title: str
    steps: list[Step]
    deferred: list[Deferred]
    left_out: list[Exempted]
    weeks: int | None
    success: str
    growth: str
    would_change: list[str]
    why: Reason
    ask: str | None

    @property
    def done(self) -> int:
        return sum(not step.is_open for step in self.steps)

    @property
    def open_steps(self) -> list[Step]:
        return [step for step in self.steps if step.is_open]

    @property
    def places(self) -> dict[str, str]:
        """Where each open step and each deferred capability stands, in words."""
        steps = {step.capability: f"Step {step.place} of the plan ({self.title})" for step in self.open_steps}
        later = {item.capability: f"Later: until {item.until}" for item in self.deferred}
        return steps | later | {item.capability: item.sentence.rstrip(".") for item in self.left_out}

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return self._asdict() | {
            "kind": str(self.kind),
            "steps": [step._asdict() for step in self.steps],
            "deferred": [item._asdict() for item in self.deferred],
            "left_out": [item._asdict() | {"until": item.until.isoformat()} for item in self.left_out],
            "why": self.why._asdict(),
        }

    def step(self, capability: str) -> Step | None:
        return next((step for step in self.steps if step.capability == capability), None)

    def deferral(self, capability: str) -> Deferred | None:
        return next((item for item in self.deferred if item.capability == capability), None)


def plan_for(situation: Situation) -> Plan:
    """The plan that fits what is known."""
    kind = kind_of(situation)
    ranked = recommendations(situation.items, situation.levels, situation.known)
    titles = _titles(situation, kind, ranked)
    steps = _numbered(
        sorted(
            (_step(name, title, situation, ranked) for name, title in titles.items()),
            key=lambda step: _order(step, situation, kind, ranked),
        )
    )
    return Plan(
        kind,
        _title(kind, situation),
        steps,
        _deferred(situation, titles, ranked),
        _left_out(situation),
        WEEKS if kind in (Kind.PHASE_1, Kind.PHASE_1_REGULATED) else None,
        SUCCESS[kind],
        _growth(situation.size),
        _would_change(situation) if kind is Kind.PROJECT_LEVEL else [],
        _why(situation),
        ASK_COMPLIANCE if situation.compliance is None else None,
    )


def kind_of(situation: Situation) -> Kind:
    """No platform yet, the first phase, or what comes after it. What is exempt holds up no phase."""
    if situation.evaluation.verdict == "not_yet":
        return Kind.PROJECT_LEVEL
    needed, passed = (*PHASE_1, *REGULATED) if situation.compliance else PHASE_1, (*EASES, *situation.known.exempt)
    if all(_state(core.capability, situation) == "done" for core in needed if core.capability not in passed):
        return Kind.NEXT_LEVEL
    return Kind.PHASE_1_REGULATED if situation.compliance else Kind.PHASE_1


def never_deferred(situation: Situation, ranked: Sequence[Recommendation]) -> list[str]:
    """What no plan may put off: the first recommendations, critical gaps, and what incidents came from, assessed or not."""
    settled = {item.capability for item in situation.items if not item.is_gap} | set(situation.known.exempt)
    incidents = [name for name, titles in situation.known.incidents.items() if titles]
    if situation.skew_or_drift:
        incidents += [core.capability for core in AFTER_INCIDENTS]
    wanted = [*(gap.capability for gap in ranked[:FIRST]), *critical_gaps(situation.items), *incidents]
    return [name for name in dict.fromkeys(wanted) if name not in settled]


def _titles(situation: Situation, kind: Kind, ranked: Sequence[Recommendation]) -> dict[str, str]:
    """The capabilities of the plan, each with what this plan builds of it."""
    titles = {core.capability: core.title for core in core_of(kind)}
    if situation.skew_or_drift and kind in (Kind.PHASE_1, Kind.PHASE_1_REGULATED):
        titles |= {core.capability: core.title for core in AFTER_INCIDENTS if core.capability not in titles}
    wanted = never_deferred(situation, ranked)
    if kind is Kind.NEXT_LEVEL:
        wanted += [gap.capability for gap in ranked if gap.blocks]
    if situation.size.many_teams and kind is not Kind.PROJECT_LEVEL:
        wanted += [item.capability for item in situation.items if item.is_gap and item.capability == "access_controls"]
    for name in wanted:
        titles.setdefault(name, _plain_title(name, situation))
    return {name: title for name, title in titles.items() if not _is_left_out(name, situation)}


def _step(name: str, title: str, situation: Situation, ranked: Sequence[Recommendation]) -> Step:
    item, gap = _item(name, situation), next((row for row in ranked if row.capability == name), None)
    advice = advice_for(name, item.description if item else "")
    group = item.group if item else str(CAPABILITIES[name].group) if name in CAPABILITIES else ""
    return Step(
        name,
        title,
        group,
        None,
        _state(name, situation),
        str(item.counts_as) if item else None,
        situation.measured.get(name),
        _why_step(name, situation, gap),
        advice.why,
        advice.first_step,
        situation.sources.get(group),
        bool(situation.compliance) and name in {core.capability for core in REGULATED},
    )


def _why_step(name: str, situation: Situation, gap: Recommendation | None) -> str:
    """Facts alone: what was assessed and measured, the incidents, the size, what must be explained."""
    item, known = _item(name, situation), situation.known
    facts = gap.why if gap else facts_of(item, None, known) if item and item.is_gap else _stated(name, item, known)
    sentences = [facts]
    if measured := situation.measured.get(name):
        sentences.append(f"Measured as {measured.replace('_', ' ')}.")
    if situation.skew_or_drift and name in {core.capability for core in AFTER_INCIDENTS}:
        sentences.append(
            f"{counted(situation.skew_or_drift, 'incident')} from skew, drift or silent failure in 12 months."
        )
    if situation.compliance and name in {core.capability for core in REGULATED}:
        sentences.append("A model decision must be explainable, audited or reproducible.")
    if name == "access_controls" and situation.size.many_teams:
        sentences.append(f"{size_in_words(situation.size, 'teams')}.")
    if name == "project_templates" and situation.size.planned:
        sentences.append(f"{counted(situation.size.planned, 'model')} planned for the next quarter.")
    return " ".join(sentences)


def _stated(name: str, item: Item | None, known: Known) -> str:
    incidents = known.incidents.get(name)
    sentence = NOT_ASSESSED if item is None else f"Assessed as {str(item.counts_as).replace('_', ' ')}."
    return f"{sentence} {prevented(incidents)}" if incidents else sentence


def _state(name: str, situation: Situation) -> str:
    """`done` when implemented and not contradicted, or not applicable with its reason."""
    item = _item(name, situation)
    if item is None:
        return "not_assessed"
    if item.counts_as == Status.IMPLEMENTED:
        return "contradicted" if name in situation.measured else "done"
    if item.counts_as == Status.NOT_APPLICABLE:
        return "done" if item.notes.strip() else "not_begun"
    return "begun" if item.counts_as == Status.PARTIAL else "not_begun"


def _order(step: Step, situation: Situation, kind: Kind, ranked: Sequence[Recommendation]) -> tuple[object, ...]:
    """Open steps first: the first recommendations in their order, then what incidents came from, then the plan's own order
    (of a first phase) or the order of pain (to the next level)."""
    places = {gap.capability: place for place, gap in enumerate(ranked)}
    place = places.get(step.capability, len(places))
    sequence = [core.capability for core in core_of(kind)]
    natural = sequence.index(step.capability) if step.capability in sequence else len(sequence)
    item = _item(step.capability, situation)
    pain = ORDER.index(item.priority) if item else 0
    return (
        not step.is_open,
        min(place, FIRST) if step.is_open else FIRST,
        -len(situation.known.incidents.get(step.capability, ())) if step.is_open else 0,
        natural,
        pain,
        place,
        position(step.capability),
    )


def _numbered(steps: list[Step]) -> list[Step]:
    return [step._replace(place=place) if step.is_open else step for place, step in enumerate(steps, start=1)]


def _deferred(situation: Situation, titles: Mapping[str, str], ranked: Sequence[Recommendation]) -> list[Deferred]:
    """Every gap that is neither a step nor exempt, in the order of the recommendations, and the feature store."""
    rows = [
        Deferred(gap.capability, gap.title, gap.status, *deferral(gap.capability, gap.why, situation.size))
        for gap in ranked
        if gap.capability not in titles
    ]
    if not situation.items:
        rows += [
            Deferred(name, _plain_title(name, situation), None, *deferral(name, NOT_ASSESSED, situation.size))
            for name in ("progressive_delivery", "access_controls")
            if name not in titles and name not in situation.known.exempt
        ]
    if _item(FEATURE_STORE, situation) is None and FEATURE_STORE not in situation.known.exempt:
        rows.append(Deferred(FEATURE_STORE, "A feature store", None, *deferral(FEATURE_STORE, "", situation.size)))
    return rows


def _left_out(situation: Situation) -> list[Exempted]:
    """Everything that is exempt and not done, the next to end first."""
    rows = []
    for name, exemption in situation.known.exempt.items():
        if _is_left_out(name, situation):
            status = (item := _item(name, situation)) and str(item.counts_as)
            rows.append(Exempted(name, _plain_title(name, situation), status, *exemption, exemption.sentence))
    return sorted(rows, key=lambda row: (row.until, position(row.capability)))


def _is_left_out(name: str, situation: Situation) -> bool:
    return name in situation.known.exempt and _state(name, situation) != "done"


def _would_change(situation: Situation) -> list[str]:
    """Each condition that is not met, and what is known of it."""
    changes = {
        "scale": "a third model in production, or a second team that ships models",
        "retraining": "a model that is retrained weekly or more often",
        "incidents": "an incident from skew, drift or silent failure",
        "duplication": "a second team with its own pipelines, training scripts or monitoring",
        "compliance": "a model decision that must be explainable, audited or reproducible",
    }
    return [
        f"{changes[row.id][:1].upper()}{changes[row.id][1:]}. Now: {row.because}"
        for row in situation.evaluation.conditions
    ]


def _why(situation: Situation) -> Reason:
    met = [row.id for row in situation.evaluation.conditions if row.state == "met"]
    conditions = f"{counted(len(met), 'condition')} met" + (f" ({', '.join(met)})" if met else "")
    compliance = {
        None: "unknown whether a decision must be explained, audited or reproduced",
        True: "a decision must be explained, audited or reproduced",
        False: "no decision must be explained, audited or reproduced",
    }[situation.compliance]
    size = situation.size
    figures = [conditions, compliance, counted(size.engineers, "platform engineer"), counted(size.teams, "team")]
    figures.append(f"{counted(size.models, 'model')} in production")
    if size.planned:
        figures.append(f"{size.planned} more planned for the next quarter")
    if not situation.items:
        figures.append("nothing assessed yet")
    return Reason(RULE, tuple(figures))


def _growth(size: Size) -> str:
    """What happens to the models that exist and to those that are planned; empty where neither is known."""
    parts = []
    if size.planned:
        parts.append(f"{counted(size.planned, 'model')} planned for the next quarter begin on it")
    if size.models:
        parts.append(f"{counted(size.models, 'model')} in production move afterwards, the most often retrained first")
    return "; ".join(parts) + "." if parts else ""


def _title(kind: Kind, situation: Situation) -> str:
    if kind is Kind.PROJECT_LEVEL:
        return "Project-level MLOps"
    if kind is Kind.PHASE_1:
        return "Phase 1"
    if kind is Kind.PHASE_1_REGULATED:
        return "Phase 1, regulated"
    waiting = blockers(situation.items, situation.levels)
    return f"To {waiting[0].level.label}" if waiting else "Beyond the highest level"


def _plain_title(name: str, situation: Situation) -> str:
    item = _item(name, situation)
    if item and item.description:
        return title_of(name, item.description)
    return title_of(name, CAPABILITIES[name].description if name in CAPABILITIES else "")


def _item(name: str, situation: Situation) -> Item | None:
    return next((item for item in situation.items if item.capability == name), None)
