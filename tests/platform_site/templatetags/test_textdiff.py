"""Two texts, word by word."""

from __future__ import annotations

import pytest

from platform_site.templatetags.textdiff import text_diff


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("", "a"), ("a  b\nc", "a b\nc"), ("coalesce(x, 'a b')", "coalesce(x, 'a c')"), ("it's", "é ≥ “1”")],
)
def test_the_parts_of_a_diff_are_the_texts(before, after):
    difference = text_diff(before, after)
    assert "".join(part.text for part in difference.before) == before
    assert "".join(part.text for part in difference.after) == after
    assert difference.same == (before == after)


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    left, right = text_diff(before, after)
    return [part.text for part in left if part.changed], [part.text for part in right if part.changed]


def test_a_quoted_text_changes_as_a_whole():
    assert changed("x = 'a b'", "x = 'a c'") == (["'a b'"], ["'a c'"])
    assert changed("x = 'it''s'", "x = 'it''d'") == (["'it''s'"], ["'it''d'"])


def test_a_quote_that_is_not_closed_is_a_word_like_another():
    assert changed("x = 'a", "x = 'b") == (["a"], ["b"])


def test_what_was_added_is_on_one_side_alone():
    assert changed("avg(x)", "avg(x) + 1") == ([], [" + 1"])
    assert changed("avg(x)", "") == (["avg(x)"], [])
