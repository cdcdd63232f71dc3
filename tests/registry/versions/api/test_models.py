"""The registry as a program sees it."""

import pytest

from registry.checks.actions.execution import execute
from registry.features.rules.fingerprint import address
from registry.models import CheckRun, FeatureVersion, ModelVersion
from tests.registry.conftest import ARTIFACT, FIXED, HEX, TRAINED, lineage, register
from tests.registry.versions.observations import observed

V1 = "/api/v1"


def definition(content, **others):
    return content.as_dict() | {"name": "orders_3d", "owner_team": "data-platform"} | others


@pytest.fixture
def ci(api, people):
    """A pipeline that may read and write for both teams."""
    return api("contributor")


def post(client, path, content=None):
    return client.post(f"{V1}/{path}", content if content is not None else {}, format="json")


def test_a_definition_is_registered_once(ci, orders):
    first, again = post(ci, "features/", definition(TRAINED)), post(ci, "features/", definition(TRAINED))
    assert (first.status_code, again.status_code) == (201, 200)
    body = first.json()
    assert body["digest"] == address(TRAINED)
    assert {name: body[name] for name in ("name", "version", "number", "created", "warnings")} == {
        "name": "orders_3d", "version": address(TRAINED)[:12], "number": 1, "created": True, "warnings": [],
    }  # fmt: skip
    assert again.json()["created"] is False


def test_a_definition_that_casts_is_registered_compared_and_held_against_its_change(ci, orders):
    cast = TRAINED._replace(computation_logic="CAST(order_count AS DOUBLE) / 2", null_handling="none")
    result = post(ci, "features/", definition(cast))
    assert result.status_code == 201, result.json()
    spelt = cast._replace(computation_logic="order_count::double / 2")
    assert post(ci, "features/", definition(spelt)).json()["changes"]["formatting_only"] is True
    whole = cast._replace(computation_logic="CAST(order_count AS BIGINT) / 2")
    assert post(ci, "features/orders_3d/impact/", whole.as_dict()).status_code == 200
    run = post(ci, "parity/", {"feature": "orders_3d", "proposed": whole.as_dict()}).json()["id"]
    execute(run)
    assert ci.get(f"{V1}/check-runs/{run}/").json()["outcome"] == "passed"


def test_a_change_is_reported_by_kind_and_whom_it_blocks(ci, in_production):
    body = post(ci, "features/", definition(FIXED)).json()
    assert body["changes"]["null_handling"] == {"from": "forward_fill", "to": "zero_fill"}
    assert (body["changes"]["data_type"], body["changes"]["formatting_only"]) == (None, False)
    assert body["would_block"] == [{"model": "demand", "version": "v1", "owner_team": "forecasting"}]
    assert CheckRun.objects.filter(pk=body["check_run"]).exists()


def test_an_unbound_source_table_is_a_warning(ci, people):
    result = post(ci, "features/", definition(TRAINED._replace(source_table="elsewhere")))
    assert result.status_code == 201
    assert "elsewhere" in result.json()["warnings"][0]


def test_every_fault_comes_at_once(ci, people):
    answer = post(ci, "features/", {"name": 7, "null_handling": "guess", "colour": "red"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"name", "colour", "computation_logic", "data_type", "null_handling", "owner_team", "source_table"}


def test_refused_logic_says_what_and_where(ci, orders):
    answer = post(ci, "features/", definition(TRAINED._replace(computation_logic="AVG(x); DROP TABLE y")))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("computation_logic", "character")
    assert "Character 7" in error["message"]


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_a_version_cannot_be_changed(ci, feature, method):
    path = f"{V1}/features/orders_3d/versions/{feature.current.name}/"
    assert getattr(ci, method)(path).status_code == 405
    assert ci.get(path).json()["computation_logic"] == TRAINED.computation_logic


def test_the_current_version_goes_back_with_a_reason(ci, feature, cora):
    register(FIXED, cora)
    first = feature.versions.get(number=1).name
    assert post(ci, "features/orders_3d/current/", {"version": first}).status_code == 400
    assert post(ci, "features/orders_3d/current/", {"version": first, "reason": "wrong"}).status_code == 200
    assert ci.get(f"{V1}/features/orders_3d/").json()["current"] == first


def test_the_impact_of_a_version_is_reported(ci, in_production, cora):
    fixed = register(FIXED, cora).version.name
    body = ci.get(f"{V1}/features/orders_3d/impact/?version={fixed}").json()
    assert (body["trained_on"], [row["model"] for row in body["would_block"]]) == ([], ["demand"])


def test_the_impact_of_a_proposal_is_reported_and_nothing_is_registered(ci, in_production):
    body = post(ci, "features/orders_3d/impact/", FIXED.as_dict()).json()
    assert ([row["model"] for row in body["would_block"]], body["known"]) == (["demand"], False)
    assert body["changes"]["null_handling"] == {"from": "forward_fill", "to": "zero_fill"}
    assert body["sentence"].startswith("It would block 1 production model of 1 team")
    assert post(ci, "features/orders_3d/impact/", TRAINED.as_dict()).json()["known"] is True
    assert post(ci, "features/unheard/impact/", TRAINED.as_dict()).json()["would_block"] == []
    refused = post(ci, "features/orders_3d/impact/", FIXED._replace(computation_logic="DROP").as_dict())
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "computation_logic")
    assert FeatureVersion.objects.count() == 1


def test_a_model_version_is_registered_with_all_six_parts(ci, orders, feature):
    post(ci, "models/", {"name": "demand", "owner_team": "forecasting"})
    answer = post(ci, "models/demand/versions/", {"version": "v1", "artifact": ARTIFACT, "lineage": lineage(orders)})
    assert answer.status_code == 201
    body = ci.get(f"{V1}/models/demand/versions/v1/").json()
    assert (body["stage"], body["feature_snapshot"]) == ("registered", {"orders_3d": address(TRAINED)[:12]})


def test_a_registration_without_lineage_lists_every_part(ci, model):
    answer = post(ci, "models/demand/versions/", {"version": "v1"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "lineage_incomplete"
    assert len(answer.json()["errors"]) == 8
    assert not ModelVersion.objects.exists()


GATE = "models/demand/versions/v1/deployment-gate/"


def test_the_gate_answers_409_with_what_it_saw_and_200_once_pinned(ci, in_production, cora):
    fixed = register(FIXED, cora).version.name
    blocked = post(ci, GATE)
    assert blocked.status_code == 409
    body = blocked.json()
    assert (body["decision"], body["conflicts"][0]["current"]) == ("BLOCKED", fixed)
    assert {way["kind"] for way in body["ways_out"]} == {"pin", "rollback", "retrain", "override"}
    pinned = ci.put(f"{V1}/models/demand/versions/v1/pins/", {"orders_3d": address(TRAINED)[:12]}, format="json")
    assert pinned.json() == {"orders_3d": address(TRAINED)[:12]}
    assert (post(ci, GATE).status_code, post(ci, GATE).json()["decision"]) == (200, "PROCEED")


def test_compatibility_is_read_without_a_record(ci, in_production, cora):
    register(FIXED, cora)
    body = ci.get(f"{V1}/models/demand/versions/v1/compatibility/").json()
    assert (body["compatible"], body["conflicts"][0]["severity"]) == (False, "WARNING")
    assert not in_production.gate_decisions.filter(gate="deployment").exists()


def test_serving_gets_the_trained_definitions(ci, in_production, cora):
    register(FIXED, cora)
    (body,) = ci.get(f"{V1}/models/demand/versions/v1/serving-features/").json()
    assert body["computation_logic"] == TRAINED.computation_logic
    source = body["trained_source"]
    assert (source["source_table"], source["number"], source["dataset"]) == ("orders", 1, "orders")
    assert (source["entity_key"], source["event_time"]) == (["customer_id"], "date")


def test_a_snapshot_is_written_once(ci, model_version, cora):
    path, fixed = f"{V1}/models/demand/versions/v1/snapshot/", register(FIXED, cora).version.name
    same, other = {"orders_3d": address(TRAINED)[:12]}, {"orders_3d": fixed}
    assert ci.put(path, {"feature_snapshot": same}, format="json").json() == {
        "feature_snapshot": same,
        "created": False,
    }
    assert ci.put(path, {"feature_snapshot": other}, format="json").status_code == 409


def test_promotion_goes_step_by_step(ci, model_version):
    assert post(ci, "models/demand/versions/v1/promote/", {"to": "production"}).status_code == 409
    assert post(ci, "models/demand/versions/v1/promote/", {"to": "staging"}).json()["decision"] == "PROCEED"
    assert post(ci, "models/demand/versions/v1/promote/", {"to": "heaven"}).status_code == 422


def test_a_run_is_asked_for_and_cancelled(ci, feature, cora):
    check = register(FIXED, cora).run.check_definition
    result = post(ci, f"checks/{check.pk}/runs/")
    assert (result.status_code, result.json()["state"]) == (202, "queued")
    cancelled = post(ci, f"check-runs/{result.json()['id']}/cancel/")
    assert cancelled.json()["state"] == "cancelled"
    assert post(ci, f"check-runs/{result.json()['id']}/cancel/").status_code == 409


def test_a_proposal_is_compared_before_it_is_registered(ci, feature):
    result = post(ci, "parity/", {"feature": "orders_3d", "proposed": FIXED.as_dict()})
    assert result.status_code == 202
    assert FeatureVersion.objects.count() == 1
    assert ci.get(f"{V1}/check-runs/{result.json()['id']}/").json()["outcome"] is None


def test_data_is_described_by_location_inside_the_roots(ci, data_root, orders):
    answer = post(ci, "datasets/", {"name": "etc", "kind": "csv", "location": "../../../../etc/passwd"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "location"
    assert post(ci, "datasets/orders/snapshots/").status_code == 200
    body = ci.get(f"{V1}/datasets/orders/snapshots/").json()["results"][0]
    assert (body["rows"], body["schema"][0]) == (7, {"name": "order_id", "type": "int64"})


ESCAPES = [
    "/etc/passwd", "..", "../x", "orders/../../x", "%2e%2e/x", "file:///etc/passwd", "s3://bucket/x", "*/../../*.parquet",
    "~/x", "orders.parquet/../..", "\\\\host\\x", ".", "", "orders\x7f",
]  # fmt: skip


@pytest.mark.parametrize("location", ESCAPES)
def test_no_spelling_leads_outside_of_the_data_roots(ci, data_root, orders, location):
    assert post(ci, "datasets/", {"name": "other", "kind": "parquet", "location": location}).status_code in (400, 422)


def test_a_link_that_leads_outside_is_not_followed(ci, data_root, orders, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "rows.parquet"
    outside.write_bytes((data_root / "orders.parquet").read_bytes())
    (data_root / "link.parquet").symlink_to(outside)
    assert post(ci, "datasets/", {"name": "link", "kind": "parquet", "location": "link.parquet"}).status_code == 422


UNKNOWN = [
    "features/nobody/", "features/nobody/versions/", "features/nobody/versions/abc/", "features/nobody/impact/",
    "models/nobody/", "models/nobody/versions/", "models/nobody/versions/v1/", "models/nobody/versions/v1/snapshot/",
    "models/nobody/versions/v1/compatibility/", "models/nobody/versions/v1/serving-features/", "datasets/nobody/",
    "datasets/nobody/snapshots/", "checks/999/runs/", "check-runs/999/", "alerts/999/", "nothing/at/all/",
]  # fmt: skip


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_does_not_exist_is_a_problem_and_no_page(ci, people, path):
    answer = ci.get(f"{V1}/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


WRITES = [
    ("post", "features/", definition(FIXED)),
    ("post", "features/orders_3d/current/", {"version": HEX[:12], "reason": "x"}),
    ("post", "models/", {"name": "other", "owner_team": "forecasting"}),
    ("post", "models/demand/versions/", {"version": "v2", "artifact": {}, "lineage": {}}),
    ("put", "models/demand/versions/v1/snapshot/", {"feature_snapshot": {"orders_3d": HEX[:12]}}),
    ("put", "models/demand/versions/v1/pins/", {"orders_3d": None}),
    ("post", "models/demand/versions/v1/promote/", {"to": "archived"}),
]


@pytest.mark.parametrize(("method", "path", "content"), WRITES, ids=[path for _, path, _ in WRITES])
@pytest.mark.parametrize("who", ["viewer", "approver", "lead", "stranger"])
def test_another_team_s_object_is_read_and_not_changed(api, in_production, who, method, path, content):
    caller = api(who)
    answer = getattr(caller, method)(f"{V1}/{path}", content, format="json")
    missing_version = path.endswith("current/") and answer.status_code == 404
    assert answer.status_code == 403 or missing_version, answer.json()
    assert caller.get(f"{V1}/models/demand/versions/v1/").status_code == 200


@pytest.mark.parametrize(("method", "path", "content"), WRITES, ids=[path for _, path, _ in WRITES])
def test_without_a_token_or_with_one_that_may_only_read_nothing_is_written(api, in_production, method, path, content):
    from rest_framework.test import APIClient

    assert getattr(APIClient(), method)(f"{V1}/{path}", content, format="json").status_code == 401
    reader = api("contributor", scopes=("read",))
    assert getattr(reader, method)(f"{V1}/{path}", content, format="json").status_code == 403


def test_lists_are_paged_searched_and_ordered(ci, feature, cora):
    register(TRAINED, cora, name="another")
    body = ci.get(f"{V1}/features/?page_size=1&ordering=-name").json()
    assert (body["count"], body["results"][0]["name"], body["previous"]) == (2, "orders_3d", None)
    assert ci.get(f"{V1}/features/?search=anoth").json()["count"] == 1
    for bad in ("page_size=0", "page_size=501", "page_size=x", "ordering=nothing"):
        assert ci.get(f"{V1}/features/?{bad}").status_code == 400, bad


def test_a_keyed_post_happens_once(ci, orders):
    key = {"HTTP_IDEMPOTENCY_KEY": "deploy-17"}
    first = ci.post(f"{V1}/features/", definition(TRAINED), format="json", **key)
    again = ci.post(f"{V1}/features/", definition(TRAINED), format="json", **key)
    other = ci.post(f"{V1}/features/", definition(FIXED), format="json", **key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()


EVIL = [b"{", b"[" * 200, b'{"name": NaN}', b'{"name": 1e999}', b'{"a": 1, "a": 2}', b'{"name": "\\u0000"}',
        b'{"name": 99999999999999999999999}', b'{"name": "\\ud800"}', b"\xff\xfe", b"null", b"[]", b'"x"']  # fmt: skip


@pytest.mark.parametrize("body", EVIL)
@pytest.mark.parametrize("path", ["features/", "models/", "models/demand/versions/", "datasets/", "parity/", "checks/"])
def test_a_body_that_cannot_be_read_is_a_problem(ci, model, path, body):
    answer = ci.post(f"{V1}/{path}", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_body_that_is_too_large_is_refused_before_it_is_parsed(ci, people):
    answer = ci.post(f"{V1}/features/", b'"' + b"x" * 3_000_000 + b'"', content_type="application/json")
    assert answer.status_code == 413


def test_a_pin_takes_a_reason_beside_its_version(ci, in_production):
    path, trained = f"{V1}/models/demand/versions/v1/", address(TRAINED)[:12]
    (plain,) = ci.get(f"{path}serving-features/").json()
    assert plain["pin"] is None
    answer = ci.put(f"{path}pins/", {"orders_3d": {"version": trained, "reason": "Until May."}}, format="json")
    assert (answer.status_code, answer.json()) == (200, {"orders_3d": trained})
    (pinned,) = ci.get(f"{path}serving-features/").json()
    assert (pinned["pin"]["reason"], pinned["pin"]["environment"]) == ("Until May.", "")
    assert pinned["pin"]["pinned_at"]
    assert ci.put(f"{path}pins/", {"orders_3d": {"version": None}}, format="json").json() == {}


@pytest.mark.parametrize(
    ("pin", "field"),
    [({"reason": "x"}, "orders_3d.version"), ({"version": "a", "why": "x"}, "orders_3d.why"), ([], "orders_3d"), (7.5, "orders_3d")],
)  # fmt: skip
def test_a_pin_of_another_shape_is_refused_at_its_feature(ci, in_production, pin, field):
    answer = ci.put(f"{V1}/models/demand/versions/v1/pins/", {"orders_3d": pin}, format="json")
    assert answer.status_code in (400, 422)
    assert any(error["field"].startswith(field) for error in answer.json()["errors"]), answer.json()


def test_an_observed_version_says_what_it_lacks_and_becomes_whole(ci, model, feature, orders, cora):
    observed(model, orders, cora)
    path = "models/demand/versions/7/"
    body = ci.get(f"{V1}/{path}").json()
    assert (body["state"], body["stage"]) == ("observed", "observed")
    assert [part["part"] for part in body["missing_parts"]] == ["artifact", "container_digest"]
    assert body["missing_parts"][1]["line"].startswith('client.set_model_version_tag("Demand", "7", ')
    assert body["observed_in"]["external_id"] == "Demand/7"
    gate = post(ci, f"{path}deployment-gate/")
    assert (gate.status_code, gate.json()["decision"], gate.json()["advisory"]) == (200, "PROCEED", True)
    assert "Warning: artifact.digest is missing" in gate.json()["message"]
    assert post(ci, f"{path}promote/", {"to": "production"}).json()["missing_parts"] == body["missing_parts"]
    assert {row["state"] for row in ci.get(f"{V1}/models/demand/versions/?stage=observed").json()["results"]} == {
        "observed"
    }
    counts = {row["part"]: row["missing"] for row in ci.get(f"{V1}/models/coverage/").json()["parts"]}
    assert (counts["container_digest"], counts["code_commit"]) == (1, 0)
    parts = {"artifact": {"digest": HEX}, "lineage": {"container_digest": f"sha256:{HEX}"}}
    whole = ci.patch(f"{V1}/{path}parts/", parts, format="json").json()
    assert (whole["state"], whole["missing_parts"]) == ("registered", None)


def test_an_observed_version_is_registered_by_sending_what_is_missing(ci, model, feature, orders, cora):
    observed(model, orders, cora)
    incomplete = post(ci, "models/demand/versions/", {"version": "7", "artifact": {"digest": HEX}})
    assert incomplete.status_code == 422
    assert [fault["field"] for fault in incomplete.json()["errors"]] == ["lineage.container_digest"]
    parts = {"version": "7", "artifact": {"digest": HEX}, "lineage": {"container_digest": f"sha256:{HEX}"}}
    assert post(ci, "models/demand/versions/", parts).json()["state"] == "registered"


def test_no_model_takes_the_address_of_the_coverage(ci, teams):
    refused = post(ci, "models/", {"name": "coverage", "owner_team": "forecasting"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "reserved")
