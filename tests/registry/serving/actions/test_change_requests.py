"""A change that waits is decided once, by another person, for exactly what was requested."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.models import ServingRevision
from registry.serving.actions.change_requests import approve_change, expire_and_remind, reject_change, withdraw_change
from tests.registry.conftest import FIXED, register
from tests.registry.serving.actions.test_deployments import now_serving
from tests.registry.serving.story import ANN, BOB, ask

pytestmark = pytest.mark.postgresql

EVERYTHING = frozenset(Role)
NOBODY = [
    (Actor("zoe", EVERYTHING, frozenset({"forecasting"})), "whoever asked, with every role there is"),
    (SYSTEM, "a schedule"),
    (Actor("bot", EVERYTHING, frozenset(), is_service=True), "a service account, with every role there is"),
    (Actor("lea", frozenset({Role.LEAD})), "a lead"),
    (Actor("root", frozenset({Role.ADMINISTRATOR})), "an administrator and superuser"),
    (Actor("sam", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"})), "a colleague without the role"),
]


@pytest.mark.parametrize(("actor", "who"), NOBODY, ids=[who for _, who in NOBODY])
@pytest.mark.parametrize("decide", [approve_change, reject_change])
def test_nobody_decides_but_another_person_with_the_role(in_production, actor, who, decide):
    request = ask(in_production, Actor("zoe", EVERYTHING, frozenset({"forecasting"})), percent=100).request
    with pytest.raises(NotAllowed):
        decide(request, actor=actor)
    request.refresh_from_db()
    assert (request.state, ServingRevision.objects.count()) == ("waiting", 0), who


def test_a_request_upon_what_serves_no_more_is_marked_stale_and_refused(serving, second, in_production, cora):
    waits = ask(second, cora, percent=50).request
    assert ask(in_production, cora, thresholds={"alarm": 0.51}).deployment
    waits.refresh_from_db()
    assert (waits.state, waits.decided_by) == ("stale", "system")
    with pytest.raises(Refused) as refused:
        approve_change(waits, actor=ANN)
    assert refused.value.code == "stale"
    assert now_serving() == (2, {"v1": 100})
    assert AuditEvent.objects.filter(action="change_request.outdated").count() == 1


def test_a_base_that_moved_without_a_word_is_seen_by_the_digest(serving, second, cora):
    waits = ask(second, cora, percent=50).request
    ServingRevision.objects.create(
        model=second.model, environment="production", number=2, impact=0, made_by="a shell", made_at=timezone.now()
    )
    with pytest.raises(Refused) as refused:
        approve_change(waits, actor=ANN)
    waits.refresh_from_db()
    assert (refused.value.code, waits.state) == ("stale", "stale")


def test_a_gate_that_closed_since_stops_an_approval_and_the_request_still_waits(in_production, cora):
    waits = ask(in_production, cora, percent=100).request
    register(FIXED, cora)
    with pytest.raises(Refused, match="gate is closed"):
        approve_change(waits, actor=ANN)
    waits.refresh_from_db()
    assert waits.state == "waiting"
    assert in_production.gate_decisions.filter(decided_by="ann", decision="BLOCKED").exists()


@pytest.mark.parametrize(
    ("end", "state", "by"), [(reject_change, "rejected", "ann"), (withdraw_change, "withdrawn", "cora")]
)
def test_what_is_decided_stays_decided(in_production, cora, end, state, by):
    waits = ask(in_production, cora, percent=100).request
    end(waits, reason="no", actor=ANN if by == "ann" else cora)
    with pytest.raises(Refused, match=f"is already {state}, by {by}"):
        approve_change(waits, actor=BOB)
    assert not ServingRevision.objects.exists()


def test_only_whoever_asked_withdraws(in_production, cora):
    waits = ask(in_production, cora, percent=100).request
    with pytest.raises(NotAllowed):
        withdraw_change(waits, actor=ANN)


def test_a_day_brings_one_reminder_and_a_week_the_end(in_production, cora, monkeypatch, settings):
    settings.CHANGE_REQUEST_DAYS = 7
    waits = ask(in_production, cora, percent=100).request
    begun = timezone.now()
    seen = []
    for hours in (1, 25, 30, 7 * 24 + 1, 8 * 24):
        monkeypatch.setattr(timezone, "now", lambda hours=hours: begun + timedelta(hours=hours))
        seen.append(expire_and_remind())
    assert seen == [0, 1, 0, 1, 0]
    waits.refresh_from_db()
    assert waits.state == "expired"
    assert list(
        AuditEvent.objects.filter(action__in=["change_request.reminded", "change_request.expired"])
        .order_by("sequence").values_list("action", flat=True)
    ) == ["change_request.reminded", "change_request.expired"]  # fmt: skip


def test_an_approval_that_comes_too_late_is_refused_and_asking_again_waits_anew(in_production, cora, monkeypatch):
    waits = ask(in_production, cora, percent=100).request
    later = waits.expires_at
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(Refused, match="has expired"):
        approve_change(waits, actor=ANN)
    again = ask(in_production, cora, percent=100)
    waits.refresh_from_db()
    assert (again.request.state, waits.state) == ("waiting", "expired")


def test_the_reason_of_a_decision_has_a_limit(in_production, cora):
    waits = ask(in_production, cora, percent=100).request
    with pytest.raises(Invalid, match="4,001 characters; at most 4,000"):
        reject_change(waits, reason="x" * 4_001, actor=ANN)
    assert reject_change(waits, reason="x" * 4_000, actor=ANN).state == "rejected"
