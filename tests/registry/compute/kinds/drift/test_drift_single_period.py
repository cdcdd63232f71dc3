"""Two whole sides, each column compared in the way of its kind."""

from __future__ import annotations

from registry.compute.engines.duck import opened
from registry.compute.kinds.drift import drift_single_period


def test_a_single_period_is_judged_column_by_column_whatever_its_kind(inputs):
    with opened(memory_bytes=1 << 28) as duck:
        reports = {
            report.column: report for report in drift_single_period.judge(duck, inputs, on_column=lambda _: None)
        }
    assert {name: report.kind for name, report in reports.items()} == {
        "same": "numeric",
        "word": "categorical",
        "moved": "numeric",
        "times": "other",
    }
    assert reports["word"].content["commonest"][0] == {"category": "a", "reference": 10, "current": 10}
