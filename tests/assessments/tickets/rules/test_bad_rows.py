"""Reasons that many bad rows share are one line."""

from __future__ import annotations

from assessments.tickets.rules.bad_rows import shared_reasons


def test_reasons_that_differ_in_their_values_are_one():
    rows = [(line, str(line), [f"Created is '{line}/18/2026'. There is no such day."]) for line in range(2, 502)]
    rows += [(502, "x", ["title is empty."]), (503, "y", ["title has 501 characters; at most 500 are allowed."])]
    first, *others = shared_reasons(rows)
    assert first == ("Created is '2/18/2026'. There is no such day.", 500, [2, 3, 4, 5, 6])
    assert [reason.lines for reason in others] == [[502], [503]]


def test_quotes_inside_a_value_do_not_end_it():
    rows = [(2, "", ['T is "it\'s". Write yes.']), (3, "", [f"T is {'a' + chr(39) + chr(34)!r}. Write yes."])]
    assert [reason.count for reason in shared_reasons(rows)] == [2]
