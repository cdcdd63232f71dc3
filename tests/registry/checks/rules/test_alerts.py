"""What evidence does to an alert: tables of cases, and laws over random findings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.checks.rules.alerts import WORSE_BY, Change, Decision, Finding, Step, Unresolved, change, covers, decide

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SKEW = Finding({"aaaa>bbbb": None})


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # of parts without a size
        ({"a>b": None}, {"a>b": None}, Change.SAME),
        ({"a>b": None}, {"a>c": None}, Change.MORE),
        ({"a>b": None}, {"a>b": None, "a>c": None}, Change.MORE),
        ({"a>b": None, "a>c": None}, {"a>b": None}, Change.LESS),
        # of parts with one: worse when it is half as large again
        ({"load": 1.0}, {"load": 1.0}, Change.SAME),
        ({"load": 1.0}, {"load": 1.49}, Change.SAME),
        ({"load": 1.0}, {"load": 1.5}, Change.MORE),
        ({"load": 1.5}, {"load": 1.0}, Change.LESS),
        ({"load": 1.49}, {"load": 1.0}, Change.SAME),
        ({"load": 0.0}, {"load": 0.1}, Change.MORE),
        ({"load": 0.0}, {"load": 0.0}, Change.SAME),
        ({"load": 0.1}, {"load": 0.0}, Change.LESS),
        ({"load": -2.0}, {"load": -1.0}, Change.MORE),
        # a size that is not known says nothing
        ({"load": None}, {"load": 9.0}, Change.SAME),
        ({"load": 9.0}, {"load": None}, Change.SAME),
        # one worse and one better is worse: it was not seen like that
        ({"load": 1.0, "calm": 9.0}, {"load": 2.0, "calm": 1.0}, Change.MORE),
        ({"load": 1.0, "calm": 1.0}, {"load": 1.0}, Change.LESS),
        ({"load": 1.0}, {"load": 0.1, "calm": 1.0}, Change.MORE),
        # from 1 of 7 features to 4 of 7
        ({"f1": 3.2}, {"f1": 3.2, "f2": 1.1, "f3": 1.1, "f4": 1.1}, Change.MORE),
    ],
)
def test_a_finding_is_the_same_more_or_less(before, now, expected):
    assert change(Finding(before), Finding(now)) is expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (False, True, Change.MORE),
        (True, False, Change.LESS),
        (True, True, Change.SAME),
    ],
)
def test_closing_the_gate_is_worse(before, now, expected):
    assert change(Finding({"load": 1.0}, before), Finding({"load": 1.0}, now)) is expected


@pytest.mark.parametrize(
    ("finding", "superseded", "step"),
    [
        (SKEW, False, Step.OPEN),
        (SKEW, True, Step.NOTHING),
        (Finding({}), False, Step.NOTHING),
        (Finding({}), True, Step.NOTHING),
    ],
)
def test_where_no_alert_stands_a_finding_opens_one_unless_newer_evidence_is_known(finding, superseded, step):
    assert decide(None, finding, NOON, superseded=superseded) == Decision(step)


@pytest.mark.parametrize("after", [-SECOND, timedelta(0), SECOND])
@pytest.mark.parametrize(
    ("finding", "step"),
    [
        (SKEW, Step.SEE),
        (Finding({}), Step.RESOLVE),
        (Finding({"aaaa>cccc": None}), Step.UPDATE),
    ],
)
def test_evidence_counts_unless_it_is_older_than_what_stands(after, finding, step):
    decision = decide(Unresolved(NOON, SKEW), finding, NOON + after)
    assert decision.step is (Step.NOTHING if after < timedelta(0) else step)


LARGE, SMALL = Finding({"load": 10.0}), Finding({"load": 2.0})


@pytest.mark.parametrize(
    ("standing", "acknowledged", "finding", "expected"),
    [
        (SMALL, None, LARGE, Decision(Step.UPDATE, Change.MORE, reopens=False)),
        (SMALL, SMALL, LARGE, Decision(Step.UPDATE, Change.MORE, reopens=True)),
        (LARGE, LARGE, SMALL, Decision(Step.UPDATE, Change.LESS, reopens=False)),
        (LARGE, None, SMALL, Decision(Step.UPDATE, Change.LESS, reopens=False)),
        # it was worse when it was acknowledged: what comes back was seen
        (SMALL, LARGE, LARGE, Decision(Step.UPDATE, Change.MORE, reopens=False)),
        (SMALL, LARGE, Finding({"load": 15.0}), Decision(Step.UPDATE, Change.MORE, reopens=True)),
        (LARGE, LARGE, Finding({"load": 11.0}), Decision(Step.SEE)),
    ],
)
def test_an_acknowledgement_covers_what_was_seen(standing, acknowledged, finding, expected):
    assert decide(Unresolved(NOON, standing, acknowledged), finding, NOON) == expected


SIZES = st.none() | st.floats(0, 100)
FINDINGS = st.builds(Finding, st.dictionaries(st.sampled_from("abcd"), SIZES, min_size=1), st.booleans())


@given(FINDINGS)
def test_a_finding_is_the_same_as_itself_and_covered_by_itself(finding):
    assert change(finding, finding) is Change.SAME
    assert covers(finding, finding)


@given(FINDINGS, FINDINGS)
def test_more_one_way_is_less_or_more_the_other_way_and_less_is_more_the_other_way(finding, other):
    forth, back = change(finding, other), change(other, finding)
    assert (forth is Change.SAME) == (back is Change.SAME)
    assert forth is not Change.LESS or back is Change.MORE
    assert covers(finding, other) == (forth is not Change.MORE)


@given(FINDINGS, st.floats(0.1, 10))
def test_a_part_grows_by_half_before_it_is_worse(finding, factor):
    name = min(finding.parts)
    before = Finding({name: 1.0}, finding.blocking)
    grown = change(before, Finding({name: factor}, finding.blocking))
    assert (grown is Change.MORE) == (factor >= WORSE_BY)
    assert (grown is Change.LESS) == (factor * WORSE_BY <= 1.0)


@given(FINDINGS, FINDINGS, st.none() | FINDINGS)
def test_only_what_is_more_than_what_was_acknowledged_reopens(standing, finding, acknowledged):
    decision = decide(Unresolved(NOON, standing, acknowledged), finding, NOON)
    assert decision.step is (Step.SEE if change(standing, finding) is Change.SAME else Step.UPDATE)
    if decision.step is Step.UPDATE:
        assert decision.change is change(standing, finding)
        assert decision.reopens == (acknowledged is not None and not covers(acknowledged, finding))
