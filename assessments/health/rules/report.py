"""An assessment's report as a file: Markdown and CSV.

>>> rows_of([Item("lineage", "Observability", "partial", "high", "=half")])[1]
['lineage', 'Observability', 'partial', 'high', "'=half", '']
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from assessments.health.rules.scoring import GroupScore, Item
from assessments.health.rules.summary import Summary
from platform_site.text.cells import safe_cell
from platform_site.text.markdown import escape

COLUMNS = ["capability", "group", "status", "priority", "notes", "evidence_url"]


def rows_of(items: Sequence[Item], links: Sequence[str] = ()) -> list[list[str]]:
    """The column names and one row for each capability, no cell of which is a formula."""
    links = links or [""] * len(items)
    rows = [[*item[:5], link] for item, link in zip(items, links, strict=True)]
    return [COLUMNS, *([safe_cell(cell) for cell in row] for row in rows)]


def as_csv(items: Sequence[Item], links: Sequence[str] = ()) -> str:
    """The statuses, as a file that a draft can start from."""
    text = io.StringIO()
    csv.writer(text).writerows(rows_of(items, links))
    return text.getvalue()


def as_markdown(summary: Summary, plan: Any = None) -> str:
    """Score, levels, the one next step, and every gap with its place in the plan."""
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
    ]
    return "\n".join(lines) + "\n"


def _planned(plan: Any, capability: str) -> str:
    """Where the plan has a gap: at which step, or until when it waits."""
    place = plan.places.get(capability) if plan else None
    return f" {place}." if place else ""


def _group_line(group: GroupScore) -> str:
    score = "" if group.health_score is None else f"{group.health_score:g}"
    return f"| {group.group} | {score} | {group.implemented} | {group.partial} | {group.missing} |"
