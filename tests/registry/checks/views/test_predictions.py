"""The page of a run says how the predictions are: metrics with their intervals, fairness with the groups that decide."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from registry.checks.queries import check_faults, check_proposals
from tests.registry.checks import scored
from tests.registry.conftest import run_of
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(browser_of):
    return browser_of("lead")


def test_the_run_shows_metrics_fairness_and_what_is_late(lead, cora, data_root):
    scored.write(data_root, cora, labelled_until=38)
    run = run_of(scored.check(cora), cora)
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/"))
    assert "Probabilities of class true, predicted positive from 0.5 on." in shown
    assert (
        "Labelled: 6,000 of 6,000 rows in the reference, 5,400 of 6,000 rows now; 600 are late, so labels are not compared as a column. Favourable is true."
        in shown
    )
    assert "Growth of errors" in shown
    assert "Fairness by band" in shown
    for finding in run.columns.filter(kind="quality"):
        column = text(lead.get(f"/registry/checks/runs/{run.pk}/columns/{finding.rank}/"))
        assert finding.sentence in column
    recall = run.columns.get(column="metric: recall")
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/columns/{recall.rank}/"))
    assert "Estimated, not measured" in shown
    assert "that it is taken from, current data" in shown
    parity = run.columns.get(column="fairness: demographic parity difference")
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/columns/{parity.rank}/"))
    assert "By band, current data" in shown
    assert "unknown" in shown


def test_a_run_without_predictions_shows_nothing_of_them(lead, events, cora):
    from tests.registry.conftest import drift

    run = run_of(drift(cora), cora)
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/"))
    assert "Growth of errors" not in shown
    assert "Favourable" not in shown


def test_the_preview_judges_predictions_too(cora, data_root):
    scored.write(data_root, cora)
    faults, parameters = check_faults.parsed("drift", scored.PARAMETERS)
    assert faults == []
    report = check_proposals.preview("drift", parameters)
    assert {"metric: AUC", "fairness: disparate impact ratio"} <= {column.column for column in report.columns}


def test_labels_with_two_values_for_a_key_never_pass(lead, cora, data_root):
    scored.write(data_root, cora)
    outcomes = pq.read_table(data_root / "outcomes.parquet")
    other = outcomes.slice(0, 5).set_column(1, "paid", pc.invert(outcomes["paid"].slice(0, 5)))
    pq.write_table(pa.concat_tables([outcomes, other]), data_root / "outcomes.parquet")
    run = run_of(scored.check(cora), cora)
    assert run.outcome == "not_enough_data"
    assert "The labels give 5 keys two values or more" in run.summary
    assert {finding.outcome for finding in run.columns.filter(kind="quality")} == {"not_applicable"}
    assert "The labels give 5 keys" in text(lead.get(f"/registry/checks/runs/{run.pk}/"))
