"""Decisions are reported once, guarded by the database, deleted after their retention period, and in the pack."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from registry.models import DecisionPurge, ReportedDecision
from registry.regulation.actions.decisions import purge_decisions, report_decisions
from registry.regulation.actions.packs import hand_out
from registry.regulation.pack.verify import BROKEN, CONSISTENT
from registry.regulation.queries import decisions
from tests.registry.conftest import contributor
from tests.registry.regulation.rules.test_reported_decision import DECISION

pytestmark = pytest.mark.postgresql

LONG = timedelta(days=800)
NOW = datetime.now(UTC).replace(microsecond=0)


def reported_decision(number, *, days_ago=1, **changed):
    explanation = {"method": "linear", "base_value": 0.3, "link": "identity", "contributions": {"orders_3d": 0.1}}
    made = NOW - timedelta(days=days_ago)
    own = {"external_id": f"a-{number}", "decided_at": made, "explanation": explanation}
    return DECISION | own | changed


@pytest.fixture
def old(model_version, cora, monkeypatch):
    """Three decisions that were reported 800 days ago, and two of yesterday."""
    now = timezone.now()
    with monkeypatch.context() as then:
        then.setattr(timezone, "now", lambda: now - LONG)
        report_decisions(model_version, [reported_decision(n, days_ago=830 + 20 * n) for n in range(3)], actor=cora)
    report_decisions(model_version, [reported_decision(n) for n in (10, 11)], actor=cora)
    return model_version


def test_each_is_kept_once_however_often_it_is_reported(model_version, cora):
    rows = [reported_decision(1), reported_decision(2)]
    assert report_decisions(model_version, rows, actor=cora) == (2, 0)
    assert report_decisions(model_version, [*rows, reported_decision(3)], actor=cora) == (1, 2)
    assert report_decisions(model_version, rows, actor=cora) == (0, 2)
    events = AuditEvent.objects.filter(action="decisions.reported").order_by("sequence")
    assert [event.content["decisions"] for event in events] == [2, 1]
    assert "orders_3d" not in events[0].payload


def test_every_fault_names_its_row_and_nothing_is_kept(model_version, cora):
    report_decisions(model_version, [reported_decision(1)], actor=cora)
    wrong = [
        reported_decision(2, prediction=9.0),
        reported_decision(3),
        reported_decision(3),
        reported_decision(4, inputs_digest=""),
    ]
    with pytest.raises(Invalid) as refused:
        report_decisions(model_version, wrong, actor=cora)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("0.explanation.contributions", "does_not_add_up"), ("1.external_id", "duplicate"),
        ("2.external_id", "duplicate"), ("3.inputs_digest", "missing"),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="never changed"):
        report_decisions(model_version, [reported_decision(5), reported_decision(1, outcome="declined")], actor=cora)
    assert ReportedDecision.objects.count() == 1


def test_a_regulated_models_decision_is_explained(model_version, cora):
    report_decisions(model_version, [reported_decision(1, explanation=None)], actor=cora)
    model_version.model.regulated = True
    with pytest.raises(Invalid, match="give an explanation"):
        report_decisions(model_version, [reported_decision(2, explanation=None)], actor=cora)


def test_a_column_of_the_training_data_may_be_named_and_no_other(model_version, cora):
    explained = reported_decision(1)["explanation"]
    report_decisions(
        model_version,
        [reported_decision(1, explanation=explained | {"contributions": {"order_count": 0.1}})],
        actor=cora,
    )
    with pytest.raises(Invalid, match="neither a feature"):
        report_decisions(
            model_version, [reported_decision(2, explanation=explained | {"contributions": {"zip": 0.1}})], actor=cora
        )


def test_only_the_models_team_reports_and_no_more_than_a_thousand(model_version, cora):
    with pytest.raises(NotAllowed):
        report_decisions(model_version, [reported_decision(1)], actor=contributor("data-platform"))
    for rows in ([], [reported_decision(1)] * 1_001):
        with pytest.raises(Invalid, match="1 to 1,000"):
            report_decisions(model_version, rows, actor=cora)


def test_the_database_changes_none_and_deletes_none_but_by_a_purge(old, cora):
    rows = ReportedDecision.objects.all()
    for change in (
        lambda: rows.update(content="{}"),
        lambda: rows.filter(external_id="a-0").delete(),
        lambda: rows.filter(external_id="a-10").delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    purge_decisions()
    with pytest.raises(DatabaseError, match="by a purge that is on record"), transaction.atomic():
        rows.filter(external_id="a-10").delete()
    for change in (lambda: DecisionPurge.objects.update(rows=9), lambda: DecisionPurge.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert rows.count() == 2


def test_what_is_too_old_is_purged_with_a_record_of_it(old, monkeypatch):
    monkeypatch.setattr("registry.regulation.actions.decisions.PURGED_AT_ONCE", 2)
    result = dict(ReportedDecision.objects.values_list("external_id", "digest"))
    purge_decisions()
    assert sorted(ReportedDecision.objects.values_list("external_id", flat=True)) == ["a-10", "a-11"]
    events = AuditEvent.objects.filter(action="decisions.purged").order_by("sequence")
    assert [(event.actor, event.content["decisions"]) for event in events] == [("system", 2), ("system", 1)]
    first = DecisionPurge.objects.order_by("pk").first()
    assert sum(first.by_month.values()) == first.rows == 2
    expected = decisions.by_month([(timezone.now(), result[name]) for name in ("a-2", "a-1")])[0]["digest"]
    assert events[0].content["digest"] == first.digest == expected
    assert purge_decisions() == 0


def test_the_pack_tells_the_newest_whole_and_the_rest_by_month_and_verifies(old, cora, monkeypatch, tmp_path):
    monkeypatch.setattr("registry.regulation.queries.decisions.NEWEST_IN_A_PACK", 2)
    with zipfile.ZipFile(BytesIO(hand_out(old, actor=cora).content)) as archive:
        archive.extractall(tmp_path / "pack")
    (folder,) = (tmp_path / "pack").iterdir()
    content = json.loads((folder / "decisions.json").read_text())
    assert (content["kept"], len(content["newest"])) == (5, 2)
    assert sum(month["rows"] for month in content["earlier_by_month"]) == 3
    assert verified(folder).returncode == CONSISTENT
    content["newest"][0]["content"] = content["newest"][0]["content"].replace("approved", "declined")
    (folder / "decisions.json").write_text(json.dumps(content))
    rewrite_digest(folder, "decisions.json")
    broken = verified(folder)
    assert broken.returncode == BROKEN
    assert "decision a-1" in broken.stdout


def verified(folder):
    return subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False)


def rewrite_digest(folder, name):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_second_worker_finds_nothing_to_purge(old):
    assert purge_decisions() == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_decisionpurge")
        assert cursor.fetchone() == (1,)
    assert purge_decisions() == 0
