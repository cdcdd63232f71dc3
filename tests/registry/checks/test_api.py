"""Checks as a pipeline sees them: defined, run, read column by column, scheduled; a proposal held against what is current."""

import json

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from registry.checks.actions.execution import execute
from registry.data.actions import datasets
from registry.management.commands import parity
from registry.models import Check, CheckRun, FeatureVersion
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register
from tests.registry.versions.api.test_models import V1, ci, post  # noqa: F401 - a fixture

DRIFT = {
    "name": "events-drift", "kind": "drift", "reference": "events", "reference_to": "2024-01-31",
    "current_from": "2024-01-31",
}  # fmt: skip


@pytest.fixture
def pipeline(ci):  # noqa: F811
    """A pipeline that may read and write for both teams."""
    return ci


def finished(pipeline, run_id) -> dict:
    execute(run_id)
    return pipeline.get(f"{V1}/check-runs/{run_id}/").json()


def test_a_check_over_a_data_set_is_defined_run_and_read(pipeline, events):
    answer = post(pipeline, "checks/", DRIFT | {"limits": {"psi": 0.2}, "schedule": "0 6 * * *"})
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert (body["parameters"]["limits"], body["schedule"]) == ({"psi": 0.2}, "0 6 * * *")
    assert body["next_due_at"]
    queued = post(pipeline, f"checks/{body['id']}/runs/")
    assert (queued.status_code, queued.json()["state"]) == (202, "queued")
    run = finished(pipeline, queued.json()["id"])
    assert (run["state"], run["outcome"], run["rows"]) == ("finished", "failed", 12_000)
    assert run["progress"]["done"] == run["progress"]["total"] > 0
    assert run["result"]["outcomes"] == {"drifted": 3, "passed": 2}
    columns = pipeline.get(f"{V1}/check-runs/{run['id']}/columns/").json()
    assert [column["rank"] for column in columns["results"]] == [1, 2, 3, 4, 5]
    assert columns["results"][0]["content"]["decided"][0]["alarm"] is True
    markdown = pipeline.get(f"{V1}/check-runs/{run['id']}/markdown/").json()["markdown"].splitlines()
    assert markdown[0] == "## Drift of events-drift: failed"
    assert [line.split(" | ")[1] for line in markdown[-3:]] == [column["column"] for column in columns["results"][:3]]
    few = pipeline.get(f"{V1}/check-runs/{run['id']}/columns/?outcome=passed&search=calm").json()
    assert [row["column"] for row in few["results"]] == ["calm"]


def test_a_schedule_is_changed_and_nothing_else_is(pipeline, events):
    path = f"checks/{post(pipeline, 'checks/', DRIFT).json()['id']}/"
    changed = pipeline.patch(f"{V1}/{path}", {"schedule": "0 7 * * *"}, format="json")
    assert (changed.status_code, changed.json()["schedule"], changed.json()["blocking"]) == (200, "0 7 * * *", False)
    assert pipeline.get(f"{V1}/{path}").json()["schedule"] == "0 7 * * *"
    refused = pipeline.patch(f"{V1}/{path}", {"parameters": {"reference": "x"}}, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "parameters")


REFUSED = [
    ({"name": "x"}, 400, {"kind"}),
    ({"name": "x", "kind": "guess"}, 400, {"kind"}),
    ({"name": "x", "kind": 7}, 400, {"kind"}),
    (
        {"name": "x", "kind": "drift", "colour": "red", "window": 5.5, "limits": [1]},
        400,
        {"colour", "limits", "reference", "window"},
    ),
    (
        {"name": "x", "kind": "drift", "reference": "nothing", "schedule": "never"},
        422,
        {"current", "reference", "schedule"},
    ),
    (DRIFT | {"columns": ["nope"], "limits": {"ks_p": 0.05}}, 422, {"columns", "limits"}),
    (DRIFT | {"reference_from": "2025-01-01", "importance": {"load": -1}}, 422, {"importance", "reference_to"}),
    (DRIFT | {"reference_from": "2025-01-01"}, 422, {"reference_to"}),
    (DRIFT | {"limits": {"psi": -0.1}, "column_limits": {"load": {"ks": -1}}}, 422, {"limits", "column_limits.load"}),
    ({"name": "x", "kind": "schema", "dataset": "events", "model": "nobody"}, 404, set()),
    ({"name": "x", "kind": "definition_parity", "feature": "nobody", "trained": "a", "current": "b"}, 404, set()),
]


@pytest.mark.parametrize(("value", "status", "fields"), REFUSED)
def test_a_check_that_makes_no_sense_is_refused_with_every_fault(pipeline, events, value, status, fields):
    answer = post(pipeline, "checks/", value)
    assert answer.status_code == status, answer.json()
    assert {error["field"] for error in answer.json().get("errors", ())} == fields
    assert not Check.objects.exists()


def proposal(definition, **others):
    return {"feature": "orders_3d", "proposed": definition.as_dict()} | others


def test_a_proposal_is_held_against_the_current_definition_before_it_is_registered(pipeline, in_production):
    answer = post(pipeline, "parity/", proposal(FIXED))
    assert answer.status_code == 202
    run = finished(pipeline, answer.json()["id"])
    assert (run["outcome"], run["result"]["proposed"]) == ("failed", True)
    assert run["result"]["would_block"] == [{"model": "demand", "version": "v1", "already": False}]
    text = pipeline.get(f"{V1}/check-runs/{run['id']}/markdown/").json()["markdown"]
    assert text.startswith("## Parity: failed\n")
    assert "It would block 1 model version in production: `demand v1`." in text
    assert FeatureVersion.objects.count() == 1


def test_held_out_rows_stand_in_for_the_source_tables_own(pipeline, feature, cora, data_root):
    pq.write_table(pq.read_table(data_root / "orders.parquet").slice(0, 1), data_root / "held.parquet")
    datasets.add_dataset(name="held_out", kind="parquet", location="held.parquet", key=["order_id"], actor=cora)
    run = finished(pipeline, post(pipeline, "parity/", proposal(FIXED, dataset="held_out")).json()["id"])
    assert (run["outcome"], run["rows"]) == ("passed", 1)
    assert post(pipeline, "parity/", proposal(FIXED, dataset="nowhere")).json()["errors"][0]["field"] == "dataset"


def test_held_out_rows_without_the_columns_are_refused_before_anything_runs(pipeline, feature, events):
    answer = post(pipeline, "parity/", proposal(FIXED, dataset="events"))
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"], error["code"]) == (422, "dataset", "unknown_column")
    assert "Data set events has no customer_id, date, order_count, order_id" in error["message"]
    assert not CheckRun.objects.exists()


@pytest.fixture
def at_once(monkeypatch):
    """A worker that takes up each run at once, in this process."""
    queue = parity.propose

    def propose(*values, **others):
        run = queue(*values, **others)
        execute(run.pk)
        return run

    monkeypatch.setattr(parity, "propose", propose)


def output_of(capsys, *arguments) -> tuple[int, str]:
    with pytest.raises((SystemExit, CommandError)) as ended:
        call_command("parity", "orders_3d", *arguments)
    code = getattr(ended.value, "returncode", None)
    return int(ended.value.code if code is None else code), capsys.readouterr().out


def test_the_command_exits_with_the_verdict_and_writes_the_summary(in_production, at_once, capsys, tmp_path):
    summary = tmp_path / "summary.md"
    fix = ["--logic", FIXED.computation_logic, "--null-handling", FIXED.null_handling, "--summary", str(summary)]
    code, out = output_of(capsys, *fix)
    assert code == 1
    assert "would block demand v1" in out
    assert summary.read_text().startswith("## Parity: failed\n")
    code, out = output_of(capsys, "--logic", REWRITTEN.computation_logic, "--format", "json")
    assert (code, json.loads(out)["outcome"]) == (0, "passed")
    code, out = output_of(capsys, *fix[:4], "--format", "markdown")
    assert out.startswith("## Parity: failed\n")


def test_the_command_says_what_is_blocked_already_and_where_the_run_is(in_production, cora, at_once, capsys):
    register(FIXED, cora)
    code, out = output_of(capsys)
    run = CheckRun.objects.latest("pk")
    assert code == 0
    assert "would block demand v1, as the current definition does" in out
    assert f"run {run.pk}: /registry/checks/runs/{run.pk}/" in out


def test_a_summary_that_cannot_be_written_is_wrong_use_before_anything_runs(feature, capsys, tmp_path):
    assert output_of(capsys, "--summary", str(tmp_path / "no such folder" / "summary.md"))[0] == 2
    assert not CheckRun.objects.exists()


def test_ctrl_c_cancels_the_run_that_it_waits_for(feature, capsys, monkeypatch):
    def stopped(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(parity.time, "sleep", stopped)
    assert output_of(capsys, "--logic", FIXED.computation_logic)[0] == 130
    assert CheckRun.objects.get().state == "cancelled"


def test_the_command_says_wrong_use_and_waiting_apart(feature, capsys):
    assert output_of(capsys, "--logic", "DROP TABLE x")[0] == 2
    assert output_of(capsys, "--logic", FIXED.computation_logic, "--timeout", "0")[0] == 3
    assert CheckRun.objects.get().state == "queued"


def test_a_proposal_that_only_reformats_passes(pipeline, in_production):
    run = finished(pipeline, post(pipeline, "parity/", proposal(REWRITTEN)).json()["id"])
    assert (run["outcome"], run["result"]["would_block"]) == ("passed", [])
    assert TRAINED != REWRITTEN


PARITY = {"name": "mine", "kind": "definition_parity", "feature": "orders_3d"}


@pytest.mark.parametrize(
    ("role", "blocking", "status"),
    [("viewer", False, 403), ("contributor", False, 201), ("contributor", True, 403), ("lead", True, 201)],
)
def test_a_parity_check_that_blocks_is_for_leads_as_the_other_kinds_are(feature, cora, api, role, blocking, status):
    newer = register(FIXED, cora, reason="newer").version
    body = PARITY | {"trained": feature.versions.earliest("registered_at").name, "current": newer.name}
    answer = post(api(role), "checks/", body | {"blocking": blocking})
    assert answer.status_code == status, answer.json()
    assert Check.objects.filter(name="mine", blocking=blocking).exists() == (status == 201)
