"""Imports through their actions, the API, the pages and the commands: shown first, done once, nothing let past a gate."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.compute.definition import Definition
from registry.data.actions import save_source_table
from registry.features.actions import register_feature
from registry.imports.actions import apply_import, drop_import, propose_file_import, propose_server_import
from registry.imports.queries import plans as imports
from registry.models import (
    Check,
    Feature,
    FeatureVersion,
    Import,
    ImportedRecord,
    ModelVersion,
    RegisteredModel,
    SourceTable,
)
from tests.registry.conftest import HEX, contributor
from tests.registry.imports.documents import DBT, FEAST, run
from tests.registry.imports.documents import mlflow as tracked

TEAM = "data-platform"


def offered(system: str, document: dict, actor: Actor, team: str = TEAM) -> Import:
    content = json.dumps(document).encode()
    return propose_file_import(system=system, filename="file.json", content=content, owner_team=team, actor=actor)


def effects(one: Import, actor: Actor) -> dict[str, str]:
    steps, _, _ = imports.shown(one, actor)
    return {step.name or step.external_id: step.effect for step in steps}


def sentences(one: Import, actor: Actor) -> dict[str, str]:
    steps, _, _ = imports.shown(one, actor)
    return {step.name or step.external_id: step.sentence for step in steps}


def applied(one: Import, actor: Actor) -> Import:
    return apply_import(one, digest=imports.plan(one, actor).digest, actor=actor)


def counts(one: Import, actor: Actor) -> dict[str, int]:
    return {effect: count for effect, count in imports.shown(one, actor)[1].items() if count}


# -- Feast -------------------------------------------------------------------------------------------------------------


def test_a_plan_changes_nothing_and_applying_it_makes_what_it_said(cora):
    one = offered("feast", FEAST, cora)
    assert counts(one, cora) == {"create": 4, "cannot": 4}
    assert not SourceTable.objects.exists()
    done = applied(one, cora)
    assert counts(done, cora) == {"created": 4, "cannot": 4}
    assert list(Feature.objects.values_list("name", "owner_team__slug")) == [
        ("driver_hourly__conv_rate", TEAM), ("driver_hourly__daily_trips", TEAM), ("driver_hourly__renamed", TEAM),
    ]  # fmt: skip
    assert FeatureVersion.objects.get(feature__name="driver_hourly__renamed").computation_logic == "raw_name"
    where = ImportedRecord.objects.get(name="driver_hourly__renamed")
    assert (where.system, where.origin, where.external_id) == ("feast", "rides", "driver_hourly:renamed")
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert [action for action in actions if action.startswith("import.")] == ["import.offered", "import.applied"]
    assert actions.count("feature_version.registered") == 3
    assert actions[-1] == "import.applied"


def test_a_second_import_makes_nothing(cora):
    applied(offered("feast", FEAST, cora), cora)
    before = AuditEvent.objects.count()
    again = offered("feast", FEAST, cora)
    assert counts(again, cora) == {"already_there": 4, "cannot": 4}
    assert counts(applied(again, cora), cora)["already_there"] == 4
    assert AuditEvent.objects.count() == before + 2, "that it was looked at and applied, and no more"


def test_another_definition_is_a_new_version_that_the_plan_names(cora):
    applied(offered("feast", FEAST, cora), cora)
    document = copy.deepcopy(FEAST)
    document["featureViews"][0]["spec"]["features"][0]["valueType"] = "DOUBLE"
    one = offered("feast", document, cora)
    assert (
        sentences(one, cora)["driver_hourly__conv_rate"]
        == "A new version with changed data type. Gates compare with it."
    )
    assert counts(applied(one, cora), cora)["changed"] == 1
    assert Feature.objects.get(name="driver_hourly__conv_rate").current.number == 2


def test_a_feature_of_another_team_is_left_alone(cora):
    there = Definition("conv_rate + 1", "none", "float32", "driver_stats")
    register_feature(name="driver_hourly__conv_rate", owner_team="forecasting", definition=there, actor=cora)
    one = offered("feast", FEAST, cora)
    assert sentences(one, cora)["driver_hourly__conv_rate"] == (
        "Feature driver_hourly__conv_rate belongs to team forecasting. Only that team can change it."
    )
    assert effects(one, cora)["driver_hourly__conv_rate"] == "cannot"


def test_what_moved_since_the_plan_was_shown_is_shown_again(cora):
    one = offered("feast", FEAST, cora)
    digest = imports.plan(one, cora).digest
    save_source_table(name="driver_stats", dataset=None, entity_key=["x"], event_time="t", actor=cora)
    with pytest.raises(Refused) as refused:
        apply_import(one, digest=digest, actor=cora)
    assert refused.value.detail["digest"] == imports.plan(one, cora).digest != digest
    assert not Feature.objects.exists()


def test_an_import_is_applied_once_and_then_stays_on_record(cora):
    one = offered("feast", FEAST, cora)
    applied(one, cora)
    again = imports.get_import(one.pk)
    with pytest.raises(Refused, match="has already been applied"):
        apply_import(again, digest="", actor=cora)
    with pytest.raises(Refused, match="is kept on record"):
        drop_import(again, actor=cora)


def test_only_contributors_of_the_team_import_for_it(cora, teams):
    for actor in (
        contributor("forecasting"),
        Actor("vera", frozenset({Role.VIEWER})),
        Actor("lea", frozenset({Role.LEAD})),
    ):
        with pytest.raises(NotAllowed):
            offered("feast", FEAST, actor)
    one = offered("feast", FEAST, cora)
    with pytest.raises(NotAllowed):
        apply_import(one, digest=imports.plan(one, cora).digest, actor=contributor("forecasting"))
    with pytest.raises(Invalid, match="There is no team 'nobody'"):
        offered("feast", FEAST, cora, team="nobody")


# -- dbt ---------------------------------------------------------------------------------------------------------------


def test_a_table_keeps_its_data_set_and_promises_become_a_check_of_it(orders, cora):
    SourceTable.objects.filter(pk=orders.pk).update(event_time="loaded_at")
    one = offered("dbt", DBT, cora)
    told = sentences(one, cora)
    assert told["orders"] == "event time: loaded_at → date"
    check = next(name for name in told if name.startswith("dbt-orders-"))
    assert told[check] == "A schema check of customer_id, order_count, order_id."
    assert effects(applied(one, cora), cora) | {
        "orders": "changed",
        "raw_clicks": "created",
        check: "created",
    } == effects(imports.get_import(one.pk), cora)
    orders.refresh_from_db()
    assert (orders.dataset.name, orders.event_time, orders.row_key) == ("orders", "date", ["order_id"])
    assert Check.objects.get(name=check).parameters["dataset"] == "orders"
    assert ImportedRecord.objects.get(kind="source_table", name="orders").about["sql"] == "select * from raw.orders"
    again = counts(offered("dbt", DBT, cora), cora)
    assert {effect: count for effect, count in again.items() if effect != "cannot"} == {"already_there": 3}


def test_what_was_there_before_is_told_where_it_is_known_from_and_nothing_else(orders, cora):
    save_source_table(name="orders", dataset=orders.dataset, entity_key=["customer_id"], event_time="date", actor=cora)
    before = SourceTable.objects.get(name="orders")
    one = offered("dbt", DBT, cora)
    assert effects(one, cora)["orders"] == "keep_origin"
    assert effects(applied(one, cora), cora)["orders"] == "origin_kept"
    after = SourceTable.objects.get(name="orders")
    assert {**vars(after), "_state": None} == {**vars(before), "_state": None}
    assert ImportedRecord.objects.get(name="orders", kind="source_table").external_id == "model.shop.orders"


def test_promises_of_a_table_without_data_wait_until_it_is_bound(cora):
    told = sentences(offered("dbt", DBT, cora), cora)
    check = next(name for name in told if name.startswith("dbt-orders-"))
    assert told[check] == "orders is not bound to a data set. Bind it, then import again."


# -- MLflow ------------------------------------------------------------------------------------------------------------


def read(tracking, actor: Actor) -> Import:
    return propose_server_import(url=tracking.url, owner_team="forecasting", actor=actor)


def test_a_version_whose_lineage_is_whole_is_registered_through_the_gate(tracking, orders, cora):
    digest = orders.dataset.snapshots.get().digest
    tracking.document = tracked(digest)
    one = read(tracking, cora)
    assert one.origin == tracking.url
    assert counts(one, cora) == {"create": 3, "cannot": 4}
    applied(one, cora)
    version = ModelVersion.objects.get()
    assert (str(version), version.stage, version.uses_no_features) == ("churn_model 1", "registered", True)
    assert (version.code_commit, version.data_snapshot.digest) == (HEX[:40], digest)
    assert version.hyperparameters == {"depth": "3"}
    assert [(evaluation.metric, evaluation.value) for evaluation in version.evaluations.all()] == [("mape", 0.118)]
    assert version.model.description == "Who leaves."
    assert counts(read(tracking, cora), cora) == {"already_there": 3, "cannot": 4}


def test_a_version_is_not_registered_for_want_of_any_part_and_each_is_named(tracking, orders, cora):
    tracking.document = tracked(
        orders.dataset.snapshots.get().digest, plumbline__artifact_digest="", mlflow__docker__image__name=""
    )
    one = read(tracking, cora)
    steps = {step.name: step for step in imports.shown(one, cora)[0]}
    assert steps["churn_model/1"].sentence == (
        "It cannot be registered yet. Missing or invalid: digest, container_digest."
    )
    told = [part["message"] for part in steps["churn_model/1"].missing]
    assert any("set the tag plumbline.container_digest on the version or its run" in sentence for sentence in told)
    bare = {part["field"] for part in steps["churn_model/2"].missing}
    assert len([field for field in bare if field.startswith("lineage.")]) == 6
    applied(one, cora)
    assert RegisteredModel.objects.count() == 2
    assert not ModelVersion.objects.exists()


UNRESOLVABLE = [
    ({"plumbline__data_snapshot": "f" * 64}, "lineage.data_snapshot"),
    ({"plumbline__features": '{"nothing": "37e8f223574c"}'}, "lineage.feature_snapshot.nothing"),
    ({"plumbline__features": "not json"}, "lineage.feature_snapshot"),
    ({"mlflow__source__git__commit": "main"}, "lineage.code_commit"),
]


def test_a_part_that_names_nothing_is_no_part(tracking, orders, cora):
    for change, field in UNRESOLVABLE:
        tracking.document = tracked(orders.dataset.snapshots.get().digest)
        tracking.document["runs"]["r1"] = run(**{"data_snapshot": orders.dataset.snapshots.get().digest} | change)
        one = read(tracking, cora)
        steps = {step.name: step for step in imports.shown(one, cora)[0]}
        assert [part["field"] for part in steps["churn_model/1"].missing] == [field]


def test_a_version_that_says_something_else_now_is_not_written_again(tracking, orders, cora):
    tracking.document = tracked(orders.dataset.snapshots.get().digest)
    applied(read(tracking, cora), cora)
    tracking.document["runs"]["r1"]["data"]["params"] = [{"key": "depth", "value": "9"}]
    told = sentences(read(tracking, cora), cora)
    assert (
        told["churn_model/1"]
        == "It is registered with a different set of hyperparameters. A version cannot be changed; register a new one."
    )


def test_the_token_goes_to_the_server_it_was_named_for_and_to_no_other(tracking, settings, cora):
    tracking.document = {"registered_models": [], "model_versions": [], "runs": {}}
    settings.MLFLOW_TRACKING_TOKEN = "canary-of-the-tracking-server"
    for uri, expected in ((tracking.url, "Bearer canary-of-the-tracking-server"), ("https://mlflow.example", None)):
        settings.MLFLOW_TRACKING_URI = uri
        tracking.asked.clear()
        one = read(tracking, cora)
        assert {sent for _, sent in tracking.asked} == {expected}
        assert "canary" not in json.dumps([one.origin, one.found])
    assert not AuditEvent.objects.filter(payload__contains="canary").exists()


def test_an_address_inside_is_refused_unless_an_administrator_listed_it(tracking, settings, cora):
    settings.OUTBOUND_ALLOW = ()
    with pytest.raises(Invalid, match="An administrator can allow it: OUTBOUND_ALLOW"):
        read(tracking, cora)
    assert tracking.asked == []


ODD = [
    ((401, b"{}"), "An administrator sets MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN"),
    ((403, b"{}"), "has no permission to read"),
    ((404, b"<html>"), "There is no MLflow tracking server"),
    ((302, b""), "status 302"),
    ((200, b"<html>"), "does not answer as MLflow does"),
    ((200, b'{"registered_models": 7}'), "registered_models is not a list of objects"),
    ((200, b'{"registered_models": [], "next_page_token": "x"}'), "the same page twice"),
    ((200, b'{"a":' * 100_000), "nested too deep"),
    ((200, b" " * (9 * 2**20)), "more than 8388608 bytes"),
]


def test_a_server_that_is_none_is_refused_in_a_sentence(tracking, cora):
    for answer, because in ODD:
        tracking.instead = answer
        with pytest.raises(Invalid, match=because):
            read(tracking, cora)
    assert not Import.objects.exists()


# -- doors -------------------------------------------------------------------------------------------------------------


def upload(document: object) -> SimpleUploadedFile:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return SimpleUploadedFile("registry.json", content, "application/json")


def test_the_api_shows_the_plan_and_applies_what_was_shown(api, people):
    client = api("contributor")
    plan = client.post("/api/v1/imports/feast/", {"file": upload(FEAST), "owner_team": TEAM}, format="multipart")
    assert (plan.status_code, plan.json()["counts"]["create"], Feature.objects.count()) == (200, 4, 0)
    address = f"/api/v1/imports/{plan.json()['id']}/"
    assert (
        client.post(f"{address}apply/", {"digest": "0" * 64}, format="json").json()["digest"] == plan.json()["digest"]
    )
    done = client.post(f"{address}apply/", {"digest": plan.json()["digest"]}, format="json")
    assert (done.status_code, done.json()["state"], done.json()["counts"]["created"]) == (200, "applied", 4)
    assert client.post(f"{address}apply/", {"digest": plan.json()["digest"]}, format="json").status_code == 409
    assert client.get("/api/v1/imported-records/?kind=feature").json()["count"] == 3
    assert client.get("/api/v1/imports/?state=applied").json()["count"] == 1


def test_the_api_applies_at_once_when_told_so_and_forgets_when_told_so(api, people):
    client = api("contributor")
    done = client.post("/api/v1/imports/dbt/", {"file": upload(DBT), "apply": "true"}, format="multipart")
    assert (done.status_code, done.json()["counts"]["created"]) == (200, 2)
    plan = client.post("/api/v1/imports/dbt/", {"file": upload(DBT)}, format="multipart").json()
    assert client.delete(f"/api/v1/imports/{plan['id']}/").status_code == 204
    assert client.get(f"/api/v1/imports/{plan['id']}/").status_code == 404


def test_the_api_tells_every_fault_of_a_hostile_file_and_never_crashes(api, people):
    client = api("contributor")
    for content in (
        b"",
        b"[" * 100_000,
        b'{"a": 1e999}',
        b'{"project": "\\u0000", "entities": 3}',
        b'{"project": "\\ud800"}',
    ):
        answer = client.post(
            "/api/v1/imports/feast/", {"file": upload(content), "owner_team": TEAM}, format="multipart"
        )
        assert answer.status_code in (200, 400, 422), content[:40]
    assert [fault["field"] for fault in answer.json()["errors"]] == ["project"]
    answer = client.post(
        "/api/v1/imports/mlflow/", {"url": "file:///etc/passwd", "owner_team": "forecasting"}, format="json"
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")


def test_the_page_shows_the_plan_and_applies_it(browser_of, people):
    visitor = browser_of("contributor")
    given = {"feast-file": upload(FEAST), "feast-owner_team": TEAM}
    page = visitor.post("/registry/imports/from/feast/", given, follow=True)
    text = page.content.decode()
    assert "driver_hourly__conv_rate" in text
    assert "Python code computes it at request time" in text
    digest = text.split('name="digest" value="')[1].split('"')[0]
    address = page.redirect_chain[-1][0]
    page = visitor.post(f"{address}apply/", {"digest": digest}, follow=True)
    assert "The import is applied." in page.content.decode()
    assert Feature.objects.count() == 3
    assert "rides" in visitor.get("/registry/imports/").content.decode()


def test_the_page_says_what_is_wrong_with_a_file_at_its_field(browser_of, people):
    visitor = browser_of("contributor")
    page = visitor.post("/registry/imports/from/dbt/", {"dbt-file": upload({"metadata": {}})})
    assert (page.status_code, "version 12 is read" in page.content.decode()) == (422, True)
    assert visitor.post("/registry/imports/from/other/").status_code == 404


def test_the_page_of_a_source_table_tells_what_dbt_says_of_it(browser_of, people, orders, feature, cora):
    applied(offered("dbt", DBT, cora), cora)
    page = browser_of("viewer").get("/registry/source-tables/orders/").content.decode()
    for told in ("One row for each order.", "select * from raw.orders", "model.shop.orders", "bigint", "orders_3d"):
        assert told in page
    bare = browser_of("viewer").get("/registry/source-tables/raw_clicks/").content.decode()
    assert "No feature uses this table yet" in bare
    assert browser_of("viewer").get("/registry/source-tables/none/").status_code == 404


def test_the_page_forgets_an_import(browser_of, people):
    visitor = browser_of("contributor")
    page = visitor.post("/registry/imports/from/dbt/", {"dbt-file": upload(DBT)}, follow=True)
    visitor.post(f"{page.redirect_chain[-1][0]}drop/")
    assert not Import.objects.exists()


def test_the_commands_show_a_plan_and_forget_it_until_they_are_told_to_apply(teams, tmp_path, capsys, tracking, orders):
    file = tmp_path / "registry.json"
    file.write_text(json.dumps(FEAST))
    call_command("import_feast", str(file), "--team", TEAM)
    told = capsys.readouterr().out
    assert "4 create, 4 cannot." in told
    assert "Nothing was changed. Apply the plan with --apply." in told
    assert (Import.objects.count(), Feature.objects.count()) == (0, 0)
    call_command("import_feast", str(file), "--team", TEAM, "--apply", "--format", "json")
    assert sum(step["effect"] == "created" for step in json.loads(capsys.readouterr().out)) == 4
    tracking.document = tracked(orders.dataset.snapshots.get().digest)
    call_command("import_mlflow", tracking.url, "--team", "forecasting", "--apply")
    assert "created        model version churn_model/1" in capsys.readouterr().out
    assert ModelVersion.objects.get().registered_by.startswith("shell:")


def test_a_command_that_cannot_read_says_why_with_2(teams, tmp_path, monkeypatch):
    (tmp_path / "bad.json").write_text("{")
    for words in (["import_dbt", str(tmp_path / "none")], ["import_dbt", str(tmp_path / "bad.json")]):
        with pytest.raises(CommandError) as refused:
            call_command(*words)
        assert refused.value.returncode == 2
    with Path(tmp_path / "bad.json").open() as standard_input:
        monkeypatch.setattr("sys.stdin", standard_input)
        with pytest.raises(CommandError, match="not JSON that can be read"):
            call_command("import_feast", "-", "--team", TEAM)
