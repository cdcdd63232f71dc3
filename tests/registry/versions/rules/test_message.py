"""The one message of a gate, from a decision as JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.versions.rules.message import Entry, as_markdown, as_text, clauses, decision_words, first_line, message

CHANGED = {
    "feature": "orders_7d",
    "severity": "WARNING",
    "issue": "The definition changed since training: logic, null handling.",
    "trained_on": "37e8f223574c",
    "current": "7f687058610f",
    "changes": {
        "logic": {"from": "AVG(x)", "to": "AVG(COALESCE(x,\n 0))"},
        "null_handling": {"from": "forward_fill", "to": "zero_fill"},
        "data_type": None,
        "source_table": None,
        "formatting_only": False,
    },
    "changed_by": "dana",
    "changed_at": "2026-11-29T12:00:00+00:00",
    "reason": "The latency fix.",
    "run": 12,
    "rows_differ": 307966,
    "rows": 336776,
    "approvers": ["ann", "bob"],
    "more_approvers": 0,
}
REWRITTEN = {
    "feature": "clicks", "severity": "INFO", "issue": "Rewritten, but computes the same.", "trained_on": "aaaa",
    "current": "bbbb",
}  # fmt: skip
REASON = "orders_7d: The definition changed since training: logic, null handling."
BLOCKED = {
    "decision": "BLOCKED",
    "model": "demand",
    "version": "v2",
    "url": "https://plumbline.example/registry/models/demand/v2/",
    "conflicts": [REWRITTEN, CHANGED],
    "reasons": [REASON, "A blocking alert is open: rows differ"],
    "ways_out": [{"kind": "pin", "do": "Pin orders_7d."}],
    "overridden": [],
    "rests_on": {"definition": 2, "parity": 0, "nothing": 0},
}


def test_the_whole_message_as_text():
    assert as_text(message(BLOCKED)) == (
        "BLOCKED, 1 conflict and 1 other reason block: demand v2\n"
        "https://plumbline.example/registry/models/demand/v2/\n"
        "\n"
        "Blocks: orders_7d: The definition changed since training: logic, null handling.\n"
        "  trained on    37e8f223574c\n"
        "  would serve   7f687058610f\n"
        "  logic         AVG(x) → AVG(COALESCE(x, 0))\n"
        "  null handling forward_fill → zero_fill\n"
        "  changed       by dana, 2026-11-29 12:00 UTC: The latency fix.\n"
        "  rows          307,966 of 336,776 rows differ in parity run 12\n"
        "  approval      ann and bob can approve an override\n"
        "\n"
        "Blocks: A blocking alert is open: rows differ\n"
        "\n"
        "Note: clicks: Rewritten, but computes the same.\n"
        "  trained on    aaaa\n"
        "  would serve   bbbb\n"
        "\n"
        "Ways out:\n"
        "  pin           Pin orders_7d.\n"
    )


def test_the_same_as_markdown():
    overridden = [{"reason": "An alert is open.", "override": 3}]
    assert as_markdown(message(BLOCKED | {"overridden": overridden})) == (
        "## BLOCKED, 1 conflict and 1 other reason block: demand v2\n"
        "\n"
        "- **Blocks:** orders_7d: The definition changed since training: logic, null handling.\n"
        "  - trained on: 37e8f223574c\n"
        "  - would serve: 7f687058610f\n"
        "  - logic: AVG(x) → AVG(COALESCE(x, 0))\n"
        "  - null handling: forward_fill → zero_fill\n"
        "  - changed: by dana, 2026-11-29 12:00 UTC: The latency fix.\n"
        "  - rows: 307,966 of 336,776 rows differ in parity run 12\n"
        "  - approval: ann and bob can approve an override\n"
        "- **Blocks:** A blocking alert is open: rows differ\n"
        "- **Overridden:** An alert is open. Covered by override 3.\n"
        "- **Note:** clicks: Rewritten, but computes the same.\n"
        "  - trained on: aaaa\n"
        "  - would serve: bbbb\n"
        "\n"
        "Ways out:\n"
        "\n"
        "- **pin** Pin orders_7d.\n"
        "\n"
        "<https://plumbline.example/registry/models/demand/v2/>\n"
    )


def test_a_decision_without_an_address_or_a_name_has_neither_line():
    content = message({"decision": "PROCEED", "rests_on": {"definition": 1}})
    assert (content.subject, content.url) == ("", "")
    assert as_text(content) == "PROCEED: \n"
    assert as_markdown(content) == "## PROCEED:\n\n"
    assert message({"decision": "PROCEED", "version": "v2"}).subject == "v2"
    assert message({"decision": "PROCEED", "model": "demand"}).subject == "demand"


def test_an_entry_has_its_run_and_what_is_about_no_feature_has_none():
    content = message(BLOCKED | {"open_alerts": ["Skew"]})
    assert [(entry.feature, entry.run) for entry in content.blocking] == [("orders_7d", 12), ("", None)]
    assert [(entry.feature, entry.run) for entry in content.notes] == [("", None), ("clicks", None)]


@pytest.mark.parametrize(("length", "shown"), [(1_000, 1_000), (1_001, 1_000)])
def test_markdown_cuts_a_sentence_after_a_thousand_characters(length, shown):
    lines = as_markdown(message({"decision": "BLOCKED", "reasons": ["x" * length]})).splitlines()
    assert f"- **Blocks:** {'x' * shown}" in lines


def test_markdown_takes_nothing_that_people_wrote_as_markup():
    hostile = BLOCKED | {"conflicts": [], "reasons": ["<img src=x> | `rm` \\ \n# heading"]}
    assert "- **Blocks:** &lt;img src=x> \\| 'rm' \\\\ # heading" in as_markdown(message(hostile)).splitlines()


PROCEED = {"decision": "PROCEED", "model": "demand", "version": "v2", "rests_on": {"definition": 2}}
NONE_DECLARED = {
    "feature": "", "severity": "INFO", "issue": "No features declared: nothing can be compared.", "trained_on": None,
    "current": None,
}  # fmt: skip
AS_TRAINED = "Serving computes what this version was trained on."
BY_NAME = "No definition changed since training, but whatever computes a column may change unseen."
FIRST_LINES = [
    ({}, "PROCEED", AS_TRAINED),
    ({"rests_on": {"definition": 4, "parity": 0, "nothing": 3}}, "PROCEED, 3 of 7 features compared by name only", BY_NAME),
    ({"rests_on": {"definition": 0, "parity": 0, "nothing": 1}}, "PROCEED, 1 of 1 feature compared by name only", BY_NAME),
    ({"rests_on": {"definition": 1, "parity": 2, "nothing": 0}}, "PROCEED", AS_TRAINED),
    ({"rests_on": None}, "PROCEED", AS_TRAINED),
    (
        {"rests_on": {"definition": 0, "parity": 0, "nothing": 0}, "conflicts": [NONE_DECLARED]},
        "PROCEED, no features declared: nothing can be compared", "",
    ),
    ({"rests_on": None, "conflicts": [REWRITTEN]}, "PROCEED", AS_TRAINED),
    ({"rests_on": None, "conflicts": [NONE_DECLARED | {"severity": "ERROR"}]}, "PROCEED", AS_TRAINED),
    (
        {"decision": "BLOCKED", "reasons": [REASON], "conflicts": [CHANGED | {"severity": "INFO"}]},
        "BLOCKED, 1 reason blocks", "",
    ),
    ({"open_alerts": ["Skew"]}, "PROCEED, 1 open skew alert", ""),
    ({"overridden": [{"reason": REASON, "override": 3}], "conflicts": [CHANGED]}, "PROCEED under override", ""),
    ({"decision": "BLOCKED", "reasons": ["Archived."]}, "BLOCKED, 1 reason blocks", ""),
    ({"decision": "BLOCKED", "reasons": ["Archived.", "An alert."]}, "BLOCKED, 2 reasons block", ""),
    ({"decision": "BLOCKED", "reasons": [REASON], "conflicts": [CHANGED]}, "BLOCKED, 1 conflict blocks", ""),
    (
        {"decision": "BLOCKED", "reasons": [REASON], "conflicts": [CHANGED], "rests_on": {"definition": 1, "nothing": 2}},
        "BLOCKED, 1 conflict blocks, 2 of 3 features compared by name only", "",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "headline", "claim"), FIRST_LINES)
def test_the_first_line_says_the_decision_how_much_blocks_and_what_it_rests_on(changed, headline, claim):
    report = PROCEED | changed
    content = message(report)
    assert (content.headline, content.claim) == (headline, claim)
    assert first_line(report) == f"{headline}: demand v2"
    assert ", ".join([decision_words(report), *clauses(report)]) == headline


@pytest.mark.parametrize(
    ("changed", "is_reserved"),
    [
        ({}, False),
        ({"rests_on": {"nothing": 1}}, True),
        ({"open_alerts": ["Skew"]}, True),
        ({"decision": "BLOCKED", "reasons": ["Archived."]}, False),
    ],
)
def test_a_decision_to_proceed_on_little_is_reserved(changed, is_reserved):
    assert message(PROCEED | changed).is_reserved is is_reserved


def test_what_an_override_covers_neither_blocks_nor_is_hidden():
    report = PROCEED | {"conflicts": [CHANGED], "overridden": [{"reason": REASON, "override": 3}]}
    content = message(report)
    assert (content.blocking, content.notes) == ((), ())
    assert content.overridden == (Entry("", f"{REASON} Covered by override 3."),)
    assert f"Overridden: {REASON} Covered by override 3." in as_text(content)


def test_an_open_alert_is_a_note():
    assert "Note: An alert is open: Skew in production" in as_text(
        message(PROCEED | {"open_alerts": ["Skew in production"]})
    )


@pytest.mark.parametrize(
    ("changed", "facts"),
    [
        ({"approvers": ["ann"]}, {"approval": "ann can approve an override"}),
        ({"approvers": ["ann", "bob", "cy"]}, {"approval": "ann, bob and cy can approve an override"}),
        ({"approvers": ["ann", "bob"], "more_approvers": 1200}, {"approval": "ann, bob and 1,200 more can approve an override"}),
        ({"approvers": []}, {}),
        ({"approvers": ["ann"], "overridable": False}, {"approval": "ann can confirm it"}),
        ({"run": 12}, {"rows": "parity run 12"}),
        ({"run": 12, "rows_differ": 3}, {"rows": "parity run 12"}),
        ({"run": 12, "rows": 3}, {"rows": "parity run 12"}),
        ({"run": 12, "rows_differ": 1, "rows": 1}, {"rows": "1 of 1 row differ in parity run 12"}),
        ({"run": 12, "rows_differ": 0, "rows": 7}, {"rows": "0 of 7 rows differ in parity run 12"}),
        ({"changed_by": "dana"}, {"changed": "by dana"}),
        ({"changed_by": "dana", "reason": "Why."}, {"changed": "by dana: Why."}),
        ({"current": None}, {}),
    ],
)  # fmt: skip
def test_a_conflict_shows_the_facts_that_are_known(changed, facts):
    conflict = {"feature": "f", "severity": "WARNING", "issue": "It changed.", "trained_on": None, "current": None}
    report = {"decision": "BLOCKED", "conflicts": [conflict | changed], "reasons": ["f: It changed."]}
    (entry,) = message(report).blocking
    assert dict(entry.facts) == facts


def test_a_long_definition_is_cut():
    moved = {"from": "x" * 301, "to": "y" * 300}
    report = BLOCKED | {"conflicts": [CHANGED | {"changes": {"logic": moved}}]}
    logic = dict(message(report).blocking[0].facts)["logic"]
    assert logic == f"{'x' * 300} … → {'y' * 300}"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a" * 300 + " x", "a" * 300 + " y", f"… {'a' * 39} x → … {'a' * 39} y"),
        ("a" * 300 + "x" * 301, "a" * 300, f"… {'a' * 40}{'x' * 260} … → … {'a' * 40}"),
        ("a" * 300 + "x" * 301, "a" * 300 + "y", f"… {'a' * 40}{'x' * 260} … → … {'a' * 40}y"),
        ("b" + "a" * 300, "c" + "a" * 300, f"b{'a' * 299} … → c{'a' * 299} …"),
        ("a" * 299 + "x", "a" * 299 + "y", f"{'a' * 299}x → {'a' * 299}y"),
        ("a" * 40 + "x" * 300, "a" * 40 + "y", f"{'a' * 40}{'x' * 260} … → {'a' * 40}y"),
        ("a" * 41 + "x" * 259, "a" * 41 + "y" * 260, f"… {'a' * 40}{'x' * 259} → … {'a' * 40}{'y' * 260}"),
    ],
)
def test_of_a_long_definition_the_part_that_differs_is_shown(before, after, shown):
    report = BLOCKED | {"conflicts": [CHANGED | {"changes": {"logic": {"from": before, "to": after}}}]}
    assert dict(message(report).blocking[0].facts)["logic"] == shown


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=40)


@given(st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["ERROR", "WARNING", "INFO"])), max_size=6))
def test_what_blocks_stands_first_and_is_never_called_a_warning(rows):
    conflicts = [
        {"feature": feature, "severity": severity, "issue": issue, "trained_on": None, "current": None}
        for feature, issue, severity in rows
    ]
    sentences = [f"{feature}: {issue}" if feature else issue for feature, issue, severity in rows if severity != "INFO"]
    report = {"decision": "BLOCKED", "conflicts": conflicts, "reasons": sentences}
    words = [
        line.partition(":")[0] for line in as_text(message(report)).splitlines() if line[:6] in ("Blocks", "Note: ")
    ]
    assert words == sorted(words)
    assert "WARNING" not in words
    assert len(message(report).blocking) == len(sentences)
