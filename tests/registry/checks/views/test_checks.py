"""The pages of checks: define one with a preview, follow its run, read its columns, schedule it."""

import csv
import gzip
import re
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.checks.actions.checks import define_check, propose, queue_run
from registry.checks.actions.execution import execute
from registry.checks.queries import check_proposals
from registry.data.actions import add_dataset
from registry.models import Check, CheckRun, Dataset, DatasetSnapshot
from tests.registry.conftest import FIXED, drift, loaded, register, run_of
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.django_db
NEW = "/registry/checks/new/"


@pytest.fixture
def lead(browser_of):
    return browser_of("lead")


def test_a_new_drift_check_is_filled_in_from_the_data(lead, events):
    form = lead.get(f"{NEW}?kind=drift&dataset=events").context["form"]
    assert form.initial["name"] == "drift-events"
    assert {"load", "calm", "country"} <= set(form.initial["columns"])
    assert "id" not in form.initial["columns"]
    assert form.initial["reference_to"] == form.initial["current_from"] == "2024-01-20"
    assert (form.initial["window"], form.initial["calibrated"]) == ("day", True)


def test_a_column_that_is_the_date_again_is_not_proposed(lead, cora, data_root):
    day = np.repeat(np.arange(20), 30)
    at = [datetime(2024, 1, 1, 23) + timedelta(days=int(one), hours=hour % 3) for hour, one in enumerate(day)]
    columns = {
        "at": at,
        "day_of_month": 1 + day,
        "open": day % 2 == 0,
        "load": np.random.default_rng(1).normal(size=600),
    }
    pq.write_table(pa.table(columns), data_root / "dated.parquet")
    add_dataset(name="dated", kind="parquet", location="dated.parquet", event_time="at", actor=cora)
    assert lead.get(f"{NEW}?kind=drift&dataset=dated").context["form"].initial["columns"] == ["open", "load"]


def given(**others):
    return {
        "name": "events", "reference": "events", "reference_to": "2024-01-31", "current_from": "2024-01-31",
        "columns": "load, calm", "minimum_rows": 200, "limits": "psi 0.5\ncalm wasserstein_normed 0.3",
    } | others  # fmt: skip


def test_a_preview_keeps_nothing(lead, events):
    page = lead.post(f"{NEW}?kind=drift&dataset=events", given(preview="1"))
    assert page.status_code == 200
    assert "1 of 2 columns drifted: load" in text(page)
    assert "Nothing was stored" in text(page)
    assert not Check.objects.exists()


def test_a_preview_of_log_parity_looks_at_the_same_entities_of_both_sides(lead, events, data_root, monkeypatch, cora):
    monkeypatch.setattr(check_proposals, "SAMPLE", 1_000)
    served = pq.read_table(data_root / "events.parquet").sort_by([("load", "ascending")])
    served = served.set_column(4, "calm", pc.add(served["calm"], pa.scalar(1.0)))
    pq.write_table(served.set_column(1, "user", served["user"].cast(pa.int32())), data_root / "served.parquet")
    add_dataset(name="served", kind="parquet", location="served.parquet", key=["id"], event_time="at", actor=cora)
    asked = {"name": "l", "training": "events", "serving": "served", "entity_key": "user, id", "tolerance_s": 0}
    asked |= {"limit": 0, "unmatched_limit": 1, "preview": "1"}
    said = text(lead.post(f"{NEW}?kind=log_parity", asked))
    matched = int(re.search(r"([\d,]+) rows matched, 0 missing, 0 extra", said)[1].replace(",", ""))
    assert 500 < matched < 2_000
    assert "1 of 4 features differ, most calm" in said
    assert not Check.objects.exists()


@pytest.mark.parametrize("kind", ["drift", "schema", "log_parity"])
def test_a_table_is_previewed_on_some_rows_or_it_is_said_that_it_is_not(lead, events, warehouse, data_root, cora, kind):
    loaded(warehouse, "events", data_root / "events.parquet")
    add_dataset(
        name="there", kind="table", location="events", connection="warehouse", key=["id"], event_time="at", actor=cora
    )
    asked = {
        "drift": given(reference="there"),
        "schema": {"name": "s", "dataset": "there"},
        "log_parity": {"name": "l", "training": "events", "serving": "there", "entity_key": "id", "tolerance_s": 0,
                       "limit": 0, "unmatched_limit": 1},
    }[kind]  # fmt: skip
    said = text(lead.post(f"{NEW}?kind={kind}", asked | {"preview": "1"}))
    told = {"drift": "columns drifted", "schema": "Nothing was stored", "log_parity": "over a table has no preview"}
    assert told[kind] in said


def test_a_check_is_defined_and_run_at_once(lead, events):
    answer = lead.post(f"{NEW}?kind=drift&dataset=events", given(schedule="0 6 * * *", importance="calm 3\nload 0.5"))
    run = CheckRun.objects.get()
    assert answer["Location"] == f"/registry/checks/runs/{run.pk}/"
    told = run.check_definition.parameters
    assert (told["columns"], told["limits"]) == (["load", "calm"], {"psi": 0.5})
    assert told["importance"] == {"calm": 3.0, "load": 0.5}
    assert told["column_limits"] == {"calm": {"wasserstein_normed": 0.3}}
    assert run.check_definition.schedule == "0 6 * * *"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"limits": "psi lots"}, "is not a limit"),
        ({"limits": "psi -1"}, "psi is -1.0. Give a number from 0."),
        ({"importance": "load much"}, "is not a weight. Write dep_delay 3."),
        ({"importance": "nope 3"}, "no column"),
        ({"current_to": "2024-01-30"}, "No row is from 2024-01-31 on and before 2024-01-30."),
        ({"columns": "load, nope"}, "no column"),
        ({"schedule": "daily"}, "is not a schedule"),
        ({"reference_to": "soon"}, "days before the run"),
        ({"limits": "ks_p 0.05"}, "takes no limit"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(lead, events, change, says):
    page = lead.post(f"{NEW}?kind=drift", given(**change))
    assert page.status_code == 422
    assert says in text(page)
    assert page.context["form"]["name"].value() == "events"
    assert not Check.objects.exists()


def test_a_log_of_the_same_key_is_proposed_beside_what_was_trained_on(lead, events, cora):
    add_dataset(name="served", kind="parquet", location="events.parquet", key=["id"], event_time="at", actor=cora)
    assert lead.get(f"{NEW}?kind=log_parity&dataset=events").context["form"].initial["serving"] == "served"


def test_log_parity_and_schema_have_forms_of_their_own(lead, events):
    assert lead.get(f"{NEW}?kind=log_parity&dataset=events").context["form"].initial["entity_key"] == ["id"]
    answer = lead.post(f"{NEW}?kind=schema", {"name": "s", "dataset": "events", "columns": "country: FR"})
    assert answer.status_code == 302
    assert Check.objects.get().parameters["columns"] == [{"name": "country", "allowed": ["FR"]}]


def test_the_page_of_a_run_ranks_filters_and_leads_to_each_column(lead, events, cora):
    run = run_of(drift(cora, window="day", calibrated=True), cora)
    path = f"/registry/checks/runs/{run.pk}/"
    page = lead.get(path)
    assert page.context["page_obj"].object_list[0].outcome == "drifted"
    assert "windows, by day" in text(page)
    assert run.result.content["windows"]["alarms"][-1]["first"] in text(page)
    assert {one.outcome for one in lead.get(f"{path}?outcome=passed").context["page_obj"]} == {"passed"}
    assert [one.column for one in lead.get(f"{path}?search=lo").context["page_obj"]] == ["load"]
    for finding in run.columns.all():
        column = lead.get(f"{path}columns/{finding.rank}/")
        assert column.status_code == 200
        assert finding.column in text(column)
    assert lead.get(f"{path}columns/99/").status_code == 404


def test_a_schema_run_says_what_is_expected_of_each_column_and_by_whom(lead, events, cora):
    parameters = {"dataset": "events", "columns": [{"name": "country", "allowed": ["FR"]}]}
    run = run_of(define_check("schema", name="s", parameters=parameters, actor=cora), cora)
    said = text(lead.get(f"/registry/checks/runs/{run.pk}/"))
    assert "Reason" in said
    assert "It says when a row happened." in said
    assert "× limit" not in said


def test_the_page_of_a_proposal_says_whom_it_would_block(lead, in_production, cora):
    run = propose(in_production.snapshot.entries.get().feature, FIXED, actor=cora)
    execute(run.pk)
    said = text(lead.get(f"/registry/checks/runs/{run.pk}/"))
    assert "If this definition became current, the gate would close for demand v1" in said


def test_the_page_of_a_check_says_how_a_program_runs_it(lead, events, cora):
    check = drift(cora)
    said = text(lead.get(f"/registry/checks/{check.pk}/"))
    assert f"/api/v1/checks/{check.pk}/runs/" in said
    assert "$PLUMBLINE_TOKEN" in said


def test_a_columns_history_is_over_the_runs_of_its_check(lead, events, cora):
    check = drift(cora)
    first, second = run_of(check, cora), run_of(check, cora)
    rank = second.columns.get(column="load").rank
    page = lead.get(f"/registry/checks/runs/{second.pk}/columns/{rank}/")
    assert [row[0] for row in page.context["past"]] == [first.pk, second.pk]


def test_who_has_no_data_set_is_shown_where_to_describe_one(lead):
    told = lead.get(NEW).content.decode()
    assert "There is no data set yet" in told
    assert 'href="/registry/datasets/">Data sets</a>' in told


def test_all_columns_of_a_run_can_be_downloaded(lead, events, feature, cora):
    run = run_of(drift(cora), cora)
    rows = list(csv.DictReader(lead.get(f"/registry/checks/runs/{run.pk}/columns.csv").content.decode().splitlines()))
    found = {column.column: column for column in run.columns.all()}
    assert [row["column"] for row in rows] == [one.column for one in sorted(found.values(), key=lambda one: one.rank)]
    for row in rows:
        one = found[row["column"]]
        assert (row["outcome"], row["sentence"]) == (one.outcome, one.sentence)
        assert row["value"] == ("" if one.value is None else repr(one.value))
    parity = register(FIXED, cora).run
    assert lead.get(f"/registry/checks/runs/{parity.pk}/columns.csv").status_code == 404


def test_all_rows_that_differ_can_be_downloaded(lead, feature, cora):
    run = register(FIXED, cora).run
    execute(run.pk)
    answer = lead.get(f"/registry/checks/runs/{run.pk}/differing-rows.csv")
    lines = answer.content.decode().splitlines()
    assert lines[0] == '"order_id","event_time","trained","current"'
    assert len(lines) == 1 + CheckRun.objects.get(pk=run.pk).result.content["rows_that_differ"]
    assert gzip.decompress(bytes(CheckRun.objects.get(pk=run.pk).differing_rows.content)) == answer.content


def test_a_run_that_kept_no_rows_says_so(lead, events, cora):
    run = run_of(drift(cora), cora)
    assert lead.get(f"/registry/checks/runs/{run.pk}/differing-rows.csv").status_code == 404
    assert lead.get(f"/registry/checks/runs/{run.pk}/worst-rows.csv").status_code == 404


def test_a_schedule_is_set_and_lifted_on_the_page_of_the_check(lead, events, cora):
    check = drift(cora)
    path = f"/registry/checks/{check.pk}/"
    lead.post(f"{path}change/", {"schedule": "0 6 * * 1"})
    assert "0 6 * * 1" in text(lead.get(path))
    lead.post(f"{path}change/", {"schedule": "whenever"})
    check.refresh_from_db()
    assert check.schedule == "0 6 * * 1"
    lead.post(f"{path}change/", {"schedule": ""})
    check.refresh_from_db()
    assert (check.schedule, check.next_due_at) == ("", None)


def test_a_page_that_is_no_longer_true_changes_no_schedule(lead, events, cora):
    check = drift(cora)
    path = f"/registry/checks/{check.pk}/"
    seen = lead.get(path).context["form"].initial["seen"]
    lead.post(f"{path}change/", {"schedule": "0 6 * * 1", "seen": seen})
    answer = lead.post(f"{path}change/", {"schedule": "0 7 * * 1", "seen": seen}, follow=True)
    assert "Somebody else changed this check" in answer.content.decode()
    check.refresh_from_db()
    assert check.schedule == "0 6 * * 1"


def test_a_viewer_reads_and_defines_nothing(browser_of, events, cora):
    run = run_of(drift(cora), cora)
    viewer = browser_of("viewer")
    assert viewer.get(f"/registry/checks/runs/{run.pk}/").status_code == 200
    assert "Run again" not in text(viewer.get(f"/registry/checks/{run.check_definition_id}/"))
    assert viewer.post(f"{NEW}?kind=drift", given()).status_code == 422
    assert Check.objects.count() == 1


def test_the_list_of_checks_is_filtered_by_kind(lead, events, feature, cora):
    drift(cora)
    register(FIXED, cora)
    assert {check.kind for check, _ in lead.get("/registry/checks/?kind=drift").context["rows"]} == {"drift"}


def test_a_run_that_is_queued_shows_that_it_waits(lead, events, cora):
    run = queue_run(drift(cora), actor=cora)
    assert "Waiting for a worker" in text(lead.get(f"/registry/checks/runs/{run.pk}/"))


def test_a_data_set_is_added_looked_at_and_recorded(lead, events, data_root):
    given = {"name": "again", "kind": "parquet", "location": "*.parquet", "key": "id", "event_time": "at"}
    assert lead.post("/registry/datasets/+add/", given).status_code == 302
    page = lead.get("/registry/datasets/again/")
    assert [column.name for column in page.context["preview"].columns][:3] == ["id", "user", "at"]
    assert len(page.context["preview"].rows) == 10
    lead.post("/registry/datasets/again/snapshot/")
    assert DatasetSnapshot.objects.get().rows == 12_000


def test_a_data_set_that_cannot_be_added_says_why_at_the_field(lead, events):
    page = lead.post("/registry/datasets/+add/", {"name": "B", "kind": "csv", "location": "../x"})
    assert set(page.context["form"].errors) == {"name", "location"}
    assert Dataset.objects.count() == 1


def test_a_data_set_whose_files_are_gone_says_so(lead, events, data_root):
    (data_root / "events.parquet").unlink()
    assert "There is nothing at" in text(lead.get("/registry/datasets/events/"))


@pytest.mark.slow
def test_five_hundred_columns_stay_readable(lead, cora, data_root):
    random = np.random.default_rng(9)
    late = np.arange(1_000) >= 500
    table = {f"column {number:03}": random.normal(size=1_000) + 2.0 * late * (number == 300) for number in range(500)}
    table["at"] = np.where(late, np.datetime64("2024-02-01"), np.datetime64("2024-01-01"))
    pq.write_table(pa.table(table), data_root / "wide.parquet")
    add_dataset(name="wide", kind="parquet", location="wide.parquet", event_time="at", actor=cora)
    told = {"reference": "wide", "reference_to": "2024-02-01", "current_from": "2024-02-01"}
    run = run_of(define_check("drift", name="wide", parameters=told | {"limits": {"psi": 9}}, actor=cora), cora)
    assert run.columns.count() == 500
    with CaptureQueriesContext(connection) as queries:
        page = lead.get(f"/registry/checks/runs/{run.pk}/")
    assert len(queries) <= 10
    assert page.context["page_obj"].object_list[0].column == "column 300"
    assert len(page.context["page_obj"].object_list) == 50
    assert len(page.content) < 200_000
    found = lead.get(f"/registry/checks/runs/{run.pk}/?search=column 499").context["page_obj"]
    assert [one.column for one in found] == ["column 499"]
