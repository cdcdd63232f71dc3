"""Every page and endpoint of an installation that `seed_scale` filled with a company, where it is: alone, and with 16 clients at once."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from assessments.models import Assessment, Ticket
from registry.models import CheckRun
from tests.bench.pages import PAGES, SECONDS, measure

FIRST = "organization-0"
SEED_FIRST = (
    "This installation has no seeded company. Fill an empty one first, for example with `manage.py seed_scale --organizations 2 "
    "--tickets 1000000 --checks 100`."
)
OF_ORGANIZATION = (
    "/", "/assessments/", "/tickets/", "/tickets/?weeks=52", "/tickets/?weeks=13&team=team-0", "/tickets/list/", "/tickets/list/?page=200",
    "/tickets/list/?type=bug", "/tickets/list/?team=team-0", "/tickets/list/?open=on", "/tickets/list/?q=quota", "/tickets/list/?q=nowhere",
    "/tickets/simulator/?access=80", "/tickets/queue/", "/tickets/campaigns/", "/escape-hatches/", "/adoption/",
    "/adoption/records/training-runs/", "/adoption/records/releases/", "/initiatives/", "/postmortems/", "/api/v1/tickets/",
    "/api/v1/tickets/?type=bug", "/api/v1/tickets/?search=quota", "/api/v1/tickets/triage/", "/api/v1/adoption/", "/api/v1/training-runs/",
    "/api/v1/initiatives/", "/api/v1/postmortems/",
)  # fmt: skip
BELOW_ORGANIZATION = (
    "/organizations/{}/", "/organizations/{}/matrix/", "/organizations/{}/levels/", "/organizations/{}/triggers/",
    "/organizations/{}/strategy/", "/organizations/{}/strategy/?part=sourcing", "/organizations/{}/strategy/?part=recovery",
    "/organizations/{}/strategy/?part=facts", "/organizations/{}/strategy/strategy.md", "/organizations/{}/review/",
    "/organizations/{}/review/review.md", "/organizations/{}/review/review.pdf", "/organizations/{}/capabilities/",
    "/organizations/{}/exemptions/", "/api/v1/organizations/{}/history/", "/api/v1/organizations/{}/strategy/",
    "/api/v1/organizations/{}/review/", "/api/v1/organizations/{}/triggers/",
)  # fmt: skip
OF_RECORDS = (
    "/assessments/{newest}/", "/assessments/{newest}/report.html", "/assessments/{newest}/report.md", "/assessments/{newest}/report.csv",
    "/assessments/{newest}/report.json", "/assessments/{newest}/report.pdf", "/assessments/{newest}/evidence/lineage/",
    "/assessments/compare/?base={before}&head={newest}", "/tickets/{ticket}/", "/registry/checks/{check}/", "/registry/checks/runs/{run}/",
    "/registry/checks/runs/{run}/columns/1/", "/api/v1/assessments/{newest}/", "/api/v1/assessments/{newest}/evidence/",
    "/api/v1/assessments/{newest}/report/", "/api/v1/assessments/compare/?base={before}&head={newest}", "/api/v1/tickets/{ticket}/",
    "/api/v1/checks/{check}/runs/", "/api/v1/check-runs/{run}/", "/api/v1/check-runs/{run}/columns/",
)  # fmt: skip
OTHERS = (
    "/health-alerts/", "/registry/models/?state=alert", "/registry/models/?state=not_deployed", "/registry/deployments/?page=200",
    "/registry/models/model_00042/v1/card/", "/registry/models/model_00042/v1/decisions/", "/registry/features/feature_00042/graph/",
    "/audit/?actor=system", "/audit/?subject=model:model_00042", "/search/?q=quota", "/api/v1/organizations/", "/api/v1/assessments/",
    "/api/v1/scorecards/model_00042/", "/api/v1/source-tables/", "/api/v1/datasets/", "/api/v1/search/?q=quota",
    "/api/v1/features/feature_00042/impact/", "/api/v1/models/coverage/",
)  # fmt: skip


def run(say: Any, *, small: bool) -> None:
    """Measure this installation, which is only read; refused where it has no seeded company."""
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        own = os.environ | {"API_CALLS_PER_MINUTE": "1000000"}
        measure(say, own, Path(folder), times=3 if small else 5, seconds=10 if small else SECONDS, paths=addresses())


def addresses() -> list[str]:
    """The addresses, with the records of the first organization in them."""
    published = (
        Assessment.objects.filter(organization__slug=FIRST).order_by("-assessed_on").values_list("pk", flat=True)
    )
    ticket = Ticket.objects.filter(organization__slug=FIRST).order_by("pk").values_list("pk", flat=True).first()
    drift = CheckRun.objects.filter(check_definition__kind="drift", check_definition__name__startswith="drift")
    run = drift.order_by("-pk").values_list("pk", "check_definition").first()
    if len(published) < 2 or ticket is None or run is None:
        raise CommandError(SEED_FIRST)
    keys = {"newest": published[0], "before": published[1], "ticket": ticket, "run": run[0], "check": run[1]}
    switched = (f"{path}{'&' if '?' in path else '?'}organization={FIRST}" for path in OF_ORGANIZATION)
    below = (path.format(FIRST) for path in BELOW_ORGANIZATION)
    return [*PAGES, *switched, *below, *(path.format(**keys) for path in OF_RECORDS), *OTHERS]
