"""Every door that changes what is stored leaves an event that says what each changed field was and what it is.

The doors are those of the access matrix, of the admin's forms and of the commands: a new one without a case fails here.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import get_commands
from django.db import transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from platform_site.audit.models import AuditEvent
from platform_site.people.models import Team
from registry.models import Dataset
from tests.access.matrix import OURS, Expectation, filled, lines, payload_of
from tests.access.stored import changed, is_on_record, stored_rows
from tests.access.test_matrix import fields_of
from tests.access.world import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]
LARGEST_PAYLOAD = 8_000  # characters
FIRST_TRIED = ("owner", "lead", "approver", "administrator", *KINDS)
# Fields that an event need not hold: the name of the field, and why.
DERIVED = {
    "people.apitoken.last_used_at": "the use of a token is no change of it",
    "people.user.session_generation": "a counter that ends sessions",
    "people.user.password": "a secret",
    "people.user.is_active": "the action says it: deactivated, activated",
    "webhooks.webhook.sealed_secret": "a secret",
    "webhooks.webhook.active": "beside switched_off_because",
    "webhooks.webhook.switched_off_because": "who switched it off is the event's actor",
    "webhooks.delivery.state": "what waits for a webhook that is off fails",
    "webhooks.delivery.next_attempt_at": "the same",
    "assessments.assessmentitem.revision": "counts the changes",
    "assessments.assessmentitem.stated_at": "the event's time",
    "assessments.assessmentitem.priority_chosen": "whether the priority is the catalogue's",
    "assessments.capability.retired_at": "the event says retired, from and to",
    "assessments.healthtarget.set_at": "the event's time",
    "assessments.healthtarget.set_by": "the event's actor",
    "assessments.ticket.resolution_hours": "follows from the two times",
    "assessments.ticket.suggested_type": "the type before, where a model had given it",
    "assessments.initiative.changed_at": "the event's time",
    "assessments.initiative.changed_by": "the event's actor",
    "assessments.labellingcampaign.report": "computed from the labels when it ends",
    "assessments.ticketimport.state": "the action says it: a file that is confirmed is queued",
    "registry.alert.acknowledged_finding": "the event has the title, the finding is a row of its own",
    "registry.check.next_due_at": "follows from the schedule",
    "registry.checkrun.state": "the request to cancel is the event; a run that waits is cancelled at once",
    "registry.currentlogic.folded": "the logic of the current version, which the event names",
    "registry.import.found": "what a file offers, in the event by its digest",
    "registry.import.outcome": "each change is an event of its own record",
    "registry.sourceobservation.state": "the action says it: accepted, dismissed",
    "registry.rollout.due_at": "follows from the steps",
}
# Fields that stand in an event under another name.
NAMES = {
    "assessments.initiative.owner_team": "owner",
    "assessments.initiative.owner_person": "owner",
    "assessments.postmortem.prevention": "preventions",
    "assessments.postmortem.moment": "preventions",
    "assessments.postmortem.capability": "preventions",
    "assessments.showstopperanswer.counted_as": "counted_as",
    "assessments.postmortem.lesson_1": "lessons",
    "assessments.postmortem.lesson_2": "lessons",
    "assessments.postmortem.lesson_3": "lessons",
}
LONG = "A long text. " * 150
FACTS = {
    "name": "Example", "production_models": 8, "shipping_teams": 3, "retraining_cadence": "weekly", "ships_demand_or_fraud": True,
    "skew_or_drift_incidents_12m": 2, "teams_with_own_tooling": 3, "models_planned_next_quarter": 2, "platform_engineers": 2,
    "on_call_engineers": 1, "people_served": 12, "managed_cannot_meet": "latency", "serves_real_time": True,
    "serves_batch": True, "serves_on_device": False,
}  # fmt: skip


# The other fields that a door takes which updates, beside those that the matrix sends.
MORE: dict[str, tuple[str, dict[str, Any]]] = {
    "PATCH /api/v1/alerts/<int:pk>/": ("owner", {"acknowledge_for": "1_week", "seen": 1_000_000}),
    "PATCH /api/v1/assessments/<int:pk>/": ("lead", {"assessed_on": "2026-11-04", "model_count": 9, "team_count": 4, "rubric": None}),
    "PATCH /api/v1/datasets/<str:name>/": ("owner", {"read": {"time_zone": "Europe/Berlin"}}),
    "PATCH /api/v1/escape-hatches/<int:pk>/": ("owner", {"name": "Own", "how_to_use": LONG, "since": "2026-11-03"}),
    "PATCH /api/v1/features/<str:name>/": ("owner", {"description": LONG}),
    "PUT /api/v1/gate-settings/": ("lead", {"skew_closes_gate": True, "parity_first_in_production": True, "reason": LONG}),
    "PATCH /api/v1/initiatives/<int:pk>/": ("owner", {
        "capabilities": ["feature_parity"], "target": "1", "due_on": "{next_quarter}", "effort_days": 3,
        "link": "https://example.org/1", "notes": LONG, "state": "dropped", "reason": LONG[:900],
    }),
    "PATCH /api/v1/models/<str:name>/": ("owner", {"description": LONG}),
    "PUT /api/v1/models/<str:name>/aliases/<str:alias>/": ("owner", {"version": "v0", "reason": LONG}),
    "PUT /api/v1/models/<str:name>/fast-lane/": ("owner", {
        "environment": "production", "limits": [{"metric": "mape", "worst": 0.2}], "most_points": 20,
        "same_recipe": False, "until": "{soon}", "reason": LONG,
    }),
    "PATCH /api/v1/organizations/<str:slug>/": ("lead", FACTS),
    "PATCH /api/v1/organizations/<str:slug>/capabilities/<str:name>/": ("lead", {"default_priority": "low", "description": "L" * 300}),
    "PATCH /api/v1/organizations/<str:slug>/strategy/": ("lead", {"sourcing": {"Serving": {"choice": "buy", "reason": "Days."}}}),
    "PUT /api/v1/organizations/<str:slug>/target/": ("lead", {"level": "1", "due_on": "{in_a_week}"}),
    "PATCH /api/v1/postmortems/<int:pk>/": ("owner", {
        "classification": "data_quality", "what_happened": LONG, "capability": "lineage", "prevention": LONG[:900],
        "moment": "deployment", "happened_at": "2026-09-13T02:10:00Z", "would_have_been_seen_at": "2026-09-13T04:10:00Z",
        "seen_at": "2026-10-04T02:10:00Z", "lessons": ["a", "b", "c"], "links": [{"kind": "model", "name": "demand"}],
    }),
    "PATCH /api/v1/postmortems/<int:pk>/ preventions": ("owner", {"preventions": [{"capability": "lineage", "mechanism": LONG[:900], "moment": "deployment"}]}),
    "PATCH /api/v1/projects/<int:pk>/": ("owner", {"name": "n" * 120, "started_on": "2026-11-02", "team": "data-platform"}),
    "PATCH /api/v1/releases/<int:pk>/": ("owner", {"name": "n" * 120, "started_on": "2026-08-04", "answers": ["{showstoppers/<int:pk>}"], "use_cases": ["{use-cases/<int:pk>}"]}),
    "PATCH /api/v1/service-accounts/<str:name>/": ("administrator", {"team": "ml-platform"}),
    "PATCH /api/v1/showstoppers/<int:pk>/": ("owner", {"day": "2026-11-04", "team": "data-platform"}),
    "PATCH /api/v1/source-tables/<str:name>/": ("owner", {"tags": ["risk", "orders"]}),
    "PATCH /api/v1/teams/<str:slug>/": ("administrator", {"name": "n" * 60, "onboarded_on": "2026-11-03", "organization": "exampleco"}),
    "PATCH /api/v1/tickets/<int:pk>/": ("owner", {
        "title": "t" * 500, "body": LONG, "effort_hours": 4.5, "escape_hatch": "{escape-hatches/<int:pk>}", "labels": "a, b",
        "on_platform": True, "opened_at": "2026-11-02T09:00:00Z", "resolved_at": "2026-11-03T09:00:00Z",
        "requester": "ada", "team": "data-platform",
    }),
    "PATCH /api/v1/use-cases/<int:pk>/": ("owner", {"name": "n" * 120, "supported": False, "team": "data-platform", "escape_hatch": "{escape-hatches/<int:pk>}"}),
    "PATCH /api/v1/webhooks/<int:pk>/": ("lead", {
        "description": "d" * 200, "events": ["alert.*", "override.*"], "teams": ["forecasting"], "severity": "error", "person": "",
    }),
}  # fmt: skip
# The forms of the admin that change a record: each field with another value than the world's.
FORMS: dict[str, dict[str, Any]] = {
    "people.user": {"username": "viewer", "is_active": "", "roles": ["contributor"], "teams": ["forecasting"]},
    "people.team": {"slug": "forecasting", "name": "Forecasts", "organization": "{organization_pk}", "on_platform": "true", "onboarded_on": "2026-11-03"},
    "registry.feature": {"owner_team": "{team_pk}", "description": LONG, "tags": "risk"},
    "registry.registeredmodel": {"owner_team": "{other_team_pk}", "description": LONG, "tags": "risk", "silent_after_hours": 20},
    "assessments.capability": {"description": "L" * 300, "default_priority": "low", "retired": ""},
    "assessments.escapehatch": {"name": "Own", "offers": LONG, "how_to_use": LONG, "owner_team": "{other_team_pk}", "since": "2026-11-03"},
    "assessments.modelproject": {"name": "two", "team": "data-platform", "started_on": "2026-11-02", "on_platform": ""},
    "assessments.usecase": {"name": "two", "team": "data-platform", "supported": "", "on_platform": "", "escape_hatch": "{escape-hatches/<int:pk>}"},
    "assessments.showstopperanswer": {"team": "data-platform", "answer": "Quota", "day": "2026-11-04"},
    "assessments.release": {"name": "two", "started_on": "2026-08-04", "released_on": "2026-10-13"},
    "assessments.healthtarget": {"score": 70, "level": "1", "due_on": "{in_a_week}"},
    "assessments.organization": FACTS | {"compliance": "true", "ships_demand_or_fraud": "true", "serves_real_time": "true", "serves_batch": "true", "serves_on_device": "false"},
    "assessments.initiative": {
        "title": "Two", "capabilities": ["{capability_pk}"], "owner_team": "{other_team_pk}", "owner_person": "", "target": "1", "due_on": "{next_quarter}",
        "effort_days": 3, "link": "https://example.org/1", "notes": LONG, "state": "dropped", "reason": LONG[:900],
    },
    "assessments.postmortem": {
        "title": "Nulls", "classification": "data_quality", "what_happened": LONG, "prevention": "The gate.", "moment": "deployment", "others": "", "links": "",
        "happened_at": "2026-09-13 02:10", "would_have_been_seen_at": "2026-09-13 04:10", "seen_at": "2026-10-04 02:10",
        "lesson_1": "a", "lesson_2": "b", "lesson_3": "c",
    },
    "assessments.ticket": {
        "title": "t" * 500, "body": LONG, "team": "data-platform", "requester": "ada", "labels": "a, b", "on_platform": "true",
        "opened_at_0": "2026-11-02", "opened_at_1": "09:00", "resolved_at_0": "2026-11-03", "resolved_at_1": "09:00", "effort_hours": 4.5, "type": "bug",
    },
    "registry.sourcetable": {"owner_team": "{team_pk}", "description": LONG, "dataset": "{more_pk}", "tags": "risk", "reason": "Moved."},
    "registry.check": {"blocking": "on", "schedule": "30 6 * * *"},
}  # fmt: skip
# What the commands of ours change: nothing that is stored, only new records, or fields, as a test of the command holds.
COMMANDS = {
    "apply": "the actions that the API calls", "backup": "nothing", "bench": "nothing", "changepassword": "nothing: it names `people password`", "compress_static": "nothing", "check_receipt": "nothing",
    "createsuperuser": "nothing: it names `people add`", "demo": "new records", "doctor": "nothing", "export": "nothing", "export_audit": "nothing", "export_heads": "nothing",
    "gate": "new records", "grant": "privileges of the database", "health_report": "nothing", "import_dbt": "the actions of the import",
    "import_feast": "the actions of the import", "import_mlflow": "the actions of the import", "parity": "new records",
    "plan": "nothing", "restore": "everything, into an empty database: tests/platform_site/management/commands/test_restore.py",
    "people": "a password or a lock: tests/platform_site/people/management/commands/test_people.py", "sbom": "nothing",
    "prune": "rows past their time, counted: tests/platform_site/roof/retention/test_prune.py",
    "rotate_keys": "the key in use, named: tests/platform_site/audit/management/commands/test_rotate_keys.py",
    "seed_scale": "new records",
    "token": "new records", "up": "nothing", "verify_audit": "nothing",
}  # fmt: skip


class Door(NamedTuple):
    """One call that changes something: who makes it, where, and with which body."""

    kind: str
    line: Expectation
    payload: Any

    def __str__(self) -> str:
        return str(self.line)


def doors() -> list[Door]:
    """Each address of the matrix that somebody changes something by, with its body, and with the rest of its fields."""
    result = []
    for line in lines():
        kind = next((kind for kind in FIRST_TRIED if line.by_kind[kind].endswith("done")), None)
        if kind and line.method != "GET":
            result.append(Door(kind, line, line.payload))
    for name, (kind, payload) in MORE.items():
        method, pattern, *body_kind = name.split(" ", 2)
        result.append(
            Door(
                kind,
                Expectation(method, pattern, (), payload, body_kind=f"{' '.join(body_kind)} more".strip()),
                payload,
            )
        )
    return result


def not_on_record(world: Any, before: Any, kind: str, method: str, path: str, payload: Any) -> list[str]:
    """What a call changed without an event that says so, and events that are too large or say of an edit no value."""
    since, first = timezone.now(), world.sequence()
    with transaction.atomic():
        answer = world.call(kind, method, path, payload)
        if answer.streaming:
            b"".join(answer.streaming_content)
        assert answer.status_code in (200, 201, 202, 204, 302, 409), (
            f"{answer.status_code} {answer.content.decode()[:2_000]}"
        )
        events = list(AuditEvent.objects.filter(sequence__gt=first))
        changes = [change for change in changed(before, stored_rows()) if change.name not in DERIVED]
        faults = [str(change) for change in changes if not is_on_record(change, events, NAMES, since)]
        transaction.set_rollback(True)
    form = answer.context["adminform"].form.errors if path.startswith("/admin/") and answer.status_code == 200 else ""
    assert events, f"no event of {form or answer.content.decode()[:2_000]}"
    faults += [
        f"{event.action}: {len(event.payload)} characters" for event in events if len(event.payload) > LARGEST_PAYLOAD
    ]
    return faults


@pytest.fixture(scope="module")
def at_first(world):
    """Every row before a call: each call is rolled back."""
    world.ids["other_team_pk"] = Team.objects.get(slug="ml-platform").pk
    world.ids["more_pk"] = Dataset.objects.get(name="more").pk
    return stored_rows()


@pytest.mark.slow
@pytest.mark.parametrize("door", doors(), ids=str)
def test_an_event_holds_the_old_and_the_new_value(world, at_first, door):
    path = filled(door.line.pattern, world) + door.line.query.format_map(world.ids)
    assert not_on_record(world, at_first, door.kind, door.line.method, path, payload_of(door.payload, world)) == []


def test_each_field_that_an_update_takes_is_sent():
    """A field that a door takes newly is sent by the matrix or by MORE."""
    sent: dict[str, set[str]] = {}
    for door in doors():
        if isinstance(door.payload, dict):
            name = re.sub(r"<\w+:(\w+)>", r"{\1}", f"{door.line.method} {door.line.pattern}").replace("{pk}", "{id}")
            sent.setdefault(name, set()).update(door.payload)
    document = SchemaGenerator().get_schema(request=None, public=True)
    missing = {}
    for path, operations in document["paths"].items():
        for method in operations.keys() & {"put", "patch"}:
            bodies = operations[method].get("requestBody", {}).get("content", {}).values()
            fields = {name for body in bodies for name in fields_of(body["schema"], document["components"]["schemas"])}
            missing[f"{method.upper()} {path}"] = fields - sent.get(f"{method.upper()} {path}", set())
    assert len(missing) > 25
    left_out = {name: fields for name, fields in missing.items() if fields}
    nobody_can = {
        "PUT /api/v1/organizations/{slug}/review/subscription/",
        "PUT /api/v1/models/{name}/versions/{version}/snapshot/",
        "PATCH /api/v1/models/{name}/versions/{version}/parts/",  # registered versions have all: test_observed.py
    }
    assert left_out.keys() <= nobody_can, left_out


@pytest.mark.slow
def test_the_forms_of_the_admin_that_change_something_have_a_case(world):
    forms = {}
    for model in admin.site._registry:
        first = model._default_manager.order_by("pk").first()
        if model._meta.app_label in OURS and first:
            path = f"/admin/{model._meta.label_lower.replace('.', '/')}/{first.pk}/change/"
            page = world.call("administrator", "GET", path)
            if page.context["has_change_permission"]:
                forms[model._meta.label_lower] = set(page.context["adminform"].form.fields)
    assert forms.keys() == FORMS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("label", FORMS)
def test_a_form_of_the_admin_leaves_the_values_on_record(world, at_first, label):
    model = apps.get_model(label)
    path = f"/admin/{label.replace('.', '/')}/{model._default_manager.order_by('pk').first().pk}/change/"
    form = world.call("administrator", "GET", path).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, False)} | payload_of(
        FORMS[label], world
    )
    assert not_on_record(world, at_first, "administrator", "POST", path, sent) == []


def test_each_command_says_what_it_changes():
    ours = {name for name, app in get_commands().items() if app.partition(".")[0] in OURS}
    assert ours == COMMANDS.keys()
