"""The cases of codes that no JSON answer carries: the page shows the sentence, a check's run ends with it, the sign-in
page repeats it. Each calls the function behind that door and returns the refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import override_settings
from django.utils import timezone

from assessments.health.actions.assessments import discard_assessment, state_capability
from assessments.health.actions.evidence import take_over_evidence
from assessments.health.queries.evidence import evidence_of
from assessments.models import AssessmentItem, TicketImport, TriagePlan
from assessments.organizations.queries import get_assessment, get_organization
from assessments.tickets.actions.campaigns import end_campaign, start_campaign
from assessments.tickets.actions.imports import confirm_import
from assessments.tickets.queries.campaigns import get_campaign
from platform_site.access import SYSTEM, Actor, actor_of
from platform_site.audit.record import record
from platform_site.documents import pdf
from platform_site.errors import Refusal
from platform_site.outbound.addresses import networks
from platform_site.outbound.client import Answer
from platform_site.people.actions.passwords import make_password_link
from platform_site.people.actions.persons import set_active
from platform_site.people.actions.provider import admit, hand_over
from platform_site.people.provider.flow import Claims, discovered
from platform_site.people.provider.settings import Membership, Provider
from platform_site.text.documents import Document
from registry.checks.actions.checks import change_check
from registry.checks.queries import check_inputs, check_proposals, parity_inputs
from registry.compute.engines.tables import Table
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.data.actions.uploads import upload_file
from registry.models import Check, CheckRun, Feature, SourceTable
from tests.access.world import World
from tests.refusals.cases import CASES, case
from tests.registry.conftest import TRAINED

__all__ = ["CASES"]


def refused(act: Callable[[], object]) -> Refusal:
    """The refusal that a call ends in."""
    with pytest.raises(Refusal) as raised:
        act()
    return raised.value


def caller(world: World, kind: str) -> Actor:
    return actor_of(world.users[kind])


@case("capability_restated")
def _(world: World) -> Any:
    item = AssessmentItem.objects.get(pk=world.ids["<int:item>"])
    return refused(lambda: state_capability(item, revision=item.revision + 1, actor=caller(world, "lead")))


@case("draft_has_plans")
def _(world: World) -> Any:
    draft, now = get_assessment(world.ids["assessments/<int:pk>"]), timezone.now()
    TriagePlan.objects.create(
        assessment=draft, window_start=now - timedelta(7), window_end=now, before=[], reductions={}, made_by="lead",
        made_at=now,
    )  # fmt: skip
    return refused(lambda: discard_assessment(draft, actor=caller(world, "lead")))


@case("nothing_measured")
def _(world: World) -> Any:
    draft = get_assessment(world.ids["assessments/<int:pk>"])
    capability = next(line.capability for line in evidence_of(draft) if line.measured is None)
    return refused(lambda: take_over_evidence(draft, capability, actor=caller(world, "lead")))


@case("import_confirmed")
def _(world: World) -> Any:
    uploaded = TicketImport.objects.get(pk=world.ids["ticket-imports/<int:pk>"])
    confirm_import(uploaded, actor=caller(world, "owner"))
    return refused(lambda: confirm_import(uploaded, actor=caller(world, "owner")))


@case("campaign_running")
def _(world: World) -> Any:
    place = get_organization("exampleco")
    start_campaign(place, people=["lead"], actor=caller(world, "lead"))
    return refused(lambda: start_campaign(place, people=["lead"], actor=caller(world, "lead")))


@case("campaign_ended")
def _(world: World) -> Any:
    campaign = get_campaign(world.ids["tickets/campaigns/<int:pk>"])
    end_campaign(campaign, actor=caller(world, "lead"))
    return refused(lambda: end_campaign(campaign, actor=caller(world, "lead")))


@case("changed")
def _(world: World) -> Any:
    check = Check.objects.get(pk=world.ids["checks/<int:pk>"])
    seen = f"{check.how_it_runs}, as it was before"
    return refused(lambda: change_check(check, schedule="", blocking=False, seen=seen, actor=caller(world, "owner")))


def log_parity_run(training: str, entity_key: str = "customer_id") -> CheckRun:
    """A run of a check that was defined while its data sets were as they should be."""
    parameters = {"training": training, "serving": "orders", "entity_key": [entity_key]}
    check = Check(kind=Check.Kind.LOG_PARITY, parameters=parameters)
    return CheckRun(check_definition=check, created_at=timezone.now())


@case("no_dataset", 503)
def _(world: World) -> Any:
    return refused(lambda: check_inputs.log_parity(log_parity_run("nowhere")))


@case("no_event_time", 503)
def _(world: World) -> Any:
    return refused(lambda: check_inputs.log_parity(log_parity_run("more")))


@case("column_gone", 503)
def _(world: World) -> Any:
    return refused(lambda: check_inputs.log_parity(log_parity_run("orders", entity_key="shop_id")))


@case("no_preview", 503)
def _(world: World) -> Any:
    side = SimpleNamespace(files=Table("warehouse", "postgresql://127.0.0.1:9/none", "public", "orders", 1.0))
    inputs = SimpleNamespace(training=side, serving=side)
    with patch.object(check_inputs, "log_parity", return_value=inputs):
        parameters = LogParityParameters("orders", "orders", ["customer_id"])
        return refused(lambda: check_proposals.preview(Check.Kind.LOG_PARITY, parameters))


def definition_parity_run(world: World, **changed: str) -> CheckRun:
    """A run that compares the definition trained on with a proposed one."""
    proposed = TRAINED.as_dict() | changed
    parameters = {"trained": world.ids["trained"], "current": "proposed", "proposed": proposed}
    check = Check(
        kind=Check.Kind.DEFINITION_PARITY,
        feature=Feature.objects.get(name="orders_3d"),
        parameters=parameters | ParityParameters()._asdict(),
    )
    return CheckRun(check_definition=check, created_at=timezone.now())


@case("other_source", 503)
def _(world: World) -> Any:
    return refused(lambda: parity_inputs.gather(definition_parity_run(world, source_table="elsewhere")))


@case("not_bound", 503)
def _(world: World) -> Any:
    SourceTable.objects.filter(name=TRAINED.source_table).update(current=None)
    return refused(lambda: parity_inputs.gather(definition_parity_run(world)))


@case("last_administrator")
def _(world: World) -> Any:
    administrator = world.users["administrator"]
    return refused(lambda: set_active(administrator, False, actor=actor_of(administrator)))


@case("decides_about_others")
def _(world: World) -> Any:
    administrator = world.users["administrator"]
    return refused(lambda: make_password_link(world.users["approver"], actor=actor_of(administrator)))


@case("no_password")
def _(world: World) -> Any:
    administrator = world.users["administrator"]
    return refused(lambda: make_password_link(world.users["service account"], actor=actor_of(administrator)))


@case("own_account")
def _(world: World) -> Any:
    administrator = world.users["administrator"]
    return refused(lambda: hand_over(administrator, actor=actor_of(administrator)))


@case("conflict")
def _(world: World) -> Any:
    claims = Claims("https://id.example", "1", "jane", ())
    with patch("platform_site.people.actions.provider.put_roles", side_effect=IntegrityError("twice")):
        return refused(lambda: admit(claims, Membership(("viewer",))))


@case("data_root_not_writable", 503)
def _(world: World) -> Any:
    with override_settings(DATA_ROOTS=["/dev/null"]):
        return refused(
            lambda: upload_file(SimpleUploadedFile("sales.csv", b"day,sales\n1,2\n"), actor=caller(world, "lead"))
        )


PROVIDER = Provider("http://127.0.0.1:9", "plumbline", "a secret", {})


@case("audit_key_missing", 503)
def _(world: World) -> Any:
    with override_settings(AUDIT_KEYS=["a key of which the audit log knows nothing"]):
        return refused(lambda: record("pin.set", subject="model:eta", actor=SYSTEM))


@case("provider_away", 503)
def _(world: World) -> Any:
    with override_settings(OUTBOUND_ALLOW=networks(["127.0.0.1"])):
        return refused(lambda: discovered(PROVIDER))


@case("provider_faulty", 503)
def _(world: World) -> Any:
    with patch("platform_site.people.provider.flow.client.get", return_value=Answer(200, b"[]", 0.0)):
        return refused(lambda: discovered(PROVIDER))


@case("pdf_failed", 503)
def _(world: World) -> Any:
    with patch.object(pdf, "MOST_SECONDS", 0.001):
        return refused(lambda: pdf.render_pdf(Document("x", [])))
