"""The strategy decisions of the sample organization, and its rehearsals of rebuilding a model."""

from __future__ import annotations

from datetime import date

from assessments.models import Organization
from assessments.organizations.actions import change_organization
from assessments.strategy.actions.strategy import decide_strategy, record_rehearsal
from assessments.strategy.actions.triggers import record_evaluation
from platform_site.access import Actor
from platform_site.roof.demo.health import SLUG
from platform_site.roof.demo.registry_story import FLIGHTS, ORDERS, VERSION

SOURCING = {
    "Training": {
        "choice": "open_source",
        "own_part": "",
        "reason": "Airflow runs already, and the data engineers who run it are on call at night.",
    }
}
RECOVERY = {
    "reproducible_envs": {"keeper": "team", "reason": "The images carry our licences; no service may build them."}
}
REHEARSALS = (
    (FLIGHTS.model, date(2026, 9, 14), False, 4, "nora", "The commit of the feature pipeline was in nobody's records."),
    (ORDERS.model, date(2026, 11, 12), True, 5.5, "ismail", "Two hours went to finding out who may read the orders."),
)


def load(actor: Actor) -> None:
    """Store an evaluation, mark that regulators ask, decide and rehearse; a second call changes nothing."""
    organization = Organization.objects.get(slug=SLUG)
    if organization.rehearsals.exists():
        return
    record_evaluation(organization, actor=actor)
    organization = change_organization(organization, compliance=True, actor=actor)
    decide_strategy(organization, sourcing=SOURCING, recovery=RECOVERY, actor=actor)
    for model, day, rebuilt, hours, newcomer, notes in REHEARSALS:
        record_rehearsal(
            organization,
            model=model,
            version=VERSION,
            rehearsed_on=day,
            rebuilt=rebuilt,
            hours=hours,
            newcomer=newcomer,
            notes=notes,
            actor=actor,
        )
