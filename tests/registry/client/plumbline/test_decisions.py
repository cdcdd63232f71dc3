"""Gates, parity, approvals and compiled definitions from Python, against a server that really runs."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest
from django.utils import timezone

from registry.client import plumbline
from registry.models import GateDecision, Override
from registry.versions.actions.overrides import request_override
from tests.registry.conftest import FIXED, register
from tests.registry.serving.story import ask


def requested(version, cora) -> Override:
    ends = timezone.now() + timedelta(days=1)
    return request_override(version, reason="The retraining is due.", expires_at=ends, actor=cora)


def test_an_open_gate_is_a_report_and_on_record(in_production, server):
    assert plumbline.gate("demand", "v1", server=server)["decision"] == "PROCEED"
    assert GateDecision.objects.get(gate="deployment").decided_by == "contributor"


def test_a_closed_gate_is_an_exception_with_the_servers_message(in_production, cora, server):
    register(FIXED, cora)
    with pytest.raises(plumbline.Blocked, match="null handling forward_fill → zero_fill") as blocked:
        plumbline.gate("demand", "v1", server=server)
    assert blocked.value.answer["conflicts"][0]["feature"] == "orders_3d"
    assert plumbline.gate("demand", "v1", check=False, server=server)["exit_code"] == 1


def test_an_override_is_waited_for_and_approved_by_another_person_from_python(in_production, cora, server, server_of):
    register(FIXED, cora)
    override = requested(in_production, cora)
    with pytest.raises(plumbline.Waiting):
        plumbline.gate("demand", "v1", server=server)
    approver = server_of("approver", "read", "approve")
    assert plumbline.request_of("override", override.pk, server=approver)["state"] == "requested"
    plumbline.approve("override", override.pk, reason="Agreed.", server=approver)
    assert plumbline.gate("demand", "v1", server=server)["decision"] == "PROCEED"


def test_the_servers_rules_of_approval_hold(in_production, cora, server, server_of):
    register(FIXED, cora)
    override = requested(in_production, cora)
    with pytest.raises(plumbline.PlumblineError, match="403") as refusal:
        plumbline.approve("override", override.pk, reason="Mine.", server=server)
    assert refusal.value.status == 403
    plumbline.reject("override", override.pk, reason="No.", server=server_of("approver", "read", "approve"))
    assert Override.objects.get().state == "rejected"


def test_a_change_is_approved_by_the_digest_of_what_was_read(in_production, cora, server_of):
    request = ask(in_production, cora, percent=100).request
    approver = server_of("approver", "read", "approve")
    with pytest.raises(plumbline.PlumblineError, match="by the digest of what was read"):
        plumbline.approve("change", request.pk, reason="Seen.", server=approver)
    with pytest.raises(plumbline.PlumblineError) as stale:
        plumbline.approve("change", request.pk, reason="Seen.", digest="0" * 64, server=approver)
    assert stale.value.status == 409
    change = plumbline.request_of("change", request.pk, server=approver)
    plumbline.approve("change", request.pk, reason="Seen.", digest=change["digest"], server=approver)
    assert plumbline.request_of("change", request.pk, server=approver)["state"] == "approved"


def test_one_time_links_are_made_and_never_decided_by_a_program(in_production, cora, server, people):
    request = ask(in_production, cora, percent=100).request
    links = plumbline.approval_links(request.pk, server=server)
    assert links
    with pytest.raises(plumbline.PlumblineError, match="signed in, in a browser"):
        plumbline.approve(links[0]["url"], 1, reason="Seen.", server=server)


def test_what_cannot_be_approved_is_named(server):
    with pytest.raises(plumbline.PlumblineError, match="'model' cannot be approved"):
        plumbline.approve("model", 1, reason="", server=server)


def test_a_definition_is_one_text_for_both_sides(in_production, feature, server):
    trained = plumbline.compile("orders_3d", dialect="spark", server=server)
    served = plumbline.compile("orders_3d", trained.version, dialect="duckdb", server=server)
    assert (trained.version, served.version) == (feature.current.name,) * 2
    assert "`orders_3d`" in trained.sql
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE orders AS SELECT 1 AS order_id, 1 AS customer_id, DATE '2024-03-01' AS date, 4.0::DOUBLE AS order_count"
        )
        assert connection.execute(served.sql).fetchall()[0][-1] == 4.0


def test_what_cannot_be_compiled_is_refused_with_the_reason(in_production, server):
    with pytest.raises(plumbline.PlumblineError, match="'bigquery' is not a dialect to compile for") as refusal:
        plumbline.compile("orders_3d", dialect="bigquery", server=server)
    assert [fault.field for fault in refusal.value.faults] == ["dialect"]


def test_what_serving_must_compute_is_named_by_version(in_production, feature, server):
    assert plumbline.serving_features("demand", "v1", server=server) == {"orders_3d": feature.current.name}
