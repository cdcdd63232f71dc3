"""Why something is advised: the rule, and the figures of this organization that it was applied to.

>>> Reason("Fewer than 5 platform engineers: buy.", ("2 platform engineers",)).sentence
'Fewer than 5 platform engineers: buy. Here: 2 platform engineers.'
"""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """The rule as a sentence, and what is known here; ``figures`` are empty where nothing was needed or known."""

    rule: str
    figures: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"{self.rule} Here: {', '.join(self.figures)}." if self.figures else self.rule


def told(count: int | None, noun: str) -> str:
    """A count with its noun; what nobody said is said to be unknown.

    >>> told(1, "model team"), told(12, "model team"), told(None, "model team")
    ('1 model team', '12 model teams', 'an unknown number of model teams')
    """
    if count is None:
        return f"an unknown number of {noun}s"
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
