"""Which of three ways to fail the figures suggest: teams stay away, everybody waits, it was built too early (A7).

Each is judged by levels and by trends: a level that was bad from the beginning is a finding, although nothing falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assessments.adoption.rules.adoption_signals import adoption_signals
from assessments.adoption.rules.bottleneck_signals import bottleneck_signals
from assessments.adoption.rules.complexity_signals import complexity_signals
from assessments.adoption.rules.signals import Answer, Figures, Signal

NAMES = {
    "adoption_failure": "an adoption problem",
    "bottleneck": "a bottleneck",
    "premature_complexity": "premature complexity",
}


class Finding(NamedTuple):
    """One way to fail: whether any of its signals shows it, those figures, and the guide page about it."""

    id: str
    title: str
    answer: Answer
    because: str
    signals: tuple[Signal, ...]
    guide: str

    @property
    def remedies(self) -> tuple[str, ...]:
        """What to do, each once."""
        seen = [signal.remedy for signal in self.signals if signal.answer == Answer.SEEN and signal.remedy]
        return tuple(dict.fromkeys(seen))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The signals about which nothing is known, by their titles."""
        return tuple(signal.title for signal in self.signals if signal.answer == Answer.UNKNOWN)


def diagnose(figures: Figures) -> list[Finding]:
    """All three ways, in words; what the figures do not show is unknown, never good."""
    return [
        _finding("adoption_failure", "Adoption problem", adoption_signals(figures), "why-platforms-fail"),
        _finding("bottleneck", "Bottleneck", bottleneck_signals(figures), "feature-tax"),
        _finding("premature_complexity", "Premature complexity", complexity_signals(figures), "when-a-platform"),
    ]


def sentence(findings: Sequence[Finding]) -> str:
    """The whole diagnosis in one sentence."""
    seen = [NAMES[finding.id] for finding in findings if finding.answer == Answer.SEEN]
    if seen:
        return f"These figures suggest {_and(seen)}."
    unknown = [finding.title.lower() for finding in findings if finding.answer == Answer.UNKNOWN]
    if len(unknown) == len(findings):
        return "Too little is known for a diagnosis yet."
    return (
        f"The known figures show no problem. Not known: {', '.join(unknown)}."
        if unknown
        else "The figures show no problem."
    )


def _finding(id: str, title: str, signals: Sequence[Signal], guide: str) -> Finding:
    """Seen where one signal is; otherwise the sentences of those that are known, or of all where none is."""
    by_answer = {answer: [signal for signal in signals if signal.answer == answer] for answer in Answer}
    answer = next(answer for answer in Answer if by_answer[answer])
    shown = [signal._replace(remedy="") if signal.answer != Answer.SEEN else signal for signal in signals]
    because = " ".join(dict.fromkeys(signal.because for signal in by_answer[answer]))
    return Finding(id, title, answer, because, tuple(shown), guide)


def _and(words: Sequence[str]) -> str:
    """a, b and c."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
