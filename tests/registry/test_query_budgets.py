"""How many queries a page or an endpoint may ask, and that no list asks more for more rows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.organizations.actions import add_organization
from assessments.postmortems.actions import write_postmortem
from assessments.postmortems.rules import Link
from assessments.tickets.actions.campaigns import start_campaign
from assessments.tickets.actions.hatches import add_hatch
from assessments.tickets.actions.tickets import record_ticket
from platform_site.access import SYSTEM
from platform_site.audit.until_changed import EVERY
from registry.checks.actions.checks import define_check, queue_run
from registry.checks.actions.execution import execute
from registry.models import Alert
from registry.regulation.actions.decisions import report_decisions
from registry.regulation.actions.packs import hand_out
from registry.serving.actions.change_requests import approve_change
from registry.serving.queries import change_requests
from registry.versions.actions import registration
from registry.versions.actions.gates import evaluate_deployment_gate
from tests.assessments.conftest import INCIDENT, LESSONS, stated
from tests.assessments.tickets.actions.test_campaigns import labeller
from tests.registry.conftest import ARTIFACT, FIXED, TRAINED, lineage, register
from tests.registry.regulation.actions.test_decisions import reported_decision
from tests.registry.serving.story import ANN, ask
from tests.registry.versions.approvals import floor

pytestmark = pytest.mark.slow

# Two of each are the session and the person.
BUDGETS = {
    "/": 73,
    "/assessments/": 7,
    "/assessments/new/": 5,
    "/assessments/{draft}/edit/": 40,
    "/assessments/{draft}/": 61,
    "/assessments/{draft}/publish/": 6,
    "/search/?q=orders": 20,
    "/api/v1/search/?q=orders": 20,
    "/settings/": 4,
    "/help/": 4,
    "/organizations/": 8,
    "/organizations/exampleco/": 8,
    "/organizations/exampleco/levels/": 8,
    "/organizations/exampleco/target/": 8,
    "/organizations/exampleco/exemptions/": 8,
    "/organizations/exampleco/matrix/": 10,
    "/organizations/exampleco/capabilities/": 7,
    "/organizations/exampleco/triggers/": 13,
    "/organizations/exampleco/strategy/": 32,
    "/organizations/exampleco/review/": 30,  # fewer in a process that has computed what Home keeps
    "/assessments/{assessment}/": 23,
    "/assessments/{assessment}/evidence/lineage/": 22,
    "/guide/skew/": 6,
    "/guide/glossary/": 5,
    "/initiatives/": 12,
    "/postmortems/": 8,
    "/postmortems/{incident}/": 8,
    "/postmortems/{incident}/postmortem.md": 8,
    "/postmortems/linked/?kind=feature&name=orders_3d": 6,
    "/tickets/": 17,
    "/tickets/list/": 7,
    "/tickets/queue/": 11,
    "/tickets/{ticket}/": 8,
    "/tickets/campaigns/": 7,
    "/tickets/campaigns/{campaign}/": 12,
    "/escape-hatches/": 7,
    "/tickets/simulator/?access=80": 11,
    "/adoption/": 30,
    "/teams/": 9,
    "/teams/forecasting/": 34,
    "/registry/features/": 6,
    "/registry/features/orders_3d/edit/": 6,
    "/registry/models/demand/+edit/": 7,
    "/registry/features/orders_3d/": 18,
    "/registry/models/": 21,
    "/registry/models/demand/v1/": 37,
    "/registry/models/demand/": 29,
    "/registry/models/demand/?tab=versions": 24,
    "/registry/models/demand/+aliases/": 8,
    "/registry/models/demand/+compare/": 13,
    "/registry/models/demand/?tab=checks": 26,
    "/registry/models/demand/?tab=activity": 23,
    "/registry/models/demand/+graph/": 33,
    "/registry/models/demand/v1/card/": 34,
    "/registry/models/demand/v1/decisions/": 7,
    "/registry/models/demand/v1/receipts/": 7,
    "/registry/models/demand/+serving/": 33,
    "/registry/models/demand/+serving/change/": 8,
    "/registry/models/demand/+serving/fast-lane/": 14,
    "/registry/deployments/": 10,
    "/registry/inbox/": 16,
    "/registry/change-requests/{change}/": 26,
    "/registry/approval-requests/{request}/": 7,
    "/registry/policies/": 13,
    "/registry/datasets/": 9,
    "/registry/checks/": 7,
    "/registry/checks/{check}/": 8,
    "/registry/checks/runs/{run}/": 7,
    "/registry/checks/{data_check}/": 8,
    "/registry/checks/runs/{data_run}/": 9,
    "/registry/checks/runs/{data_run}/columns/1/": 8,
    "/registry/checks/new/?kind=schema&dataset=orders": 8,
    "/registry/datasets/orders/": 9,
    "/registry/alerts/": 8,
    "/registry/alerts/{alert}/": 8,
    "/registry/imports/": 8,
    "/registry/source-tables/": 6,
    "/registry/source-tables/orders/": 20,
    "/registry/source-tables/orders/versions/": 8,
    "/registry/source-tables/orders/versions/1/": 7,
    "/audit/": 8,
    "/api/v1/teams/": 9,
    "/api/v1/features/": 6,
    "/api/v1/features/orders_3d/versions/": 8,
    "/api/v1/features/orders_3d/sql/?dialect=postgres": 8,
    "/api/v1/models/": 6,
    "/api/v1/models/demand/versions/": 9,
    "/api/v1/models/demand/versions/v1/": 10,
    "/api/v1/models/demand/versions/v1/compatibility/": 13,
    "/api/v1/models/demand/versions/v1/fairness/": 7,
    "/api/v1/models/demand/versions/v1/decisions/": 7,
    "/api/v1/models/demand/versions/v1/regulator-pack/receipts/": 7,
    "/api/v1/checks/": 6,
    "/api/v1/check-runs/{data_run}/columns/": 7,
    "/api/v1/alerts/": 6,
    "/api/v1/alerts/{alert}/": 7,
    "/api/v1/deployments/": 8,
    "/api/v1/change-requests/": 6,
    "/api/v1/approval-requests/": 6,
    "/api/v1/gate-policies/": 7,
    "/api/v1/rollouts/": 6,
    "/api/v1/imports/": 6,
    "/api/v1/imported-records/": 6,
    "/api/v1/datasets/": 6,
    "/api/v1/assessments/": 7,
    "/api/v1/assessments/{assessment}/summary/": 6,
    "/api/v1/assessments/{assessment}/evidence/": 9,
    "/api/v1/assessments/{draft}/evidence/": 38,
    "/api/v1/organizations/exampleco/strategy/": 30,
    "/api/v1/organizations/exampleco/rehearsals/": 7,
    "/api/v1/organizations/exampleco/review/": 28,
    "/api/v1/initiatives/": 7,
    "/api/v1/exemptions/": 7,
    "/api/v1/postmortems/": 7,
    "/api/v1/escape-hatches/": 6,
    "/api/v1/tickets/": 6,
    "/api/v1/tickets/campaigns/": 7,
    "/api/v1/tickets/triage/": 7,
    "/api/v1/adoption/": 27,
    "/api/v1/training-runs/": 6,
    "/api/v1/projects/": 6,
    "/api/v1/use-cases/": 6,
    "/api/v1/showstoppers/": 6,
    "/api/v1/releases/": 6,
    "/api/v1/audit-events/": 6,
}
BADGES = 3  # the navigation of every page says how much waits for whoever reads it, and how many alerts are open
LISTS = [path for path in BUDGETS if path.endswith("s/") and "{" not in path and path.count("/") <= 5]


@pytest.fixture
def story(in_production, orders, cora):
    """One of everything: a changed feature, its failed run, an alert, a decision, an assessment, a ticket."""
    run = register(FIXED, cora).run
    execute(run.pk)
    data_check = define_check("schema", name="orders", parameters={"dataset": "orders"}, actor=cora)
    data_run = queue_run(data_check, actor=cora)
    execute(data_run.pk)
    evaluate_deployment_gate(in_production, actor=cora)
    first = in_production.snapshot.entries.get().feature_version
    change = ask(in_production, cora, percent=100, pins={"orders_3d": first.name}).request
    organization = add_organization(slug="exampleco", name="ExampleCo", actor=SYSTEM)
    assessment = begin_assessment(organization, assessed_on=date(2026, 11, 2), items=stated(), actor=SYSTEM)
    publish_assessment(assessment, actor=SYSTEM)
    made_ticket = ticket(0)
    report_decisions(in_production, [reported_decision(1), reported_decision(2)], actor=cora)
    hand_out(in_production, actor=cora)
    floor(model_type="vision")
    made = {
        "request": floor(0.1, model_type="vision").pk,
        "change": change.pk,
        "run": run.pk,
        "check": run.check_definition_id,
        "data_run": data_run.pk,
        "data_check": data_check.pk,
        "alert": Alert.objects.order_by("pk").first().pk,
        "ticket": made_ticket.pk,
        "campaign": start_campaign(organization, people=[labeller().username], actor=SYSTEM).pk,
    }
    draft = begin_assessment(organization, assessed_on=date(2026, 11, 2), actor=SYSTEM)
    made["incident"] = incident(organization).pk
    hatch(organization, 0)
    return made | {"assessment": assessment.pk, "draft": draft.pk, "organization": organization}


def ticket(number):
    key = {"source": "jira", "external_id": str(number)}
    return record_ticket(**key, title="Access", opened_at=datetime.now(UTC), actor=SYSTEM)[0]


def hatch(organization, number):
    fields = {
        "name": f"Own image {number}",
        "offers": "Any image.",
        "how_to_use": "Name it.",
        "owner_team": "forecasting",
    }
    return add_hatch(organization, **fields, actor=SYSTEM)


def incident(organization):
    linked = [Link("feature", "orders_3d")]
    return write_postmortem(organization, lessons=LESSONS, links=linked, **INCIDENT, actor=SYSTEM)


def queries_of(visitor, path) -> int:
    """With everything counted anew that is counted again only when something happened."""
    for values in EVERY:
        values.forget()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert visitor.get(path).status_code == 200
    return len(queries)


def test_every_page_keeps_to_its_budget(browser_of, story):
    """All in one test: the story costs many times what a page does."""
    visitor, over = browser_of("lead"), {}
    for path, budget in BUDGETS.items():
        queries_of(visitor, path.format(**story))  # the first visit fills the caches of the process
        count = queries_of(visitor, path.format(**story))
        if count > budget + (0 if path.startswith("/api/") else BADGES):
            over[path] = f"{count} queries, budget {budget}"
    assert over == {}


@pytest.mark.same_on_both
def test_no_list_asks_more_for_more_rows(browser_of, story, orders, cora, model):
    visitor = browser_of("lead")
    served = approve_change(change_requests.change_request(story["change"]), actor=ANN).model_version
    ask(served, cora, thresholds={"alarm": 0})
    few = {path: queries_of(visitor, path) for path in ("/", *LISTS) for _ in range(2)}
    for number in range(12):
        ask(served, cora, percent=99 - number)
        ask(served, cora, thresholds={f"alarm_{number}": 0})
        logic = f"{TRAINED.computation_logic} + {number}"
        register(TRAINED._replace(computation_logic=logic), cora, name=f"orders_{number}")
        register(FIXED._replace(computation_logic=logic), cora, name=f"orders_{number}")
        named = registration.register_model(name=f"demand_{number}", owner_team="forecasting", actor=cora)
        parts = lineage(orders, feature_snapshot={"latest": [f"orders_{number}"]})
        for of in (named, model):
            registration.register_version(
                of, version=f"v{number + 2}", artifact=ARTIFACT, lineage_parts=parts, actor=cora
            )
        ticket(number + 1)
        incident(story["organization"])
        hatch(story["organization"], number + 1)
        begin_assessment(story["organization"], assessed_on=date(2026, 11, 3), actor=SYSTEM)
    many = {path: queries_of(visitor, path) for path in few}
    assert {path: (few[path], count) for path, count in many.items() if count > few[path]} == {}
