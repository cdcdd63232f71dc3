"""A decision as every door answers it."""

from __future__ import annotations

import pytest

from registry.models import GateDecision
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.queries import gate_reports
from registry.versions.queries.gates import deployment_verdict
from tests.registry.conftest import FIXED, register

PAGE = "/registry/models/demand/v1/"


@pytest.mark.parametrize(
    ("public", "origin", "address"),
    [
        ("", "", PAGE),
        ("", "http://127.0.0.1:8000", f"http://127.0.0.1:8000{PAGE}"),
        ("https://plumbline.example", "", f"https://plumbline.example{PAGE}"),
        ("https://plumbline.example", "http://10.0.0.1", f"https://plumbline.example{PAGE}"),
    ],
)
def test_the_link_is_absolute_where_the_address_of_the_site_is_known(model_version, settings, public, origin, address):
    settings.PUBLIC_ORIGIN = public
    assert gate_reports.address_of(model_version, origin=origin) == address


def test_a_stored_decision_reads_as_the_gate_does_now(in_production, cora):
    register(FIXED, cora, reason="The latency fix.")
    decision = evaluate_deployment_gate(in_production, actor=cora)
    stored = gate_reports.report_of(GateDecision.objects.get(pk=decision.pk))
    now = gate_reports.report_of_verdict(in_production, deployment_verdict(in_production, requester="cora"))
    assert {name: value for name, value in stored.items() if name not in ("gate", "decided_by", "decided_at")} == now
    assert now["message"].startswith(f"BLOCKED, 1 conflict blocks: demand v1\n{PAGE}\n\nBlocks: orders_3d: ")
    assert "by cora, " in now["message"]
    assert now["markdown"].startswith("## BLOCKED, 1 conflict blocks: demand v1")


def test_a_decision_of_before_says_nothing_of_what_it_rests_on(in_production):
    decision = GateDecision(model_version=in_production, gate="deployment", decision="PROCEED", decided_by="cora",
                            decided_at=in_production.registered_at)  # fmt: skip
    report = gate_reports.report_of(decision)
    assert (report["rests_on"], report["message"].splitlines()[0]) == (None, "PROCEED: demand v1")
    assert (decision.headline, decision.clauses) == ("PROCEED", "")


def test_compatibility_says_what_it_rests_on_and_who_can_approve(in_production, people, cora):
    assert gate_reports.compatibility_report(in_production) == {
        "compatible": True, "conflicts": [], "rests_on": {"definition": 1, "parity": 0, "nothing": 0}, "url": PAGE,
    }  # fmt: skip
    register(FIXED, cora)
    report = gate_reports.compatibility_report(in_production, origin="http://here")
    assert (report["compatible"], report["url"]) == (False, f"http://here{PAGE}")
    assert report["conflicts"][0]["approvers"] == ["approver"]
