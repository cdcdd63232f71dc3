"""What the pages of the strategy show in lists and tables, as tables to download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from assessments.models import TriggerEvaluation
from assessments.organizations.rules.facts import KnownFact
from assessments.strategy.queries.strategy import Recovered, Sourced, Strategy
from assessments.strategy.rules.triggers import Evaluation
from platform_site.pages import Table
from platform_site.text.wording import label

PLAN = ["Step", "State", "Capability", "Title", "Group", "Source", "Compliance", "Why", "First step"]
DEFERRED = ["Capability", "Title", "Why", "Until"]
SOURCING = [
    "Group",
    "Choice",
    "Own part",
    "Why",
    "Rule",
    "Compliance",
    "Decided by",
    "Decided on",
    "Proposed",
    "Question",
]
RECOVERY = ["Capability", "Status", "Who should run it", "Why", "Decided by", "Decided on", "Proposed"]
OBLIGATIONS = ["Word", "What it takes", "Capabilities", "Held", "What is held here"]
REHEARSALS = ["Rehearsed", "Model", "Version", "Rebuilt", "Hours", "Newcomer", "Recorded by", "Notes"]
KEEPERS = {"managed": "A managed service", "team": "The platform team", None: "Open"}


def tables(strategy: Strategy) -> list[Table]:
    """Every table of the page of the strategy, whichever part is open."""
    return [
        Table("plan", PLAN, _steps(strategy)),
        Table(
            "deferred", DEFERRED, ([row.capability, row.title, row.why, row.until] for row in strategy.plan.deferred)
        ),
        Table("sourcing", SOURCING, (_sourced(row) for row in strategy.sourcing)),
        Table("recovery", RECOVERY, (_recovered(row) for row in strategy.recovery)),
        Table("obligations", OBLIGATIONS, _obligations(strategy)),
        Table("lacking", ["Model", "Version", "Lacks"], _lacking(strategy)),
        Table("rehearsals", REHEARSALS, _rehearsals(strategy)),
        facts_table(strategy.facts),
    ]


def facts_table(facts: Iterable[KnownFact]) -> Table:
    """The facts that were used, each with where it comes from."""
    rows = ([fact.title, fact.value, _source(fact), fact.other] for fact in facts)
    return Table("facts", ["Fact", "Value", "Source", "Other value"], rows)


def conditions_table(evaluation: Evaluation) -> Table:
    """The five conditions."""
    rows = ([row.id, label(row.state), row.because, row.ask or ""] for row in evaluation.conditions)
    return Table("conditions", ["Condition", "State", "Why", "Question"], rows)


def recorded_table(recorded: Iterable[TriggerEvaluation]) -> Table:
    """The recorded evaluations, one row for each condition of each."""
    rows = (
        [row.evaluated_at.isoformat(), row.evaluated_by, label(row.result["verdict"]), condition, label(state)]
        for row in recorded
        for condition, state in row.states.items()
    )
    return Table("recorded", ["When", "By", "Verdict", "Condition", "State"], rows)


def _steps(strategy: Strategy) -> Iterator[list[Any]]:
    for step in strategy.plan.steps:
        place = step.place if step.is_open else ""
        source = label(step.source) if step.source else ""
        titles = [label(step.state), step.capability, step.title, step.group, source]
        yield [place, *titles, _yes(step.by_compliance), step.why, step.first_step]


def _sourced(row: Sourced) -> list[Any]:
    proposed = [label(row.proposal.choice or "open"), row.proposal.ask or ""]
    decision, why = row.decision, row.proposal.why
    decided = [decision.decided_by, decision.decided_at.date()] if decision else ["", ""]
    reason = decision.reason if decision else why.sentence
    compliance = _yes(row.proposal.by_compliance)
    return [row.group, label(row.choice or "open"), row.own_part, reason, why.rule, compliance, *decided, *proposed]


def _recovered(row: Recovered) -> list[Any]:
    decision, proposal = row.decision, row.proposal
    decided = [decision.decided_by, decision.decided_at.date()] if decision else ["", ""]
    why = decision.reason if decision else proposal.why
    return [row.capability, label(proposal.status), KEEPERS[row.keeper], why, *decided, KEEPERS[proposal.keeper]]


def _obligations(strategy: Strategy) -> Iterator[list[Any]]:
    for row in strategy.obligations:
        for held in row.holds:
            yield [row.word, row.takes, ", ".join(row.capabilities), held.title, held.sentence]


def _lacking(strategy: Strategy) -> Iterator[list[Any]]:
    for version in strategy.lacking:
        yield from ([version.model, version.version, part] for part in version.parts)


def _rehearsals(strategy: Strategy) -> Iterator[list[Any]]:
    for row in strategy.rehearsals:
        rebuilt = [_yes(row.rebuilt), row.hours]
        yield [row.rehearsed_on, row.model, row.version, *rebuilt, row.newcomer, row.recorded_by, row.notes]


def _source(fact: KnownFact) -> str:
    if fact.value is None:
        return "unknown"
    return "measured" if fact.measured else "entered"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
