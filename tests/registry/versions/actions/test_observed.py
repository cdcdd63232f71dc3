"""Observed versions: stored with what is known, judged as advice, registered once every part is there."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, transaction

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.models import Evaluation, ModelVersion, Observation
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.observed import mark_gone, supply_parts
from registry.versions.actions.promotion import promote
from registry.versions.queries.registration import coverage_of, missing_of
from registry.versions.queries.snapshots import recorded_snapshot
from tests.registry.conftest import FIXED, HEX, contributor, register
from tests.registry.versions.observations import observed

CONTAINER = {"container_digest": f"sha256:{HEX}"}


@pytest.fixture
def version(model, feature, orders, cora):
    """`demand` 7, of which the artifact's digest and the container's are missing."""
    return observed(model, orders, cora)


def events(version) -> list[str]:
    rows = AuditEvent.objects.filter(subject=f"model_version:demand/{version.version}").order_by("sequence")
    return list(rows.values_list("action", flat=True))


def test_what_is_known_is_stored_and_what_is_missing_is_named(version):
    assert (version.stage, version.artifact_uri, version.artifact_digest) == ("observed", "s3://models/demand/1", "")
    assert (version.code_commit, version.container_digest) == (HEX[:40], "")
    assert version.data_snapshot is not None
    assert list(recorded_snapshot(version)) == ["orders_3d"]
    assert [part.part for part in missing_of(version)] == ["artifact", "container_digest"]
    assert events(version) == ["model_version.observed"]


def test_the_same_again_changes_nothing_and_is_no_event(version, model, orders, cora):
    observed(model, orders, cora)
    assert events(version) == ["model_version.observed"]
    assert Evaluation.objects.filter(model_version=version).count() == 1


def test_a_new_alias_is_stored_without_an_event(version, model, orders, cora):
    observed(model, orders, cora, "7", "champion")
    assert Observation.objects.get().aliases == ["champion"]
    assert events(version) == ["model_version.observed"]


def test_the_gate_advises_and_nothing_that_is_missing_blocks(version, cora):
    decision = evaluate_deployment_gate(version, actor=cora)
    assert decision.decision == "PROCEED"
    assert [part["part"] for part in decision.missing_parts] == ["artifact", "container_digest"]
    assert decision.headline == "PROCEED, advisory, 2 parts missing"


def test_without_any_part_nothing_is_compared_and_the_gate_says_so(model, cora):
    from registry.versions.actions.observed import observe_version
    from tests.registry.versions.observations import seen

    bare = observe_version(model, "1", artifact={}, lineage_parts={}, seen=seen("1"), actor=cora)
    decision = evaluate_deployment_gate(bare, actor=cora)
    assert decision.headline == "PROCEED, advisory, 7 parts missing, no feature compared"
    assert {conflict["severity"] for conflict in decision.conflicts} == {"INFO"}


def test_what_is_known_to_have_changed_blocks(version, cora):
    register(FIXED, cora)
    decision = evaluate_deployment_gate(version, actor=cora)
    assert decision.headline == "BLOCKED, 1 conflict blocks, advisory, 2 parts missing"


def test_it_is_not_promoted_until_it_is_whole(version, cora):
    with pytest.raises(Refused, match=r"is observed and cannot be promoted yet\. 2 parts are missing") as refusal:
        promote(version, "staging", actor=cora)
    assert [part["part"] for part in refusal.value.detail["missing_parts"]] == ["artifact", "container_digest"]
    assert refusal.value.code == "stage_order"


def test_part_by_part_it_becomes_whole_and_is_registered_and_written_once(version, cora):
    supply_parts(version, artifact={}, lineage_parts=CONTAINER, actor=cora)
    version.refresh_from_db()
    assert (version.stage, version.container_digest) == ("observed", f"sha256:{HEX}")
    supply_parts(version, artifact={"digest": HEX}, lineage_parts={}, actor=cora)
    version.refresh_from_db()
    assert (version.stage, version.artifact_digest) == ("registered", HEX)
    assert missing_of(version) is None
    assert events(version) == ["model_version.observed", "model_version.observed", "model_version.registered"]
    promote(version, "staging", actor=cora)
    with pytest.raises(Invalid, match="is registered already"):
        supply_parts(version, artifact={}, lineage_parts=CONTAINER, actor=cora)


def test_a_change_of_what_is_known_says_what_it_was(version, cora):
    supply_parts(version, artifact={}, lineage_parts={"code_commit": "f" * 40}, actor=cora)
    newest = AuditEvent.objects.filter(action="model_version.observed").latest("sequence")
    assert json.loads(newest.payload)["changes"] == {"lineage.code_commit": {"from": HEX[:40], "to": "f" * 40}}


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"code_commit": "main"}, "lineage.code_commit"),
        ({"data_snapshot": "f" * 64}, "lineage.data_snapshot"),
        ({"feature_snapshot": {"nothing": "abc"}}, "lineage.feature_snapshot.nothing"),
        ({"container_digest": 7}, "lineage.container_digest"),
    ],
)
def test_a_part_that_does_not_hold_is_refused_and_nothing_is_stored(version, cora, parts, field):
    with pytest.raises(Invalid) as refusal:
        supply_parts(version, artifact={}, lineage_parts=parts, actor=cora)
    assert [fault.field for fault in refusal.value.faults] == [field]
    assert events(version) == ["model_version.observed"]


def test_to_register_it_whole_names_everything_that_is_still_missing(version, cora):
    with pytest.raises(Invalid) as refusal:
        supply_parts(version, artifact={}, lineage_parts=CONTAINER, whole=True, actor=cora)
    assert [fault.field for fault in refusal.value.faults] == ["artifact.digest"]
    version.refresh_from_db()
    assert version.container_digest == ""


def test_another_team_supplies_nothing(version):
    with pytest.raises(NotAllowed):
        supply_parts(version, artifact={}, lineage_parts=CONTAINER, actor=contributor("data-platform", name="dan"))


@pytest.mark.postgresql
def test_the_database_itself_keeps_a_registered_version_and_who_it_is(version, model_version):
    changes = [
        (model_version, {"code_commit": "0" * 40}),
        (model_version, {"stage": "observed"}),
        (version, {"version": "8"}),
    ]
    for row, change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            ModelVersion.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ModelVersion.objects.filter(pk=version.pk)._raw_delete("default")
    ModelVersion.objects.filter(pk=version.pk).update(code_commit="0" * 40)


def test_what_is_gone_at_its_origin_is_marked_once_and_leaves_the_coverage(version, cora):
    rows = list(Observation.objects.select_related("model_version__model"))
    assert coverage_of().observed == 1
    assert (mark_gone(rows, actor=cora), mark_gone(rows, actor=cora)) == (1, 0)
    assert coverage_of().observed == 0


def test_coverage_counts_each_part_of_one_team_or_all(version, model, orders, cora, django_assert_num_queries):
    observed(model, orders, cora, "8", code_commit=None)
    with django_assert_num_queries(5):
        result = coverage_of()
    counts = {row.part: row.missing for row in result.parts}
    assert (result.versions, result.observed) == (2, 2)
    assert counts == {
        "artifact": 2, "container_digest": 2, "code_commit": 1, "data_snapshot": 0, "feature_snapshot": 0,
        "hyperparameters": 0, "evaluations": 0,
    }  # fmt: skip
    assert coverage_of("data-platform").observed == 0
