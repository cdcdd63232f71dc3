"""Organizations, capabilities and tickets are entered in the admin; assessments are read there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.utils import timezone

from assessments.models import Capability, Exemption, HealthTarget, Initiative, Organization, Ticket, TrainingRun
from platform_site.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
ADMIN = "/admin/assessments"
TICKET = {
    "source": "jira", "external_id": "ML-1", "title": "How do I get a quota?", "on_platform": "on",
    "opened_at_0": "2026-11-02", "opened_at_1": "09:00",
}  # fmt: skip


def test_a_lead_enters_and_changes_an_organization(browser_of):
    lead = browser_of("lead")
    values = {"slug": "exampleco", "name": "ExampleCo", "production_models": 4, "compliance": "unknown"}
    assert lead.post(f"{ADMIN}/organization/add/", values).status_code == 302
    known = Organization.objects.get()
    assert (known.production_models, known.compliance, known.retraining_cadence) == (4, None, None)
    change = values | {"slug": "other", "name": "Example", "retraining_cadence": "daily", "compliance": "true"}
    assert lead.post(f"{ADMIN}/organization/{known.pk}/change/", change).status_code == 302
    known.refresh_from_db()
    assert (known.slug, known.name, known.retraining_cadence, known.compliance) == (
        "exampleco", "Example", "daily", True,
    )  # fmt: skip
    changed = AuditEvent.objects.get(action="organization.changed")
    assert (changed.actor, set(changed.content)) == ("lead", {"name", "retraining_cadence", "compliance"})


def test_faults_stand_at_their_fields(browser_of):
    page = browser_of("lead").post(f"{ADMIN}/organization/add/", {"slug": "No Slug", "production_models": -1})
    assert set(page.context["adminform"].form.errors) == {"slug", "name", "production_models"}
    assert not Organization.objects.exists()


def test_a_capability_is_added_and_retired(browser_of, organization):
    lead = browser_of("lead")
    values = {"name": "cost_reports", "group": "Governance", "description": "d", "default_priority": "low"}
    assert lead.post(f"{ADMIN}/capability/add/", values | {"organization": organization.pk}).status_code == 302
    own = Capability.objects.get(name="cost_reports")
    assert own.position == 18
    lead.post(f"{ADMIN}/capability/{own.pk}/change/", values | {"name": "other", "retired": "on"})
    own.refresh_from_db()
    assert own.name == "cost_reports"
    assert own.retired_at is not None


def test_a_type_is_a_persons_word_only_where_it_was_changed(browser_of):
    lead = browser_of("lead")
    assert lead.post(f"{ADMIN}/ticket/add/", TICKET).status_code == 302
    ticket = Ticket.objects.get()
    path = f"{ADMIN}/ticket/{ticket.pk}/change/"
    lead.post(path, TICKET | {"type": "how_to", "effort_hours": "2"})
    ticket.refresh_from_db()
    assert (ticket.typed_by, ticket.effort_hours) == ("rule", 2)
    lead.post(path, TICKET | {"type": "access"})
    ticket.refresh_from_db()
    assert (ticket.type, ticket.typed_by) == ("access", "person")


def test_an_assessment_is_only_read(browser_of, published):
    visitor = browser_of("admin")
    page = visitor.get(f"{ADMIN}/assessment/{published.pk}/change/")
    assert "S3 and a naming convention" in page.content.decode()
    for path in (f"{published.pk}/change/", f"{published.pk}/delete/", "add/"):
        assert visitor.post(f"{ADMIN}/assessment/{path}", {"model_count": 99, "post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "model", ["organization", "capability", "ticket", "assessment", "ticketimport", "ticketmodel", "postmortem"]
)
def test_every_list_opens_and_nothing_is_deleted(browser_of, published, model):
    visitor = browser_of("admin")
    assert visitor.get(f"{ADMIN}/{model}/").status_code == 200
    assert visitor.post(f"{ADMIN}/{model}/1/delete/", {"post": "yes"}).status_code in {302, 403}
    assert Organization.objects.exists()
    assert Capability.objects.count() == 17


def test_every_form_opens_to_add_and_to_change(browser_of, organization):
    visitor, opened = browser_of("admin"), []
    for kind in site._registry:
        path = f"/admin/{kind._meta.app_label}/{kind._meta.model_name}/"
        answer = visitor.get(f"{path}add/")
        assert answer.status_code in {200, 403}, path
        opened += [path] if answer.status_code == 200 else []
        if first := kind._default_manager.first():
            assert visitor.get(f"{path}{first.pk}/change/").status_code == 200, path
    assert {f"{ADMIN}/capability/", f"{ADMIN}/organization/", f"{ADMIN}/rehearsal/"} <= set(opened)


RUN = {
    "team": "search", "model": "ranking", "started_at_0": "2026-11-02", "started_at_1": "09:00", "succeeded": "on",
}  # fmt: skip
ENTRIES = {
    "modelproject": {"name": "eta", "team": "ads", "started_on": "2026-11-01", "on_platform": "on"},
    "usecase": {"name": "batch", "supported": "on"},
    "showstopperanswer": {"team": "ads", "answer": "GPUs", "day": "2026-11-01"},
    "release": {"name": "gates", "started_on": "2026-08-03", "released_on": "2026-10-12"},
}


@pytest.mark.parametrize(("model", "value"), ENTRIES.items())
def test_what_tells_of_adoption_is_entered_and_changed(browser_of, model, value):
    lead, kind = browser_of("lead"), apps.get_model("assessments", model)
    assert lead.post(f"{ADMIN}/{model}/add/", value).status_code == 302
    entry = kind.objects.get()
    assert entry.recorded_by == "lead"
    field = "answer" if "answer" in value else "name"
    assert lead.post(f"{ADMIN}/{model}/{entry.pk}/change/", value | {field: "other"}).status_code == 302
    entry.refresh_from_db()
    assert getattr(entry, field) == "other"
    assert lead.get(f"{ADMIN}/{model}/").status_code == 200
    assert AuditEvent.objects.filter(subject__endswith=f":{entry.pk}", actor="lead").count() == 2


def test_a_training_run_is_entered_and_then_stays(browser_of):
    lead = browser_of("lead")
    late = lead.post(f"{ADMIN}/trainingrun/add/", RUN | {"started_at_0": "2999-01-01"})
    assert set(late.context["adminform"].form.errors) == {"started_at"}
    assert lead.post(f"{ADMIN}/trainingrun/add/", RUN).status_code == 302
    run = TrainingRun.objects.get()
    assert lead.post(f"{ADMIN}/trainingrun/{run.pk}/change/", RUN | {"team": "x"}).status_code == 403
    assert lead.get(f"{ADMIN}/trainingrun/").status_code == 200


ROWS = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}


def test_an_initiative_is_proposed_and_changed_by_its_actions(browser_of, organization):
    lead, lineage = browser_of("lead"), Capability.objects.get(name="lineage")
    values = {
        "organization": organization.pk, "title": "Lineage", "capabilities": [lineage.pk], "target": "implemented", **ROWS,
    }  # fmt: skip
    assert lead.post(f"{ADMIN}/initiative/add/", values).status_code == 302
    work = Initiative.objects.get()
    assert (work.state, work.created_by, [row.name for row in work.capabilities.all()]) == (
        "proposed",
        "lead",
        ["lineage"],
    )
    change = values | {"title": "Full lineage", "state": "done", "effort_days": "5"}
    assert lead.post(f"{ADMIN}/initiative/{work.pk}/change/", change).status_code == 302
    work.refresh_from_db()
    assert (work.title, work.state, work.done_at is not None) == ("Full lineage", "done", True)
    changed = AuditEvent.objects.get(action="initiative.changed")
    assert set(changed.content) == {"title", "state", "effort_days"}


def test_what_an_initiative_may_not_be_is_said_in_the_admin(browser_of, organization):
    lead, lineage = browser_of("lead"), Capability.objects.get(name="lineage")
    values = {"organization": organization.pk, "title": "x", "capabilities": [lineage.pk], "target": "luck", **ROWS}
    page = lead.post(f"{ADMIN}/initiative/add/", values)
    assert "&#x27;luck&#x27; is not a target" in page.content.decode()
    assert not Initiative.objects.exists()


def test_a_target_and_an_exemption_are_entered_by_their_actions(browser_of, organization):
    lead, day = browser_of("lead"), timezone.localdate() + timedelta(days=90)
    goal = {"organization": organization.pk, "score": "60", "level": "", "due_on": day.isoformat()}
    assert lead.post(f"{ADMIN}/healthtarget/add/", goal).status_code == 302
    target = HealthTarget.objects.get()
    assert lead.post(f"{ADMIN}/healthtarget/{target.pk}/change/", goal | {"score": "70"}).status_code == 302
    target.refresh_from_db()
    assert (target.score, AuditEvent.objects.filter(action="organization.target_set").count()) == (70, 2)
    leave = {
        "capability": Capability.objects.get(name="lineage").pk,
        "reason": "No budget.",
        "ends_on": day.isoformat(),
    }
    late = leave | {"organization": organization.pk, "ends_on": "2020-01-01"}
    assert set(lead.post(f"{ADMIN}/exemption/add/", late).context["adminform"].form.errors) == {"ends_on"}
    assert lead.post(f"{ADMIN}/exemption/add/", late | leave).status_code == 302
    assert Exemption.objects.get().granted_by == "lead"
