from datetime import UTC, datetime, timedelta

import pytest

from registry.data.rules.source import Source, SourceVersion
from registry.versions.rules.compatibility import Conflict, RestsOn, Severity, SourceChange
from registry.versions.rules.gates import SERVE, Approvers, Decision, WayOut, gate, skew_cause
from registry.versions.rules.overrides import ApprovedOverride, Cause
from registry.versions.rules.policies import judge
from registry.versions.rules.policy_checks import Check

WARNING = Conflict("orders_7d", Severity.WARNING, "The definition changed since training: logic.", "aaaa", "bbbb")
ERROR = Conflict("", Severity.ERROR, "No training snapshot.", None, None)
INFO = Conflict("orders_7d", Severity.INFO, "rewritten", "aaaa", "cccc")
CASES = [
    ("production", [], [], Decision.PROCEED, "nothing stands against it"),
    ("staging", [], [], Decision.PROCEED, "a promotion to staging is a promotion"),
    ("production", [INFO], [], Decision.PROCEED, "an equivalent definition does not block"),
    ("production", [WARNING], [], Decision.BLOCKED, "a changed definition blocks"),
    ("production", [ERROR], [], Decision.BLOCKED, "no snapshot blocks"),
    ("production", [], [Cause("alert:1", "an alert")], Decision.BLOCKED, "a blocking alert blocks"),
    ("registered", [], [], Decision.BLOCKED, "never promoted"),
    ("archived", [], [], Decision.BLOCKED, "archived"),
]


@pytest.mark.parametrize(("stage", "conflicts", "alerts", "decision", "why"), CASES)
def test_the_deployment_gate_opens_only_when_nothing_stands_against_it(stage, conflicts, alerts, decision, why):
    verdict = gate(stage=stage, conflicts=conflicts, alerts=alerts)
    assert verdict.decision is decision, why
    assert bool(verdict.reasons) == (decision is Decision.BLOCKED)


def test_a_changed_feature_has_four_ways_out_the_safest_first():
    verdict = gate(stage="production", conflicts=[WARNING])
    assert [way.kind for way in verdict.ways_out] == ["pin", "rollback", "retrain", "override"]
    assert "aaaa" in verdict.ways_out[0].do


def test_an_informing_conflict_is_kept_and_offers_no_way_out():
    verdict = gate(stage="production", conflicts=[INFO])
    assert verdict.conflicts == (INFO,)
    assert verdict.ways_out == ()


NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
KEY = "orders_7d:aaaa>bbbb"
SHORT = judge([Check("mape", "", "<=", 0.1)], {("mape", ""): 0.2}, policy="forecasts", version=3)


def word(*keys, until=NOW + timedelta(days=1), number=1):
    return ApprovedOverride(number, frozenset(keys), until)


@pytest.mark.parametrize(
    ("words", "decision", "why"),
    [
        ([word(KEY)], Decision.PROCEED, "just this conflict is covered"),
        ([word(KEY, until=NOW)], Decision.BLOCKED, "it ends at its moment, not after it"),
        ([word("orders_7d:aaaa>cccc")], Decision.BLOCKED, "a newer definition is another conflict"),
        ([word("orders_7d:cccc>bbbb")], Decision.BLOCKED, "so is another training"),
        ([word("other:aaaa>bbbb")], Decision.BLOCKED, "and another feature"),
        ([word()], Decision.BLOCKED, "nothing is covered"),
        ([], Decision.BLOCKED, "nobody said otherwise"),
    ],
)
def test_an_override_covers_exactly_what_it_was_given_for(words, decision, why):
    verdict = gate(stage="production", conflicts=[WARNING], overrides=words, at=NOW)
    assert verdict.decision is decision, why
    assert bool(verdict.overridden) == (decision is Decision.PROCEED)


def test_what_is_overridden_is_reported_with_the_override():
    verdict = gate(stage="production", conflicts=[WARNING, ERROR], overrides=[word(KEY, number=9)], at=NOW)
    assert verdict.decision is Decision.BLOCKED
    assert [(entry.override, "logic" in entry.reason) for entry in verdict.overridden] == [(9, True)]
    assert [way.kind for way in verdict.ways_out] == ["snapshot", "retrain", "override"]


def test_a_stage_is_overridden_by_nobody():
    verdict = gate(stage="archived", conflicts=[], overrides=[word("stage:archived")], at=NOW)
    assert verdict.decision is Decision.BLOCKED
    assert verdict.ways_out == (WayOut("register", "Register a new version of the model."),)


@pytest.mark.parametrize(
    ("stage", "environment", "do"),
    [
        ("registered", "", "Promote this version to staging."),
        ("registered", "production", "Promote this version to staging."),
        ("staging", "production", "Promote this version to production."),
    ],
)
def test_a_version_that_was_not_promoted_has_that_way_out(stage, environment, do):
    verdict = gate(stage=stage, conflicts=[], environment=environment)
    assert verdict.ways_out == (WayOut("promote", do),)


UNCONFIRMED = Conflict("", Severity.ERROR, "No features declared.", None, None, overridable=False)


def test_a_statement_that_nobody_confirmed_is_overridden_by_nobody_and_has_one_way_out():
    verdict = gate(stage="production", conflicts=[UNCONFIRMED], overrides=[word(UNCONFIRMED.key)], at=NOW)
    assert verdict.causes == (Cause(":->-", "No features declared.", overridable=False),)
    assert verdict.ways_out == (
        WayOut("confirm", "Ask an approver to confirm that this version uses no registered features."),
    )


def test_each_conflict_that_blocks_names_who_can_approve():
    able = Approvers(("ann", "bob"), 3)
    conflicts = gate(stage="production", conflicts=[WARNING, INFO], approvers=able).as_dict()["conflicts"]
    assert [(each["approvers"], each["more_approvers"]) for each in conflicts] == [(["ann", "bob"], 3), ([], 0)]
    (unconfirmed,) = gate(stage="production", conflicts=[UNCONFIRMED], approvers=able).as_dict()["conflicts"]
    assert (unconfirmed["approvers"], unconfirmed["overridable"]) == (["ann", "bob"], False)


@pytest.mark.parametrize("conflicts", [[], [WARNING]])
def test_a_decision_says_what_it_rests_on_and_which_alerts_are_open(conflicts):
    verdict = gate(stage="production", conflicts=conflicts, basis=RestsOn(4, 1, 2), open_alerts=["Skew"]).as_dict()
    assert verdict["rests_on"] == {"definition": 4, "parity": 1, "nothing": 2}
    assert verdict["open_alerts"] == ["Skew"]


def test_a_failed_check_closes_the_gate_and_a_better_result_is_another_cause():
    verdict = gate(stage="staging", conflicts=[], checks=SHORT)
    assert verdict.reasons == ("Policy forecasts v3 requires mape <= 0.1; it is 0.2.",)
    covered = word(verdict.causes[0].key)
    assert gate(stage="staging", conflicts=[], checks=SHORT, overrides=[covered], at=NOW).proceeds
    worse = judge([Check("mape", "", "<=", 0.1)], {("mape", ""): 0.3}, policy="forecasts", version=3)
    assert not gate(stage="staging", conflicts=[], checks=worse, overrides=[covered], at=NOW).proceeds
    newer = judge([Check("mape", "", "<=", 0.1)], {("mape", ""): 0.2}, policy="forecasts", version=4)
    assert not gate(stage="staging", conflicts=[], checks=newer, overrides=[covered], at=NOW).proceeds


def test_a_check_that_only_informs_is_reported_and_closes_nothing():
    results = judge([Check("mape", "", "<=", 0.1, required=False)], {})
    verdict = gate(stage="staging", conflicts=[], checks=results)
    assert (verdict.proceeds, verdict.checks[0].outcome) == (True, "missing")


def test_every_way_out_is_said_in_full():
    verdict = gate(stage="production", conflicts=[WARNING, ERROR, INFO])
    assert verdict.as_dict() == {
        "decision": "BLOCKED",
        "conflicts": [
            conflict.as_dict() | {"approvers": [], "more_approvers": 0} for conflict in (WARNING, ERROR, INFO)
        ],
        "reasons": ["orders_7d: The definition changed since training: logic.", "No training snapshot."],
        "ways_out": [
            {
                "kind": "pin",
                "do": "Pin orders_7d to aaaa, so that serving computes what the model was trained on.",
                "feature": "orders_7d",
                "version": "aaaa",
                "source_table": "",
            },
            {
                "kind": "rollback",
                "do": "Set the current version of orders_7d back to aaaa, for every model.",
                "feature": "orders_7d",
                "version": "aaaa",
                "source_table": "",
            },
            {
                "kind": "snapshot",
                "do": "Record which version of each feature the model was trained on.",
                "feature": "",
                "version": "",
                "source_table": "",
            },
            {
                "kind": "retrain",
                "do": "Train a new model version on the current definitions and register it.",
                "feature": "",
                "version": "",
                "source_table": "",
            },
            {
                "kind": "override",
                "do": "Request an override: with a reason, for a limited time, approved by another person.",
                "feature": "",
                "version": "",
                "source_table": "",
            },
        ],
        "overridden": [],
        "checks": [],
        "rests_on": {"definition": 0, "parity": 0, "nothing": 0},
        "open_alerts": [],
        "missing_parts": None,
    }


@pytest.mark.parametrize("side", [("aaaa", None), (None, "bbbb"), (None, None)])
def test_where_a_side_is_unknown_only_the_snapshot_or_another_training_help(side):
    unknown = Conflict("orders_7d", Severity.ERROR, "unknown", *side)
    ways = gate(stage="production", conflicts=[unknown]).ways_out
    assert [(way.kind, way.feature) for way in ways] == [("snapshot", "orders_7d"), ("retrain", ""), ("override", "")]


def test_the_same_way_is_offered_once():
    ways = gate(stage="production", conflicts=[ERROR, ERROR]).ways_out
    assert [way.kind for way in ways] == ["snapshot", "retrain", "override"]


def test_an_alert_and_a_stage_have_their_own_keys_and_words():
    alert = Cause("alert:7", "A blocking alert is open: rows differ")
    verdict = gate(stage="registered", conflicts=[], alerts=[alert])
    never = "The model version was never promoted. Promote it to staging first."
    assert verdict.causes == (Cause("stage:registered", never, overridable=False), alert)
    assert [way.kind for way in verdict.ways_out] == ["promote", "override"]
    archived = gate(stage="archived", conflicts=[]).causes
    assert archived == (Cause("stage:archived", "The model version is archived. Register a new one.", False),)


def test_what_is_overridden_is_kept_with_the_decision():
    verdict = gate(stage="production", conflicts=[WARNING], checks=SHORT, overrides=[word(KEY, number=9)], at=NOW)
    content = verdict.as_dict()
    assert content["overridden"] == [
        {"reason": "orders_7d: The definition changed since training: logic.", "override": 9}
    ]
    assert content["checks"][0]["outcome"] == "failed"
    assert verdict.conflicts == (WARNING,)
    both = gate(stage="production", conflicts=[WARNING], overrides=[word(KEY, number=9)], at=NOW)
    assert (both.checks, both.conflicts, both.causes) == ((), (WARNING,), ())


def test_the_newest_word_is_named_and_a_moment_is_needed_for_any():
    words = [word(KEY, number=4), word(KEY, number=9), word(KEY, number=5)]
    verdict = gate(stage="production", conflicts=[WARNING], overrides=words, at=NOW)
    assert verdict.overridden[0].override == 9
    assert not gate(stage="production", conflicts=[WARNING], overrides=words).proceeds


def test_a_source_table_that_changed_has_its_own_way_back():
    before, after = (
        SourceVersion("orders", number, name, Source(None, ["id"], time))
        for number, name, time in ((3, "aa11", "day"), (5, "bb22", "at"))
    )
    moved = Conflict("orders_7d", Severity.WARNING, "It moved.", "aaaa", "aaaa", source=SourceChange(before, after))
    back, *others = gate(stage="production", conflicts=[moved]).ways_out
    assert back == WayOut(
        "source",
        "Set the source table's current version back: orders to version 3 (aa11), for every model.",
        version="aa11",
        source_table="orders",
    )
    assert [way.kind for way in others] == ["retrain", "override"]


def skewed():
    return skew_cause("production", "orders_7d", "aaaa", "bbbb", until=NOW)


def test_a_skew_is_named_by_environment_feature_and_both_definitions():
    assert (
        Cause(
            "skew:production:orders_7d:aaaa>bbbb",
            "Serving in production computes orders_7d at bbbb instead of aaaa (report until 2026-11-23 08:00 UTC).",
        )
        == skewed()
    )


@pytest.mark.parametrize(
    ("conflicts", "kinds"),
    [([], ["serve", "override"]), ([WARNING], ["pin", "rollback", "retrain", "serve", "override"])],
)
def test_a_skew_adds_its_way_out_to_the_others(conflicts, kinds):
    ways = gate(stage="production", conflicts=conflicts, alerts=[skewed()]).ways_out
    assert [way.kind for way in ways] == kinds
    assert SERVE in ways


@pytest.mark.parametrize(
    ("stage", "environment", "sentence"),
    [
        (
            "staging",
            "production",
            "The model version is in staging. Promote it to production before it serves in production.",
        ),
        ("staging", "europe", "The model version is in staging. Promote it to production before it serves in europe."),
        ("staging", "staging", None),
        ("production", "production", None),
        ("staging", "", None),
    ],
)
def test_only_a_trial_environment_takes_what_is_not_in_production(stage, environment, sentence):
    verdict = gate(stage=stage, conflicts=[], environment=environment)
    assert verdict.reasons == ((sentence,) if sentence else ())
