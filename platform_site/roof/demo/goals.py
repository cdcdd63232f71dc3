"""What the sample organization wants to reach: a target, work on three gaps, and one gap that it leaves out for a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from assessments.health.actions.exemptions import grant_exemption
from assessments.health.actions.targets import set_target
from assessments.initiatives.actions.initiatives import change_initiative, comment, propose_initiative
from assessments.models import Organization
from platform_site.access import Actor
from platform_site.roof.demo.health import SLUG

TARGET: dict[str, Any] = {"score": 60, "level": "1"}
EXEMPTION: dict[str, Any] = {
    "capability": "compute_scaling",
    "reason": "The GPU contract is renewed in spring. Until then machines are requested by hand.",
}
EXEMPT_DAYS = 120
# Each with the days until it is due, the state it is in by now, and what was said about it.
INITIATIVES: tuple[tuple[dict[str, Any], int, str, str], ...] = (
    (
        {
            "title": "Compare training and serving features before every deployment",
            "capabilities": ["feature_parity"],
            "owner": "team:forecasting",
            "effort_days": 15,
            "origin": ("recommendation", "feature_parity"),
            "notes": "Begin with the two features that both teams compute.",
        },
        5,
        "in_progress",
        "The orders features are compared; the flights follow.",
    ),
    (
        {
            "title": "Stop deployments that fail their evaluation",
            "capabilities": ["automated_eval_gates", "slice_evaluation"],
            "owner": "person:lead",
            "effort_days": 10,
            "origin": ("recommendation", "automated_eval_gates"),
        },
        -6,
        "in_progress",
        "",
    ),
    (
        {
            "title": "Watch the drift of every production feature",
            "capabilities": ["data_drift_monitoring"],
            "owner": "team:data-platform",
            "effort_days": 20,
            "origin": ("plan_step", "data_drift_monitoring"),
        },
        75,
        "proposed",
        "",
    ),
)


def load(actor: Actor, today: date | None = None) -> None:
    """Set the target, propose the initiatives and grant the exemption; a second call changes nothing.

    What is due when is counted from ``today``, which is the present day unless another is given.
    """
    organization = Organization.objects.get(slug=SLUG)
    if organization.initiatives.exists():
        return
    today = today or timezone.localdate()
    set_target(organization, **TARGET, due_on=quarter_end(today + timedelta(days=90)), actor=actor)
    grant_exemption(organization, **EXEMPTION, ends_on=today + timedelta(days=EXEMPT_DAYS), actor=actor)
    for fields, days, state, text in INITIATIVES:
        due_on = today + timedelta(days=days)
        initiative = propose_initiative(organization, **fields, target="implemented", due_on=due_on, actor=actor)
        if state != initiative.state:
            change_initiative(initiative, state=state, actor=actor)
        if text:
            comment(initiative, text=text, actor=actor)


def quarter_end(day: date) -> date:
    """The last day of the quarter of a day.

    >>> quarter_end(date(2027, 2, 28)), quarter_end(date(2026, 12, 31))
    (datetime.date(2027, 3, 31), datetime.date(2026, 12, 31))
    """
    month = (day.month - 1) // 3 * 3 + 3
    return date(day.year, month, 31 if month in (3, 12) else 30)
