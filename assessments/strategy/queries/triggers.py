"""Whether an organization's facts, said and measured, call for a platform, and what moved since that was last kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, QuerySet
from django.utils import timezone

from assessments.models import Organization, TrainingRun, TriggerEvaluation
from assessments.organizations.rules.facts import Facts, cadence_of, filled_in
from assessments.strategy.rules.triggers import Evaluation, Moved, evaluate, what_moved
from registry.published import facts as registry

QUARTER = timedelta(days=90)
LEAST_RUNS, LEAST_SPAN = 3, timedelta(days=7)  # fewer tell no rhythm


class Known(NamedTuple):
    """A fact: its name, its value (None: nobody knows), and whether it was measured rather than said."""

    name: str
    value: Any
    measured: bool


class Standing(NamedTuple):
    """The evaluation now, the one kept last (None: none yet), and which conditions moved between the two."""

    facts: Facts
    now: Evaluation
    kept: TriggerEvaluation | None
    moved: list[Moved]


def standing(organization: Organization) -> Standing:
    """Where an organization stands, in a fixed number of queries."""
    facts = filled_in(organization.facts, measured_facts())
    now, kept = evaluate(facts), evaluations_of(organization).first()
    return Standing(facts, now, kept, what_moved(kept.states, now) if kept else [])


def evaluations_of(organization: Organization) -> QuerySet[TriggerEvaluation]:
    """What was kept, the newest first."""
    return TriggerEvaluation.objects.filter(organization=organization).order_by("-evaluated_at", "-pk")


def known_facts(facts: Facts) -> list[Known]:
    """Each fact with where it comes from."""
    told = facts._asdict()
    measured = told.pop("measured")
    return [Known(name, value, name in measured) for name, value in told.items()]


def measured_facts() -> dict[str, Any]:
    """What the registry and the training runs tell, None where they tell nothing."""
    known = registry.known()
    between = [one for one in (known.between_registrations, _between_runs()) if one is not None]
    return {
        "production_models": known.production_models,
        "shipping_teams": known.shipping_teams,
        "skew_or_drift_incidents_12m": known.skew_or_drift_incidents_12m,
        "retraining_cadence": cadence_of(min(between, default=None)),
    }


def _between_runs() -> timedelta | None:
    """The mean time between successful runs of the model that is trained most often; None where there is no rhythm."""
    runs = TrainingRun.objects.order_by().filter(succeeded=True, started_at__gte=timezone.now() - QUARTER)
    spans = (
        runs.values("team", "model")
        .annotate(count=Count("pk"), span=Max("started_at") - Min("started_at"))
        .filter(count__gte=LEAST_RUNS, span__gte=LEAST_SPAN)
        .values_list(F("span"), F("count"))
    )
    return min((span / (count - 1) for span, count in spans), default=None)
