"""An assessment's report as a file of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from assessments.health.queries.assessments import summary_of
from assessments.health.queries.evidence import evidence_of
from assessments.health.queries.known import known_of
from assessments.health.rules.report import as_csv, as_markdown
from assessments.models import Assessment
from platform_site.errors import Fault, Invalid

KINDS = {"json": "application/json", "md": "text/markdown", "csv": "text/csv", "html": "text/html"}


class File(NamedTuple):
    """A file to hand out: its name, its media type with the character set, its text."""

    name: str
    media_type: str
    text: str


PlanOf = Callable[[Assessment], Any]  # strategy is on a higher floor: its plan is handed in by the URLs


def report_file(assessment: Assessment, kind: str, plan_of: PlanOf | None = None) -> File:
    """The report as `json`, `md`, `csv` or `html`; Invalid for another kind. With ``plan_of``, each gap says where the plan has it."""
    if kind not in KINDS:
        raise Invalid([Fault("format", "invalid", f"{kind[:20]!r} is not a report format. Choose {', '.join(KINDS)}.")])
    name = f"{assessment.organization.slug}-{assessment.assessed_on.isoformat()}.{kind}"
    return File(name, f"{KINDS[kind]}; charset=utf-8", _text(assessment, kind, plan_of))


def _text(assessment: Assessment, kind: str, plan_of: PlanOf | None) -> str:
    items = list(assessment.items.all())
    if kind == "csv":
        return as_csv([item.as_item for item in items], [item.evidence_url for item in items])
    known = known_of(assessment.organization, evidence_of(assessment))
    summary, plan = summary_of(assessment, known), plan_of(assessment) if plan_of else None
    match kind:
        case "json":
            return json.dumps(summary.as_dict() | ({"plan": plan.as_dict()} if plan else {}), indent=2)
        case "md":
            return as_markdown(summary, plan)
    return render_to_string(
        "assessments/health/report.html", {"assessment": assessment, "summary": summary, "items": items, "plan": plan}
    )
