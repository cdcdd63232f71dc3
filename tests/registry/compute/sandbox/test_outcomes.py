"""Failures of a sandboxed run: one exception catches them all, but for a run that was cancelled."""

import pytest

from registry.compute.sandbox import outcomes

FAILURES = ["SandboxTimeout", "SandboxMemory", "SandboxTooMuch", "SandboxRefused", "SandboxCrashed"]


@pytest.mark.parametrize("name", FAILURES)
def test_every_failure_is_caught_as_one_and_keeps_its_message(name):
    with pytest.raises(outcomes.SandboxFailure, match="Check fewer rows"):
        raise getattr(outcomes, name)("Check fewer rows.")


def test_a_cancelled_run_has_not_failed():
    assert not issubclass(outcomes.SandboxCancelled, outcomes.SandboxFailure)


def test_no_failure_is_a_kind_of_another():
    classes = [getattr(outcomes, name) for name in FAILURES]
    assert [issubclass(first, second) for first in classes for second in classes if first is not second] == [False] * 20
