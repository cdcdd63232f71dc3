"""An assessment's report as a file of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from assessments.health.queries.assessments import summary_of
from assessments.health.queries.evidence import evidence_of
from assessments.health.queries.known import known_of
from assessments.health.rules.evidence import Evidence
from assessments.health.rules.report import as_csv, as_text, document_of
from assessments.models import Assessment, AssessmentItem
from platform_site.documents.files import File, render_document
from platform_site.errors import Fault, Invalid

KINDS = {
    "json": "application/json",
    "md": "text/markdown",
    "csv": "text/csv",
    "html": "text/html",
    "pdf": "application/pdf",
    "text": "text/plain",
}
PlanOf = Callable[[Assessment], Any]  # strategy is on a higher floor: its plan is handed in by the URLs


def report_file(assessment: Assessment, kind: str, plan_of: PlanOf | None = None) -> File:
    """The report as one of KINDS; Invalid for another kind. With ``plan_of``, each gap says where the plan has it."""
    if kind not in KINDS:
        raise Invalid([Fault("format", "invalid", f"{kind[:20]!r} is not a report format. Choose {', '.join(KINDS)}.")])
    name = f"{assessment.organization.slug}-{assessment.assessed_on.isoformat()}.{'txt' if kind == 'text' else kind}"
    return File(name, KINDS[kind], _content(assessment, kind, plan_of))


def _content(assessment: Assessment, kind: str, plan_of: PlanOf | None) -> str | bytes:
    stated, lines = list(assessment.items.all()), evidence_of(assessment)
    items, evidence = [item.as_item for item in stated], {line.capability: line for line in lines}
    summary = summary_of(assessment, known_of(assessment.organization, lines))
    steps = {gap.capability: gap.first_step for gap in summary.recommendations}
    steps |= {gap.capability: gap.sentence for gap in summary.left_out}
    if kind == "csv":
        return as_csv(items, [item.evidence_url for item in stated], evidence, steps)
    if kind == "text":
        return as_text(assessment.organization.name, summary, items)
    plan = plan_of(assessment) if plan_of else None
    if kind == "json":
        content = summary.as_dict() | {"items": [_item(item, evidence) for item in stated]}
        return json.dumps(content | ({"plan": plan.as_dict()} if plan else {}), indent=2, default=str)
    return render_document(document_of(assessment.organization.name, summary, plan, items, evidence), kind)


def _item(item: AssessmentItem, evidence: dict[str, Evidence]) -> dict[str, Any]:
    """A capability as a draft can start from it, with what was measured."""
    stated = {name: getattr(item, name) for name in ("status", "priority", "notes", "evidence_url")}
    capability = {"capability": item.capability.name, "group": item.capability.group}
    line = evidence.get(item.capability.name)
    measured = {"description": item.capability.description, "evidence": line.as_dict() if line else None}
    return capability | stated | measured
