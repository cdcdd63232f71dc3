"""The pages of checks: define one with a preview, schedule it, list them."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.checks.actions.checks import define_parity
from registry.checks.actions.execution import execute
from registry.data.actions.datasets import add_dataset
from registry.models import Check, CheckRun
from tests.registry.checks.materialized import SIDES, in_python, materialized
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
    assert not {"load", "calm", "country"} & set(form.initial["ignore"])
    assert form.initial["reference_to"] == form.initial["current_from"] == "2024-01-20"
    assert (form.initial["window"], form.initial["calibrated"]) == ("day", True)


def test_a_column_that_is_the_date_again_is_not_proposed(lead, cora, data_root):
    day = np.repeat(np.arange(20), 30)
    at = [datetime(2024, 1, 1, 23) + timedelta(days=int(number), hours=hour % 3) for hour, number in enumerate(day)]
    columns = {
        "at": at,
        "day_of_month": 1 + day,
        "open": day % 2 == 0,
        "load": np.random.default_rng(1).normal(size=600),
    }
    pq.write_table(pa.table(columns), data_root / "dated.parquet")
    add_dataset(name="dated", kind="parquet", location="dated.parquet", event_time="at", actor=cora)
    assert lead.get(f"{NEW}?kind=drift&dataset=dated").context["form"].initial["ignore"] == ["day_of_month"]


def test_a_form_that_cannot_be_filled_in_says_why(lead, events, data_root):
    (data_root / "events.parquet").unlink()
    page = lead.get(f"{NEW}?kind=drift&dataset=events")
    assert page.status_code == 200
    assert "The form could not be filled in from the data." in text(page)


def filled_form(**others):
    return {
        "name": "events", "reference": "events", "reference_to": "2024-01-31", "current_from": "2024-01-31",
        "columns": "load, calm", "minimum_rows": 200, "limits": "psi 0.5\ncalm wasserstein_normed 0.3",
    } | others  # fmt: skip


def test_a_preview_keeps_nothing(lead, events):
    page = lead.post(f"{NEW}?kind=drift&dataset=events", filled_form(preview="1"))
    assert page.status_code == 200
    assert "1 of 2 columns drifted: load" in text(page)
    assert "Nothing was stored" in text(page)
    assert not Check.objects.exists()


@pytest.mark.parametrize("kind", ["drift", "schema", "log_parity"])
def test_a_table_is_previewed_on_some_rows_or_it_is_said_that_it_is_not(lead, events, warehouse, data_root, cora, kind):
    loaded(warehouse, "events", data_root / "events.parquet")
    add_dataset(
        name="there", kind="table", location="events", connection="warehouse", key=["id"], event_time="at", actor=cora
    )
    forms = {
        "drift": filled_form(reference="there"),
        "schema": {"name": "s", "dataset": "there"},
        "log_parity": {"name": "l", "training": "events", "serving": "there", "entity_key": "id", "tolerance_s": 0,
                       "limit": 0, "unmatched_limit": 1},
    }[kind]  # fmt: skip
    shown = text(lead.post(f"{NEW}?kind={kind}", forms | {"preview": "1"}))
    sentences = {
        "drift": "columns drifted",
        "schema": "Nothing was stored",
        "log_parity": "over a table has no preview",
    }
    assert sentences[kind] in shown


def test_a_check_is_defined_and_run_at_once(lead, events):
    answer = lead.post(
        f"{NEW}?kind=drift&dataset=events", filled_form(schedule="0 6 * * *", importance="calm 3\nload 0.5")
    )
    run = CheckRun.objects.get()
    assert answer["Location"] == f"/registry/checks/runs/{run.pk}/"
    parameters = run.check_definition.parameters
    assert (parameters["columns"], parameters["limits"]) == (["load", "calm"], {"psi": 0.5})
    assert parameters["importance"] == {"calm": 3.0, "load": 0.5}
    assert parameters["column_limits"] == {"calm": {"wasserstein_normed": 0.3}}
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
    page = lead.post(f"{NEW}?kind=drift", filled_form(**change))
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


def test_the_page_of_a_check_says_how_a_program_runs_it(lead, events, cora):
    check = drift(cora)
    shown = text(lead.get(f"/registry/checks/{check.pk}/"))
    assert f"/api/v1/checks/{check.pk}/runs/" in shown
    assert "$PLUMBLINE_TOKEN" in shown


def test_who_has_no_data_set_is_shown_where_to_describe_one(lead):
    content = lead.get(NEW).content.decode()
    assert "There is no data set yet" in content
    assert 'href="/registry/datasets/">Data sets</a>' in content


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
    assert viewer.post(f"{NEW}?kind=drift", filled_form()).status_code == 422
    assert Check.objects.count() == 1


def test_the_list_of_checks_is_filtered_by_kind(lead, events, feature, cora):
    drift(cora)
    register(FIXED, cora)
    assert {check.kind for check, _ in lead.get("/registry/checks/?kind=drift").context["rows"]} == {"drift"}


def test_versions_in_python_are_compared_from_a_page(lead, feature, cora, data_root):
    materialized(cora, data_root)
    trained, current = in_python(feature, 2), in_python(feature, 3)
    page = lead.get(f"{NEW}?kind=definition_parity&dataset=before")
    assert page.context["form"].initial["current_dataset"] == "after"
    assert "Preview on a sample" not in text(page)
    values = SIDES | {
        "name": "scores",
        "feature": "orders_3d",
        "trained": trained.name,
        "current": current.name,
        "limit": 0,
    }
    refused = lead.post(f"{NEW}?kind=definition_parity", values | {"key": "nope"})
    assert (refused.status_code, "Data set before has no column" in text(refused)) == (422, True)
    assert lead.post(f"{NEW}?kind=definition_parity", values | {"key": "order_id"}).status_code == 302
    run = CheckRun.objects.get()
    execute(run.pk)
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/"))
    assert "before score against after score" in shown
    assert "Whole numbers are compared exactly" in shown


def test_values_of_two_kinds_are_shown_without_figures(lead, feature, cora, data_root):
    materialized(cora, data_root, after=["a", "b", "c"])
    check = define_parity(in_python(feature, 2), in_python(feature, 3), parameters=SIDES, actor=cora)
    page = text(lead.get(f"/registry/checks/runs/{run_of(check, cora).pk}/"))
    assert "Training holds whole numbers, the other side texts: they are not compared." in page
    assert "Rows that differ" not in page


def test_a_preview_and_the_page_of_a_check_say_what_was_compared(lead, events, cora):
    page = lead.post(f"{NEW}?kind=drift&dataset=events", filled_form(preview="1"))
    assert text(page).count(page.context["report"].content["sentence"]) == 1
    check = drift(cora)
    assert "The newest run:" not in text(lead.get(f"/registry/checks/{check.pk}/"))
    run = run_of(check, cora)
    shown = text(lead.get(f"/registry/checks/{check.pk}/"))
    assert f"The newest run: {run.result.content['sentence']}" in shown
