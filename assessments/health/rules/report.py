"""An assessment's report: as a document (Markdown, HTML, PDF), as CSV, and as plain text for a terminal.

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
from platform_site.text.documents import Block, Column, Document, Entry, Heading, Listing, Paragraph, Table
from platform_site.text.wording import label

COLUMNS = ["capability", "group", "status", "priority", "notes", "evidence_url", "measured", "evidence", "first_step"]
MARKS: dict[str, str] = {Status.IMPLEMENTED: "✓", Status.PARTIAL: "~", Status.MISSING: "✗", Status.NOT_APPLICABLE: "–"}
GROUP_COLUMNS = [Column("Group"), *(Column(title, True) for title in ("Score, %", "Implemented", "Partial", "Missing"))]
CAPABILITY_COLUMNS = [Column(title) for title in ("Capability", "Group", "Status", "Priority", "Notes", "Evidence")]
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


def document_of(
    name: str,
    summary: Summary,
    plan: Any = None,
    items: Sequence[Item] = (),
    evidence: Mapping[str, Evidence] | None = None,
) -> Document:
    """Score, levels, the one next step, every gap with its place in the plan, the plan, every capability with its evidence."""
    score = "no score" if summary.health_score is None else f"{summary.health_score:g}%"
    gaps = [
        Entry(
            f"({gap.capability}): {gap.why} {gap.matters} First step: {gap.first_step}{_planned(plan, gap.capability)}",
            gap.title,
        )
        for gap in summary.recommendations
    ]
    return Document(
        f"{name}: platform health",
        [
            Paragraph(f"Assessed on {summary.assessed_on}. Score: {score}."),
            Listing(
                [
                    Entry(f"Confirmed: {summary.confirmed.label}"),
                    Entry(f"Provisional: {summary.provisional.label}"),
                    Entry(f"Next step: {summary.next_step.capability if summary.next_step else 'none'}"),
                ]
            ),
            Table(GROUP_COLUMNS, [_group_row(group) for group in summary.by_group]),
            Heading("Gaps, most important first"),
            Listing(gaps, numbered=True) if gaps else Paragraph("No gaps left."),
            *_left_out_blocks(summary),
            *_plan_blocks(plan),
            *_capability_blocks(items, evidence or {}),
        ],
    )


def _left_out_blocks(summary: Summary) -> Iterator[Block]:
    """The gaps that are exempt, each with its last day and its reason."""
    if summary.left_out:
        yield Heading("Left out for a time")
        yield Listing([Entry(f"({gap.capability}): {gap.sentence}", gap.title) for gap in summary.left_out])


def _plan_blocks(plan: Any) -> Iterator[Block]:
    if not plan:
        return
    yield Heading(f"{plan.title}: {plan.done} of {len(plan.steps)} done")
    if plan.open_steps:
        yield Listing([Entry(f"{step.title} ({step.capability})") for step in plan.open_steps], numbered=True)
    if plan.deferred:
        yield Heading("Later")
        yield Listing([Entry(f"{item.title}, until {item.until}") for item in plan.deferred])


def _capability_blocks(items: Sequence[Item], evidence: Mapping[str, Evidence]) -> Iterator[Block]:
    """A table of every capability, with its notes and what was measured."""
    if items:
        yield Heading("All capabilities")
        rows = ([*item[:5], _measured(evidence.get(item.capability))[1]] for item in items)
        yield Table(CAPABILITY_COLUMNS, [[str(cell) for cell in row] for row in rows])


def _planned(plan: Any, capability: str) -> str:
    """Where the plan has a gap: at which step, or until when it waits."""
    place = plan.places.get(capability) if plan else None
    return f" {place}." if place else ""


def _group_row(group: GroupScore) -> list[str]:
    score = "" if group.health_score is None else f"{group.health_score:g}"
    return [group.group, score, str(group.implemented), str(group.partial), str(group.missing)]
