"""The health report in a terminal."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command


def test_the_report_names_the_score_the_gaps_and_every_capability_by_group(published, capsys):
    call_command("health_report", organization="exampleco")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "Platform health: ExampleCo",
        "Assessed on 2026-11-02, 8 models, 3 teams",
        "Score: 35.3% (6/17 capabilities implemented)",
        "Confirmed: Level 0 — Ad hoc. Provisional: Level 1 — Repeatable Pipelines.",
    ]
    assert lines[5] == "Critical gaps: 3"
    assert [line.split()[0] for line in lines[6:9]] == [
        "feature_parity", "automated_eval_gates", "data_drift_monitoring",
    ]  # fmt: skip
    assert "Registry & Artifacts (1/2)" in lines
    marks = {
        line.split()[1]: (line.split()[0], line.split()[2])
        for line in lines
        if line.startswith("  ") and line[2] in "✓~✗–"
    }
    assert len(marks) == 17
    assert (marks["model_registry"], marks["lineage"][0], marks["artifact_store"][0]) == (("~", "high"), "~", "✓")


def test_without_an_assessment_it_says_what_to_do(db, capsys):
    with pytest.raises(CommandError, match="Add one"):
        call_command("health_report")
    with pytest.raises(CommandError, match="There is no organization nowhere"):
        call_command("health_report", organization="nowhere")


def test_a_draft_is_no_report(draft):
    with pytest.raises(CommandError, match="no published assessment yet"):
        call_command("health_report")
