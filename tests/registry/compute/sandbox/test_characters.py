import pytest

from registry.compute.sandbox.characters import LONGEST, scan


def test_logic_is_taken_up_to_the_longest_and_no_longer():
    assert scan("x" * LONGEST).faults == ()
    assert [fault.code for fault in scan("x" * (LONGEST + 1)).faults] == ["too_long"]


@pytest.mark.parametrize("text", ["a -- b; c", "a /* ; */", "'a; b'"])
def test_comments_and_texts_may_hold_any_ascii(text):
    scanned = scan(text)
    assert scanned.faults == ()
    assert len(scanned.text) == len(text)


@pytest.mark.parametrize(("text", "position"), [("a; b", 1), ("é", 0), ('"é"', 1), ("'\u200b'", 1)])
def test_other_characters_are_named_by_their_place(text, position):
    assert [(fault.code, fault.position) for fault in scan(text).faults] == [("character", position)]
