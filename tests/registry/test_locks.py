"""Every row lock of the registry: with it the second of two sessions sees what the first did, without it it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from platform_site import work
from platform_site.access import Actor, Role
from registry.checks.actions.alerts import acknowledge, reopen_lapsed
from registry.checks.actions.checks import cancel_run, change_check, define_check, queue_run
from registry.checks.actions.runs import RUNS, Ending, finish
from registry.data.actions.datasets import change_reading
from registry.data.actions.source_tables import add_source_version, register_source_table, set_current_source
from registry.features.actions.acceptance import accept_difference
from registry.features.actions.current_version import set_current
from registry.features.actions.details import edit_feature
from registry.lineage.actions.events import receive_event
from registry.lineage.actions.observations import accept_observation, dismiss_observation
from registry.models import Alert, DecisionPurge, ModelVersion, ReportedDecision, Rollout, ServingReport, SourceTable
from registry.regulation.actions.card_texts import review_card_texts, save_card_texts
from registry.regulation.actions.decisions import purge_decisions, report_decisions
from registry.regulation.actions.regulated_models import mark_regulated
from registry.serving.actions import change_requests, rollouts
from registry.serving.actions.alerts import look_for_silence
from registry.serving.actions.approval_links import decide_by_link, make_links
from registry.serving.actions.change_requests import approve_change, reject_change
from registry.serving.actions.deployments import rollback
from registry.serving.actions.reports import report_serving
from registry.serving.actions.standing_approvals import revoke_standing_approval
from registry.serving.queries.approval_links import token_of
from registry.versions.actions.aliases import set_alias
from registry.versions.actions.details import edit_model
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.no_features import confirm_no_features
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.actions.policies import save_policy
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import add_evaluations, register_version
from registry.versions.actions.snapshots import record_snapshot
from tests.locks.sessions import events, is_done, is_refused, lock_sites, meanwhile, require_postgresql, take_out
from tests.registry.conftest import ARTIFACT, FIXED, register, source_changed
from tests.registry.lineage.reports import LAST_KNOWN, ZERO, event
from tests.registry.regulation.actions.test_decisions import reported_decision
from tests.registry.serving.lanes import person, requested, stands
from tests.registry.serving.story import ANN, BOB, approved, ask

LEA = Actor("lea", frozenset({Role.LEAD}), frozenset({"ml-platform"}))
SERVING, VERSIONS = "registry/serving/actions/", "registry/versions/actions/"
CHECKS, REGULATION, SOURCE_TABLES, FEATURES = (
    "registry/checks/actions/",
    "registry/regulation/actions/",
    "registry/data/actions/source_tables.py",
    "registry/features/actions/",
)


def the_same_edit_of_a_model(world: SimpleNamespace) -> bool:
    def edit() -> object:
        return edit_model(world.model, silent_after_hours=5, actor=world.cora)

    meanwhile(edit, edit)
    return events("model.edited") == 1


def the_same_edit_of_a_feature(world: SimpleNamespace) -> bool:
    feature = world.version.snapshot.entries.get().feature

    def edit() -> object:
        return edit_feature(feature, tags=["risk"], actor=world.cora)

    meanwhile(edit, edit)
    return events("feature.edited") == 1


def report_during_rollback(world: SimpleNamespace) -> bool:
    second = approved(world.second, world.cora, percent=100)
    start = timezone.now()
    trained = world.version.snapshot.entries.get().feature_version.name

    def report() -> object:
        window, features = (start, start + timedelta(hours=1)), {"orders_3d": {"version": trained}}
        return report_serving(
            world.version, environment="production", window=window, features=features, actor=world.cora
        )

    report = meanwhile(lambda: rollback(second, to_revision=1, reason="Errors.", actor=world.cora), report)
    return is_done(report) and report.skew == []


def two_small_changes(world: SimpleNamespace) -> bool:
    def change(value: float) -> Callable[[], object]:
        return lambda: ask(world.version, world.cora, thresholds={"alarm": value})

    return is_done(meanwhile(change(0.51), change(0.52)))


def approval_of_an_expired_request(world: SimpleNamespace) -> bool:
    request = ask(world.second, world.cora, percent=50).request
    answer = meanwhile(lambda: change_requests._expire(request.pk), lambda: approve_change(request, actor=ANN))
    return is_refused(answer, "change_request_decided")


def expiry_of_an_approved_request(world: SimpleNamespace) -> bool:
    request = ask(world.second, world.cora, percent=50).request
    return meanwhile(lambda: approve_change(request, actor=ANN), lambda: change_requests._expire(request.pk)) is False


def a_lane_closed_twice(world: SimpleNamespace) -> bool:
    lane = stands(world.model, world.cora, person("anna"))

    def revoke() -> object:
        return revoke_standing_approval(lane, actor=BOB)

    return is_refused(meanwhile(revoke, revoke), "standing_approval_ended")


def a_link_used_twice(world: SimpleNamespace) -> bool:
    anna = person("anna")
    request = ask(world.second, world.cora, percent=50).request
    token = token_of(request.links.get())

    def decide(decision: str) -> Callable[[], object]:
        return lambda: decide_by_link(token, decision, actor=anna)

    return is_refused(meanwhile(decide("reject"), decide("approve")), "approval_link_dead")


def links_for_a_request_that_is_decided(world: SimpleNamespace) -> bool:
    request = ask(world.second, world.cora, percent=50).request
    answer = meanwhile(lambda: reject_change(request, actor=ANN), lambda: make_links(request, actor=world.cora))
    return is_refused(answer, "change_request_decided")


def the_same_standing_approval(world: SimpleNamespace) -> bool:
    until = timezone.now() + timedelta(days=3)
    first = []
    answer = meanwhile(
        lambda: first.append(requested(world.model, world.cora, until=until)),
        lambda: requested(world.model, world.cora, until=until),
    )
    return answer == first[0]


def resuming_what_stops(world: SimpleNamespace) -> bool:
    steps = [{"percent": 5, "hold_minutes": 60}, {"percent": 100, "hold_minutes": 0}]
    approved(world.second, world.cora, steps=steps)
    rollout = Rollout.objects.get()
    meanwhile(
        lambda: rollouts._stop_failed(rollout.pk, ValueError()),
        lambda: rollouts.resume_rollout(rollout, actor=world.cora),
    )
    return Rollout.objects.get().state == "running"


def the_same_decision(world: SimpleNamespace) -> bool:
    def report() -> object:
        return report_decisions(world.version, [reported_decision(1)], actor=world.cora)

    answer = meanwhile(report, report)
    return is_done(answer) and (answer.recorded, answer.known) == (0, 1)


def two_purges(world: SimpleNamespace) -> bool:
    report_decisions(world.version, [reported_decision(1)], actor=world.cora)
    row = ReportedDecision.objects.get()
    row.pk, row.external_id, row.decided_at = None, "old", timezone.now() - timedelta(days=1_000)
    row.save()
    meanwhile(purge_decisions, purge_decisions)
    return DecisionPurge.objects.count() == 1


def marked_twice(world: SimpleNamespace) -> bool:
    def mark() -> object:
        return mark_regulated(world.model, True, reason="Credit.", actor=LEA)

    meanwhile(mark, mark)
    return events("model.regulation_changed") == 1


def set_back_twice(world: SimpleNamespace) -> bool:
    first = world.version.snapshot.entries.get().feature_version
    register(FIXED, world.cora)
    before = events("feature.current_changed")

    def set_back() -> object:
        return set_current(first.feature, first, reason="back", actor=world.cora)

    meanwhile(set_back, set_back)
    return events("feature.current_changed") == before + 1


def the_same_definition(world: SimpleNamespace) -> bool:
    answer = meanwhile(lambda: register(FIXED, world.cora), lambda: register(FIXED, world.cora))
    return is_done(answer) and not answer.created


def the_same_pin(world: SimpleNamespace) -> bool:
    trained = world.version.snapshot.entries.get().feature_version.name

    def pin() -> object:
        return pin_features(world.version, {"orders_3d": trained}, actor=world.cora)

    return is_done(meanwhile(pin, pin)) and events("feature_pin.set") == 1


def promotion_during_an_evaluation(world: SimpleNamespace) -> bool:
    check = {"metric": "mape", "operator": "<=", "threshold": 0.2}
    save_policy(name="errors", checks=[check], actor=LEA)
    staged = world.staged()
    answer = meanwhile(
        lambda: add_evaluations(staged, [{"metric": "mape", "value": 0.9}], actor=world.cora),
        lambda: promote(staged, "production", actor=world.cora),
    )
    return is_refused(answer, "promotion_blocked")


def gate_during_a_registration(world: SimpleNamespace) -> bool:
    decided = meanwhile(
        lambda: register(FIXED, world.cora), lambda: evaluate_deployment_gate(world.version, actor=world.cora)
    )
    return is_done(decided) and decided.decision == "BLOCKED"


def gate_during_a_change_of_the_source_table(world: SimpleNamespace) -> bool:
    decided = meanwhile(
        lambda: source_changed(SourceTable.objects.get(), world.cora, entity_key=["order_id"]),
        lambda: evaluate_deployment_gate(world.version, actor=world.cora),
    )
    return is_done(decided) and decided.decision == "BLOCKED"


def the_same_snapshot(world: SimpleNamespace) -> bool:
    version = ModelVersion.objects.get(pk=world.version.pk)
    version.pk, version.version = None, "v9"
    version.save()

    def record_it() -> object:
        return record_snapshot(version, {"latest": ["orders_3d"]}, actor=world.cora)

    return meanwhile(record_it, record_it) is False


def decided_both_ways(world: SimpleNamespace) -> bool:
    register(FIXED, world.cora)
    until = timezone.now() + timedelta(days=1)
    override = request_override(world.version, reason="x", expires_at=until, actor=world.cora)
    answer = meanwhile(lambda: approve_override(override, actor=ANN), lambda: reject_override(override, actor=BOB))
    return is_refused(answer, "override_decided")


def changed_under_somebody(world: SimpleNamespace) -> bool:
    check = world.check()
    seen = check.how_it_runs
    answer = meanwhile(
        lambda: change_check(check, schedule="0 * * * *", blocking=False, actor=world.cora, seen=seen),
        lambda: change_check(check, schedule="5 * * * *", blocking=False, actor=world.cora, seen=seen),
    )
    return is_refused(answer, "changed")


def cancelled_twice(world: SimpleNamespace) -> bool:
    run = queue_run(world.check(), actor=world.cora)
    meanwhile(lambda: cancel_run(run, actor=world.cora), lambda: cancel_run(run, actor=world.cora))
    return events("check_run.cancel_requested") == 1


def acknowledged_after_it_was_resolved(world: SimpleNamespace) -> bool:
    alert = world.skew_alert()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    meanwhile(world.report_as_trained, lambda: acknowledge(alert, until=tomorrow, actor=world.cora))
    return Alert.objects.get(pk=alert.pk).state == "resolved"


def reopened_twice(world: SimpleNamespace) -> bool:
    alert = world.skew_alert()
    past = timezone.now() - timedelta(hours=1)
    Alert.objects.filter(pk=alert.pk).update(state="acknowledged", acknowledged_by="cora", acknowledged_until=past)
    meanwhile(reopen_lapsed, reopen_lapsed)
    return events("alert.reopened") == 1


def acknowledged_while_another_finding_came(world: SimpleNamespace) -> bool:
    """What was not seen is open: the report waits for the acknowledgement, and finds that it does not cover it."""
    alert = world.skew_alert()
    meanwhile(lambda: acknowledge(alert, until=None, actor=world.cora), world.report_another)
    return Alert.objects.get(pk=alert.pk).state == "open"


def two_runs_that_conclude_at_once(world: SimpleNamespace) -> bool:
    """The one that began first ends last: what it found is answered."""
    check = world.check()
    older, newer = (work.claim(RUNS, queue_run(check, actor=world.cora).pk) for _ in range(2))
    failed, passed = Ending("failed", "It differs."), Ending("passed", "It is equal.")
    meanwhile(lambda: finish(newer, passed), lambda: finish(older, failed))
    return not Alert.objects.exists()


def confirmed_twice(world: SimpleNamespace) -> bool:
    lineage = lineage_of(world.version) | {"feature_snapshot": {}, "uses_no_features": True}
    stated = register_version(world.model, version="n0", artifact=ARTIFACT, lineage_parts=lineage, actor=world.cora)
    answer = meanwhile(lambda: confirm_no_features(stated, actor=ANN), lambda: confirm_no_features(stated, actor=BOB))
    return is_refused(answer, "no_features_confirmed")


def lineage_of(version: ModelVersion) -> dict[str, object]:
    """The lineage of a version, to register another one with."""
    return {
        "code_commit": version.code_commit,
        "data_snapshot": version.data_snapshot.digest,
        "container_digest": version.container_digest,
        "hyperparameters": version.hyperparameters,
        "evaluations": [{"metric": "mape", "value": 0.12}],
    }


def accepted_twice(world: SimpleNamespace) -> bool:
    feature = world.version.snapshot.entries.get().feature
    edit_feature(feature, requires_parity=True, actor=world.cora)
    waiting = register(FIXED, world.cora).version

    def accept(actor: Actor) -> Callable[[], object]:
        return lambda: accept_difference(feature, waiting, reason="Fine.", actor=actor)

    return is_refused(meanwhile(accept(ANN), accept(BOB)), "not_waiting")


def two_descriptions_of_the_same_files(world: SimpleNamespace) -> bool:
    first, second = (SourceTable.objects.select_related("current__dataset").get().current.dataset for _ in range(2))
    answer = meanwhile(
        lambda: change_reading(first, {"time_zone": "Europe/Berlin"}, actor=world.cora),
        lambda: change_reading(second, {"date_formats": ["%d.%m.%Y"]}, actor=world.cora),
    )
    return is_refused(answer, "changed")


def source_set_back_twice(world: SimpleNamespace) -> bool:
    table = SourceTable.objects.select_related("owner_team", "current__dataset").get()
    first, other = table.current, table.current.source._replace(entity_key=["order_id"])
    add_source_version(table, other, reason="They moved.", actor=world.cora)
    before = events("source_table.current_changed")

    def set_back() -> object:
        return set_current_source(table, first, reason="They moved back.", actor=world.cora)

    meanwhile(set_back, set_back)
    return events("source_table.current_changed") == before + 1


def registration_of_what_comes_into_force(world: SimpleNamespace) -> bool:
    table = SourceTable.objects.select_related("owner_team", "current__dataset").get()
    other = table.current.source._replace(entity_key=["order_id"])
    answer = meanwhile(
        lambda: add_source_version(table, other, reason="They moved.", actor=world.cora),
        lambda: register_source_table(table.name, other, actor=world.cora),
    )
    return answer == (table, False)


def the_same_change_of_a_job(world: SimpleNamespace) -> bool:
    receive_event(event("orders", LAST_KNOWN, writes=("others",)), actor=world.cora)

    def report(number: int) -> Callable[[], object]:
        return lambda: receive_event(event("orders", ZERO, writes=("others",), number=number), actor=world.cora)

    return is_done(meanwhile(report(2), report(3))) and events("lineage.job_described") == 2


def an_observation_decided_twice(world: SimpleNamespace) -> bool:
    observed = receive_event(event("orders", LAST_KNOWN, writes=("orders",)), actor=world.cora).waiting[0]
    answer = meanwhile(
        lambda: dismiss_observation(observed, reason="", actor=world.cora),
        lambda: accept_observation(observed, reason="", actor=world.cora),
    )
    return is_refused(answer, "observation_decided")


def the_same_alias(world: SimpleNamespace) -> bool:
    def move() -> object:
        return set_alias(world.version, "champion", actor=world.cora)

    return is_done(meanwhile(move, move)) and events("model.alias_moved") == 1


def texts_of_a_card_saved_twice(world: SimpleNamespace) -> bool:
    def save() -> object:
        return save_card_texts(world.model, {"purpose": "Orders."}, reason="First.", actor=world.cora)

    return is_done(meanwhile(save, save)) and events("model_card.texts_saved") == 1


def texts_of_a_card_reviewed_after_they_changed(world: SimpleNamespace) -> bool:
    save_card_texts(world.model, {"purpose": "Orders."}, reason="First.", actor=world.cora)
    answer = meanwhile(
        lambda: save_card_texts(world.model, {"purpose": "All orders."}, reason="More.", actor=world.cora),
        lambda: review_card_texts(world.model, 1, actor=ANN),
    )
    return is_refused(answer, "changed")


SCENARIOS: dict[str, Callable[[SimpleNamespace], bool]] = {
    "registry/data/actions/datasets.py change_reading": two_descriptions_of_the_same_files,
    f"{VERSIONS}details.py edit_model": the_same_edit_of_a_model,
    "registry/lineage/actions/events.py _stored_job": the_same_change_of_a_job,
    "registry/lineage/actions/observations.py _locked": an_observation_decided_twice,
    f"{SERVING}reports.py report_serving": report_during_rollback,
    f"{SERVING}revisions.py lock_serving": two_small_changes,
    f"{SERVING}change_requests.py _locked": approval_of_an_expired_request,
    f"{SERVING}change_requests.py _still_waiting": expiry_of_an_approved_request,
    f"{SERVING}approval_links.py make_links": links_for_a_request_that_is_decided,
    f"{SERVING}approval_links.py decide_by_link": a_link_used_twice,
    f"{SERVING}standing_approvals.py _locked": a_lane_closed_twice,
    f"{SERVING}standing_approvals.py _locked_model": the_same_standing_approval,
    f"{SERVING}rollouts.py _locked": resuming_what_stops,
    f"{VERSIONS}aliases.py _held": the_same_alias,
    f"{REGULATION}card_texts.py save_card_texts": texts_of_a_card_saved_twice,
    f"{REGULATION}card_texts.py review_card_texts": texts_of_a_card_reviewed_after_they_changed,
    f"{REGULATION}decisions.py report_decisions": the_same_decision,
    f"{REGULATION}decisions.py _purge_some": two_purges,
    f"{REGULATION}regulated_models.py mark_regulated": marked_twice,
    f"{SOURCE_TABLES} register_source_table": registration_of_what_comes_into_force,
    f"{SOURCE_TABLES} _locked": source_set_back_twice,
    f"{FEATURES}details.py edit_feature": the_same_edit_of_a_feature,
    f"{FEATURES}current_version.py set_current": set_back_twice,
    f"{FEATURES}acceptance.py accept_difference": accepted_twice,
    f"{FEATURES}stored_versions.py locked_features": the_same_definition,
    f"{VERSIONS}pins.py pin_features": the_same_pin,
    f"{VERSIONS}registration.py add_evaluations": promotion_during_an_evaluation,
    f"{VERSIONS}gates.py lock_version": promotion_during_an_evaluation,
    f"{VERSIONS}gates.py lock_version #2": gate_during_a_registration,
    f"{VERSIONS}gates.py lock_version #3": gate_during_a_change_of_the_source_table,
    f"{VERSIONS}snapshots.py record_snapshot": the_same_snapshot,
    f"{VERSIONS}overrides.py _decide": decided_both_ways,
    f"{VERSIONS}no_features.py confirm_no_features": confirmed_twice,
    f"{CHECKS}checks.py change_check": changed_under_somebody,
    f"{CHECKS}checks.py cancel_run": cancelled_twice,
    f"{CHECKS}alerts.py acknowledge": acknowledged_after_it_was_resolved,
    f"{CHECKS}alerts.py unresolved": acknowledged_while_another_finding_came,
    f"{CHECKS}run_alerts.py open_or_resolve_alerts": two_runs_that_conclude_at_once,
    f"{CHECKS}alerts.py reopen_lapsed": reopened_twice,
}


@pytest.fixture
def world(serving, in_production, second, orders, cora):
    """A model whose v1 serves all of production; v2 is in production too and has no traffic."""

    def report(feature_version: str) -> object:
        window = (timezone.now() - timedelta(hours=1), timezone.now())
        features = {"orders_3d": {"version": feature_version}}
        return report_serving(in_production, environment="production", window=window, features=features, actor=cora)

    def staged() -> ModelVersion:
        version = ModelVersion.objects.get(pk=second.pk)
        ModelVersion.objects.filter(pk=second.pk).update(stage="staging")
        version.refresh_from_db()
        return version

    def skew_alert() -> Alert:
        report("f" * 12)
        return Alert.objects.get()

    return SimpleNamespace(
        version=in_production,
        second=second,
        model=in_production.model,
        cora=cora,
        staged=staged,
        skew_alert=skew_alert,
        report_another=lambda: report("e" * 12),
        report_as_trained=lambda: report(in_production.snapshot.entries.get().feature_version.name),
        check=lambda: define_check("schema", name="orders-now", parameters={"dataset": "orders"}, actor=cora),
    )


@pytest.fixture
def two_sessions(transactional_db):
    require_postgresql()


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", SCENARIOS)
def test_with_its_lock_the_second_session_sees_the_first(two_sessions, world, site):
    assert SCENARIOS[site](world)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", SCENARIOS)
def test_without_its_lock_it_does_not(two_sessions, world, site, monkeypatch):
    take_out(monkeypatch, site)
    assert not SCENARIOS[site](world)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_open_one_alert_of_silence_without_a_lock(two_sessions, world):
    world.report_as_trained()
    report = ServingReport.objects.get()
    report.pk, report.reported_at = None, timezone.now() - timedelta(days=2)
    report.save()
    answer = meanwhile(look_for_silence, look_for_silence)
    assert is_done(answer)
    assert events("alert.opened") == Alert.objects.count() == 1


def test_every_lock_of_the_registry_is_here():
    sites = {site for site, _ in lock_sites() if site.startswith("registry/")}
    assert {site for site in sites if "/migrations/" not in site} == set(SCENARIOS), "a migration runs once, alone"
