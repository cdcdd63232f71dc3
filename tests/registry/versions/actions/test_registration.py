import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from registry.models import ModelVersion, SnapshotEntry
from registry.versions.actions.registration import register_model, register_version
from tests.registry.conftest import ARTIFACT, FIXED, TRAINED, contributor, lineage, register

pytestmark = pytest.mark.postgresql


def test_a_whole_lineage_is_registered_with_its_snapshot_and_evaluations(model_version, feature):
    assert model_version.stage == "registered"
    assert model_version.snapshot.entries.get().feature_version == feature.versions.get()
    assert model_version.evaluations.get().value == 0.12


def test_everything_missing_is_listed_at_once_and_only_the_refusal_is_kept(model, cora):
    with pytest.raises(Invalid) as refused:
        register_version(model, version="v1", artifact={}, lineage_parts={}, actor=cora)
    fields = {fault.field for fault in refused.value.faults}
    assert fields == {
        "artifact.uri", "artifact.digest", "lineage.code_commit", "lineage.data_snapshot", "lineage.feature_snapshot",
        "lineage.container_digest", "lineage.hyperparameters", "lineage.evaluations",
    }  # fmt: skip
    assert not ModelVersion.objects.exists()
    assert AuditEvent.objects.first().action == "model_version.refused"


UNRESOLVABLE = [
    ({"data_snapshot": "f" * 64}, "lineage.data_snapshot", "no such snapshot"),
    ({"feature_snapshot": {"nobody": "37e8f223574c"}}, "lineage.feature_snapshot.nobody", "no such feature"),
    ({"feature_snapshot": {"orders_3d": "000000000000"}}, "lineage.feature_snapshot.orders_3d", "no such version"),
    ({"feature_snapshot": {"latest": ["nobody"]}}, "lineage.feature_snapshot.nobody", "no such feature at latest"),
    ({"feature_snapshot": {}}, "lineage.feature_snapshot", "empty, and nobody said that it uses none"),
]


@pytest.mark.parametrize(("changed", "field", "why"), UNRESOLVABLE)
def test_a_part_that_names_nothing_is_refused(model, feature, orders, cora, changed, field, why):
    with pytest.raises(Invalid) as refused:
        register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=lineage(orders, **changed), actor=cora)
    assert [fault.field for fault in refused.value.faults] == [field], why
    assert not SnapshotEntry.objects.exists()


def test_a_model_that_uses_no_features_says_so(model, orders, cora):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    assert version.uses_no_features


def test_a_version_is_registered_once(model_version, orders, cora):
    with pytest.raises(Invalid) as refused:
        register_version(
            model_version.model, version="v1", artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora
        )
    assert refused.value.faults[0].code == "duplicate"


def test_another_team_registers_no_version(model, orders):
    with pytest.raises(NotAllowed):
        register_version(
            model, version="v1", artifact=ARTIFACT, lineage_parts=lineage(orders), actor=contributor("data-platform")
        )


def test_a_model_is_added_once_and_by_its_team(model, cora):
    with pytest.raises(Invalid) as refused:
        register_model(name="demand", owner_team="forecasting", actor=cora)
    assert [fault.code for fault in refused.value.faults] == ["duplicate"]
    with pytest.raises(NotAllowed):
        register_model(name="other", owner_team="forecasting", actor=contributor("data-platform"))


def test_latest_is_resolved_before_it_is_stored(model, orders, cora):
    register(TRAINED, cora)
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora)
    register(FIXED, cora)
    assert version.snapshot.entries.get().feature_version.number == 1
