"""An assessment's report as a file of each kind."""

from __future__ import annotations

import json
from typing import NamedTuple

from django.template.loader import render_to_string

from assessments.health.queries.assessments import summary_of
from assessments.health.rules.report import as_csv, as_markdown
from assessments.models import Assessment
from platform_site.errors import Fault, Invalid

KINDS = {"json": "application/json", "md": "text/markdown", "csv": "text/csv", "html": "text/html"}


class File(NamedTuple):
    """A file to hand out: its name, its media type with the character set, its text."""

    name: str
    media_type: str
    text: str


def report_file(assessment: Assessment, kind: str) -> File:
    """The report as `json`, `md`, `csv` or `html`; Invalid for another kind."""
    if kind not in KINDS:
        raise Invalid([Fault("format", "invalid", f"{kind[:20]!r} is not a report format. Choose {', '.join(KINDS)}.")])
    name = f"{assessment.organization.slug}-{assessment.assessed_on.isoformat()}.{kind}"
    return File(name, f"{KINDS[kind]}; charset=utf-8", _text(assessment, kind))


def _text(assessment: Assessment, kind: str) -> str:
    summary, items = summary_of(assessment), list(assessment.items.all())
    match kind:
        case "json":
            return json.dumps(summary.as_dict(), indent=2)
        case "md":
            return as_markdown(summary)
        case "csv":
            return as_csv([item.as_item for item in items], [item.evidence_url for item in items])
    return render_to_string(
        "assessments/health/report.html", {"assessment": assessment, "summary": summary, "items": items}
    )
