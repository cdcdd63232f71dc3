"""The owners decide what waits for them; nobody else does."""

from __future__ import annotations

import pytest

from platform_site.errors import NotAllowed, Refused
from registry.compute.upstream import from_code
from registry.lineage.actions.events import receive_event
from registry.lineage.actions.observations import accept_observation, dismiss_observation
from registry.models import LineageDataset, SourceObservation
from registry.versions.queries.gate_reports import report_of_verdict
from registry.versions.queries.gates import deployment_verdict
from registry.versions.rules.message import message
from tests.registry.conftest import contributor, source_changed
from tests.registry.lineage.reports import LAST_KNOWN, ZERO, event

pytestmark = pytest.mark.django_db
STRANGER = contributor("returns", name="stan")


@pytest.fixture
def waiting(orders) -> SourceObservation:
    return receive_event(event("orders", LAST_KNOWN, writes=("orders",)), actor=STRANGER).waiting[0]


def test_accepting_binds_the_data_set_and_adds_the_version(orders, waiting, cora):
    added = accept_observation(waiting, reason="Ours.", actor=cora)
    assert (added.version.upstream["text"], added.version.reason, added.version.created_by) == (
        LAST_KNOWN,
        "Ours.",
        "cora",
    )
    assert LineageDataset.objects.get().source_table == orders
    with pytest.raises(Refused) as refused:
        dismiss_observation(waiting, reason="", actor=cora)
    assert refused.value.code == "observation_decided"
    received = receive_event(event("orders", ZERO, writes=("orders",), number=2), actor=cora)
    assert [version.reason for version in received.versions] == [
        "Upstream changed: null handling (dbt/orders), as lineage events report."
    ]


def test_the_gate_names_what_waits_and_claims_no_more_than_it_compared(in_production, waiting, cora):
    verdict = deployment_verdict(in_production)
    (note,) = verdict.conflicts
    assert (verdict.proceeds, note.blocks) == (True, False)
    assert note.issue.startswith(
        "Lineage events report a change of source table orders that waits for its owners: What computes"
    )
    shown = message(report_of_verdict(in_production, verdict))
    assert note.issue in str(shown)
    assert shown.claim.endswith("What lineage events report was not compared.")
    dismiss_observation(waiting, reason="The test copy.", actor=cora)
    assert deployment_verdict(in_production).conflicts == ()


def test_a_stranger_decides_nothing(waiting):
    for decide in (accept_observation, dismiss_observation):
        with pytest.raises(NotAllowed):
            decide(waiting, reason="", actor=STRANGER)


def test_what_was_dismissed_is_not_offered_again(waiting, cora):
    dismiss_observation(waiting, reason="The test copy.", actor=cora)
    assert receive_event(event("orders", LAST_KNOWN, writes=("orders",), number=2), actor=STRANGER).waiting == ()
    assert receive_event(event("orders", ZERO, writes=("orders",), number=3), actor=STRANGER).waiting != ()


def test_an_upstream_that_another_tool_supplied_meanwhile_stays(orders, waiting, cora):
    source_changed(orders, cora, upstream=from_code("dbt", "a.sql", "select 1", dialect="duckdb").as_dict())
    with pytest.raises(Refused) as refused:
        accept_observation(waiting, reason="", actor=cora)
    assert refused.value.code == "upstream_of_others"
