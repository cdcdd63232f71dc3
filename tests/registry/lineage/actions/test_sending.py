"""Our events go to the server that was configured: each once, retried, and a failure is on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from registry.lineage.actions import sending
from registry.lineage.queries import outgoing
from registry.models import LineageDelivery
from registry.versions.actions.gates import evaluate_deployment_gate
from tests.platform_site.outbound.receiver import receiving
from tests.registry.lineage.specification import problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with receiving() as receiver:
        settings.OPENLINEAGE_URL = receiver.url.removesuffix("/hook")
        settings.OPENLINEAGE_API_KEY = "a-key-of-ours"
        yield receiver


def test_without_a_server_nothing_is_made(model_version, settings):
    settings.OPENLINEAGE_URL = ""
    assert (sending.follow(), sending.send_what_is_due(), LineageDelivery.objects.count()) == (0, 0, 0)


def test_what_happens_from_then_on_is_sent_once(model_version, server, cora):
    assert sending.follow() == 0, "what was before is in the export"
    evaluate_deployment_gate(model_version, actor=cora)
    assert (sending.follow(), sending.follow()) == (2, 0)
    for row in LineageDelivery.objects.order_by("pk"):
        assert sending.deliver(row.pk)
        assert not sending.deliver(row.pk)
    assert set(LineageDelivery.objects.values_list("state", "answer")) == {("delivered", "status 204")}
    assert [request.path for request in server.posted] == ["/api/v1/lineage"] * 2
    assert {request.headers["Authorization"] for request in server.posted} == {"Bearer a-key-of-ours"}


def test_what_is_refused_is_retried_and_its_end_is_on_record(model_version, server, cora):
    sending.follow()
    evaluate_deployment_gate(model_version, actor=cora)
    sending.follow()
    server.answers += [503, 503]
    row = LineageDelivery.objects.order_by("pk").first()
    assert sending.deliver(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.answer) == ("pending", 1, "status 503")
    assert row.next_attempt_at > timezone.now()
    assert not sending.deliver(row.pk), "it is not due yet"
    past = timezone.now() - timedelta(seconds=1)
    LineageDelivery.objects.filter(pk=row.pk).update(attempts=sending.MOST_ATTEMPTS - 1, next_attempt_at=past)
    assert sending.deliver(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    assert AuditEvent.objects.filter(action="lineage.sending_failed").count() == 1


def test_the_export_has_everything_and_is_valid(in_production, cora):
    evaluate_deployment_gate(in_production, actor=cora)
    events, following = outgoing.exported(0)
    assert following is None
    assert {event["job"]["name"] for event in events} == {"train.demand", "gate.demand"}
    assert [problems(event) for event in events if problems(event)] == []
    last = AuditEvent.objects.order_by("-sequence").first().sequence
    assert outgoing.exported(last) == ([], None)
