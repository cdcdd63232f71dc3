"""The bench of the audit chain fills, appends and verifies; what it takes is never a verdict."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.slow
def test_the_bench_says_what_was_filled_appended_and_verified(capsys):
    call_command("bench", "audit", events=300)
    filled, appended, verified = capsys.readouterr().out.splitlines()
    assert filled.startswith("Filled with 300 events in one transaction: ")
    assert appended.startswith("Appended 300 more, a transaction each: ")
    assert verified.startswith("600 events, whole: True. ")


@pytest.mark.parametrize("words", [["registry", "--events=5"], ["audit", "--events=0"]])
def test_a_number_of_events_is_for_the_log_and_from_one_on(words):
    with pytest.raises(CommandError, match="from 1 on"):
        call_command("bench", *words)
