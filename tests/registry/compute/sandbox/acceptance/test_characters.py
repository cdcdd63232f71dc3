import pytest

from registry.compute.sandbox.acceptance.characters import LONGEST, scan


def test_logic_is_taken_up_to_the_longest_and_no_longer():
    assert scan("x" * LONGEST).faults == ()
    assert [fault.code for fault in scan("x" * (LONGEST + 1)).faults] == ["too_long"]


@pytest.mark.parametrize("text", ["a -- b; c", "a /* ; */", "'a; b'"])
def test_comments_and_texts_may_hold_any_ascii(text):
    scanned = scan(text)
    assert scanned.faults == ()
    assert len(scanned.text) == len(text)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("a; b", 1), ("é", 0), ('"é"', 1), ("'\u200b'", 1), ("a -- b\r + 1\n", 6), ("a /* \r */", 5), ("'a\r'", 2), ("a\r+ 1", 1),
        ("a\x0b+ 1", 1), ("a -- \x0c", 5), ("a -- \x1c", 5), ("a -- \x85", 5), ("a -- \u2028 + 1", 5), ("'\u2029'", 1),
        ("a\u00a0+ 1", 1), ("a\u3000+ 1", 1), ("\ufeffa", 0), ("a -- \ufeff", 5), ("'\x00'", 1), ("a -- \u202e", 5),
        ("a\r\r\n", 1),
    ],
)  # fmt: skip
def test_other_characters_are_named_by_their_place(text, position):
    assert [(fault.code, fault.position) for fault in scan(text).faults] == [("character", position)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a -- b\r + 1", "Character 7: a carriage return without a line feed (U+000D) is not allowed, not even in a comment or a string. Remove it."),
        ("'\u200b'", "Character 2: zero width space (U+200B) is not allowed, not even in a comment or a string. Remove it."),
        ("a\u00a0+ 1", "Character 2: no-break space (U+00A0) is not allowed, not even in a comment or a string. Remove it."),
        ("a\x01", "Character 2: control character (U+0001) is not allowed, not even in a comment or a string. Remove it."),
        ("\ufeffa", "Character 1: zero width no-break space (U+FEFF) is not allowed, not even in a comment or a string. Remove it."),
    ],
)  # fmt: skip
def test_a_character_is_called_by_its_name(text, message):
    assert [fault.message for fault in scan(text).faults] == [message]


@pytest.mark.parametrize("text", ["a\r\n+ 1", "a -- b\r\n+ 1", "'a\r\nb'", "a\t+ 'ü' -- für"])
def test_line_ends_of_browsers_and_text_in_any_language_stay(text):
    assert scan(text).faults == ()


def test_every_invisible_character_is_named_once():
    assert [fault.position for fault in scan("a -- \x0b\x0b\u200b").faults] == [5, 7]
