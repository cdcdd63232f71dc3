"""The parity runs of two versions, and when they stop being evidence."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from registry.checks.actions.checks import define_parity
from registry.checks.actions.execution import execute
from registry.data.actions import datasets
from registry.data.actions.source_tables import add_source_version
from registry.data.rules.reading import reading_digest
from registry.features.queries.impact import blocked_by_current
from registry.features.queries.parity_evidence import parity_runs
from registry.features.rules.parity_evidence import Pair
from registry.models import CheckResult, CheckRun, Dataset
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.gates import deployment_verdict
from tests.registry.conftest import FIXED, TRAINED, WINDOW, register

pytestmark = pytest.mark.postgresql
SUM_BY_COUNT = TRAINED._replace(
    computation_logic=f"SUM(order_count) {WINDOW} / COUNT(order_count) {WINDOW}"
)  # the same values by another logic


@pytest.fixture
def pair(in_production, feature, cora):
    """Two versions of which nobody has compared the rows yet, the second one current."""
    second = register(SUM_BY_COUNT, cora).version
    return Pair(feature.name, feature.versions.get(number=1).name, second.name, "orders")


def finished(feature, actor, outcome, *, differ=0, rows=7, data=(), **parameters):
    """A run of a check of the two versions that ended so."""
    trained, current = feature.versions.order_by("number")
    name = "tolerant" if parameters else ""
    check = define_parity(trained, current, parameters=parameters, name=name, actor=actor)
    now = timezone.now()
    run = CheckRun.objects.create(
        check_definition=check, requested_by=actor.name, created_at=now, sent_at=now, started_at=now, finished_at=now,
        state="finished", outcome=outcome, rows=rows, data=list(data),
    )  # fmt: skip
    CheckResult.objects.create(run=run, content={"rows_that_differ": differ})
    return run


def test_a_check_of_all_rows_that_passed_opens_the_gate_and_every_list_says_so(
    in_production, feature, pair, cora, django_assert_max_num_queries
):
    assert blocked_in_production() == [in_production]
    execute(CheckRun.objects.get().pk)
    run = CheckRun.objects.get()
    assert run.outcome == CheckRun.Outcome.PASSED, (run.state, run.outcome, run.error)
    with django_assert_max_num_queries(2):
        assert parity_runs([pair]) == {pair: (run.pk, True, 7, 0, True)}
    verdict = deployment_verdict(in_production)
    assert (verdict.proceeds, verdict.rests_on) == (True, (0, 1, 0))
    assert f"Parity run {run.pk} showed that all 7 rows are equal." in verdict.conflicts[0].issue
    assert blocked_in_production() == []
    feature.refresh_from_db()
    assert blocked_by_current(feature) == ()


def test_the_order_of_the_versions_does_not_matter(feature, pair, cora):
    finished(feature, cora, "passed")
    back = pair._replace(trained=pair.served, served=pair.trained)
    assert parity_runs([back])[back].is_evidence


@pytest.mark.parametrize(
    ("outcomes", "is_evidence"),
    [
        (["passed"], True),
        (["failed"], False),
        (["passed", "failed"], False),
        (["failed", "passed"], True),
        (["passed", "not_deterministic"], False),
        (["passed", "errored"], True),  # it came to no conclusion
        (["passed", "not_enough_data"], True),
        (["errored"], None),
    ],
)
def test_the_newest_run_with_a_conclusion_counts(feature, pair, cora, outcomes, is_evidence):
    for outcome in outcomes:
        finished(feature, cora, outcome)
    run = parity_runs([pair]).get(pair)
    assert (run and run.is_evidence) is is_evidence


def test_a_more_tolerant_check_is_no_evidence_and_gives_way_to_the_strict_one(feature, pair, cora):
    tolerant = finished(feature, cora, "passed", limit=0.5)
    assert parity_runs([pair])[pair][:2] == (tolerant.pk, True)
    assert not parity_runs([pair])[pair].is_evidence
    strict = finished(feature, cora, "failed", differ=3)
    finished(feature, cora, "passed", limit=0.5)
    assert parity_runs([pair]) == {pair: (strict.pk, False, 7, 3, False)}


def test_another_pair_of_the_same_feature_has_no_run(feature, pair, cora):
    finished(feature, cora, "passed")
    other = pair._replace(served="000000000000")
    assert parity_runs([other]) == {}
    assert parity_runs([]) == {}


def test_evidence_ends_when_the_source_table_is_bound_or_described_anew(orders, feature, pair, cora):
    finished(feature, cora, "passed")
    assert parity_runs([pair])[pair].is_evidence
    described = orders.current.source._replace(entity_key=["order_id"])
    add_source_version(orders, described, reason="Orders are told apart by number.", actor=cora)
    assert not parity_runs([pair])[pair].is_evidence
    finished(feature, cora, "passed")
    assert parity_runs([pair])[pair].is_evidence


def test_evidence_ends_when_a_snapshot_shows_other_data(orders, data_root, feature, pair, cora):
    finished(feature, cora, "passed")
    datasets.take_snapshot(orders.current.dataset, actor=cora)
    assert parity_runs([pair])[pair].is_evidence
    rows = pq.read_table(data_root / "orders.parquet")
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), data_root / "orders.parquet")
    datasets.take_snapshot(orders.current.dataset, actor=cora)
    assert not parity_runs([pair])[pair].is_evidence


NOW = "as they are read now"
PLACE = {
    "role": "source", "dataset": "orders", "kind": "parquet", "location": "orders.parquet", "connection": "",
    "reading": NOW, "snapshot": "", "source_version": "1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("failed", "passed", "is_evidence"),
    [
        ({"rows": 7}, {"rows": 7}, True),
        ({"rows": 7}, {"rows": 8}, True),
        ({"rows": 7}, {"rows": 3}, False),
        ({"data": [PLACE]}, {"data": [PLACE | {"location": "few.parquet"}]}, False),
        ({"data": [PLACE]}, {"data": [PLACE]}, True),
        ({"data": [PLACE | {"reading": "otherwise"}]}, {"data": [PLACE]}, False),
        ({"data": [PLACE]}, {"data": [PLACE | {"source_version": "2"}]}, False),
    ],
)
def test_a_run_over_other_ground_than_the_one_that_failed_opens_no_gate(
    in_production, feature, pair, cora, failed, passed, is_evidence
):
    """Else whoever is held up by a difference takes away what differs, or reads it as nothing, and the gate opens."""
    CheckRun.objects.all().delete()
    now = reading_digest(Dataset.objects.get(name="orders").reading)
    for outcome, fields in (("failed", failed), ("passed", passed)):
        data = [entry | {"reading": now if entry["reading"] == NOW else "x"} for entry in fields.get("data", [])]
        finished(feature, cora, outcome, **fields | {"data": data})
    assert parity_runs([pair])[pair].is_evidence is is_evidence
    assert deployment_verdict(in_production).proceeds is is_evidence


def test_evidence_ends_when_its_files_are_read_otherwise(in_production, feature, pair, cora):
    execute(CheckRun.objects.get().pk)
    assert deployment_verdict(in_production).proceeds
    before = Dataset.objects.get(name="orders").reading
    Dataset.objects.filter(name="orders").update(reading=before | {"null": ["4.0"]})
    assert not parity_runs([pair])[pair].is_evidence
    assert not deployment_verdict(in_production).proceeds


def test_evidence_ends_with_either_version(in_production, feature, pair, cora):
    finished(feature, cora, "passed")
    assert deployment_verdict(in_production).proceeds
    register(FIXED, cora)
    assert not deployment_verdict(in_production).proceeds
