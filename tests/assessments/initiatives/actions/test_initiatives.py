"""An initiative is proposed, changed, dropped and commented on, on record."""

from __future__ import annotations

import pytest

from assessments.initiatives.actions.initiatives import change_initiative, comment, propose_initiative
from assessments.models import Initiative
from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from platform_site.people.actions.teams import create_team
from tests.assessments.initiatives.actions.conftest import event, publish

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_what_is_proposed_is_on_record(organization, lea, rollback):
    assert (rollback.state, rollback.owner, rollback.owner_name) == ("proposed", "team:forecasting", "Forecasting")
    content = event("initiative.proposed").content
    assert (content["capabilities"], content["organization"], content["due_on"]) == (
        ["deployment_rollback"], "exampleco", "2026-12-04",
    )  # fmt: skip


def test_every_fault_comes_at_once_and_nothing_is_stored(organization, lea):
    other = add_organization(slug="northwind", name="Northwind", actor=lea)
    create_team(slug="buyers", name="Buyers", organization=other, actor=SYSTEM)
    with pytest.raises(Invalid) as refusal:
        propose_initiative(
            organization, title="", capabilities=["magic", "lineage"], target="splendid", owner="team:buyers",
            link="javascript:alert(1)", state="proposed", reason="None.", actor=lea,
        )  # fmt: skip
    assert {fault.field for fault in refusal.value.faults} == {
        "title",
        "capabilities",
        "target",
        "owner",
        "link",
        "reason",
    }
    assert not Initiative.objects.exists()
    with pytest.raises(Invalid, match="Name at least one capability"):
        propose_initiative(organization, title="x", capabilities=[], target="implemented", actor=lea)


def test_what_is_reached_already_is_not_proposed(organization, lea):
    publish(organization, lea, project_templates="implemented")
    with pytest.raises(
        Invalid, match=r"reaches this target already.* A standard project template is entered as implemented"
    ):
        propose_initiative(organization, title="x", capabilities=["project_templates"], target="implemented", actor=lea)


def test_a_change_records_what_was_and_what_is_and_no_change_records_nothing(rollback, lea):
    change_initiative(rollback, effort_days=12, state="in_progress", capabilities=["lineage"], actor=lea)
    assert event("initiative.changed").content == {
        "effort_days": {"from": None, "to": 12},
        "state": {"from": "proposed", "to": "in_progress"},
        "capabilities": {"from": ["deployment_rollback"], "to": ["lineage"]},
    }
    count = AuditEvent.objects.count()
    change_initiative(rollback, effort_days=12, capabilities=["lineage"], owner="team:forecasting", actor=lea)
    assert AuditEvent.objects.count() == count


def test_it_is_dropped_with_a_reason_that_goes_when_it_is_taken_up_again(rollback, lea):
    with pytest.raises(Invalid, match="Write why it is dropped"):
        change_initiative(rollback, state="dropped", actor=lea)
    change_initiative(rollback, state="dropped", reason="The model is retired.", actor=lea)
    with pytest.raises(Invalid, match="can become proposed or in progress, not done"):
        change_initiative(rollback, state="done", actor=lea)
    again = change_initiative(rollback, state="in_progress", reason="The model is retired.", actor=lea)
    assert (again.state, again.reason) == ("in_progress", "")


def test_its_owner_and_leads_change_it_and_nobody_else(rollback):
    other = Actor("otto", frozenset({Role.CONTRIBUTOR}), frozenset({"search"}))
    with pytest.raises(NotAllowed, match="contributors of the team that owns it"):
        change_initiative(rollback, title="Mine", actor=other)
    assert comment(rollback, text=" May I help? ", actor=other).text == "May I help?"
    with pytest.raises(NotAllowed):
        comment(rollback, text="x", actor=Actor("vic", frozenset({Role.VIEWER})))
    with pytest.raises(Invalid):
        comment(rollback, text="  ", actor=other)
    own = Actor("cora", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"}))
    assert change_initiative(rollback, title="Ours", actor=own).title == "Ours"
