"""What runs do to the alerts of their check: open, update, resolve, whatever order they end in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site import work
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused
from registry.checks.actions import runs
from registry.checks.actions.alerts import acknowledge
from registry.checks.actions.checks import change_check, define_check, queue_run
from registry.checks.actions.run_alerts import resolve_alerts_of_superseded
from registry.checks.actions.runs import RUNS, Ending
from registry.compute.kinds.report import ColumnReport
from registry.features.rules.fingerprint import address
from registry.models import Alert, AlertFinding, Check, CheckRun, Feature, ModelVersion
from registry.versions.actions.promotion import promote
from tests.registry.conftest import FIXED, TRAINED, contributor, register

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
SEVEN = [f"f{number}" for number in range(1, 8)]


@pytest.fixture
def check(in_production, orders, cora) -> Check:
    parameters = {"reference": "orders", "reference_to": "2024-01-31", "current_from": "2024-01-31"}
    return define_check("drift", name="drift", parameters=parameters, model=in_production.model, actor=cora)


def ending(**effects) -> Ending:
    """The end of a run over seven features, of which those with an effect drifted."""
    columns = [
        ColumnReport(name, "number", "drifted" if name in effects else "passed", f"{name}.", effect=effects.get(name))
        for name in SEVEN
    ]
    outcome = "failed" if effects else "passed"
    return Ending(outcome, f"{len(effects)} of 7 features differ.", rows=100, content={}, columns=columns)


def claimed(check, cora):
    return work.claim(RUNS, queue_run(check, actor=cora).pk)


def ends(check, cora, **effects):
    claim = claimed(check, cora)
    assert runs.finish(claim, ending(**effects))
    return CheckRun.objects.get(pk=claim.pk)


def life():
    """The events of alerts, and whether one was reopened."""
    events = AuditEvent.objects.filter(action__startswith="alert.").order_by("sequence")
    return [
        event.action.removeprefix("alert.") + (" and reopened" if event.content.get("reopened") else "")
        for event in events
    ]


def test_an_alert_that_grows_from_one_feature_to_four_says_so_and_reopens(check, cora):
    ends(check, cora, f1=1.2)
    alert = acknowledge(Alert.objects.get(), until=timezone.now() + timedelta(days=1), actor=cora)
    grown = ends(check, cora, f1=1.2, f2=1.1, f3=1.1, f4=1.1)
    alert.refresh_from_db()
    assert (alert.title, alert.run, alert.state) == ("drift: 4 of 7 features differ.", grown, "open")
    event = AuditEvent.objects.get(action="alert.updated")
    assert (event.content["was"], event.content["title"]) == ("drift: 1 of 7 features differ.", alert.title)
    assert (event.content["run"], event.content["check"]) == (grown.pk, "drift")
    assert event.content["message"].splitlines()[:3] == [
        "Drift of drift: failed",
        "4 of 7 features differ.",
        "- f1: f1.",
    ]
    assert [finding.title for finding in AlertFinding.objects.order_by("pk")] == [event.content["was"], alert.title]


def test_its_message_names_the_five_columns_that_decided_most(check, cora):
    ends(check, cora, **dict.fromkeys(SEVEN, 1.0))
    message = AuditEvent.objects.get(action="alert.opened").content["message"]
    assert message.splitlines()[2:] == [f"- {name}: {name}." for name in SEVEN[:5]]


def test_a_definition_that_serves_no_more_ends_its_alerts_and_no_other(in_production, cora):
    first = in_production.snapshot.entries.get().feature_version
    run = register(FIXED, cora).run
    assert runs.finish(work.claim(RUNS, run.pk), ending(f1=1.0))
    other = register(TRAINED, cora, name="another").version.feature
    resolve_alerts_of_superseded(first.feature)
    assert Alert.objects.get().state == "open"  # what it compares serves
    Feature.objects.filter(pk=first.feature_id).update(current=first)
    resolve_alerts_of_superseded(other)
    assert Alert.objects.get().state == "open"
    resolve_alerts_of_superseded(first.feature)
    assert Alert.objects.get().resolved_because == f"orders_3d is no longer computed by {address(FIXED)[:12]}."


@pytest.mark.same_on_both  # a summary has 500 characters, which PostgreSQL enforces and SQLite does not
def test_a_sentence_of_any_length_is_the_title_of_an_alert(check, cora):
    longest = Alert._meta.get_field("title").max_length
    for effects in ({"f1": 1.0}, {"f1": 9.0}):  # opened, then updated
        assert runs.finish(claimed(check, cora), ending(**effects)._replace(summary="Long. " * longest))
        assert len(Alert.objects.get().title) == longest


@pytest.mark.parametrize(
    ("then", "event", "state"),
    [
        ({"f1": 2.0}, [], "acknowledged"),
        ({"f1": 2.9}, [], "acknowledged"),
        ({"f1": 3.0}, ["updated and reopened"], "open"),
        ({"f1": 1.0}, ["updated"], "acknowledged"),
        ({"f2": 1.0}, ["updated and reopened"], "open"),
        ({}, ["resolved"], "resolved"),
    ],
)
def test_only_what_is_new_or_half_as_large_again_reopens(check, cora, then, event, state):
    ends(check, cora, f1=2.0)
    acknowledge(Alert.objects.get(), until=None, actor=cora)
    newest = ends(check, cora, **then)
    assert life() == ["opened", "acknowledged", *event]
    alert = Alert.objects.get()
    assert alert.state == state
    assert state == "resolved" or (alert.run, alert.observed_at) == (newest, newest.started_at)


def test_what_creeps_up_step_by_step_is_held_against_what_was_reported(check, cora):
    for effect in (2.0, 2.5, 2.9, 3.1):
        ends(check, cora, f1=effect)
    assert life() == ["opened", "updated"]


@pytest.mark.parametrize(
    ("older", "newer", "state"),
    [
        ({"f1": 1.0}, {}, None),
        ({}, {"f1": 1.0}, "open"),
        ({"f1": 9.0, "f2": 9.0}, {"f1": 1.0}, "open"),
    ],
)
def test_a_run_that_began_before_another_and_ended_after_it_changes_nothing(check, cora, older, newer, state):
    first, second = claimed(check, cora), claimed(check, cora)
    assert runs.finish(second, ending(**newer))
    before = list(Alert.objects.values())
    assert runs.finish(first, ending(**older))
    assert list(Alert.objects.values()) == before
    assert [row["state"] for row in before] == ([state] if state else [])


def test_an_alert_that_stands_is_ended_by_a_run_that_began_later_alone(check, cora):
    late = claimed(check, cora)
    ends(check, cora, f1=1.0)
    runs.finish(late, ending())
    assert Alert.objects.get().state == "open"
    ends(check, cora)
    assert Alert.objects.get().state == "resolved"


@pytest.mark.parametrize("outcome", ["not_enough_data", "errored"])
def test_a_run_that_concluded_nothing_changes_nothing(check, cora, outcome):
    ends(check, cora, f1=1.0)
    before = list(Alert.objects.values())
    runs.finish(claimed(check, cora), ending()._replace(outcome=outcome))
    assert list(Alert.objects.values()) == before


def test_a_run_that_is_not_deterministic_is_another_finding(check, cora):
    ends(check, cora, f1=1.0)
    acknowledge(Alert.objects.get(), until=None, actor=cora)
    runs.finish(claimed(check, cora), ending(f1=1.0)._replace(outcome="not_deterministic"))
    assert life()[-1] == "updated and reopened"


def test_a_check_that_closes_the_gate_from_now_on_makes_its_alert_worse(check, cora):
    ends(check, cora, f1=1.0)
    acknowledge(Alert.objects.get(), until=None, actor=cora)
    change_check(check, schedule="", blocking=True, actor=contributor("forecasting"))
    check.refresh_from_db()
    ends(check, cora, f1=1.0)
    assert (life()[-1], Alert.objects.get().blocking) == ("updated and reopened", True)
    assert AuditEvent.objects.filter(action="alert.updated").get().content["was_blocking"] is False


def test_a_check_stays_blocking_while_its_alert_closes_a_gate(check, cora):
    """Not even another person opens the gate by it: that is what an override is for."""
    team, other = contributor("forecasting"), Actor("lea", frozenset({Role.LEAD}))
    change_check(check, schedule="0 3 * * *", blocking=True, actor=team)
    check.refresh_from_db()
    ends(check, cora, f1=1.0)
    acknowledge(Alert.objects.get(), until=None, actor=cora)
    with pytest.raises(Refused) as refused:
        change_check(check, schedule="0 3 * * *", blocking=False, actor=other)
    assert (refused.value.code, refused.value.detail) == ("alert_closes_gate", {"alert": Alert.objects.get().pk})
    change_check(check, schedule="0 * * * *", blocking=True, actor=team)  # it may run more often
    ends(check, cora)
    assert Alert.objects.get().state == "resolved"
    change_check(check, schedule="", blocking=False, actor=other)
    check.refresh_from_db()
    assert check.blocking is False


LOOSER = [("", True), ("0 3 * * *", False), ("0 3 1 * *", True), ("0 3 * * 1-5", True), ("30 4 1 1 *", False)]
OTHERS = {
    "the model's team": (Actor("tia", frozenset({Role.CONTRIBUTOR, Role.LEAD, Role.APPROVER}), frozenset({"forecasting"})), False),
    "an administrator": (Actor("ada", frozenset({Role.ADMINISTRATOR, Role.LEAD})), False),
    "whoever defined it": (Actor("cora", frozenset({Role.LEAD})), False),
    "an account of theirs did": (Actor("hal", frozenset({Role.LEAD}), holds=frozenset({"cora"})), False),
    "a contributor of another team": (Actor("mo", frozenset({Role.CONTRIBUTOR}), frozenset({"marketing"})), False),
    "a program": (Actor("ci", frozenset({Role.LEAD}), is_service=True), False),
    "a lead of another team": (Actor("lea", frozenset({Role.LEAD}), frozenset({"marketing"})), True),
    "an approver of another team": (Actor("ann", frozenset({Role.APPROVER})), True),
}  # fmt: skip


@pytest.mark.parametrize("who", OTHERS)
def test_a_check_that_closes_the_gate_is_loosened_by_an_outsider_alone(check, who):
    """Else whoever is held up by it makes it informational before its next run, and nobody ever hears of what it finds."""
    Check.objects.filter(pk=check.pk).update(blocking=True, schedule="0 3 * * *", next_due_at=timezone.now())
    actor, may = OTHERS[who]
    for schedule, blocking in LOOSER:
        check.refresh_from_db()
        try:
            change_check(check, schedule=schedule, blocking=blocking, actor=actor)
        except NotAllowed:
            assert not may
        else:
            assert may, (schedule, blocking)
            Check.objects.filter(pk=check.pk).update(blocking=True, schedule="0 3 * * *", next_due_at=timezone.now())
    check.refresh_from_db()
    assert (check.blocking, check.schedule) == (True, "0 3 * * *")


@pytest.mark.parametrize("schedule", ["0 3 * * *", "0 4 * * *", "* * * * *", "0 */6 * * *"])
def test_as_often_or_more_often_loosens_nothing(check, schedule):
    Check.objects.filter(pk=check.pk).update(blocking=True, schedule="0 3 * * *", next_due_at=timezone.now())
    check.refresh_from_db()
    change_check(check, schedule=schedule, blocking=True, actor=contributor("forecasting"))
    check.refresh_from_db()
    assert check.schedule == schedule


def test_an_alert_of_a_model_that_is_concerned_no_more_still_follows_its_check(in_production, orders, cora):
    check = define_check("schema", name="s", parameters={"dataset": "orders"}, actor=cora)
    ends(check, cora, f1=1.0)
    promote(ModelVersion.objects.get(), "archived", actor=cora)
    ends(check, cora, f1=1.0, f2=1.0)
    assert Alert.objects.get().title == "s: 2 of 7 features differ."
    ends(check, cora)
    assert Alert.objects.get().state == "resolved"
    ends(check, cora, f1=1.0)
    assert Alert.objects.count() == 1
