"""A strategy as Markdown, for a meeting or its minutes.

>>> choice("open_source", "own versioning")
'open source + own versioning'
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platform_site.text.markdown import escape
from platform_site.text.wording import in_words


def as_markdown(strategy: Any, *, verdict: str) -> str:
    """The strategy as the queries assemble it; each piece of advice with its reason."""
    parts = (_plan, _obligations, _sourcing, _team, _recovery, _readiness, _facts)
    lines = [f"# {escape(strategy.organization.name)}: strategy", "", verdict]
    for part in parts:
        if text := list(part(strategy)):
            lines += ["", *text]
    return "\n".join(lines) + "\n"


def choice(word: str | None, own_part: str) -> str:
    """Where a group comes from, in words; open while a fact is missing."""
    if word is None:
        return "open"
    return in_words(word) + (f" + {own_part}" if own_part else "")


def _plan(strategy: Any) -> Iterator[str]:
    plan = strategy.plan
    yield f"## {escape(plan.title)}: {plan.done} of {len(plan.steps)} done"
    yield ""
    weeks = f"Target: {plan.weeks} weeks. " if plan.weeks else ""
    yield f"{weeks}Success: {plan.success}" + (f" {plan.growth}" if plan.growth else "")
    yield ""
    for step in plan.steps:
        yield (
            f"- [{' ' if step.is_open else 'x'}] {escape(step.title)} ({in_words(step.state)}). {escape(step.why)}"
            + (f" First step: {escape(step.first_step)}" if step.is_open else "")
        )
    yield ""
    yield "Later:"
    yield ""
    yield from (f"- {escape(item.title)}: {escape(item.why)} Until {escape(item.until)}." for item in plan.deferred)
    if plan.left_out:
        yield from ("", "Left out for a time:", "")
        yield from (f"- {escape(item.title)}. {escape(item.sentence)}" for item in plan.left_out)
    if plan.would_change:
        yield from ("", "What would change the verdict:", "", *(f"- {escape(line)}" for line in plan.would_change))
    yield from _why(plan.why.sentence, [plan.ask] if plan.ask else [])


def _obligations(strategy: Any) -> Iterator[str]:
    if strategy.obligations:
        yield "## Explainable, audited, reproducible"
        yield ""
    for row in strategy.obligations:
        yield f"- {row.word}: {row.takes} Held: {' '.join(held.sentence for held in row.holds)}"


def _sourcing(strategy: Any) -> Iterator[str]:
    yield "## Build, buy or open source"
    yield ""
    yield "| Group | Choice | Why | Proposed |"
    yield "| --- | --- | --- | --- |"
    for row in strategy.sourcing:
        mark = " (compliance)" if row.proposal.by_compliance else ""
        proposal = f"{row.proposal.why.sentence} {row.proposal.why.rule}"
        why = f"{row.decision.reason} ({row.decision.decided_by})" if row.decision else proposal
        proposed = choice(row.proposal.choice, row.proposal.own_part) if row.decision else "as proposed"
        cells = (row.group, choice(row.choice, row.own_part) + mark, why + _asked(row), proposed)
        yield f"| {' | '.join(map(escape, cells))} |"


def _team(strategy: Any) -> Iterator[str]:
    depth, model, path = strategy.depth, strategy.operating_model, strategy.golden_path
    yield "## Build depth and operating model"
    yield ""
    yield f"{depth.sentence} Ratio of engineers to people served: {depth.ratio or 'unknown'}. {depth.night} {depth.night_answer}"
    yield from _why(depth.why.sentence, depth.asks)
    yield ""
    yield model.sentence + (f" Enablement owns: {', '.join(model.duties)}." if model.duties else "")
    yield from _why(model.why.sentence, model.asks)
    yield ""
    yield f"Shared core: {', '.join(path.core)}. Paths:"
    yield ""
    yield from (f"- {in_words(flavour.mode)}: {flavour.adds}" for flavour in path.flavours)
    yield from _why("", path.asks)


def _recovery(strategy: Any) -> Iterator[str]:
    yield "## Teams that route around the platform"
    yield ""
    yield escape(strategy.routed_around.sentence)
    for title, rows in (
        ("A managed service does it better", strategy.handed_over),
        ("The team should own", strategy.owned),
        ("Open", strategy.open_rows),
    ):
        yield ""
        yield f"{title}:"
        yield ""
        for place, row in enumerate(rows, start=1):
            yield f"{place}. {escape(row.capability)}: {escape(row.decision.reason if row.decision else row.proposal.why)}"
        if not rows:
            yield "None of the capabilities that run."


def _readiness(strategy: Any) -> Iterator[str]:
    answer = strategy.readiness
    yield f"## {answer.question}"
    yield ""
    yield answer.sentence
    yield ""
    yield from (f"- {count} of {answer.total} lack {part}" for part, count in answer.missing.items())
    yield from _why(escape(answer.why.sentence), [])


def _facts(strategy: Any) -> Iterator[str]:
    yield "## Facts used"
    yield ""
    for fact in strategy.facts:
        yield f"- {escape(fact.title)}: {escape(fact.words)}"


def _asked(row: Any) -> str:
    return f" {row.proposal.ask}" if row.proposal.ask and not row.decision else ""


def _why(sentence: str, asks: list[str]) -> Iterator[str]:
    if sentence:
        yield ""
        yield f"Why: {sentence}"
    for ask in asks:
        yield ""
        yield f"Question: {ask}"
