"""The look of each word of state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from platform_site.templatetags.states import LOOKS, Tone, label_of, look_of

WORDS = [
    *(
        "passed",
        "failed",
        "errored",
        "not_enough_data",
        "not_deterministic",
        "cancelled",
        "queued",
        "running",
        "finished",
    ),
    *("PROCEED", "BLOCKED"),
    *("ERROR", "WARNING", "INFO"),
    *("implemented", "partial", "missing", "not_applicable"),
    *("registered", "staging", "production", "archived"),
    *("blocked", "serving", "in_shadow", "not_deployed", "not_in_production", "no_version", "skew"),
    *("open", "acknowledged", "resolved"),
    *("draft", "published"),
    *("critical", "high", "medium", "low"),
    *("seen", "not_seen", "unknown", "in_time", "too_slow", "no_success_yet"),
]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_domain_has_a_look(word):
    assert word in LOOKS


def test_only_what_is_proven_good_is_green():
    green = {word for word in LOOKS if look_of(word).tone is Tone.OK}
    assert green == {
        "passed", "PROCEED", "implemented", "delivered", "resolved", "approved", "not_seen", "in_time", "done", "ready",
        "reporting", "on_track", "reached",
    }  # fmt: skip


@pytest.mark.parametrize("word", ["", None, "seen twice", "Passed", 7])
def test_an_unknown_word_is_neutral(word):
    assert look_of(word).tone is Tone.MUTED


def test_spaces_around_a_word_do_not_change_its_look():
    assert look_of(" passed ") == look_of("passed")


def test_nothing_is_shown_as_a_dash():
    assert label_of("") == look_of(None).label == "–"


def test_each_icon_is_in_the_sprite():
    sprite = (Path(__file__).resolve().parents[3] / "static" / "icons.svg").read_text()
    assert {icon for _, icon in LOOKS.values()} <= set(re.findall(r'<symbol id="([^"]+)"', sprite))
