"""Plan, recommendations, sourcing, build depth and recovery never contradict one another, whatever an organization states."""

from __future__ import annotations

import random
import re
from typing import NamedTuple

import pytest

from assessments.health.rules.maturity import blockers
from assessments.health.rules.recommendations import Known, Recommendation, recommendations
from assessments.health.rules.scoring import Item, critical_gaps
from assessments.organizations.rules.build_depth import BuildDepth, Depth, Need, build_depth
from assessments.organizations.rules.catalogue import CAPABILITIES, Priority, Status
from assessments.organizations.rules.facts import CADENCES, Facts
from assessments.organizations.rules.golden_paths import MODES, GoldenPath, golden_path
from assessments.organizations.rules.reason import Reason
from assessments.strategy.rules.deferral import Size
from assessments.strategy.rules.operating_model import OperatingModel, operating_model
from assessments.strategy.rules.phases import AFTER_INCIDENTS
from assessments.strategy.rules.plan import Plan, Situation, plan_for
from assessments.strategy.rules.recovery import Keeper, ProposedKeeper, recovery, routed_around
from assessments.strategy.rules.sourcing import BY_DEPTH, Choice, Proposal, proposals
from assessments.strategy.rules.triggers import evaluate

DRIFT = [core.capability for core in AFTER_INCIDENTS]
OWN = ("image_parity", "Data & Features")


class Advice(NamedTuple):
    """Everything that one organization is advised."""

    facts: Facts
    situation: Situation
    plan: Plan
    ranked: list[Recommendation]
    sourcing: list[Proposal]
    depth: BuildDepth
    recovery: list[ProposedKeeper]
    around: Reason
    model: OperatingModel
    path: GoldenPath


def maybe(rng: random.Random, *values):
    return rng.choice([None, *values])


def any_facts(rng: random.Random) -> Facts:
    numbers = (0, 1, 2, 3, 12, 180)
    return Facts(
        maybe(rng, *numbers), maybe(rng, *numbers), maybe(rng, *CADENCES), maybe(rng, True, False),
        maybe(rng, 0, 0, 1, 3), maybe(rng, 0, 1, 2, 7), maybe(rng, True, False), maybe(rng, 0, 4, 40),
    )  # fmt: skip


def any_items(rng: random.Random) -> list[Item]:
    if rng.random() < 0.1:
        return []
    share = rng.choice([0.1, 0.4, 0.9])
    rows = [(name, str(capability.group)) for name, capability in CAPABILITIES.items()] + [OWN] * (rng.random() < 0.2)
    return [
        Item(
            name,
            group,
            Status.IMPLEMENTED if rng.random() < share else rng.choice(list(Status)),
            rng.choice([CAPABILITIES[name].default_priority if name in CAPABILITIES else "low", *Priority]),
            rng.choice(["", "untested for on-device"]),
            rng.choice(["", "What it does."]),
        )
        for name, group in rows
    ]


def advice(seed: int) -> Advice:
    """What an organization of a seed is advised, assembled as the query assembles it."""
    rng = random.Random(seed)
    facts, items = any_facts(rng), any_items(rng)
    engineers = maybe(rng, 0, 1, 2, 4, 5, 8, 12, 40)
    on_call = maybe(rng, 0, 1, engineers or 0)
    depth = build_depth(engineers, on_call, maybe(rng, 3, 12), maybe(rng, *Need))
    sourcing = proposals(depth.choice, engineers, facts.compliance)
    sources = {str(row.group): row.choice and str(row.choice) for row in sourcing}
    incidents = {name: ["An incident"] for name in CAPABILITIES if rng.random() < rng.choice([0, 0.2])}
    situation = Situation(
        evaluate(facts),
        Size(engineers, facts.shipping_teams, facts.production_models, facts.models_planned_next_quarter),
        facts.compliance,
        facts.skew_or_drift_incidents_12m,
        items,
        known=Known({"lineage": ["eta"]}, incidents),
        measured={name: "partial" for name in CAPABILITIES if rng.random() < 0.05},
        sources=sources,
    )
    statuses = {item.capability: str(item.status) for item in items}
    return Advice(
        facts, situation, plan_for(situation), recommendations(items, known=situation.known), sourcing, depth,
        recovery(statuses, sources), routed_around(facts.teams_with_own_tooling, facts.shipping_teams),
        operating_model(engineers, facts.shipping_teams),
        golden_path({mode: maybe(rng, True, False) for mode in MODES}, {"batch": 2}),
    )  # fmt: skip


def contradictions(advised: Advice) -> list[str]:
    """Each sentence: two parts of the advice that disagree."""
    return [
        *_of_the_plan(advised),
        *_of_the_recommendations(advised),
        *_of_the_sources(advised),
        *_of_the_team(advised),
    ]


def _of_the_plan(advised: Advice) -> list[str]:
    plan, items = advised.plan, advised.situation.items
    steps, later = [step.capability for step in plan.steps], [item.capability for item in plan.deferred]
    gaps = {item.capability for item in items if item.is_gap}
    wrong = [f"{name} twice" for name in {*steps, *later} if (steps + later).count(name) > 1]
    wrong += [f"{name} in neither" for name in gaps - {*steps, *later}]
    wrong += [f"critical {name} deferred" for name in critical_gaps(items) if name in later]
    wrong += [
        f"{name} deferred, an incident came from it" for name in advised.situation.known.incidents if name in later
    ]
    if advised.facts.skew_or_drift_incidents_12m:
        wrong += [f"{name} deferred after skew or drift" for name in DRIFT if name in later]
        if str(plan.kind).startswith("phase_1"):
            wrong += [f"{name} is not in Phase 1 after skew or drift" for name in DRIFT if name not in steps]
    if advised.facts.compliance and plan.kind != "project_level":
        needed = ("lineage", "access_controls", "automated_eval_gates", "audit_log", "feature_registry")
        wrong += [f"{name} deferred under regulation" for name in needed if name in later]
    if (advised.situation.evaluation.verdict == "not_yet") != (plan.kind == "project_level"):
        wrong.append(f"verdict {advised.situation.evaluation.verdict}, plan {plan.kind}")
    if plan.kind == "next_level" and items and (waiting := blockers(items)):
        wrong += [
            f"{item.capability} blocks and is no step"
            for item in waiting[0].items
            if item.is_gap and item.capability not in steps
        ]
    places = [step.place for step in plan.steps if step.is_open]
    return wrong + (["places"] if places != list(range(1, len(places) + 1)) else [])


def _of_the_recommendations(advised: Advice) -> list[str]:
    """The first three are the first three steps, with the same first step."""
    first = [gap.capability for gap in advised.ranked[:3]]
    steps = advised.plan.open_steps
    wrong = (
        [f"{first} first, but the plan begins otherwise"]
        if [step.capability for step in steps[: len(first)]] != first
        else []
    )
    for gap in advised.ranked:
        step = advised.plan.step(gap.capability)
        if step and (step.first_step, step.status) != (gap.first_step, gap.status):
            wrong.append(f"{gap.capability} begins in two ways")
    return wrong


def _of_the_sources(advised: Advice) -> list[str]:
    """Build depth decides four groups; who runs a capability and where a step's group comes from follow the group."""
    choices = {str(row.group): row.choice for row in advised.sourcing}
    wrong = []
    for group in BY_DEPTH:
        bought = choices[str(group)] is Choice.BUY
        if advised.depth.choice is Depth.MANAGED and not bought:
            wrong.append(f"managed services, but {group} is {choices[str(group)]}")
        if advised.depth.choice is Depth.OWN_CLUSTER and bought:
            wrong.append(f"own cluster, but {group} is bought")
    for row in advised.recovery:
        choice = choices[str(CAPABILITIES[row.capability].group)] if row.capability in CAPABILITIES else None
        if row.keeper is Keeper.MANAGED and choice is not Choice.BUY:
            wrong.append(f"{row.capability} is handed over, its group is {choice}")
        if "own cluster" in row.why.lower() and advised.depth.choice is not Depth.OWN_CLUSTER:
            wrong.append(f"{row.capability}: an own cluster that nobody has")
    for step in advised.plan.steps:
        if (choices.get(step.group) and str(choices[step.group])) != step.source:
            wrong.append(f"{step.capability} from {step.source}")
    return wrong


def _of_the_team(advised: Advice) -> list[str]:
    model = advised.model
    if model.embedded and (model.development or 0) < max(2, (model.embedded + (model.development or 0)) / 4):
        return [f"embedding leaves {model.development}"]
    return [] if model.model != "hybrid" or (model.office_hours and model.duties) else ["hybrid without office hours"]


def untrue(advised: Advice) -> list[str]:
    """Each `why` that states a number or a status which is not this organization's."""
    reasons = [advised.plan.why, advised.depth.why, advised.around, advised.model.why]
    reasons += [row.why for row in advised.sourcing] + [flavour.why for flavour in advised.path.flavours]
    sentences = [reason.sentence for reason in reasons] + [step.why for step in advised.plan.steps]
    sentences += [item.why for item in advised.plan.deferred] + [gap.why for gap in advised.ranked]
    known = _numbers(advised)
    wrong = [sentence for sentence in sentences if set(map(int, re.findall(r"\d+", sentence))) - known]
    wrong += [reason.rule for reason in reasons if not reason.figures or reason.rule in reason.sentence]
    return wrong + [sentence for sentence in sentences if len(sentence) < 5]


def _numbers(advised: Advice) -> set[int]:
    facts, size = advised.facts, advised.situation.size
    values = {value for value in (*facts, *size) if isinstance(value, int)} | {1, 2}  # 1 incident each, 2 batch models
    met = sum(row.state == "met" for row in advised.situation.evaluation.conditions)
    labels = {int(digit) for gap in advised.ranked if gap.blocks for digit in re.findall(r"\d", gap.blocks)}
    on_call = {int(number) for number in re.findall(r"\d+", " ".join(advised.depth.why.figures))}
    return values | {met, 12} | labels | on_call  # 12: months


def hold(seeds: range) -> None:
    wrong = {
        seed: sentences for seed in seeds if (sentences := [*contradictions(advised := advice(seed)), *untrue(advised)])
    }
    assert not wrong, f"{len(wrong)} of {len(seeds)}, the first: {next(iter(wrong.items()))}"


def test_no_two_parts_disagree_and_each_why_states_facts():
    hold(range(500))


@pytest.mark.slow
def test_nor_do_they_over_ten_thousand_organizations():
    hold(range(500, 10_500))


def test_every_kind_and_every_depth_is_among_them():
    seen = [advice(seed) for seed in range(500)]
    assert {str(advised.plan.kind) for advised in seen} == {
        "project_level",
        "phase_1",
        "phase_1_regulated",
        "next_level",
    }
    assert {advised.depth.choice for advised in seen} == set(Depth)
    assert sum(len(advised.plan.deferred) > 3 for advised in seen) > 50


@pytest.mark.parametrize(
    ("spoilt", "word"),
    [
        (lambda advised: advised._replace(sourcing=proposals(Depth.OWN_CLUSTER, 8, False)), "managed services, but"),
        (
            lambda advised: advised._replace(plan=advised.plan._replace(steps=advised.plan.steps[1:])),
            "the plan begins otherwise",
        ),
        (
            lambda advised: advised._replace(
                recovery=[ProposedKeeper("feature_parity", "partial", Keeper.MANAGED, "")]
            ),
            "handed over",
        ),
    ],
)
def test_a_contradiction_would_be_noticed(spoilt, word):
    advised = next(
        advised
        for advised in map(advice, range(500))
        if advised.depth.choice is Depth.MANAGED and advised.ranked and not advised.facts.compliance
    )
    assert any(word in sentence for sentence in contradictions(spoilt(advised)))
