"""Checks over data sets: defined with every fault at once, run, recorded by column, scheduled, held to their team."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from platform_site import work
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.checks.actions import runs
from registry.checks.actions.checks import change_check, define_check, queue_run, run_what_is_due
from registry.checks.actions.runs import RUNS, Ending
from registry.data import actions as datasets
from registry.models import Alert, Check, ColumnFinding
from tests.registry.conftest import DAYS, FIXED, ROWS, contributor, drift, register, run_of

pytestmark = pytest.mark.postgresql

LEAD = Actor("lena", frozenset({Role.LEAD}))


def test_what_drifted_is_found_and_ranked_and_the_rest_is_let_be(events, cora):
    run = run_of(drift(cora), cora)
    assert (run.state, run.outcome) == ("finished", "failed"), run.error
    found = {column.column: column.outcome for column in run.columns.all()}
    assert found == {
        "load": "drifted", "country": "drifted", "sometimes": "drifted", "calm": "passed", "user": "passed",
    }  # fmt: skip
    assert [column.rank for column in run.columns.all()] == [1, 2, 3, 4, 5]
    assert run.summary.startswith("3 of 5 columns drifted: ")
    assert run.rows == DAYS * ROWS
    assert run.result.content["rows_cur"] == 10 * ROWS


def test_importance_puts_a_column_before_one_with_a_larger_effect(events, cora):
    run = run_of(drift(cora, importance={"country": 100}), cora)
    assert run.columns.first().column == "country"


def test_windows_date_the_change(events, cora):
    run = run_of(drift(cora, window="day", calibrated=True, current_from="2024-01-25"), cora)
    load = run.columns.get(column="load")
    assert ": an alarm, 2024-01-3" in load.sentence or ": an alarm, 2024-02-0" in load.sentence
    period = run.result.content["windows"]["alarms"][-1]
    assert ("load" in period["columns"], period["last"]) == (True, "2024-02-09")
    assert run.result.content["windows"]["calibrated"] is True
    assert run.columns.get(column="calm").outcome == "passed"


def test_a_relative_period_is_counted_from_the_run(events, cora):
    check = drift(cora, current_from="-7d", reference_to="-7d")
    run = run_of(check, cora)
    assert (run.outcome, run.summary) == ("not_enough_data", "No column has enough data to say anything.")


def test_a_column_of_another_type_or_gone_is_a_finding_of_its_own(events, cora, data_root):
    pq.write_table(pa.table({"id": [1, 2], "calm": ["a", "b"], "new": [1, 2]}), data_root / "other.parquet")
    datasets.add_dataset(name="other", kind="parquet", location="other.parquet", actor=cora)
    check = define_check("drift", name="o", parameters={"reference": "events", "current": "other"}, actor=cora)
    run = run_of(check, cora)
    issues = {(one["column"], one["issue"]) for one in run.result.content["findings"]}
    assert {("load", "gone"), ("calm", "other_type"), ("new", "new")} <= issues
    assert run.outcome == "failed"


@pytest.mark.parametrize(
    ("logged", "outcome", "says"),
    [
        (["user", "at", "load"], "passed", "not in the log: calm, country, sometimes"),
        (["user", "at"], "not_enough_data", "The log has no feature that was trained on"),
    ],
)
def test_what_was_trained_on_and_never_logged_is_said(events, cora, data_root, logged, outcome, says):
    rows = pq.read_table(data_root / "events.parquet")
    pq.write_table(rows.select(logged), data_root / "log.parquet")
    datasets.add_dataset(name="log", kind="parquet", location="log.parquet", event_time="at", actor=cora)
    asked = {"training": "events", "serving": "log", "entity_key": ["user"]}
    run = run_of(define_check("log_parity", name="l", parameters=asked, actor=cora), cora)
    assert run.outcome == outcome
    assert says in run.summary


def rewritten(path, change) -> None:
    pq.write_table(change(pq.read_table(path)), path)


@pytest.mark.parametrize("columns", [["load", "calm"], []])
def test_a_column_that_both_sides_lost_is_never_no_drift(events, cora, data_root, columns):
    """Of those that were asked for, or, where none were named, of those that the first run compared."""
    parameters = {
        "reference": "events",
        "reference_to": "2024-01-20",
        "current_from": "2024-01-20",
        "current_to": "2024-01-30",
    }
    check = define_check("drift", name="lost", parameters=parameters | {"columns": columns}, actor=cora)
    assert run_of(check, cora).outcome == "passed"
    rewritten(data_root / "events.parquet", lambda table: table.drop_columns(["calm"]))
    for _ in range(2):  # the second run too, though the one before compared it no more
        run = run_of(check, cora)
        assert (run.outcome, run.summary) == ("failed", "calm is gone from both sides.")


@pytest.mark.parametrize(
    ("asked", "lost"),
    [
        ({"kind": "drift", "reference": "events", "reference_to": "2024-01-20", "current_from": "2024-01-20"}, "at"),
        (
            {"kind": "drift", "reference": "events", "window": "day", "group": "country", "prediction": "calm"},
            "country",
        ),
        ({"kind": "log_parity", "training": "events", "serving": "events", "entity_key": ["user"]}, "user"),
    ],
)
def test_a_run_whose_key_time_or_group_is_gone_names_it(events, cora, data_root, asked, lost):
    kind = asked.pop("kind")
    check = define_check(kind, name="lost", parameters=asked, actor=cora)
    rewritten(data_root / "events.parquet", lambda table: table.drop_columns([lost]))
    run = run_of(check, cora)
    assert run.outcome == "errored"
    assert f"Data set events has no column {lost} any more: it has" in run.error


def test_a_file_that_is_gone_or_cut_off_says_what_to_do(events, cora, data_root):
    check, path = drift(cora), data_root / "events.parquet"
    whole = path.read_bytes()
    path.unlink()
    assert "Put the files back, or add a data set for their new place." in run_of(check, cora).error
    path.write_bytes(whole[:1_000])
    assert "cannot be read as parquet" in run_of(check, cora).error


def test_a_file_among_others_that_is_none_is_told(events, cora, data_root):
    (data_root / "days").mkdir()
    pq.write_table(pq.read_table(data_root / "events.parquet"), data_root / "days" / "a.parquet")
    datasets.add_dataset(name="days", kind="parquet", location="days/*.parquet", event_time="at", actor=cora)
    parameters = {"reference": "days", "reference_to": "2024-01-20", "current_from": "2024-01-20"}
    check = define_check("drift", name="days", parameters=parameters, actor=cora)
    (data_root / "days" / "b.parquet").write_text("not at all a file of rows\n")
    assert "A file is not a Parquet file, or its end is missing" in run_of(check, cora).error


def test_metrics_and_fairness_are_findings_too(cora, data_root):
    random = np.random.default_rng(2)
    label, group = random.integers(0, 2, 4_000), random.choice(["a", "b"], 4_000)
    late = np.arange(4_000) >= 2_000
    said = np.where(late & (group == "b"), 0, label)
    at = np.where(late, np.datetime64("2024-02-01"), np.datetime64("2024-01-01"))
    table = {"said": said, "label": label, "group": group, "at": at}
    pq.write_table(pa.table(table), data_root / "said.parquet")
    datasets.add_dataset(name="said", kind="parquet", location="said.parquet", event_time="at", actor=cora)
    parameters = {
        "reference": "said", "reference_to": "2024-02-01", "current_from": "2024-02-01", "prediction": "said",
        "label": "label", "group": "group",
    }  # fmt: skip
    run = run_of(define_check("drift", name="q", parameters=parameters, actor=cora), cora)
    found = {column.column: column for column in run.columns.filter(kind="quality")}
    assert found["metric: accuracy"].outcome == "drifted"
    assert found["fairness: equal opportunity difference"].value == pytest.approx(1.0)
    assert found["fairness: disparate impact ratio"].outcome == "drifted"
    rates = found["fairness: disparate impact ratio"].content["rates"]
    assert {rate["group"]: rate["true_positive"] for rate in rates} == {"a": 1.0, "b": 0.0}
    assert found["metric: precision"].outcome == "passed"


def test_what_serving_logged_is_held_against_what_was_trained_on(events, cora, data_root):
    rows = pq.read_table(data_root / "events.parquet")
    served = rows.slice(100).set_column(
        3, "load", pa.array(rows["load"].to_numpy()[100:] * np.where(np.arange(11_900) < 60, 2, 1))
    )
    late = pa.array([moment + timedelta(seconds=20) for moment in served["at"].to_pylist()])
    pq.write_table(served.set_column(2, "at", late), data_root / "log.parquet")
    datasets.add_dataset(name="log", kind="parquet", location="log.parquet", event_time="at", actor=cora)
    parameters = {"training": "events", "serving": "log", "entity_key": ["id"], "tolerance_s": 30}
    run = run_of(define_check("log_parity", name="l", parameters=parameters, actor=cora), cora)
    told = run.result.content
    assert (told["matched"], told["missing"], told["extra"]) == (11_900, 100, 0)
    load = run.columns.first()
    assert (load.column, load.outcome, load.content["rows_that_differ"]) == ("load", "failed", 60)
    assert set(run.columns.exclude(pk=load.pk).values_list("outcome", flat=True)) == {"passed"}
    assert run.outcome == "failed"


def test_without_tolerance_nothing_matches_and_that_is_no_good_news(events, cora, data_root):
    rows = pq.read_table(data_root / "events.parquet")
    late = pa.array([moment + timedelta(seconds=20) for moment in rows["at"].to_pylist()])
    pq.write_table(rows.set_column(2, "at", late), data_root / "log.parquet")
    datasets.add_dataset(name="log", kind="parquet", location="log.parquet", event_time="at", actor=cora)
    parameters = {"training": "events", "serving": "log", "entity_key": ["id"]}
    run = run_of(define_check("log_parity", name="l", parameters=parameters, actor=cora), cora)
    assert (run.outcome, run.result.content["matched"]) == ("not_enough_data", 0)


def test_a_data_set_is_held_against_what_features_need_of_it(feature, cora, data_root):
    check = define_check("schema", name="s", parameters={"dataset": "orders"}, actor=cora)
    assert run_of(check, cora).outcome == "passed"
    table = pq.read_table(data_root / "orders.parquet").drop(["order_count"])
    pq.write_table(pa.concat_tables([table, table.slice(0, 2)]), data_root / "orders.parquet")
    run = run_of(check, cora)
    assert run.outcome == "failed"
    sentences = [one["sentence"] for one in run.result.content["findings"]]
    assert sentences[0] == "order_count is missing. Feature orders_3d is computed from it."
    assert "The key order_id repeats in 2 rows." in sentences


FAULTS = [
    ("drift", {}, {"reference"}),
    ("drift", {"reference": "nothing", "limits": {"ks_p": 1}, "window": "hour"}, {"limits", "window"}),
    ("drift", {"reference": "events"}, {"current"}),
    ("drift", {"reference": "events", "window": "day", "columns": ["nope"], "label": "calm"}, {"prediction", "columns"}),
    ("drift", {"reference": "events", "window": "day", "columns": ["nope"], "group": "none"}, {"columns", "group"}),
    ("drift", {"reference": "elsewhere", "current": "nowhere"}, {"reference", "current"}),
    ("log_parity", {"training": "events"}, {"serving", "entity_key"}),
    ("log_parity", {"training": "events", "serving": "events", "entity_key": ["x"], "tolerance_s": -1}, {"tolerance_s"}),
    ("log_parity", {"training": "events", "serving": "events", "entity_key": ["x"]}, {"entity_key"}),
    ("schema", {"dataset": "events", "columns": [{"nome": "x"}]}, {"columns[0].nome", "columns[0].name"}),
    ("schema", {"dataset": "nowhere", "features": ["nobody"]}, {"dataset", "features"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "parameters", "fields"), FAULTS)
def test_a_check_that_could_not_run_is_refused_with_every_fault(events, cora, kind, parameters, fields):
    with pytest.raises(Invalid) as refused:
        define_check(kind, name="x", parameters=parameters, schedule="every day", actor=cora)
    assert {fault.field for fault in refused.value.faults} == {*fields, "schedule"}
    assert not Check.objects.exists()


def test_the_same_check_twice_is_one_and_another_of_its_name_is_refused(events, cora):
    assert drift(cora) == drift(cora)
    with pytest.raises(Refused):
        drift(cora, minimum_rows=7)
    assert Check.objects.count() == 1


def test_findings_are_written_once(events, cora):
    run_of(drift(cora), cora)
    finding = ColumnFinding.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        ColumnFinding.objects.filter(pk=finding.pk).update(outcome="passed")
    with pytest.raises(DatabaseError), transaction.atomic():
        finding.delete()


def test_a_schedule_asks_for_a_run_when_its_time_has_come_and_once(events, cora):
    check = drift(cora, name="nightly")
    change_check(check, schedule="0 3 * * *", blocking=False, actor=cora)
    assert run_what_is_due() == 0
    Check.objects.filter(pk=check.pk).update(next_due_at=timezone.now() - timedelta(days=3))
    assert [run_what_is_due(), run_what_is_due()] == [1, 0]
    check.refresh_from_db()
    assert timezone.now() < check.next_due_at <= timezone.now() + timedelta(days=1)
    assert check.runs.get().requested_by == "system"


def test_a_check_that_cannot_be_asked_for_holds_up_no_other_and_is_asked_for_at_its_next_time(
    events, cora, monkeypatch
):
    broken, unreadable, sound = (drift(cora, name=name) for name in ("broken", "unreadable", "sound"))
    Check.objects.update(schedule="0 3 * * *", next_due_at=timezone.now() - timedelta(days=1))
    Check.objects.filter(pk=broken.pk).update(next_due_at=timezone.now() - timedelta(days=2))
    Check.objects.filter(pk=unreadable.pk).update(schedule="soon")

    def fail_for_one(check, **arguments):
        if check.pk == broken.pk:
            raise KeyError
        return queue_run(check, **arguments)

    monkeypatch.setattr("registry.checks.actions.checks.queue_run", fail_for_one)
    assert run_what_is_due() == 1
    assert sound.runs.count() == 1
    assert all(moment > timezone.now() for moment in Check.objects.values_list("next_due_at", flat=True))


def test_a_check_that_still_runs_is_not_asked_for_again(events, cora):
    check = drift(cora)
    change_check(check, schedule="* * * * *", blocking=False, actor=cora)
    for _ in range(2):
        Check.objects.filter(pk=check.pk).update(next_due_at=datetime(2024, 1, 1, tzinfo=UTC))
        run_what_is_due()
    assert check.runs.count() == 1


def test_whoever_looked_at_another_schedule_overwrites_none(events, cora):
    check = drift(cora)
    seen = check.how_it_runs
    change_check(check, schedule="0 3 * * *", blocking=False, actor=cora, seen=seen)
    with pytest.raises(Refused, match=r"Nothing was saved\. Now: at 0 3 \* \* \*, informational\.") as refused:
        change_check(check, schedule="", blocking=False, actor=cora, seen=seen)
    assert refused.value.code == "changed"
    check.refresh_from_db()
    assert check.schedule == "0 3 * * *"


def test_a_check_on_a_model_is_its_teams(events, in_production, cora):
    told = {"parameters": {"dataset": "events"}, "name": "x"}
    with pytest.raises(NotAllowed):
        define_check("schema", **told, model=in_production.model, actor=contributor("marketing", name="mo"))
    check = define_check("schema", **told, model=in_production.model, actor=cora)
    with pytest.raises(NotAllowed):
        change_check(check, schedule="", blocking=True, actor=contributor("marketing", name="mo"))


def test_a_check_that_blocks_whatever_is_computed_from_its_data_is_a_leads(events, cora):
    told = {"parameters": {"dataset": "events"}, "name": "x", "blocking": True}
    with pytest.raises(NotAllowed):
        define_check("schema", **told, actor=cora)
    assert define_check("schema", **told, actor=LEAD).blocking


def test_one_alert_for_each_model_that_is_computed_from_the_data_whatever_the_number_of_columns(
    in_production, cora, data_root
):
    check = define_check("schema", name="s", parameters={"dataset": "orders"}, actor=cora)
    pq.write_table(pq.read_table(data_root / "orders.parquet").select(["order_id"]), data_root / "orders.parquet")
    for _ in range(2):
        run_of(check, cora)
    alert = Alert.objects.get()
    assert (alert.model, alert.blocking) == (in_production.model, False)
    assert "breaches" in alert.title


def test_a_laxer_parity_check_does_not_make_a_waiting_version_current(feature, cora):
    from registry.checks.actions.checks import define_parity

    feature.requires_parity = True
    feature.save(update_fields=["requires_parity"])
    waiting = register(FIXED, cora).version
    lax = define_parity(feature.current, waiting, parameters={"limit": 1.0}, name="lax", actor=cora)
    run = queue_run(lax, actor=cora)
    runs.finish(work.claim(RUNS, run.pk), Ending("passed", "Within the limit.", rows=7, content={}))
    feature.refresh_from_db()
    assert feature.current.number == 1


def test_what_is_defined_changed_and_found_is_audited(events, cora):
    check = drift(cora)
    change_check(check, schedule="0 3 * * *", blocking=False, actor=cora)
    run_of(check, cora)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"check.defined", "check.changed", "check_run.queued", "check_run.finished"} <= actions
