"""An assessment's report as a file: Markdown, CSV, and plain text for a terminal or a mail.

>>> rows_of([Item("lineage", "Observability", "partial", "high", "=half")])[1]
['lineage', 'Observability', 'partial', 'high', "'=half", '', '', '', '']
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assessments.health.rules.evidence import Evidence
from assessments.health.rules.scoring import GroupScore, Item
from assessments.health.rules.summary import Summary
from assessments.organizations.rules.catalogue import Status
from platform_site.text.cells import safe_cell
from platform_site.text.markdown import escape
from platform_site.text.wording import label

COLUMNS = ["capability", "group", "status", "priority", "notes", "evidence_url", "measured", "evidence", "first_step"]
MARKS: dict[str, str] = {Status.IMPLEMENTED: "✓", Status.PARTIAL: "~", Status.MISSING: "✗", Status.NOT_APPLICABLE: "–"}
NAME, PRIORITY = 24, 10  # the widths of columns of the plain text


def rows_of(
    items: Sequence[Item],
    links: Sequence[str] = (),
    evidence: Mapping[str, Evidence] | None = None,
    steps: Mapping[str, str] | None = None,
) -> list[list[str]]:
    """The column names and one row for each capability, no cell of which is a formula."""
    links = links or [""] * len(items)
    rows = [
        [*item[:5], link, *_measured((evidence or {}).get(item.capability)), (steps or {}).get(item.capability, "")]
        for item, link in zip(items, links, strict=True)
    ]
    return [COLUMNS, *([safe_cell(cell) for cell in row] for row in rows)]


def _measured(line: Evidence | None) -> tuple[str, str]:
    """The measured status and the sentence of the evidence; empty where there is none."""
    return (str(line.measured or ""), line.sentence) if line else ("", "")


def as_csv(
    items: Sequence[Item],
    links: Sequence[str] = (),
    evidence: Mapping[str, Evidence] | None = None,
    steps: Mapping[str, str] | None = None,
) -> str:
    """The statuses with their evidence and first steps, as a file that a draft can start from."""
    text = io.StringIO()
    csv.writer(text).writerows(rows_of(items, links, evidence, steps))
    return text.getvalue()


def as_text(name: str, summary: Summary, items: Sequence[Item]) -> str:
    """The report for a terminal: the header, the critical gaps, and every capability by group with its mark and priority."""
    counts = (f"{number} {what}" for number, what in ((summary.models, "models"), (summary.teams, "teams")) if number)
    score = "no score" if summary.health_score is None else f"{summary.health_score:g}%"
    done = f"{summary.by_status[Status.IMPLEMENTED]}/{summary.applicable} capabilities implemented"
    titles = {item.capability: item.description or label(item.capability) for item in items}
    lines = [
        f"Platform health: {name}",
        ", ".join([f"Assessed on {summary.assessed_on}", *counts]),
        f"Score: {score} ({done})",
        f"Confirmed: {summary.confirmed.label}. Provisional: {summary.provisional.label}.",
        "",
        f"Critical gaps: {len(summary.critical_gaps) or 'none'}",
        *(f"  {gap:<{NAME}} {titles.get(gap, '')}".rstrip() for gap in summary.critical_gaps),
        *(f"  {gap.capability:<{NAME}} {gap.sentence}" for gap in summary.left_out),
        *(line for group in summary.by_group for line in _text_group(group, items)),
        "",
        "✓ implemented  ~ partial  ✗ missing  – not applicable",
    ]
    return "\n".join(lines) + "\n"


def _text_group(group: GroupScore, items: Sequence[Item]) -> Iterator[str]:
    yield from ("", f"{group.group} ({group.implemented}/{group.applicable})")
    for item in items:
        if item.group == group.group:
            line = f"  {MARKS[item.counts_as]} {item.capability:<{NAME}} {item.priority:<{PRIORITY}} {item.description}"
            yield line.rstrip()


def as_markdown(
    summary: Summary,
    plan: Any = None,
    items: Sequence[Item] = (),
    evidence: Mapping[str, Evidence] | None = None,
) -> str:
    """Score, levels, the one next step, every gap with its place in the plan, every capability with its evidence."""
    score = "no score" if summary.health_score is None else f"{summary.health_score:g}%"
    lines = [
        f"# {escape(summary.organization)}: platform health",
        "",
        f"Assessed on {summary.assessed_on}. Score: {score}.",
        "",
        f"- Confirmed: {summary.confirmed.label}",
        f"- Provisional: {summary.provisional.label}",
        f"- Next step: {escape(summary.next_step.capability) if summary.next_step else 'none'}",
        "",
        "| Group | Score, % | Implemented | Partial | Missing |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(_group_line(group) for group in summary.by_group),
        "",
        "## Gaps, most important first",
        "",
        *(
            f"{place}. **{escape(gap.title)}** ({escape(gap.capability)}): {escape(gap.why)} {escape(gap.matters)} "
            f"First step: {escape(gap.first_step)}{escape(_planned(plan, gap.capability))}"
            for place, gap in enumerate(summary.recommendations, 1)
        ),
        *_left_out_lines(summary),
        *_capability_lines(items, evidence or {}),
    ]
    return "\n".join(lines) + "\n"


def _left_out_lines(summary: Summary) -> list[str]:
    """The gaps that are exempt, each with its last day and its reason."""
    if not summary.left_out:
        return []
    rows = (f"- **{escape(gap.title)}** ({escape(gap.capability)}): {escape(gap.sentence)}" for gap in summary.left_out)
    return ["", "## Left out for a time", "", *rows]


def _capability_lines(items: Sequence[Item], evidence: Mapping[str, Evidence]) -> list[str]:
    """A table of every capability, with its notes and what was measured."""
    if not items:
        return []
    rows = ([*item[:5], _measured(evidence.get(item.capability))[1]] for item in items)
    cells = (" | ".join(escape(" ".join(str(cell).split())) for cell in row) for row in rows)
    return [
        "",
        "## All capabilities",
        "",
        "| Capability | Group | Status | Priority | Notes | Evidence |",
        "| --- | --- | --- | --- | --- | --- |",
        *(f"| {row} |" for row in cells),
    ]


def _planned(plan: Any, capability: str) -> str:
    """Where the plan has a gap: at which step, or until when it waits."""
    place = plan.places.get(capability) if plan else None
    return f" {place}." if place else ""


def _group_line(group: GroupScore) -> str:
    score = "" if group.health_score is None else f"{group.health_score:g}"
    return f"| {group.group} | {score} | {group.implemented} | {group.partial} | {group.missing} |"
